import asyncio
import socket
import threading

import pytest

from connectors.feeds.name_lookup import ThreadResolver

FOUND = [
    (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 80)),
    (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2001:db8::1", 80, 0, 0)),
]


def test_all_addresses_of_a_name_are_returned():
    async def run():
        return await ThreadResolver(lambda *_: FOUND).resolve("a.org", 80, socket.AF_UNSPEC)

    assert [(each["host"], each["family"], each["port"]) for each in asyncio.run(run())] == [
        ("192.0.2.1", socket.AF_INET, 80),
        ("2001:db8::1", socket.AF_INET6, 80),
    ]


@pytest.mark.parametrize("error", [socket.gaierror(-2, "no such name"), UnicodeError("label too long")])
def test_a_name_without_an_answer_is_an_os_error(error):
    def lookup(*_):
        raise error

    with pytest.raises(OSError, match=r"no such name|no host name"):
        asyncio.run(ThreadResolver(lookup).resolve("a.org"))


def test_names_that_hang_delay_neither_others_nor_the_end():
    never = threading.Event()

    def lookup(host, port, family):
        if host.startswith("hangs"):
            never.wait()
        return FOUND

    async def run():
        resolver = ThreadResolver(lookup)
        hanging = [asyncio.create_task(resolver.resolve(f"hangs{n}.org")) for n in range(40)]
        await asyncio.sleep(0)
        found = await resolver.resolve("quick.org")
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
        return found

    assert len(asyncio.run(run())) == 2
    never.set()
