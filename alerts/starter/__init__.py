"""Rules that ship with Missionwire."""
