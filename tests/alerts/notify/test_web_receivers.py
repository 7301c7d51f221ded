"""Slack and the generic webhook against a real server that misbehaves on demand."""

import asyncio
import hashlib
import hmac
import json
import logging
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_network

import pytest
from aiohttp import web

from alerts.plan import Route, plan
from alerts.receivers.http_post import HttpPost
from alerts.receivers.opening import open_receiver
from alerts.receivers.outcome import Delivered, Refused, Retry, Unknown
from alerts.receivers.settings import SlackWebhook, Webhook
from alerts.receivers.slack_webhook import Slack
from alerts.receivers.webhook import JsonWebhook
from transforms.retry_after import retry_after
from transforms.secret import Secret

HERE = (ip_network("127.0.0.0/8"),)
TOKEN = "T0KEN-that-nobody-may-see"
STATUSES = {
    **dict.fromkeys((200, 201, 202, 204), "Delivered"),
    **dict.fromkeys((401, 403, 404, 407, 408, 425, 429, 500, 502, 503, 504, 599), "Retry"),
    **dict.fromkeys((301, 302, 303, 307, 308, 400, 402, 405, 409, 410, 413, 415, 422, 451), "Refused"),
}


class Server:
    """Answers with `status` and `headers`; `fault` is drop, slow or endless."""

    def __init__(self):
        self.status, self.headers, self.fault, self.seen = 200, {}, None, []

    async def answer(self, request):
        self.seen.append((dict(request.headers), await request.read(), request.path))
        if self.fault == "drop":
            request.transport.abort()
        if self.fault == "slow":
            await asyncio.Event().wait()
        if self.fault == "endless":
            return await self._endless(request)
        return web.Response(status=self.status, headers=self.headers)

    async def _endless(self, request):
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65536)

    @asynccontextmanager
    async def running(self):
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", self.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.01, handler_cancellation=True)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook/{TOKEN}"
        finally:
            await runner.cleanup()


def opened(kind, url, clock, allowed=HERE, timeout=timedelta(seconds=5)):
    http = HttpPost(Secret(url), allowed, clock, timeout)
    if kind == "slack":
        return Slack(SlackWebhook("team", Secret(url)), http)
    return JsonWebhook(Webhook("hook", Secret(url), Secret("signing-" + TOKEN)), http, clock)


def told(make, **more):
    [notification] = plan(make.alert(**more), [Route(("team",))], make.start).notifications
    return notification


def attempt(kind, server, make, clock, **options):
    async def once():
        async with server.running() as url:
            receiver = opened(kind, url, clock, **options)
            try:
                return await receiver.send(told(make))
            finally:
                await receiver.close()

    return asyncio.run(once())


@pytest.fixture(params=["slack", "webhook"])
def kind(request):
    return request.param


def test_each_status_is_delivered_retried_or_refused(kind, make, clock):
    async def all_of_them():
        server, found = Server(), {}
        async with server.running() as url:
            receiver = opened(kind, url, clock)
            for status in STATUSES:
                server.status = status
                server.headers = {"Location": "/elsewhere"} if 300 <= status < 400 else {}
                found[status] = await receiver.send(told(make))
            await receiver.close()
        return found, server.seen

    found, seen = asyncio.run(all_of_them())
    assert {status: type(outcome).__name__ for status, outcome in found.items()} == STATUSES
    assert {o.reason for s, o in found.items() if s == 503} == {"http-503"}
    assert len(seen) == len(STATUSES)  # no redirect was followed


def test_retry_after_is_passed_on(kind, make, clock):
    server = Server()
    server.status, server.headers = 429, {"Retry-After": "7"}
    assert attempt(kind, server, make, clock) == Retry("http-429", timedelta(seconds=7))


