"""Runs that look for input which breaks a promise; each prints the seed that repeats it."""
