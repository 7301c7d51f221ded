"""`missionwire pack`, as people who write packs run it."""

import json
import shutil

from pipeline.cli import main
from transforms.extract.pack import BUNDLED, load_pack


def test_check_counts_names_and_rules(capsys):
    assert main(["pack", "check"]) == 0
    assert "rules, all good" in capsys.readouterr().out


def test_check_tells_all_faults_of_files_that_do_not_load(tmp_path, capsys):
    (tmp_path / "pack.toml").write_text("id = 1")
    assert main(["pack", "check", str(tmp_path)]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) > 5
    assert any(line.startswith("pack.toml:1:") for line in told)


def test_test_names_what_an_example_does_not_keep(tmp_path, capsys):
    copy = shutil.copytree(BUNDLED, tmp_path / "pack")
    lines = (copy / "triggers.jsonl").read_text().splitlines()
    lines[0] = json.dumps(json.loads(lines[0]) | {"yes": "The haze has not lifted off."})
    (copy / "triggers.jsonl").write_text("\n".join(lines) + "\n")
    assert main(["pack", "test", str(copy)]) == 1
    assert "triggers.jsonl:1: no event of it in" in capsys.readouterr().err


def test_what_compile_writes_is_a_pack(tmp_path, capsys):
    file = tmp_path / "space.pack"
    assert main(["pack", "compile", "--output", str(file)]) == 0
    assert load_pack(file).hash == load_pack(BUNDLED).hash
    assert main(["pack", "test", str(file)]) == 0
    assert "examples of" in capsys.readouterr().out


def test_compile_says_where_it_could_not_write(tmp_path, capsys):
    assert main(["pack", "compile", "--output", str(tmp_path / "none" / "space.pack")]) == 1
    assert "space.pack: No such file or directory" in capsys.readouterr().err
