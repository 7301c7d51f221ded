"""Domain packs: all that is specific to one domain, as data."""
