"""Who asks: past trusted proxies the address they name, past anybody else's claims the one that connected."""

from __future__ import annotations

import pytest

from assistant.clients import Client, Clients
from assistant.errors import SettingsError


def client(proxies: str, peer: str, *forwarded: str, is_public: bool = False) -> Client:
    """The client of a request that came from `peer` with these X-Forwarded-For headers."""
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return Clients(proxies, is_public=is_public).of({"type": "http", "client": (peer, 5), "headers": headers})


def test_nobody_is_believed_by_default() -> None:
    """Without named proxies X-Forwarded-For says nothing, however it is sent."""
    assert client("", "203.0.113.7", "198.51.100.1").name == "203.0.113.7"


@pytest.mark.parametrize(
    ("forwarded", "name"),
    [
        (["198.51.100.1"], "198.51.100.1"),
        (["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
        (["6.6.6.6", "198.51.100.1"], "198.51.100.1"),
        (["6.6.6.6, 198.51.100.1, 10.1.2.3"], "198.51.100.1"),
        (["10.1.1.1, 10.1.2.3"], "10.1.1.1"),
        (["198.51.100.1:4711"], "198.51.100.1"),
        (["[2001:db8::1]:4711"], "2001:db8::/64"),
        (["::ffff:198.51.100.1"], "198.51.100.1"),
        (["198.51.100.1, unknown"], "10.0.0.1"),
        (["198.51.100.1, '; drop table, 10.1.2.3"], "10.1.2.3"),
        ([""], "10.0.0.1"),
        ([], "10.0.0.1"),
    ],
    ids="one forged two chain inside port bracket mapped unknown rubbish empty none".split(),
)
def test_a_proxy_is_believed_about_its_own_end_alone(forwarded: list[str], name: str) -> None:
    """The client is the last address that no trusted proxy has: what it wrote itself stands before that."""
    assert client("10.0.0.0/8", "10.0.0.1", *forwarded) == Client(name)


def test_a_proxy_may_be_named() -> None:
    """A name stands for the addresses that it has when the server starts."""
    assert client("localhost", "127.0.0.1", "198.51.100.1").name == "198.51.100.1"


@pytest.mark.parametrize("proxies", ["10.0.0.0/99", "10.0.0.1/8", "zo-heet-niemand.invalid", "*"])
def test_a_proxy_that_is_none_is_one_clear_line(proxies: str) -> None:
    """A mistake in the setting stops the server: believing nobody would count all visitors as one."""
    with pytest.raises(SettingsError, match=r"ASSISTANT_PROXIES names .*") as error:
        Clients(proxies)
    assert "\n" not in str(error.value)


def test_a_network_of_ipv6_is_one_client() -> None:
    """Whoever has an address of IPv6 has 2**64 of them: they share their limits."""
    assert client("", "2001:db8::1") == client("", "2001:db8::ffff:1")
    assert client("", "2001:db8::1") != client("", "2001:db8:0:1::1")


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_the_owner_asks_at_this_machine(peer: str) -> None:
    """A request from this machine past no proxy is the owner's."""
    assert client("", peer).is_owner


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "is_public"),
    [
        ("", "203.0.113.7", [], False),
        ("", "127.0.0.1", ["127.0.0.1"], False),
        ("", "127.0.0.1", [], True),
        ("127.0.0.1", "127.0.0.1", ["127.0.0.1"], False),
        ("127.0.0.1", "127.0.0.1", [], False),
        ("10.0.0.1", "127.0.0.1", [], False),
        ("", "unix", [], False),
    ],
    ids="outside forwarded public proxied silent other socket".split(),
)
def test_nobody_else_is_the_owner(proxies: str, peer: str, forwarded: list[str], is_public: bool) -> None:
    """Where a proxy may stand in between, a request from this machine may be anybody's."""
    assert not client(proxies, peer, *forwarded, is_public=is_public).is_owner
