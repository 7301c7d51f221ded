"""The edge out: rules, the outbox, receivers."""
