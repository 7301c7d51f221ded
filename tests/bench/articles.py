"""Invented articles in any number: launches of missions of their own, and ordinary news between them."""

from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

FAMILIES = (
    ("Soyuz MS-{}", "a Soyuz-2.1a rocket", "Baikonur"),
    ("Progress MS-{}", "a Soyuz-2.1a rocket", "Baikonur"),
    ("Crew-{}", "a Falcon 9 rocket", "Kennedy Space Center"),
    ("NG-{}", "an Antares rocket", "Wallops Island"),
    ("Shenzhou-{}", "a Long March 2F rocket", "Jiuquan"),
    ("Tianzhou-{}", "a Long March 7 rocket", "Wenchang"),
    ("Starlink Group 10-{}", "a Falcon 9 rocket", "Cape Canaveral"),
    ("Starlink Group 12-{}", "a Falcon 9 rocket", "Vandenberg"),
)
ORDINARY = (
    "The council of town number {n} voted {n} to 12 for a new bridge over the river on Monday.",
    "Shares of maker {n} rose after the company reported sales of {n} million in the quarter.",
    "A probe into lender {n} widened as inspectors asked for the records of {n} accounts.",
    "Firefighters in district {n} rescued {n} people from a flooded street during the night.",
)


def mission(n: int) -> str:
    """Return the name of the n-th mission; no two are equal."""
    return FAMILIES[n % len(FAMILIES)][0].format(100 + n // len(FAMILIES))


def launch(n: int) -> tuple[str, str]:
    """Return title and text of a report that the n-th mission was launched."""
    name, (_, rocket, site) = mission(n), FAMILIES[n % len(FAMILIES)]
    return (
        f"{name} lifts off from {site}",
        (
            f"The {name} spacecraft lifted off aboard {rocket} from {site} on schedule, "
            f"and controllers confirmed a nominal orbit for flight {n} shortly afterwards."
        ),
    )


def ordinary(n: int) -> tuple[str, str]:
    """Return title and text of the n-th piece of ordinary news."""
    return f"Report {n} of the day", ORDINARY[n % len(ORDINARY)].format(n=n) + f" Officials gave {n} reasons."


def rss(entries: list[tuple[str, str, str, datetime]]) -> bytes:
    """Return an RSS feed of (link, title, text, published), newest first."""
    items = "".join(
        f"<item><title>{escape(title)}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>{format_datetime(published)}</pubDate><description>{escape(text)}</description></item>"
        for link, title, text, published in reversed(entries)
    )
    return f'<rss version="2.0"><channel><title>Wire</title>{items}</channel></rss>'.encode()
