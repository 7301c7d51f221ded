"""A lifecycle is read strictly, and every fault in it is told at once."""

import pytest

from transforms.correlate.lifecycle import STARTER, LifecycleError, load_lifecycle, starter_lifecycle


def faults(tmp_path, *changes):
    text = STARTER.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "lifecycle.toml"
    path.write_text(text)
    with pytest.raises(LifecycleError) as caught:
        load_lifecycle(path)
    return [fault.split(":", 2)[2].strip() for fault in caught.value.faults]


def test_the_starter_lifecycle_knows_every_type():
    assert len(starter_lifecycle().types) == 14


def test_all_faults_come_at_once(tmp_path):
    found = faults(
        tmp_path,
        ('pack = "space"', 'pack = 3\ncolour = "red"'),
        ("[types.reentry]", "[types.reentrance]"),
        ('failed_by = "launch_failure"', 'failed_by = "launch"'),
        ("floor = 3", "floor = 9"),
        ("once = true", 'once = "yes"'),
    )
    assert found == [
        "pack: Expected `str`, got `int` - at `$.pack`",
        "colour: Object contains unknown field `colour`",
        "types.reentry is missing",
        "types.launch.once: Expected `bool`, got `str` - at `$.once`",
        "types.launch.failed_by: refers to itself",
        "types.launch_failure.floor: must be 0 to 4",
        "types.reentrance: no type of event",
    ]


def test_a_fault_has_the_line_of_its_key(tmp_path):
    path = tmp_path / "lifecycle.toml"
    path.write_text(STARTER.read_text().replace("window_days = 1\n", "window_days = 1000\n", 1))
    with pytest.raises(LifecycleError) as caught:
        load_lifecycle(path)
    line = path.read_text().splitlines().index("window_days = 1000") + 1
    assert caught.value.faults == [f"lifecycle.toml:{line}: types.launch.window_days: must be 0 to 366"]


def test_a_file_that_is_no_toml_is_one_fault(tmp_path):
    path = tmp_path / "lifecycle.toml"
    path.write_text("types = [")
    with pytest.raises(LifecycleError, match="no TOML"):
        load_lifecycle(path)
