"""What deduplication says about an article."""

from datetime import timedelta
from typing import Literal, NamedTuple

from transforms.intake import Intake
from transforms.records import Disposition

HORIZON = timedelta(days=7)

Folding = Literal["new", "revision", "repeat", "cosmetic", "duplicate"]
_KEPT: frozenset[Folding] = frozenset({"new", "revision"})


class Fold(NamedTuple):
    """A verdict: `of` is the first article of the story (never the article itself), `why` the certificate."""

    kind: Folding
    of: str | None = None
    revision: int = 0
    why: dict[str, object] = {}

    @property
    def kept(self) -> bool:
        """Tell whether the article goes on."""
        return self.kind in _KEPT


def disposition_of(intake: Intake, fold: Fold) -> Disposition:
    """Return the entry of the article's trail for this verdict."""
    return Disposition(
        article_id=intake.article.id,
        stage="deduplicate",
        verdict="kept" if fold.kept else "folded",
        reason=fold.kind,
        at=intake.at,
        position=intake.position,
        of=fold.of,
        detail={"revision": fold.revision, **fold.why} if fold.kind != "new" else {},
    )
