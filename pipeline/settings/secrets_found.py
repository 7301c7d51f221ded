"""From the reference of a secret to the secret."""

from collections.abc import Mapping
from pathlib import Path

from pipeline.settings.fields import SecretRef
from transforms.address_rules import url_refusal
from transforms.secret import Secret

_MAX_BYTES = 65_536


class SecretNotFoundError(Exception):
    """A secret that cannot be had; the message names where it was looked for, never a value."""

    def __init__(self, why: str, expected: str) -> None:
        super().__init__(why)
        self.why, self.expected = why, expected


def find_secret(ref: SecretRef, folder: Path, environ: Mapping[str, str]) -> Secret:
    """Return the secret without the line break at its end; paths are relative to `folder`."""
    if ref.env is not None:
        text, where = environ.get(ref.env), f"environment variable {ref.env}"
        if text is None:
            raise SecretNotFoundError(f"{where} is not set", "a variable that is")
    else:
        path = folder / str(ref.file)
        text, where = _content(path), f"file {path}"
    text = text.rstrip("\r\n")
    if not text:
        raise SecretNotFoundError(f"{where} is empty", "the secret in it")
    return Secret(text)


def find_web_address(ref: SecretRef, folder: Path, environ: Mapping[str, str]) -> Secret:
    """Return a secret that is a web address."""
    secret = find_secret(ref, folder, environ)
    if url_refusal(secret.reveal()) is not None:
        raise SecretNotFoundError("what it refers to is no web address (not shown)", "http:// or https://")
    return secret


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES).decode()
    except OSError as e:
        raise SecretNotFoundError(f"file {path} cannot be read: {e.strerror}", "a readable file") from None
    except UnicodeDecodeError:
        raise SecretNotFoundError(f"file {path} is not UTF-8", "text") from None
