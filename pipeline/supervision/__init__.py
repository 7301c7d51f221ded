"""Supervision: child processes that are started, restarted and stopped in order by pure decisions."""
