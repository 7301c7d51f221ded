"""The edge in: feeds and the log."""
