"""Feeds: fetch, parse, schedule."""
