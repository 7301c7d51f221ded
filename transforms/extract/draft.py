"""A draft: what the mentions of one article say of one event of one flight, before it has fields."""

from dataclasses import dataclass, field

from transforms.extract.mentions import Mention
from transforms.extract.missions import Named
from transforms.extract.names import name_words, names_same

EARLY = 40  # tokens; what an article is about stands in them


@dataclass
class Draft:
    """An event to be: its mentions, best first, and the name of its flight."""

    type: str
    status: str
    named: Named
    mentions: list[Mention] = field(default_factory=list)
    sure: float = 0.0

    @property
    def first(self) -> int:
        """Return the token at which its first mention begins."""
        return min(mention.start for mention in self.mentions)

    @property
    def name(self) -> tuple[str, ...]:
        """Return the words of the mission's name; none for no mission."""
        return name_words(self.named.entity.name) if self.named.entity else ()


def share_sentence(a: Draft, b: Draft) -> bool:
    """Tell whether one sentence holds mentions of both drafts."""
    return not {m.line.start for m in a.mentions}.isdisjoint(m.line.start for m in b.mentions)


def same_flight(a: Draft, b: Draft) -> bool:
    """Tell whether two drafts may be of one flight: one is nameless, or they have names of one."""
    return not a.name or not b.name or names_same(a.named.entity, b.named.entity)
