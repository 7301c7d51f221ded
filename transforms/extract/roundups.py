"""Round-ups: headlines that list flights (`Launch Preview: Falcon 9, Electron, and Vega C to fly`)."""

from collections import defaultdict
from collections.abc import Iterator

from transforms.extract.entity import Entity
from transforms.extract.line import Line
from transforms.extract.mentions import Mention
from transforms.extract.pack import Pack
from transforms.extract.ruling import Ruling

_JOINTS = frozenset({",", ";", "and", "&", "alongside", "amongst"})


def listed_in(line: Line, pack: Pack) -> Iterator[Mention]:
    """Yield a planned event for each part of the list of flights in a round-up's headline.

    A line that is no headline, or none of a round-up, lists nothing.
    """
    title = line.page.headline.casefold().lstrip()
    kind = next((t for p, t in pack.headline.roundups.items() if title.startswith(p.casefold())), None)
    if kind is None or not line.title:
        return
    ranks = pack.manifest.mission
    parts: dict[int, list[Entity]] = defaultdict(list)
    for entity in line.entities:
        if entity.kind in ranks:
            part = sum(w in _JOINTS for w in line.page.words[line.start : entity.start])
            parts[part].append(entity)
    for entities in parts.values():
        best = min(entities, key=lambda e: ranks.index(e.kind))
        yield Mention(kind, best.start, best.end, Ruling("planned", 0.7), 2, line, best.start, named=best)
