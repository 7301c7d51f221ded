"""Record the savepoint of a release, from which later ones must be able to go on.

    python -m tests.pipeline.flink.record_savepoint tests/pipeline/flink/savepoints/VERSION

The job reads the first half of the seeds. The savepoint is in Flink's canonical form, so it may be moved; it
holds the path where it was made, so that is one which says nothing.
"""

import shutil
import sys
import tempfile
import urllib.parse
from pathlib import Path

from connectors.log import topics
from tests.cluster.flink import Flink
from tests.cluster.kafka import Kafka
from tests.conftest import running
from tests.pipeline.flink.job import Deployment, seeds, until_judged


def main(arguments):
    target = Path(arguments[0])
    folder = Path(tempfile.gettempdir()) / "missionwire"
    folder.mkdir()
    try:
        with running(Kafka(folder / "kafka")) as kafka, running(Flink(folder / "flink")) as flink:
            deployment = Deployment(folder, kafka, flink, partitions=2, parallelism=2)
            articles = seeds()
            half = articles[: len(articles) // 2]
            deployment.append(half)
            code, _, words = deployment.command("submit", "--afresh")
            assert code == 0, words
            deployment.written(topics.DISPOSITIONS, until_judged(len(half)))
            code, savepoint, words = deployment.command("stop")
            assert code == 0, words
            deployment.close()
            shutil.copytree(urllib.parse.urlparse(savepoint.strip()).path, target)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
