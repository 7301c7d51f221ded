"""The log: one interface, its homes."""
