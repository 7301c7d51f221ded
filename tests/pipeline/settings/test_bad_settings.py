"""Each file in `bad` breaks one rule; the comments at its top are the faults that must be printed."""

from pathlib import Path

import pytest

from pipeline.settings import SettingsFaults, load_settings

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))
ENVIRON = {"NO_ADDRESS": "hunter2", "EMPTY": "", "PASSWORD": "hunter2"}
WORDS = {"# expect: ": "whole", "# expect-part: ": "part", "# expect-elsewhere: ": "elsewhere"}


def expected(path):
    for line in path.read_text().splitlines():
        for start, kind in WORDS.items():
            if line.startswith(start):
                yield kind, line.removeprefix(start)


def faults_in(path):
    with pytest.raises(SettingsFaults) as caught:
        load_settings(path, ENVIRON, with_secrets=True)
    return [str(fault) for fault in caught.value.faults]


def holds(kind, text, fault, path):
    if kind == "elsewhere":
        return fault == f"{path.parent}/{text}"
    return fault == f"{path}:{text}" if kind == "whole" else fault.startswith(f"{path}:{text}")


@pytest.mark.parametrize("path", BAD, ids=lambda p: p.stem)
def test_every_fault_is_named_with_its_line(path):
    faults, wanted = faults_in(path), list(expected(path))
    unmet = [(k, text) for k, text in wanted if not any(holds(k, text, f, path) for f in faults)]
    extra = [f for f in faults if not any(holds(k, text, f, path) for k, text in wanted)]
    assert (unmet, extra) == ([], [])
    assert wanted


@pytest.mark.parametrize("path", BAD, ids=lambda p: p.stem)
def test_no_fault_repeats_a_secret(path):
    assert "hunter2" not in "\n".join(faults_in(path)).replace("nowhere", "")
