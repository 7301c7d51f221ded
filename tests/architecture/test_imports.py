"""The rules of the house, read from the source: who imports whom, where a library lives, what names say.

Each rule is a plain function of sources, so the second half of this file feeds it bad ones.
"""

import ast
import re
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[2]
MAY_IMPORT = {
    "transforms": set(),
    "connectors": {"transforms"},
    "alerts": {"transforms"},
    "pipeline": {"transforms", "connectors", "alerts"},
}
# a library lives where one of these patterns leads
ONE_PLACE = {
    "aiohttp": (
        "transforms/guarded_http.py",
        "connectors/feeds/fetch.py",
        "connectors/feeds/name_lookup.py",
        "alerts/receivers/http_post.py",
    ),
    "ahocorasick_rs": ("transforms/extract/gate.py", "transforms/extract/numbered.py"),
    "backports": ("connectors/feeds/content_codings.py", "connectors/feeds/dead_body.py"),
    "brotli": ("connectors/feeds/content_codings.py",),
    "alembic": ("pipeline/database.py", "pipeline/migrations/*.py"),
    "cel": ("alerts/rules/condition.py",),
    "fcntl": ("pipeline/supervision/run_lock.py",),
    "feedparser": ("connectors/feeds/parse.py",),
    "kafka": ("connectors/log/kafka_client.py",),
    "numpy": (
        "transforms/deduplicate/shingles.py",
        "transforms/deduplicate/reading.py",
        "transforms/extract/encoder.py",
        "transforms/extract/name_odds.py",
        "transforms/extract/vote.py",
    ),
    "onnxruntime": ("transforms/extract/encoder.py",),
    "protego": ("connectors/feeds/robots.py",),
    "prometheus_client": ("pipeline/metrics.py", "pipeline/metric_kinds.py"),
    "ruamel": ("transforms/located_yaml.py", "transforms/yaml_insertion.py"),
    "selectolax": ("connectors/feeds/plain_text.py",),
    "slack_sdk": ("alerts/receivers/slack*.py",),
    "smtplib": ("alerts/receivers/email.py",),
    "spacy": ("transforms/extract/*.py",),
    "sqlalchemy": (
        "transforms/sql_*.py",
        "pipeline/database.py",
        "pipeline/migrations/versions/*.py",
        "connectors/feeds/feed_states.py",
        "connectors/feeds/feed_leases.py",
        "connectors/feeds/feed_pauses.py",
        "alerts/outbox*.py",
        "alerts/ledger.py",
    ),
    "trafilatura": ("connectors/feeds/page_text.py",),
    "tqdm": ("pipeline/progress.py",),
}
# where Beam may be besides a `verb_nouns.py` that holds the PTransform `VerbNouns`
BEAM_TOO = (
    "pipeline/graph.py",
    "pipeline/process.py",
    "pipeline/fn_api_runner.py",
    "pipeline/flink/submit.py",
    "pipeline/worker.py",
    "pipeline/worker_boot.py",
    "pipeline/worker_pool.py",
    "transforms/element_coders.py",
)
NO_NAMES = {
    "manager",
    "handler",
    "helper",
    "util",
    "utils",
    "processor",
    "service",
    "data",
    "info",
    "common",
    "base",
}
LONGEST_FILE = 300
TOP_LEVEL = {
    "pipeline", "connectors", "transforms", "alerts", "deploy", "seeds", "tests",
    "pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile",
    "requirements.lock", "requirements-dev.lock",
}  # fmt: skip
LEFT_BY_TOOLS = ("build", "*.egg-info", "missionwire-data", "missionwire.yaml", ".*", "__pycache__")


