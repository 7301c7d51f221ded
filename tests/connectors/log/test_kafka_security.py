"""Brokers that want TLS and a password: who has both is let in, who has not is told so in a line."""

import gc
import shutil
import subprocess

import pytest

from connectors.log import kafka_client
from connectors.log.interface import LogError, NewRecord, TopicSpec
from connectors.log.kafka_log import KafkaLog
from connectors.log.location import KafkaLocation
from tests.cluster.kafka import Kafka
from tests.cluster.packages import java
from tests.conftest import running
from transforms.secret import SecretPlace

PASSWORD, STORE = "correct-horse", "changeit"
MODULES = "org.apache.kafka.common.security"
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
# the client leaves the sockets of refused connections to the garbage collector
LEFT_OPEN = "ignore::pytest.PytestUnraisableExceptionWarning"
pytestmark = [pytest.mark.usefixtures("servers"), pytest.mark.filterwarnings(LEFT_OPEN)]


def keytool(folder, *words):
    tool = shutil.which("keytool") or java().replace("java", "keytool")
    store = ["-keystore", "store.p12", "-storetype", "PKCS12", "-storepass", STORE, "-alias", "broker"]
    subprocess.run([tool, *words, *store], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """Return a folder with a broker's key, and its certificate, which is trusted for itself."""
    folder = tmp_path_factory.mktemp("certificates")
    whom = ["-dname", "CN=broker", "-ext", "san=ip:127.0.0.1", "-ext", "bc=ca:true", "-validity", "30"]
    keytool(folder, "-genkeypair", "-keyalg", "RSA", *whom)
    keytool(folder, "-exportcert", "-rfc", "-file", "ca.pem")
    return folder


@pytest.fixture(scope="module")
def kafka(certificates, tmp_path_factory):
    listener = "listener.name.clients"
    users = f'{MODULES}.plain.PlainLoginModule required user_missionwire="{PASSWORD}";'
    properties = {
        "ssl.keystore.type": "PKCS12",
        "ssl.keystore.location": str(certificates / "store.p12"),
        "ssl.keystore.password": STORE,
        "sasl.enabled.mechanisms": ",".join(MECHANISMS),
        f"{listener}.plain.sasl.jaas.config": users,
    }
    scram = f"{MODULES}.scram.ScramLoginModule required;"
    properties |= {f"{listener}.{m.lower()}.sasl.jaas.config": scram for m in MECHANISMS[1:]}
    kafka = Kafka(tmp_path_factory.mktemp("kafka"), properties, protocol="SASL_SSL")
    users = [f"{mechanism}=[name=missionwire,password={PASSWORD}]" for mechanism in MECHANISMS[1:]]
    kafka.format(*(word for user in users for word in ("--add-scram", user)))
    with running(kafka):
        yield kafka


@pytest.fixture
def log_of(kafka, certificates, tmp_path, monkeypatch):
    monkeypatch.setattr(kafka_client, "REQUEST_S", 5)
    opened = []

    def open_log(**given):
        secret = tmp_path / "password"
        secret.write_text(given.pop("password", PASSWORD))
        known = {"replication": 1, "ca_file": certificates / "ca.pem", "mechanism": "SCRAM-SHA-512"}
        known |= {"username": "missionwire", "password": SecretPlace(file=secret)}
        opened.append(KafkaLog(KafkaLocation(tuple(kafka.brokers), **{**known, **given})))
        return opened[-1]

    yield open_log
    for log in opened:
        log.close()
    opened.clear()
    gc.collect()


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_who_has_certificate_and_password_is_let_in(log_of, mechanism):
    log = log_of(mechanism=mechanism)
    log.ensure_topics([TopicSpec("news")])
    log.append([NewRecord("news", "k", mechanism.encode())])
    (partition,) = log.partitions("news")
    assert log.read({partition: 0})[-1].value == mechanism.encode()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"password": "wrong"}, "not let in as missionwire by SCRAM-SHA-512"),
        ({"mechanism": "PLAIN", "password": "wrong"}, "not let in as missionwire by PLAIN"),
        ({"username": "nobody"}, "not let in as nobody by SCRAM-SHA-512"),
    ],
)
def test_who_has_a_wrong_name_or_password_is_told_so(log_of, given, why):
    with pytest.raises(LogError, match=why) as failed:
        log_of(**given).partitions("news")
    assert "wrong" not in str(failed.value)


def test_who_does_not_trust_the_certificate_is_told_so_and_need_not_wait(log_of):
    with pytest.raises(LogError, match=r"TLS: .*certificate") as failed:
        log_of(ca_file=None).partitions("news")
    assert not failed.value.retryable


def test_a_password_that_is_not_there_is_named_by_its_place(log_of, tmp_path):
    log = log_of(password="x")
    (tmp_path / "password").unlink()
    with pytest.raises(LogError, match="password cannot be read: No such file"):
        log.partitions("news")


def test_a_client_without_tls_gets_no_answer_it_understands(log_of):
    with pytest.raises(LogError, match="no broker answers as it should"):
        log_of(security="plaintext", ca_file=None).partitions("news")
