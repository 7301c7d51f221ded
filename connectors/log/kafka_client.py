"""kafka-python: its clients made for a location, and its errors in the words of the log.

The only file that imports the library. It computes CRC32C in pure Python unless the `crc32c` package is
there, which is why that is a dependency.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from kafka import (
    ConsumerRebalanceListener,
    KafkaAdminClient,
    KafkaConsumer,
    KafkaProducer,
    OffsetAndMetadata,
    TopicPartition,
)
from kafka import errors as kafka_errors
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError

from connectors.log.interface import LogError
from connectors.log.location import KafkaLocation
from transforms.secret import SecretNotFoundError

__all__ = [
    "ConfigResource",
    "ConfigResourceType",
    "ConsumerRebalanceListener",
    "KafkaError",
    "TopicPartition",
]

MAX_RECORD_BYTES = 16 * 1024 * 1024
ROOM_BYTES = 64 * 1024  # for key, headers and the frame of a batch
FETCH_BYTES = 1024 * 1024  # of a partition at once, or one larger record
REQUEST_S = 30
# What the client has left of a partition that is paused, it never gives out if another's is read to its end
# meanwhile (3.0.12): so nothing is left.
_ALL = 2**31 - 1
MOVED = (
    kafka_errors.CommitFailedError,
    kafka_errors.IllegalGenerationError,
    kafka_errors.UnknownMemberIdError,
    kafka_errors.RebalanceInProgressError,
    kafka_errors.FencedInstanceIdError,
)
_DENIED = (
    kafka_errors.SaslAuthenticationFailedError,
    kafka_errors.UnsupportedSaslMechanismError,
    kafka_errors.IllegalSaslStateError,
    kafka_errors.AuthorizationError,
)
_BEHIND = (kafka_errors.NotEnoughReplicasError, kafka_errors.NotEnoughReplicasAfterAppendError)
# asked for and refused by what the brokers are set to; no waiting helps
_REFUSED = (
    kafka_errors.MessageSizeTooLargeError,
    kafka_errors.RecordListTooLargeError,
    kafka_errors.InvalidTopicError,
    kafka_errors.InvalidReplicationFactorError,
    kafka_errors.InvalidPartitionsError,
    kafka_errors.InvalidConfigurationError,
    kafka_errors.InvalidTimestampError,
    kafka_errors.PolicyViolationError,
    kafka_errors.UnsupportedVersionError,
)

# The library tells each connection and each retry; what matters comes as an error, in our own words.
logging.getLogger("kafka").setLevel(logging.CRITICAL)


class _Refusals(logging.Handler):
    """Remembers why brokers broke a connection: clients that look for a first one say it to the log alone."""

    last: tuple[float, str] = (0.0, "")

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what is about certificates or passwords."""
        words = record.getMessage()
        if any(sign in words.lower() for sign in ("authentication", "certificate", "ssl:")):
            self.last = (monotonic(), words)

    def since(self, began_s: float) -> str:
        """Return the last of them, empty if it is older."""
        at_s, words = self.last
        return words if at_s >= began_s else ""


_REFUSALS = _Refusals(logging.ERROR)
_NET = logging.getLogger("kafka.net")
_NET.setLevel(logging.ERROR)
_NET.addHandler(_REFUSALS)
_NET.propagate = False


@contextmanager
def in_words(what: str, location: KafkaLocation) -> Iterator[None]:
    """Turn the library's errors into `LogError`: what failed, at which brokers, and why."""
    began_s = monotonic()
    try:
        yield
    except kafka_errors.KafkaConfigurationError:
        raise  # a bug of ours
    except KafkaError as e:
        why, retryable = _reason(e, location, _REFUSALS.since(began_s))
        raise LogError(f"{what} at {', '.join(location.brokers)}", why, retryable=retryable) from e
    except SecretNotFoundError as e:
        raise LogError(f"{what} at {', '.join(location.brokers)}", str(e), retryable=False) from None
    except OSError as e:
        why = e.strerror or type(e).__name__
        raise LogError(f"{what} at {', '.join(location.brokers)}", why, retryable=True) from e


def _reason(error: Exception, location: KafkaLocation, refusal: str) -> tuple[str, bool]:
    """Return why, and whether waiting may help; the texts of the library may hold what was sent."""
    name = type(error).__name__
    if isinstance(error, MOVED):
        return "the partitions moved to another member", True
    if isinstance(error, _DENIED) or "authentication" in refusal.lower():
        return f"{name}: {_not_let_in(location)}", False
    if isinstance(error, kafka_errors.UnknownTopicOrPartitionError):
        return "there is no such topic or partition", False
    if isinstance(error, _BEHIND):
        return "too few replicas are in sync", True
    if isinstance(error, _REFUSED):
        return f"{name}: refused by the brokers", False
    words = f"{error} {refusal}"
    if "certificate" in words.lower() or "ssl" in words.lower():
        return f"TLS: {words[:300]} (trusted: {location.ca_file or 'the system'})", False
    # brokers refuse and hang up at once, and a client that reads both together sees only the end
    doubt = f", or {_not_let_in(location)}" if location.mechanism else ""
    return f"{name}: no broker answers as it should{doubt}", True


def _not_let_in(location: KafkaLocation) -> str:
    return f"not let in as {location.username} by {location.mechanism}"


def producer(location: KafkaLocation) -> Any:
    """Return an idempotent producer that waits for all in-sync replicas and compresses by zstd."""
    return KafkaProducer(
        **_connection(location),
        metrics_enabled=False,
        acks="all",
        enable_idempotence=True,
        compression_type="zstd",
        batch_size=256 * 1024,
        linger_ms=5,
        max_request_size=MAX_RECORD_BYTES + ROOM_BYTES,
        delivery_timeout_ms=REQUEST_S * 1000,
        request_timeout_ms=REQUEST_S * 500,
        max_block_ms=REQUEST_S * 1000,
        allow_auto_create_topics=False,
    )


def consumer(location: KafkaLocation, group: str | None = None, **more: Any) -> Any:
    """Return a consumer that commits nothing by itself, and starts at the earliest without a position."""
    return KafkaConsumer(
        **_connection(location),
        metrics_enabled=False,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=500,
        max_partition_fetch_bytes=FETCH_BYTES,
        max_poll_records=_ALL,
        allow_auto_create_topics=False,
        check_crcs=False,  # TCP and the brokers have checked them, and here it would cost a third of the time
        **more,
    )


def admin(location: KafkaLocation) -> Any:
    """Return an admin client."""
    return KafkaAdminClient(**_connection(location), request_timeout_ms=REQUEST_S * 1000)


def marked(offset: int) -> Any:
    """Return an offset as it is committed."""
    return OffsetAndMetadata(offset, "", -1)


def _connection(location: KafkaLocation) -> dict[str, Any]:
    """Return how to reach the brokers, with the password, which is looked up here and kept nowhere else."""
    protocol = ("SASL_" if location.mechanism else "") + (
        "SSL" if location.security == "tls" else "PLAINTEXT"
    )
    given: dict[str, Any] = {
        "bootstrap_servers": list(location.brokers),
        "client_id": f"missionwire-{location.instance or os.getpid()}",
        "security_protocol": protocol,
        "bootstrap_timeout_ms": REQUEST_S * 500,
        "reconnect_backoff_max_ms": 2000,
    }
    if location.ca_file is not None:
        given["ssl_cafile"] = str(location.ca_file)
    if location.mechanism and location.password is not None:
        given["sasl_mechanism"] = location.mechanism
        given["sasl_plain_username"] = location.username
        given["sasl_plain_password"] = location.password.find(os.environ).reveal()
    return given
