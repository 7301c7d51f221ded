"""The engine knows no domain: a pack about ships, a page long, gives events about ships."""

import pytest

from transforms.extract import Extractor
from transforms.extract.pack import BUNDLED

FILES = {
    "pack.toml": """
id = "shipping"
version = 1
kinds = ["voyage", "ship", "port"]
mission = ["voyage", "ship"]
gate = ["ferry", "ship", "port", "harbour"]
[fields]
port = "destination"
[types.docking]
fields = ["destination"]
[types.launch_delay]
announces = "launch"
only = "occurred"
[types.launch]
fields = ["destination"]
[confidence]
sure = 2.0
""",
    "entities.jsonl": """
{"id": "s", "kind": "ship", "name": "Marigold"}
{"id": "p", "kind": "port", "name": "Ostholm"}
""",
    "families.toml": """
heads = {ship = ["ferry|ferries"]}
[[family]]
pattern = '\\b(Route \\d{1,3})\\b'
kind = "voyage"
""",
    "triggers.jsonl": """
{"type": "docking", "verb": "moor", "weight": 3}
{"type": "launch", "verb": "set sail", "weight": 3}
""",
    "gaps.jsonl": """
{"type": "launch_delay", "left": ["hold_up"], "right": ["sailing"], "absorbs": ["launch"]}
""",
    "words.toml": """
[verbs]
hold_up = ["delay"]
[nouns]
sailing = ["sailing", "departure"]
""",
    "blocks.txt": "",
    "anti.toml": "",
    "severity.toml": "",
    "headline.toml": "",
}
SHARED = ("modality.toml", "timex.toml")  # English grammar, not a domain


@pytest.fixture(scope="module")
def ships(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shipping")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf8")
    for name in SHARED:
        (folder / name).write_bytes((BUNDLED / name).read_bytes())
    return Extractor.load(folder)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Marigold moored in Ostholm on Tuesday.", [("docking", "occurred", "Marigold")]),
        ("The ferry will moor in Ostholm on Friday as Route 7.", [("docking", "planned", "Route 7")]),
        ("The Heron ferry did not moor in Ostholm.", []),
        (
            "The company delayed the sailing of the Marigold ferry.",
            [("launch_delay", "occurred", "Marigold")],
        ),
        ("The Soyuz rocket launched from Baikonur on Tuesday.", []),
    ],
)
def test_a_pack_about_ships_gives_events_about_ships(ships, saying, text, expected):
    assert [(e.type, e.status, e.mission) for e in ships.extract(saying(text)).events] == expected


def test_fields_follow_the_pack(ships, saying):
    (event,) = ships.extract(saying("The Marigold moored in Ostholm on Tuesday.")).events
    assert (event.destination, event.pack) == ("Ostholm", ships.pack_hash)
