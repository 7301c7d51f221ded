"""What is wrong with a pack's manifest beyond its form: names that nothing has, numbers out of bounds."""

from collections.abc import Iterator

from transforms.extract.entries import Manifest

MOST = 100.0


def in_manifest(manifest: Manifest) -> Iterator[str]:
    """Yield each unknown type or kind, and each constant that is none."""
    kinds, types = set(manifest.kinds), set(manifest.types)
    named = [*manifest.mission, *manifest.carriers, *manifest.several, *manifest.speakers]
    for entry in manifest.types.values():
        named += entry.mission or ()
        told = [
            *entry.implies,
            *entry.together,
            *entry.yields_to,
            *([entry.announces] if entry.announces else []),
        ]
        yield from (f"unknown type {name!r}" for name in told if name not in types)
    yield from (f"unknown kind {name!r}" for name in sorted(set(named) - kinds))
    least = [manifest.least_confidence, *(manifest.least_of(kind) for kind in manifest.types)]
    yield from (f"least_confidence is {n}, not from 0 to 1" for n in dict.fromkeys(least) if not 0 <= n <= 1)
    for name, value in (*manifest.confidence.items(), *manifest.confidence_status.items()):
        if not abs(value) <= MOST:
            yield f"confidence: {name} is {value}, not from -{MOST:.0f} to {MOST:.0f}"
