"""Pages for tests: an article amid what surrounds it, and the words of it."""

PARAGRAPHS = (
    "The ferry Kestrel lifted off from the northern pad at 12:40 UTC & climbed into a clear sky.",
    "Three people are on board, among them an engineer who has never flown before this week.",
    "The controllers reported a small leak in the second stage, which closed by itself after a minute.",
)
TEXT = "\n\n".join(PARAGRAPHS)


def page(*paragraphs: str, head: str = "") -> bytes:
    """Return a page as news sites write them; without paragraphs, the article above."""
    inside = "".join(f"<p>{p.replace('&', '&amp;')}</p>" for p in paragraphs or PARAGRAPHS)
    return (
        f"<!DOCTYPE html><html><head><title>Kestrel flies</title>{head}</head><body>"
        "<nav><ul><li><a href='/'>Home</a></li><li><a href='/more'>More news</a></li></ul></nav>"
        f"<article><h1>Kestrel flies</h1>{inside}</article>"
        "<footer><p>All rights reserved. Subscribe to our newsletter.</p></footer></body></html>"
    ).encode()
