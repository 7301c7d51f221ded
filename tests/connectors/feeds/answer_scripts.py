"""Scripts of a server that answers for a feed, and the bodies that it gives."""

TITLE = "Décollage réussi"


def rss(title=TITLE, words="", encoding="utf-8", declared="utf-8"):
    text = (
        f'<?xml version="1.0" encoding="{declared}"?>'
        '<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>A</title>'
        f"{words}<item><title>{title}</title><link>https://a.org/1</link></item></channel></rss>"
    )
    return text.encode(encoding)


NO_ENTRIES = b'<rss version="2.0"><channel><title>A</title></channel></rss>'
HTML = b"<!DOCTYPE html><html><body><form>log in</form></body></html>"


def said(status=200, body=b"", **headers):
    return lambda server: server.answer("/feed", status, body, **headers)


def redirected(status, location="/there", body=None, **headers):
    def script(server):
        server.answer("/feed", status, Location=location.format(port=server.port), **headers)
        server.answer("/there", body=rss() if body is None else body)

    return script