@pytest.mark.parametrize(
    ("header", "want"),
    [
        ("0", timedelta(0)),
        ("999999999999", timedelta(hours=24)),
        ("Tue, 05 Oct 2021 12:23:00 GMT", timedelta(minutes=1)),
        ("Tue, 05 Oct 2021 12:00:00 GMT", timedelta(0)),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_a_retry_after_header_is_read_in_both_forms(make, header, want):
    assert retry_after(header, make.start) == want


def test_a_connection_dropped_after_the_request_is_of_unknown_end(kind, make, clock):
    server = Server()
    server.fault = "drop"
    assert attempt(kind, server, make, clock) == Unknown("broken-connection")
    assert len(server.seen) == 1


def test_an_answer_that_does_not_come_is_of_unknown_end(kind, make, clock):
    server = Server()
    server.fault = "slow"
    assert attempt(kind, server, make, clock, timeout=timedelta(seconds=0.2)) == Unknown("timeout")


def test_an_endless_answer_is_not_read(kind, make, clock):
    server = Server()
    server.fault = "endless"
    assert attempt(kind, server, make, clock) == Delivered()


def test_a_refused_connection_is_retried(kind, make, clock, unused_port):
    receiver = opened(kind, f"http://127.0.0.1:{unused_port}/{TOKEN}", clock)
    assert asyncio.run(_send_and_close(receiver, told(make))) == Retry("connect")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254"])
def test_a_private_address_is_refused(kind, make, clock, host):
    receiver = opened(kind, f"http://{host}:1/{TOKEN}", clock, allowed=())
    assert asyncio.run(_send_and_close(receiver, told(make))) == Retry("refused-address")


@pytest.mark.parametrize("url", ["ftp://host.example/x", "http://", "not a url"])
def test_a_url_that_is_none_is_refused(kind, make, clock, url):
    receiver = opened(kind, url, clock)
    assert asyncio.run(_send_and_close(receiver, told(make))) == Refused("invalid-url")


@pytest.mark.parametrize("fault", [None, "drop"])
def test_no_secret_shows_in_logs_outcomes_or_reprs(kind, make, clock, fault, caplog, unused_port):
    caplog.set_level(logging.DEBUG)
    server = Server()
    server.status, server.fault = 403, fault
    shown = [repr(attempt(kind, server, make, clock))]
    for url in (f"http://127.0.0.1:{unused_port}/{TOKEN}", f"http://10.0.0.1/{TOKEN}", f"http://[/{TOKEN}"):
        receiver = opened(kind, url, clock, allowed=HERE)
        shown += [
            repr(asyncio.run(_send_and_close(receiver, told(make)))),
            repr(receiver),
            repr(vars(receiver)),
        ]
    settings = Webhook("hook", Secret(TOKEN), Secret(TOKEN))
    shown += [repr(settings), str(settings), f"{settings.url}", repr(SlackWebhook("team", Secret(TOKEN)))]
    ours = [r.getMessage() for r in caplog.records if r.name != "aiohttp.access"]
    assert TOKEN not in "\n".join(shown + ours)


def test_the_webhook_can_be_verified_and_folded(make, clock):
    server = Server()
    attempt("webhook", server, make, clock)
    [(headers, body, _)] = server.seen
    key = told(make).key
    signed = hmac.new(f"signing-{TOKEN}".encode(), b"1633436520." + body, hashlib.sha256).hexdigest()
    assert headers["Missionwire-Signature"] == f"sha256={signed}"
    assert headers["Missionwire-Timestamp"] == "1633436520"
    assert (headers["Idempotency-Key"], headers["Missionwire-Delivery"]) == (key, key)
    assert json.loads(body)["delivery"] == key


def test_settings_open_the_receiver_of_their_kind(make, clock):
    hook = open_receiver(Webhook("hook", Secret("https://hook.example/x"), on_unknown="hold"), clock)
    slack = open_receiver(SlackWebhook("team", Secret("https://hook.example/x")), clock)
    assert (type(hook).__name__, hook.name, hook.on_unknown) == ("JsonWebhook", "hook", "hold")
    assert (type(slack).__name__, slack.name, slack.on_unknown) == ("Slack", "team", "resend")


async def _send_and_close(receiver, notification):
    try:
        return await receiver.send(notification)
    finally:
        await receiver.close()


@pytest.fixture
def unused_port():
    import socket

    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]
