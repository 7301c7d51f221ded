"""`process` on a Flink cluster: the graph submitted as a job, and the job controlled by Flink's REST API."""
