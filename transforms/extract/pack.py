"""A pack: the vocabulary of one domain, read strictly, with all its faults reported at once."""

import hashlib
import json
import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from transforms.extract.entries import (
    ENCODER,
    VOTE,
    Anti,
    EncoderTable,
    EntityEntry,
    Families,
    GapRule,
    Headline,
    Modality,
    SeverityCue,
    Timex,
    TriggerEntry,
    VoteTable,
    Words,
)
from transforms.extract.manifest import Manifest
from transforms.extract.pack_faults import inconsistencies

T = TypeVar("T", bound=msgspec.Struct)
DIGEST_BYTES = 16
BUNDLED = Path(__file__).resolve().parent.parent / "packs" / "space"


class PackError(Exception):
    """A pack that cannot be used; `faults` lists every one as `file:line: what`."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """One domain's vocabulary, as its files say it; `hash` is that of their bytes."""

    manifest: Manifest
    entities: list[EntityEntry]
    families: Families
    triggers: list[TriggerEntry]
    gaps: list[GapRule]
    words: Words
    modality: Modality
    headline: Headline
    blocks: list[str]
    anti: Anti
    severity: list[SeverityCue]
    timex: Timex
    vote: VoteTable | None = None
    encoder: EncoderTable | None = None
    hash: str


class _Severity(msgspec.Struct, forbid_unknown_fields=True):
    cue: list[SeverityCue] = []


def load_pack(path: Path) -> Pack:
    """Read the pack in a folder, or a compiled one; raise `PackError` with all faults of all its files."""
    if not path.exists():
        raise PackError([f"{path}: no such pack"])
    return _read_compiled(path) if path.is_file() else _read_folder(path)


def compiled(pack: Pack) -> bytes:
    """Return a pack as one file: a digest of the rest, and the pack with the hash of its files."""
    data = msgspec.msgpack.encode(pack)
    return hashlib.blake2b(data, digest_size=DIGEST_BYTES).digest() + data


def _read_compiled(path: Path) -> Pack:
    try:
        data = path.read_bytes()
        pack = msgspec.msgpack.decode(data[DIGEST_BYTES:], type=Pack)
    except (OSError, msgspec.MsgspecError) as e:
        why = getattr(e, "strerror", None) or e
        raise PackError([f"{path.name}:1: no compiled pack: {why}"]) from e
    if hashlib.blake2b(data[DIGEST_BYTES:], digest_size=DIGEST_BYTES).digest() != data[:DIGEST_BYTES]:
        raise PackError([f"{path.name}:1: no compiled pack: its digest is of other bytes"])
    faults = [fault for _, _, fault in inconsistencies(pack)]
    if not re.fullmatch("[0-9a-f]{16}", pack.hash):
        faults.append("its hash is not 16 hexadecimal digits")
    if faults:
        raise PackError([f"{path.name}:1: {fault}" for fault in faults])
    return pack


def _read_folder(folder: Path) -> Pack:
    reader = _Reader(folder)
    severity = reader.toml("severity.toml", _Severity)
    pack = Pack(
        manifest=reader.toml("pack.toml", Manifest),
        entities=reader.lines("entities.jsonl", EntityEntry),
        families=reader.toml("families.toml", Families),
        triggers=reader.lines("triggers.jsonl", TriggerEntry),
        gaps=reader.lines("gaps.jsonl", GapRule),
        words=reader.toml("words.toml", Words),
        modality=reader.toml("modality.toml", Modality),
        headline=reader.toml("headline.toml", Headline),
        blocks=reader.plain("blocks.txt"),
        anti=reader.toml("anti.toml", Anti),
        severity=severity.cue if severity else [],
        timex=reader.toml("timex.toml", Timex),
        vote=reader.packed(VOTE, VoteTable),
        encoder=reader.packed(ENCODER, EncoderTable),
        hash=reader.digest.hexdigest(),
    )
    if not reader.faults:
        reader.faults += (f"{f}:{reader.place(f, at)}: {fault}" for f, at, fault in inconsistencies(pack))
    if reader.faults:
        raise PackError(reader.faults)
    return pack


class _Reader:
    """Reads the files of one folder; collects faults and the hash of all bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[str] = []
        self.digest = hashlib.blake2b(digest_size=8)
        self.texts: dict[str, list[str]] = {}

    def toml(self, name: str, kind: type[T]) -> Any:
        text = self._read(name)
        if text is None:
            return None
        try:
            return msgspec.convert(tomllib.loads(text), kind)
        except tomllib.TOMLDecodeError as e:
            line = re.search(r"at line (\d+)", str(e))
            self.faults.append(f"{name}:{line[1] if line else 1}: {e}")
        except msgspec.ValidationError as e:
            self.faults.append(f"{name}:{self.line_of(name, _last_key(str(e)))}: {e}")
        except RecursionError:
            self.faults.append(f"{name}:1: nested too deeply")
        return None

    def lines(self, name: str, kind: type[T]) -> list[T]:
        out = []
        for number, line in enumerate((self._read(name) or "").splitlines(), 1):
            if not line.strip():
                continue
            try:
                out.append(msgspec.convert(json.loads(line), kind))
            except (ValueError, msgspec.ValidationError) as e:
                self.faults.append(f"{name}:{number}: {e}")
            except RecursionError:
                self.faults.append(f"{name}:{number}: nested too deeply")
        return out

    def packed(self, name: str, kind: type[T]) -> T | None:
        data = self._bytes(name) if (self.folder / name).exists() else None
        try:
            return msgspec.msgpack.decode(data, type=kind) if data is not None else None
        except msgspec.MsgspecError as e:
            self.faults.append(f"{name}:1: {e}")
        return None

    def plain(self, name: str) -> list[str]:
        lines = (line.strip() for line in (self._read(name) or "").splitlines())
        return [line for line in lines if line and not line.startswith("#")]

    def place(self, name: str, at: int | str) -> int:
        """Return the line of the entry with a number in a file of lines, or of a text in another file."""
        if isinstance(at, str):
            return self.line_of(name, at)
        full = [number for number, line in enumerate(self.texts.get(name, []), 1) if line.strip()]
        return full[at] if name.endswith(".jsonl") else 1

    def line_of(self, name: str, key: str) -> int:
        lines = self.texts.get(name, [])
        return next((n for n, line in enumerate(lines, 1) if key and key in line), 1)

    def _read(self, name: str) -> str | None:
        data = self._bytes(name)
        try:
            text = data.decode() if data is not None else None
        except UnicodeDecodeError as e:
            self.faults.append(f"{name}:1: cannot be read: {e}")
            return None
        self.texts[name] = text.splitlines() if text is not None else []
        return text

    def _bytes(self, name: str) -> bytes | None:
        try:
            data = (self.folder / name).read_bytes()
        except OSError as e:
            self.faults.append(f"{name}:1: cannot be read: {e.strerror or e}")
            return None
        self.digest.update(name.encode() + b"\0" + data)
        return data


def _last_key(message: str) -> str:
    unknown = re.search(r"unknown field `([^`]+)`", message)
    if unknown:
        return unknown[1]
    path = re.search(r"at `\$([^`]*)`", message)
    keys = re.findall(r"[A-Za-z_]\w*", path[1]) if path else []
    return keys[-1] if keys else ""
