"""The database's schema, step by step. A step once released is never changed; it only adds.

Only adds: for a while the release before runs on the new schema, and goes back to it if need be.
"""
