"""The benchmarks run and print their figures; what the figures are is nobody's verdict here."""

import pytest

from tests.bench import (
    feed_parsing,
    feed_polling,
    load,
    log_homes,
    log_speed,
    replay_speed,
    restart_speed,
    sizing,
    soak,
)
from tests.bench.dedup import histories as dedup_histories
from tests.bench.dedup import quality as dedup_quality
from tests.bench.dedup import speed as dedup_speed
from tests.bench.extraction import confidence as extraction_confidence
from tests.bench.extraction import days as extraction_days
from tests.bench.extraction import sentences as extraction_sentences
from tests.bench.extraction import soak as extraction_soak
from tests.bench.extraction import speed as extraction_speed

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("bench", "arguments", "figures"),
    [
        (log_speed, ["--seconds", "0.2"], ["appends/s", "reads/s", "append to poll p99"]),
        pytest.param(
            log_homes,
            ["--records", "1000"],
            ["records/s in", "records/s out", "CRC32C", "zstd"],
            marks=pytest.mark.cluster,
        ),
        (replay_speed, ["--articles", "300"], ["300 ", "extract", "with Beam, log and files"]),
        (restart_speed, ["--articles", "500"], ["states rebuilt", "0 articles had to be extracted again"]),
        (soak, ["--bundles", "50"], ["50 bundles:"]),
        (sizing, ["--articles", "300"], ["CPU for 1,000 articles", "bytes per article", "10,000,000"]),
        (dedup_quality, ["--quick"], ["space news", "wrong 0", "MinHash 0.8", "equal titles"]),
        (
            dedup_speed,
            ["--articles", "200", "--soak", "100"],
            ["fingerprints", "sharded", "bytes", "100 articles"],
        ),
        (dedup_histories, ["--histories", "400"], ["400 histories", "wrongly folded: 0"]),
        (extraction_days, [], ["right / stated", "unread"]),
        (extraction_sentences, ["--faults"], ["docking_anomaly", "precision", "recall", "hypothetical"]),
        (
            extraction_speed,
            ["--rounds", "1", "--quick"],
            ["whole path, dense", "x bare", "p99", "recall", "200 kB of abbreviations"],
        ),
        (extraction_soak, ["--articles", "300"], ["300 articles", "MB per million", "strings"]),
        pytest.param(
            extraction_confidence,
            [],
            ["on months that were left out", "both: ECE", "[confidence]"],
            marks=pytest.mark.timeout(400),  # it teaches five votes
        ),
        (
            feed_polling,
            ["--feeds", "20", "--minutes", "3"],
            ["20 feeds", "on time", "of one host", "shortest gap", "ms a poll", "memory"],
        ),
        pytest.param(
            feed_parsing,
            ["--feeds", "3"],
            ["3 live feeds", "feedparser alone", "ours, to articles", "MB/s"],
            marks=pytest.mark.skipif(not feed_parsing.SUITES.exists(), reason="the suites are not here"),
        ),
        (load, ["--rate", "20", "--seconds", "3"], ["0 untold", "p95", "process", "notify"]),
    ],
    ids=lambda value: value.__name__.removeprefix("tests.bench.") if hasattr(value, "__name__") else "",
)
def test_a_benchmark_prints_its_figures(bench, arguments, figures, capsys):
    assert bench.main(arguments) == 0
    printed = capsys.readouterr().out
    for figure in figures:
        assert figure in printed
