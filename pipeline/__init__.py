"""The wiring: command line, settings, the Beam graph, the loops and their metrics."""
