"""A configuration of feeds in a folder, the command, and bodies that a server gives."""

from pipeline import cli
from pipeline.settings import load_settings

CONFIG = """\
# what we watch
data_dir: data
collect:
  allowed_networks: [127.0.0.0/8]   # the test's own server
  feeds:
    - {url: "https://nobody.example/feed", publisher: Nobody}  # quiet

receivers: [{name: screen, kind: terminal}]
routes: [{receivers: [screen]}]
"""
ITEM = "<item><title>{0}</title><link>https://a.example/{0}</link><pubDate>{1}</pubDate></item>"
DATE = "Sun, 01 Mar 2026 11:00:00 GMT"


def rss(*items, title="The Wire"):
    return f"<rss version='2.0'><channel><title>{title}</title>{''.join(items)}</channel></rss>".encode()


GOOD = rss(ITEM.format("one", DATE), ITEM.format("two", DATE))
PAGE = b'<html><head><link rel="alternate" type="application/rss+xml" href="/wire.xml"></head></html>'
ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><title>t</title><id>urn:1</id>'
    b"<updated>2026-03-01T11:00:00Z</updated></entry></feed>"
)
JSON_FEED = (
    b'{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [{"id": "1", "title": "x"}]}'
)


class Desk:
    """A configuration in a folder, and the command."""

    def __init__(self, folder, server, capsys):
        self.folder, self.path, self.server, self._capsys = (
            folder,
            folder / "missionwire.yaml",
            server,
            capsys,
        )
        self.path.write_text(CONFIG)

    def __call__(self, *words):
        code = cli.main(["feeds", *words, "--config", str(self.path)])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def new_lines(self):
        return [line for line in self.path.read_text().splitlines() if line not in CONFIG.splitlines()]

    def feeds(self):
        return [feed.url for feed in load_settings(self.path, {}, with_secrets=False).feeds()]
