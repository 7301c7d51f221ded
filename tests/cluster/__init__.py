"""The local cluster: real servers from packages, for the tests and for trying out."""
