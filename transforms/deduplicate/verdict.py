"""What deduplication says about an article."""

import re
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from transforms.intake import Intake
from transforms.records import Disposition

HORIZON = timedelta(days=7)
HORIZON_MS = HORIZON // timedelta(milliseconds=1)

_HEX = re.compile("[0-9a-f]{32}")
Folding = Literal["new", "update", "revision", "repeat", "cosmetic", "duplicate"]
_KEPT: frozenset[Folding] = frozenset({"new", "update", "revision"})


class Fold(msgspec.Struct, frozen=True, array_like=True):
    """A verdict: `of` is the article that it was compared with, `story` the first of its story.

    `why` is the certificate: the numbers, names and shares that decided.
    """

    kind: Folding
    of: str | None = None
    story: str | None = None
    revision: int = 0
    why: dict[str, Any] = {}

    @property
    def kept(self) -> bool:
        """Tell whether the article goes on as news of its own."""
        return self.kind in _KEPT


class Judged(msgspec.Struct, frozen=True, array_like=True):
    """An article with its final verdict."""

    intake: Intake
    fold: Fold

    def followed(self) -> Intake | None:
        """Return what goes on to extraction, with its place in its story; `None` for what came before.

        A folded copy goes on as a report of its publisher.
        """
        fold, own = self.fold, self.intake.article.id
        if not fold.kept and fold.kind != "duplicate":
            return None
        return self.intake._replace(
            lineage=fold.story or own, revision=fold.revision, first=fold.of if fold.revision else None,
            copy=not fold.kept,
        )  # fmt: skip


def packed_id(article: str) -> bytes:
    """Return an article's id as it is kept: 32 hex digits as 16 bytes, other text as it is, both marked."""
    return (
        b"#" + bytes.fromhex(article)
        if _HEX.fullmatch(article)
        else b"=" + article.encode("utf-8", "surrogatepass")
    )


def unpacked_id(packed: bytes) -> str:
    """Return the id that was packed."""
    return packed[1:].hex() if packed.startswith(b"#") else packed[1:].decode("utf-8", "surrogatepass")


def milliseconds(moment: datetime) -> int:
    """Return a moment as milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def disposition_of(judged: Judged) -> Disposition:
    """Return the entry of the article's trail for this verdict."""
    intake, fold = judged.intake, judged.fold
    story = {"story": fold.story} if fold.story and fold.story != intake.article.id else {}
    revision = {"revision": fold.revision} if fold.revision else {}
    return Disposition(
        article_id=intake.article.id,
        stage="deduplicate",
        verdict="kept" if fold.kept else "folded",
        reason=fold.kind,
        at=intake.at,
        position=intake.position,
        of=fold.of,
        detail={**story, **revision, **fold.why},
    )
