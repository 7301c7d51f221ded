"""The parser's model: found without being imported, and refused by the name of each file that differs."""

import shutil
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from transforms.extract.parser import Parser
from transforms.parser_model import DIGESTS, ParserModelError, verified_files


@pytest.fixture(scope="session")
def installed(parser_model):
    """Return the folder of the installed model's files."""
    package = Path(find_spec(parser_model).submodule_search_locations[0])
    return next(package.glob("*/config.cfg")).parent


@pytest.fixture
def copied(installed, tmp_path):
    return shutil.copytree(installed, tmp_path / "model")


def refusal(model):
    with pytest.raises(ParserModelError) as caught:
        Parser(model)
    return str(caught.value)


@pytest.mark.parametrize(
    ("model", "why"),
    [
        ("no_such_package", "no_such_package: there is no such package"),
        ("no-package.name", "no-package.name: there is no such package"),
        ("json.tool", "json.tool: there is no such package"),
        ("./no/such/folder", "./no/such/folder: there is no such file or folder"),
    ],
)
def test_a_model_that_is_not_there_is_an_error_that_says_how_to_get_one(model, why):
    assert refusal(model).startswith(f"parser model {why} (expected en_core_web_sm 3.8.0: `pip install")


def test_a_package_or_folder_of_something_else_is_no_model(tmp_path):
    assert "there is no config.cfg in it" in refusal("json")
    assert "there is no config.cfg in it" in refusal(f"{tmp_path}/")


def test_a_file_that_is_no_wheel_cannot_be_read(tmp_path):
    (tmp_path / "model.whl").write_bytes(b"hello")
    assert "model.whl: cannot be read: File is not a zip file" in refusal(str(tmp_path / "model.whl"))


def test_a_model_without_all_its_files_cannot_be_read(tmp_path):
    (tmp_path / "config.cfg").write_text("")
    assert "cannot be read: No such file or directory" in refusal(str(tmp_path))


def test_every_file_of_another_model_is_named(tmp_path):
    for name in DIGESTS:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("of another model")
    assert f"{tmp_path}: {', '.join(DIGESTS)}: not as in en_core_web_sm 3.8.0" in refusal(str(tmp_path))


@pytest.mark.parametrize("name", DIGESTS)
def test_a_file_with_one_byte_changed_is_refused_by_its_name(copied, name):
    data = bytearray((copied / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copied / name).write_bytes(data)
    assert f"{copied}: {name}: not as in en_core_web_sm 3.8.0; nothing was loaded" in refusal(str(copied))


def test_code_that_a_configuration_names_never_runs(copied):
    config = copied / "config.cfg"
    config.write_text(
        config.read_text().replace("before_creation = null", 'before_creation = {"@callbacks":"x"}')
    )
    assert "config.cfg: not as in" in refusal(str(copied))


def test_files_that_are_not_loaded_may_be_anything(copied):
    for name in ("ner/model", "tokenizer", "meta.json"):
        (copied / name).write_text("anything")
    assert set(verified_files(str(copied))) == set(DIGESTS)


def test_a_model_is_found_in_its_folder_its_package_and_its_wheel(parser_model, installed, tmp_path):
    wheel = tmp_path / "model.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in DIGESTS:
            archive.write(installed / name, f"en_core_web_sm/en_core_web_sm-3.8.0/{name}")
    found = [
        verified_files(where) for where in (parser_model, str(installed), str(installed.parent), str(wheel))
    ]
    assert all(files == found[0] for files in found)


def test_the_package_of_a_model_is_never_imported(parser_model, monkeypatch):
    monkeypatch.delitem(sys.modules, parser_model, raising=False)
    Parser(parser_model)
    assert parser_model not in sys.modules
