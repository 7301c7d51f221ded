"""Compare the homes of the log: records a second in and out of SQLite and of a Kafka broker, in one run.

    python -m tests.bench.log_homes [--records 20000]

One process appends records of 2 kB in batches of 100, each acknowledged before the next, and reads them all
again. For Kafka the time is shared out: what CRC32C and zstd, as the client calls them, take for the bytes.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from kafka.codec import zstd_decode, zstd_encode
from kafka.record.util import calc_crc32c

from connectors.log.interface import Log, NewRecord, TopicSpec
from connectors.log.kafka_log import KafkaLog
from connectors.log.location import KafkaLocation
from connectors.log.sqlite_log import SqliteLog
from pipeline.log_scan import scan
from tests.bench.articles import ordinary
from tests.cluster.kafka import Kafka
from tests.cluster.packages import PackagesError, jars
from tests.conftest import running

SIZE, BATCH = 2000, 100
REPEATS = 20


def main(arguments: list[str]) -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=20_000)
    batches = parser.parse_args(arguments).records // BATCH
    with tempfile.TemporaryDirectory() as folder:
        in_sqlite = measured(SqliteLog(Path(folder) / "log.sqlite"), batches)
        try:
            jars("kafka")
        except PackagesError as missing:
            print(f"left out: {missing}", file=sys.stderr)
            return 0
        with running(Kafka(Path(folder) / "kafka")) as kafka:
            in_kafka = measured(KafkaLog(KafkaLocation(tuple(kafka.brokers), 1, "plaintext")), batches)
    for what, sqlite, broker in zip(("in", "out"), in_sqlite, in_kafka, strict=True):
        print(f"records/s {what:3} SQLite {sqlite:8.0f}; Kafka {broker:8.0f}; ratio {broker / sqlite:.2f}")
    content = b"".join(record.value for record in batch(0))
    packed = zstd_encode(content)
    print(f"zstd makes {len(content)} bytes {len(packed)}; share of the time of a record")
    share("in", in_kafka[0], {"CRC32C": lambda: calc_crc32c(packed), "zstd": lambda: zstd_encode(content)})
    share("out", in_kafka[1], {"zstd": lambda: zstd_decode(packed)})
    return 0


def batch(number: int) -> list[NewRecord]:
    """Return records of news that compresses as news does, with some bytes that do not."""
    records = []
    for n in range(number * BATCH, (number + 1) * BATCH):
        text = " ".join(ordinary(n * 8 + k)[1] for k in range(12)).encode()[: SIZE - 400]
        records.append(NewRecord("news", str(n), text + os.urandom(SIZE - len(text))))
    return records


def measured(log: Log, batches: int) -> tuple[float, float]:
    """Return records appended and read a second; the log is closed."""
    log.ensure_topics([TopicSpec("news")])
    log.append(batch(0))  # the first finds its way
    filled = [batch(number) for number in range(batches)]
    began = time.perf_counter()
    for records in filled:
        log.append(records)
    appended = time.perf_counter()
    deque(scan(log, "news"), maxlen=0)
    read = time.perf_counter()
    log.close()
    count = batches * BATCH
    return count / (appended - began), (count + BATCH) / (read - appended)


def share(way: str, per_s: float, steps: dict[str, Callable[[], object]]) -> None:
    """Print what each step takes of the time of a batch."""
    for step, act in steps.items():
        began = time.perf_counter()
        for _ in range(REPEATS):
            act()
        took_s = (time.perf_counter() - began) / REPEATS
        print(f"  {way:3} {step:6} {took_s * per_s / BATCH:.1%}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
