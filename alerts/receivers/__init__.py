"""Receivers: where notifications go, one channel per file."""
