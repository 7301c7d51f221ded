"""A value that must not be shown, and the place where it stands.

A `Secret` prints as `***` and is read by asking for it. A `SecretPlace` travels in its stead, through
settings and pickled graphs, and is looked up where the secret is used.
"""

import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_MAX_BYTES = 65_536


class Secret:
    """Hold a secret text; `repr`, `str` and format show `***`, `reveal` gives the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret; call it where it is used, never before."""
        return self._text

    def __repr__(self) -> str:
        return "Secret('***')"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return format("***", spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))


class SecretNotFoundError(Exception):
    """A secret that cannot be had; the message names where it was looked for, never a value."""

    retryable = False

    def __init__(self, why: str, expected: str) -> None:
        super().__init__(why)
        self.why, self.expected = why, expected


class SecretPlace(NamedTuple):
    """Where a secret stands: in an environment variable or in a file, one of them."""

    env: str | None = None
    file: Path | None = None

    def find(self, environ: Mapping[str, str]) -> Secret:
        """Return the secret without the line break at its end; raise `SecretNotFoundError`."""
        if self.env is not None:
            text, where = environ.get(self.env), f"environment variable {self.env}"
            if text is None:
                raise SecretNotFoundError(f"{where} is not set", "a variable that is")
        else:
            text, where = _content(Path(str(self.file))), f"file {self.file}"
        text = text.rstrip("\r\n")
        if not text:
            raise SecretNotFoundError(f"{where} is empty", "the secret in it")
        return Secret(text)


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES).decode()
    except OSError as e:
        raise SecretNotFoundError(f"file {path} cannot be read: {e.strerror}", "a readable file") from None
    except UnicodeDecodeError:
        raise SecretNotFoundError(f"file {path} is not UTF-8", "text") from None
