"""The space pack: names, words and grammar of mission news."""
