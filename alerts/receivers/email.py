"""Mail over SMTP: text and HTML, the same Message-ID at each attempt, one thread per incident.

A broken connection is of unknown end only between the last byte of the message and the answer; before
that nothing was taken. A refused recipient among accepted ones does not stop the others; a recipient who is
told to wait (4xx, greylisting) makes all wait, because nothing has been sent to anybody at that point.
Wrong credentials (535) are retried: every message fails by them, and an operator can mend them.
"""

import asyncio
import re
import smtplib
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from typing import Any

from alerts.notification import Notification
from alerts.receivers.outcome import Delivered, Outcome, Refused, Retry, Unknown
from alerts.receivers.settings import Email

_LONGEST_TALK = timedelta(seconds=60)
_TAKING = "data"
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class Mailer:
    """Sends each notification in a connection of its own, in a thread."""

    concurrency = 2

    def __init__(self, settings: Email, longest_talk: timedelta = _LONGEST_TALK) -> None:
        self.name, self.on_unknown = settings.name, settings.on_unknown
        self._settings, self._longest = settings, longest_talk
        # Threads of its own: a slow server must not take those that the outbox works in.
        self._threads = ThreadPoolExecutor(self.concurrency, thread_name_prefix=f"mail-{settings.name}")
        self._tls = (
            ssl.create_default_context(cafile=settings.ca_file) if settings.security != "none" else None
        )

    async def send(self, notification: Notification) -> Outcome:
        """Make one attempt."""
        message = compose(notification, self._settings)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._deliver, message.as_bytes())

    async def close(self) -> None:
        """Let the threads go when their attempts are over; no connection is kept."""
        self._threads.shutdown(wait=False)

    def _deliver(self, message: bytes) -> Outcome:
        step = ["connect"]
        try:
            with closing(self._open()) as smtp:
                self._log_in(smtp, step)
                outcome = self._hand_over(smtp, message, step)
                was_cut = smtp.was_cut
                with suppress(OSError, smtplib.SMTPException):
                    smtp.quit()
            return after_failure(TimeoutError(), step[0]) if was_cut else outcome
        except (OSError, smtplib.SMTPException) as e:  # ssl.SSLError and TimeoutError are OSErrors
            return after_failure(e, step[0])

    def _open(self) -> "_Limited":
        s, longest = self._settings, self._longest.total_seconds()
        seconds = s.timeout.total_seconds()
        if s.security == "tls":
            return _LimitedTls(longest, s.host, s.port, timeout=seconds, context=self._tls)
        return _Limited(longest, s.host, s.port, timeout=seconds)

    def _log_in(self, smtp: smtplib.SMTP, step: list[str]) -> None:
        s = self._settings
        smtp.ehlo_or_helo_if_needed()
        if s.security == "starttls":
            step[0] = "starttls"
            smtp.starttls(context=self._tls)
        if s.password is not None:
            step[0] = "login"
            smtp.login(s.username, s.password.reveal())

    def _hand_over(self, smtp: smtplib.SMTP, message: bytes, step: list[str]) -> Outcome:
        step[0] = "envelope"
        if failed := _judged(smtp.mail(self._settings.sender)[0]):
            return failed
        verdicts = [_judged(smtp.rcpt(recipient)[0]) for recipient in self._settings.recipients]
        if waiting := next((v for v in verdicts if isinstance(v, Retry)), None):
            return waiting
        refused = [v for v in verdicts if v is not None]
        if refused and len(refused) == len(verdicts):
            return refused[0]
        code = smtp.docmd("DATA")[0]
        if code != 354:
            return _judged(code) or Retry(f"smtp-{code}")
        step[0] = _TAKING
        smtp.send(_LEADING_DOT.sub(b"..", message) + b".\r\n")
        return _judged(smtp.getreply()[0]) or Delivered("some-recipients-refused" if refused else "")


def compose(notification: Notification, settings: Email) -> EmailMessage:
    """Return the mail; the Message-ID follows from the key, the thread from the incident."""
    domain = settings.sender.rpartition("@")[2] or "localhost"
    thread = f"<incident-{notification.incident_id}@{domain}>"
    mail = EmailMessage(policy=SMTP_POLICY)
    mail["From"] = Address(addr_spec=settings.sender)
    mail["To"] = [Address(addr_spec=recipient) for recipient in settings.recipients]
    # The library would decode an encoded word of a stranger here, line breaks included.
    mail["Subject"] = notification.rendered.subject.replace("=?", "= ?")
    mail["Date"] = format_datetime(_dated(notification.at))
    mail["Message-ID"] = f"<{notification.key}@{domain}>"
    mail["In-Reply-To"] = thread
    mail["References"] = thread
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(notification.rendered.text, cte="quoted-printable")
    mail.add_alternative(notification.rendered.html, subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{notification.key}")
    return mail


def after_failure(error: Exception, step: str) -> Outcome:
    """Return what an exception at `step` means: nothing was taken, or nobody knows."""
    # smtplib reports a late reply as a lost connection.
    late = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
    if step == _TAKING:
        return Unknown("timeout" if late else "broken-connection")
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Retry("login-refused")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Retry(f"{step}-not-offered")
    if isinstance(error, smtplib.SMTPResponseException):
        return Retry(f"smtp-{error.smtp_code}")
    if isinstance(error, ssl.SSLError):
        return Retry("tls")
    return Retry(f"{step}-timeout" if late else f"{step}-failed")


def _judged(code: int) -> Refused | Retry | None:
    """Return what a reply code means for the message; `None` for yes."""
    if 200 <= code < 300:
        return None
    if 500 <= code < 600 and code != 530:  # 530: log in first
        return Refused(f"smtp-{code}")
    return Retry(f"smtp-{code}")


def _dated(at: datetime) -> datetime:
    return at.replace(microsecond=0)


class _Limited(smtplib.SMTP):
    """A connection that is cut off after `longest_s`: a server may answer in time, but drop by drop."""

    def __init__(self, longest_s: float, *arguments: Any, **named: Any) -> None:
        self.was_cut = False
        self._timer = threading.Timer(longest_s, self._cut)
        self._timer.daemon = True
        self._timer.start()
        try:
            super().__init__(*arguments, **named)
        except BaseException:
            self._timer.cancel()
            raise

    def close(self) -> None:
        self._timer.cancel()
        super().close()

    def _cut(self) -> None:
        self.was_cut = True
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


class _LimitedTls(_Limited, smtplib.SMTP_SSL):
    pass
