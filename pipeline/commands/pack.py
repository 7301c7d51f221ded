"""`missionwire pack check|test|compile`: for people who write the vocabulary of extraction."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.commands.options import Commands

SUMMARY = "Check, try and compile packs: the vocabularies of extraction."
CHECK = "Read a pack strictly; print every fault with its file and line."
TEST = "Try the example texts of every trigger and gap rule of a pack."
COMPILE = "Write a pack as one file, which may stand wherever a pack's folder may."


def declare(commands: "Commands") -> None:
    """Declare the command and its subcommands."""
    parser = commands.add_parser("pack", help=SUMMARY, description=SUMMARY)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name, what, act in (("check", CHECK, check), ("test", TEST, test), ("compile", COMPILE, write)):
        action = actions.add_parser(name, help=what, description=what)
        action.add_argument(
            "pack",
            nargs="?",
            type=Path,
            help="a pack's folder, or a compiled pack (default: the bundled one)",
        )
        action.set_defaults(act=_told(act))
        if name == "compile":
            action.add_argument(
                "--output", type=Path, required=True, metavar="FILE", help="where to write it"
            )


def _told(act: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """Return the action, with the faults of a pack that does not load printed."""

    def acted(arguments: argparse.Namespace) -> int:
        from transforms.extract import PackError

        try:
            return act(arguments)
        except PackError as e:
            return _faulty(e.faults)

    return acted


def check(arguments: argparse.Namespace) -> int:
    """Load the pack and look for what cannot work."""
    from transforms.extract.pack import BUNDLED, load_pack
    from transforms.extract.pack_lint import lint
    from transforms.extract.vocabulary import Vocabulary

    pack = load_pack(arguments.pack or BUNDLED)
    if faults := list(lint(pack)):
        return _faulty(faults)
    Vocabulary(pack)
    rules = len(pack.triggers) + len(pack.gaps)
    print(f"{pack.manifest.id} {pack.hash}: {len(pack.entities)} names, {rules} rules, all good")
    return 0


def test(arguments: argparse.Namespace) -> int:
    """Run the examples."""
    from transforms.extract import Extractor
    from transforms.extract.pack_examples import wrong_examples
    from transforms.extract.pack_lint import rules_of

    extractor = Extractor.load(arguments.pack)
    wrong = list(wrong_examples(extractor))
    for complaint in wrong:
        print(complaint, file=sys.stderr)
    if wrong:
        return 1
    rules = [rule for _, rule in rules_of(extractor.pack)]
    print(f"{sum(bool(r.yes) + bool(r.no) for r in rules)} examples of {len(rules)} rules, all good")
    return 0


def write(arguments: argparse.Namespace) -> int:
    """Compile."""
    from transforms.extract.pack import BUNDLED, compiled, load_pack

    pack = load_pack(arguments.pack or BUNDLED)
    try:
        arguments.output.write_bytes(compiled(pack))
    except OSError as e:
        print(f"missionwire: {arguments.output}: {e.strerror}", file=sys.stderr)
        return 1
    print(f"{arguments.output}: {pack.manifest.id} {pack.hash}")
    return 0


def _faulty(faults: Sequence[str]) -> int:
    for fault in faults:
        print(fault, file=sys.stderr)
    return 2
