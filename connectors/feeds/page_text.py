"""A page to the text of its article, by trafilatura in its only place.

It gets text that was decoded before: bytes that look compressed it would unpack without any bound. It
downloads nothing by itself; a test forbids it the network. Pages can make it run for minutes, so it
only works in a reading process, whose time is limited.
"""

import trafilatura

from connectors.feeds.articles import MAX_TEXT
from connectors.feeds.plain_text import plain_text
from connectors.feeds.reading import PageJob, PageText, Unread
from connectors.feeds.text_encoding import decoded


def read_page(job: PageJob) -> PageText | Unread:
    """Return the text of a page's article without its surroundings, or `no-text`."""
    try:
        found = trafilatura.extract(
            decoded(job.body, job.content_type),
            output_format="html",
            include_comments=False,
            # else it takes the headlines around a short text, which tell of other things
            favor_precision=True,
        )
    except MemoryError:
        raise
    except Exception as e:  # noqa: BLE001  no closed set of errors is promised for hostile pages
        return Unread(reason="no-text", detail=f"{type(e).__name__} in the extractor")
    text = plain_text(found or "")[:MAX_TEXT].strip()
    return PageText(text=text) if text else Unread(reason="no-text")
