"""Who asks: the address that a request came from, past the proxies that the owner trusts to say so."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from starlette.datastructures import Headers
from starlette.types import Scope

from assistant.errors import SettingsError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Whoever has one address of IPv6 has as a rule its whole /64 (RFC 6177): they count as one client.
_IPV6_CLIENT_BITS = 64
_FORWARDING = ("x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via")


@dataclass(frozen=True, slots=True)
class Client:
    """One that asks; those of one IPv6 network are one client."""

    name: str  # an address of IPv4, a network of IPv6, or "" where it is not known
    is_owner: bool = False  # whether the request was made on this very machine and came past no proxy


class Clients:
    """Tells the clients of a server apart."""

    def __init__(self, proxies: str = "", *, is_public: bool = False) -> None:
        """`proxies` are addresses, networks and names, with commas; only what they forward is believed.

        `is_public` says that a proxy shows the server to others, so that a request from this machine
        may be anybody's.

        Raises:
            SettingsError: a proxy is none of the three, or no address is known for its name.
        """
        self.proxies = tuple(network for name in proxies.replace(",", " ").split() for network in _networks(name))
        self.is_public = is_public or bool(self.proxies)

    def of(self, scope: Scope) -> Client:
        """The client that sent a request."""
        peer = _address((scope.get("client") or ("",))[0])
        if peer is None:  # a Unix socket, or no server at all
            return Client("")
        headers = Headers(scope=scope)
        if not self._is_proxy(peer):
            forwarded = any(name in headers for name in _FORWARDING)
            return Client(_name(peer), peer.is_loopback and not forwarded and not self.is_public)
        return Client(_name(self._past_proxies(peer, headers)))

    def _past_proxies(self, peer: Address, headers: Headers) -> Address:
        """The last address that no trusted proxy has; each proxy adds the one it was asked from at the end."""
        for hop in reversed(",".join(headers.getlist("x-forwarded-for")).split(",")):
            address = _address(hop)
            if address is None:
                break
            peer = address
            if not self._is_proxy(peer):
                break
        return peer

    def _is_proxy(self, address: Address) -> bool:
        return any(address.version == network.version and address in network for network in self.proxies)


def _address(text: str) -> Address | None:
    """An address as proxies write it: in brackets or not, with a port or not."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _name(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, _IPV6_CLIENT_BITS), strict=False))


def _networks(name: str) -> tuple[Network, ...]:
    try:
        return (ipaddress.ip_network(name),)
    except ValueError as error:
        if "/" in name:
            raise SettingsError(f"ASSISTANT_PROXIES names {name!r}, which is no network: {error}.") from None
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(name, None)}
    except (OSError, UnicodeError):
        raise SettingsError(
            f"ASSISTANT_PROXIES names {name!r}, but no address is known for it. Expected addresses such as "
            "127.0.0.1, networks such as 172.16.0.0/12 or names of machines, with commas."
        ) from None
    return tuple(ipaddress.ip_network(address.partition("%")[0]) for address in sorted(found))
