"""Mutated feed files through the whole reading path: every result must keep its promises.

    python -m tests.fuzz.feed_bytes [--seconds 180] [--seed N]

Files of the feed suites where they are there, else the seeds; hypothesis mutates them and shrinks a finding.
"""

import argparse
import random
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.connectors.feeds import suites
from tests.connectors.feeds.promises import read

SEEDS = Path(__file__).parents[2] / "seeds"
_LARGEST = 20_000
_SAMPLE = 1500
_JSON_FEED = b"jsonfeed.org"
_TOKENS = (
    b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?xml version='1.0' encoding='utf-16'?>",
    b"<!DOCTYPE x [", b"<!ENTITY a '&a;'>", b"&#0;", b"&#xD800;", b"&#1114112;", b"&bogus;", b"\0",
    b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"<item>", b"</item>", b"<entry>", b"<channel>", b"<title>",
    b"<link>", b"<guid isPermaLink='true'>", b"<pubDate>", b"<content type='xhtml'>", b"<content:encoded>",
    b"<author>", b"<source>", b"xmlns='http://www.w3.org/2005/Atom'", b"xml:base='http://['", b"xml:lang='",
    b"http://[", b"9999-99-99T99:99:99Z", b"Mon, 99 Foo 99999 99:99:99 +9999", b'{"items":', b'"id": 1e999',
    b'"\\ud800"', b"[[[[[[[[", b"null", b"-0", "\u202e\u0301\u0301".encode(), b"<ul><li>" * 50,
    b"<!---->" * 40,
)  # fmt: skip
_TYPES = st.sampled_from(
    ["", "text/xml", "application/atom+xml; charset=utf-8", "text/xml; charset=utf-16", "x; charset=hex"]
)


def corpus() -> list[bytes]:
    """Return the bodies to start from, the same ones every time."""
    starts = [p.read_bytes() for p in sorted(SEEDS.rglob("*")) if p.suffix in (".xml", ".json", ".atom")]
    if suites.SUITES.is_file():
        small = [body for _, body in suites.files() if 0 < len(body) <= _LARGEST]
        starts += random.Random(1).sample(small, _SAMPLE) + [body for body in small if _JSON_FEED in body]
    return starts


def bodies(starts: list[bytes]) -> st.SearchStrategy[bytes]:
    """Return mutated bodies: pieces cut out, doubled, swapped with those of others, hostile tokens put in.

    One in four starts from a JSON Feed, of which there are few.
    """
    places = st.lists(
        st.tuples(st.integers(0, 4), st.floats(0, 1), st.floats(0, 1), st.integers(0, 10**6)), max_size=8
    )
    start = st.sampled_from(starts)
    start |= start | start | st.sampled_from([body for body in starts if _JSON_FEED in body])
    return st.builds(lambda start, changes: _mutated(starts, start, changes), start, places)


def _mutated(starts: list[bytes], body: bytes, changes: list[tuple[int, float, float, int]]) -> bytes:
    for kind, where, how_much, choice in changes:
        at = int(where * len(body))
        end = at + int(how_much * min(len(body) - at, 400))
        other = starts[choice % len(starts)]
        start = choice % max(1, len(other))
        put = (
            b"",
            body[at:end] * 2,
            other[start : start + end - at],
            _TOKENS[choice % len(_TOKENS)] + body[at:end],
            bytes([choice % 256]) + body[at + 1 : end],
        )[kind]
        body = body[:at] + put + body[end:]
    return body[: 2 * _LARGEST]


def run(starts: list[bytes], seed_: int, examples: int) -> None:
    """Read so many mutated bodies; raise what one of them breaks, shrunk."""

    @seed(seed_)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(bodies(starts), _TYPES)
    def keeps_its_promises(body: bytes, content_type: str) -> None:
        read(body, content_type=content_type)

    keeps_its_promises()


def main(arguments: list[str]) -> int:
    """Run until the time is over; a promise that is broken ends it with the body that broke it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--batch", type=int, default=500)
    options = parser.parse_args(arguments)
    starts, rounds, end = corpus(), 0, time.monotonic() + options.seconds
    print(f"seed {options.seed}: {len(starts)} files, mutated for {options.seconds:g} s", flush=True)
    while not rounds or time.monotonic() < end:
        run(starts, options.seed + rounds, options.batch)
        rounds += 1
    print(f"{rounds * options.batch} bodies read, every promise kept")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
