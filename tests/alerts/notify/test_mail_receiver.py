"""Mail against a real SMTP server with STARTTLS and log-in that misbehaves on demand."""

import asyncio
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from alerts.plan import Route, plan
from alerts.receivers.email import Mailer, compose
from alerts.receivers.outcome import Delivered, Refused, Retry, Unknown
from alerts.receivers.settings import Email, TerminalReceiver
from alerts.receivers.terminal import Terminal
from transforms.secret import Secret

PASSWORD = "pa55word-that-nobody-may-see"


class Mailbox:
    """Keeps what it takes; `replies` by step and `fault` say how it misbehaves."""

    def __init__(self):
        self.taken, self.replies, self.fault = [], {}, None

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        envelope.mail_from = address
        return self.replies.get("mail", "250 OK")

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        reply = self.replies.get(address, "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.taken.append((envelope.rcpt_tos, envelope.content, session.authenticated))
        if self.fault == "drop":
            server.transport.abort()
            await asyncio.sleep(0)
        if self.fault == "slow":
            await asyncio.Event().wait()
        return self.replies.get("data", "250 OK")


class Server(Controller):
    def __init__(self, mailbox, context, wrapped=None):
        self.context = context
        super().__init__(mailbox, hostname="127.0.0.1", port=0, ssl_context=wrapped)

    def factory(self):
        secured = self.context is not None
        return SMTP(
            self.handler,
            tls_context=self.context,
            require_starttls=secured,
            authenticator=self._check if secured else None,
            auth_required=secured,
        )

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def _check(self, server, session, envelope, mechanism, credentials):
        good = (credentials.login, credentials.password) == (b"wire", PASSWORD.encode())
        return AuthResult(success=good, handled=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificate")
    key, cert = folder / "key.pem", folder / "cert.pem"
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    words = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=here"
    subprocess.run(
        [*words.split(), "-addext", names, "-keyout", str(key), "-out", str(cert)],
        check=True,
        capture_output=True,
    )
    return cert, key


@contextmanager
def running(mailbox, certificate=None, *, wrapped=False):
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
    server = Server(mailbox, None, context) if wrapped else Server(mailbox, context)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


def settings(port, **more):
    values = {
        "name": "mail",
        "host": "127.0.0.1",
        "port": port,
        "sender": "wire@wire.example",
        "recipients": ("a@ops.example", "b@ops.example"),
        "security": "none",
        "timeout": timedelta(seconds=3),
    }
    return Email(**(values | more))


def secured(port, certificate, password=PASSWORD):
    return settings(
        port, security="starttls", username="wire", password=Secret(password), ca_file=str(certificate[0])
    )


@pytest.fixture
def note(make):
    [notification] = plan(make.alert(), [Route(("mail",))], make.start).notifications
    return notification


def attempt(mail, note, **options):
    return asyncio.run(Mailer(mail, **options).send(note))


def test_a_mail_arrives_over_starttls_after_log_in(certificate, note):
    mailbox = Mailbox()
    with running(mailbox, certificate) as port:
        assert attempt(secured(port, certificate), note) == Delivered()
    [(recipients, content, authenticated)] = mailbox.taken
    assert (recipients, authenticated) == (["a@ops.example", "b@ops.example"], True)
    assert f"Message-ID: <{note.key}@wire.example>".encode() in content
    assert b"References: <incident-incident-1@wire.example>" in content


def test_a_mail_arrives_over_tls_from_the_first_byte(certificate, note):
    mailbox = Mailbox()
    with running(mailbox, certificate, wrapped=True) as port:
        mail = settings(port, security="tls", ca_file=str(certificate[0]))
        assert attempt(mail, note) == Delivered()
    assert len(mailbox.taken) == 1


def test_wrong_credentials_are_retried_and_not_shown(certificate, note):
    with running(Mailbox(), certificate) as port:
        outcome = attempt(secured(port, certificate, "wrong-" + PASSWORD), note)
    assert outcome == Retry("login-refused")


def test_a_certificate_of_a_stranger_is_not_trusted(certificate, note):
    mailbox = Mailbox()
    with running(mailbox, certificate) as port:
        mail = settings(port, security="starttls", username="wire", password=Secret(PASSWORD))
        assert attempt(mail, note) == Retry("tls")
    assert mailbox.taken == []


def test_no_mail_goes_in_the_clear_when_starttls_is_not_offered(certificate, note):
    mailbox = Mailbox()
    with running(mailbox) as port:
        assert attempt(secured(port, certificate), note) == Retry("starttls-not-offered")
    assert mailbox.taken == []


@pytest.mark.parametrize(
    ("replies", "want", "taken"),
    [
        ({"mail": "451 later"}, Retry("smtp-451"), 0),
        ({"mail": "550 no"}, Refused("smtp-550"), 0),
        ({"mail": "530 log in"}, Retry("smtp-530"), 0),
        ({"a@ops.example": "450 greylisted"}, Retry("smtp-450"), 0),
        ({"a@ops.example": "550 unknown"}, Delivered("some-recipients-refused"), 1),
        ({"a@ops.example": "550 no", "b@ops.example": "551 no"}, Refused("smtp-550"), 0),
        ({"data": "452 full"}, Retry("smtp-452"), 1),
        ({"data": "554 spam"}, Refused("smtp-554"), 1),
    ],
)
def test_each_reply_is_delivered_retried_or_refused(note, replies, want, taken):
    mailbox = Mailbox()
    mailbox.replies = replies
    with running(mailbox) as port:
        assert attempt(settings(port), note) == want
    assert len(mailbox.taken) == taken


def test_a_connection_dropped_after_the_message_is_of_unknown_end(note):
    mailbox = Mailbox()
    mailbox.fault = "drop"
    with running(mailbox) as port:
        assert attempt(settings(port), note) == Unknown("broken-connection")


def test_an_answer_that_does_not_come_is_of_unknown_end(note):
    mailbox = Mailbox()
    mailbox.fault = "slow"
    with running(mailbox) as port:
        mail = settings(port, timeout=timedelta(seconds=0.2))
        assert attempt(mail, note) == Unknown("timeout")


def test_a_refused_connection_is_retried(note):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    assert attempt(settings(port), note) == Retry("connect-failed")


def test_a_server_that_says_nothing_is_retried(note):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mail = settings(silent.getsockname()[1], timeout=timedelta(seconds=0.2))
        assert attempt(mail, note) == Retry("connect-timeout")


def test_a_server_that_answers_drop_by_drop_is_cut_off(note):
    with socket.create_server(("127.0.0.1", 0)) as server:
        dripping = threading.Thread(target=_drip, args=(server,))
        dripping.start()
        mail = settings(server.getsockname()[1])
        outcome = attempt(mail, note, longest_talk=timedelta(seconds=0.2))
        dripping.join()
    assert type(outcome) is Retry


def test_a_password_is_never_sent_over_a_plain_connection_to_elsewhere():
    with pytest.raises(ValueError, match="a password needs security starttls or tls") as caught:
        settings(25, host="mail.example", username="wire", password=Secret(PASSWORD))
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("address", ["nobody", "a@b\r\nBcc: c@d", "Name <a@b.example>", "", "a@b, c@d"])
def test_what_is_no_address_is_refused_at_once(address):
    with pytest.raises(ValueError, match="receiver mail: not a mail address"):
        settings(25, recipients=(address,))


def test_each_attempt_composes_the_same_bytes(note):
    mail = settings(25)
    assert compose(note, mail).as_bytes() == compose(note, mail).as_bytes()


def test_a_line_that_begins_with_a_dot_arrives_whole(make):
    of = make.incident(reports=(make.report(quote=". " + "dot " * 60),))
    [note] = plan(make.alert(summary=".leading", of=of), [Route(("mail",))], make.start).notifications
    mailbox = Mailbox()
    with running(mailbox) as port:
        assert attempt(settings(port), note) == Delivered()
    assert mailbox.taken[0][1] == compose(note, settings(25)).as_bytes()


def test_the_password_shows_nowhere():
    mail = settings(25, password=Secret(PASSWORD), username="wire")
    assert PASSWORD not in repr(mail) + repr(vars(Mailer(mail)))


class Stream:
    encoding = "ascii"

    def __init__(self, broken=None):
        self.text, self.broken = "", broken

    def write(self, text):
        if self.broken == "write":
            raise OSError("gone")
        self.text += text

    def flush(self):
        if self.broken == "flush":
            raise OSError("gone")


@pytest.mark.parametrize(
    ("broken", "want"),
    [(None, Delivered()), ("write", Retry("stream-closed")), ("flush", Unknown("stream-broken"))],
)
def test_the_terminal_takes_one_write_for_each_message(note, broken, want):
    stream = Stream(broken)
    assert asyncio.run(Terminal(TerminalReceiver("screen"), stream).send(note)) == want
    if broken is None:
        assert stream.text.startswith("[CRITICAL] Soyuz MS-19: docking trouble\n")
        assert "?docked by hand?" in stream.text


def _drip(server):
    connection, _ = server.accept()
    with connection:
        try:
            for _ in range(200):
                connection.sendall(b"2")
                threading.Event().wait(0.05)
        except OSError:
            return
