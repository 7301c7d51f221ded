"""The core: articles, mission events, incidents, and what is done to them."""