def imported(source):
    """Yield the full name of every module that the source imports, wherever the import stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def layer_faults(path, source):
    own = PurePosixPath(path).parts[0]
    for name in imported(source):
        top = name.split(".")[0]
        if name.startswith("."):
            yield f"{path}: relative import"
        elif top in MAY_IMPORT and top != own and top not in MAY_IMPORT[own]:
            yield f"{path}: {own} imports {top}"


def place_faults(path, source):
    for top in {name.split(".")[0] for name in imported(source)}:
        if top in ONE_PLACE and not any(fnmatch(path, place) for place in ONE_PLACE[top]):
            yield f"{path}: {top} lives elsewhere"
        if top == "apache_beam" and path not in BEAM_TOO and not holds_its_transform(path, source):
            yield f"{path}: apache_beam in a file that holds no PTransform of its name"


def holds_its_transform(path, source):
    wanted = "".join(word.title() for word in PurePosixPath(path).stem.split("_"))
    return any(
        isinstance(node, ast.ClassDef)
        and node.name == wanted
        and any(ast.unparse(b).endswith("PTransform") for b in node.bases)
        for node in ast.parse(source).body
    )


def name_faults(path):
    words = {word for part in PurePosixPath(path).parts for word in re.split(r"[_.]", part)}
    yield from (f"{path}: says nothing by {word!r}" for word in sorted(words & NO_NAMES))


def length_faults(path, source):
    if (lines := source.count("\n")) > LONGEST_FILE:
        yield f"{path}: {lines} lines"


def top_level_faults(names):
    known = {n for n in names if not any(fnmatch(n, pattern) for pattern in LEFT_BY_TOOLS)}
    yield from (f"{name}: not given" for name in sorted(known - TOP_LEVEL))
    yield from (f"{name}: missing" for name in sorted(TOP_LEVEL - known))


def sources():
    for top in MAY_IMPORT:
        for path in sorted((ROOT / top).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def found(rule):
    return [fault for path, source in sources() for fault in rule(path, source)]


def test_layers_import_only_what_lies_below():
    assert found(layer_faults) == []


def test_a_library_lives_in_one_place():
    assert found(place_faults) == []


def test_no_name_says_nothing():
    assert [fault for path, _ in sources() for fault in name_faults(path)] == []


def test_files_stay_short():
    assert found(length_faults) == []


def test_the_top_level_is_as_given():
    assert list(top_level_faults(path.name for path in ROOT.iterdir())) == []


def test_there_is_something_to_read():
    assert len({path.split("/")[0] for path, _ in sources()}) == 4


BAD = [
    (layer_faults, "transforms/x.py", "import connectors.log", "transforms imports connectors"),
    (layer_faults, "transforms/x.py", "from pipeline import cli", "transforms imports pipeline"),
    (layer_faults, "connectors/x.py", "import alerts", "connectors imports alerts"),
    (layer_faults, "alerts/x.py", "from connectors.log import topics", "alerts imports connectors"),
    (layer_faults, "alerts/x.py", "def f():\n    import pipeline", "alerts imports pipeline"),
    (layer_faults, "alerts/x.py", "if TYPE_CHECKING:\n    import pipeline", "alerts imports pipeline"),
    (layer_faults, "alerts/x.py", "from . import y", "relative import"),
    (place_faults, "pipeline/x.py", "import feedparser", "feedparser lives elsewhere"),
    (
        place_faults,
        "alerts/receivers/slack_webhook.py",
        "from smtplib import SMTP",
        "smtplib lives elsewhere",
    ),
    (place_faults, "pipeline/x.py", "import spacy.tokens", "spacy lives elsewhere"),
    (place_faults, "transforms/fold_things.py", "import apache_beam", "holds no PTransform of its name"),
    (
        place_faults,
        "transforms/fold_things.py",
        "import apache_beam as b\nclass FoldOthers(b.PTransform): pass",
        "holds no PTransform of its name",
    ),
    (length_faults, "alerts/x.py", "x = 1\n" * 301, "301 lines"),
]


@pytest.mark.parametrize(("rule", "path", "source", "fault"), BAD)
def test_a_bad_source_is_found(rule, path, source, fault):
    (only,) = rule(path, source)
    assert only.startswith(f"{path}: ")
    assert only.endswith(fault)


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (layer_faults, "pipeline/x.py", "import alerts, connectors, transforms"),
        (layer_faults, "alerts/x.py", "import transforms.records\nimport alerts.plan"),
        (place_faults, "transforms/extract/x.py", "import spacy"),
        (
            place_faults,
            "transforms/fold_things.py",
            "import apache_beam as b\nclass FoldThings(b.PTransform): pass",
        ),
        (length_faults, "alerts/x.py", "x = 1\n" * 300),
    ],
)
def test_a_good_source_is_left_alone(rule, path, source):
    assert list(rule(path, source)) == []


def test_a_bad_name_is_found():
    assert list(name_faults("alerts/rule_manager.py")) == [
        "alerts/rule_manager.py: says nothing by 'manager'"
    ]
    assert list(name_faults("alerts/utils/x.py")) == ["alerts/utils/x.py: says nothing by 'utils'"]
    assert list(name_faults("alerts/database_url.py")) == []


def test_a_stray_file_and_a_missing_folder_are_found():
    names = (TOP_LEVEL | {"notes.txt", ".venv", "build"}) - {"seeds"}
    assert list(top_level_faults(names)) == ["notes.txt: not given", "seeds: missing"]
