"""The address that is served: free, taken by this program, or taken by another."""

from __future__ import annotations

import contextlib
import errno
import http.client
import json
import socket
from collections.abc import Iterator

from assistant.checks import Finding, Setup, count

_ANSWER_SECONDS = 3.0


def check_address(setup: Setup) -> Iterator[Finding]:
    """Whether the server can be started where the settings say, or runs there already."""
    host, port = setup.settings.host, setup.settings.port
    shown = f"{f'[{host}]' if ':' in host else host}:{port}"
    try:
        family = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0][0]
    except (OSError, UnicodeError) as error:
        yield Finding(
            "address",
            "wrong",
            f"ASSISTANT_HOST is {host!r}, which this machine does not know ({error})",
            "Name an address of this machine: 127.0.0.1 for itself alone, 0.0.0.0 to let others in.",
        )
        return
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        yield _taken(host, port, shown, error)
    else:
        yield Finding("address", "ok", f"{shown} is free" if port else f"{host}, on whatever port is free")


def _taken(host: str, port: int, shown: str, error: OSError) -> Finding:
    """Why an address cannot be served."""
    reason = (error.strerror or str(error)).partition(" (while")[0]
    if error.errno == errno.EADDRINUSE:
        essays = _served(host, port)
        if essays is not None:
            return Finding("address", "ok", f"{shown}: the assistant runs there, with {count(essays, 'essay')}")
        other = port + 1 if port < 65_535 else 7861
        found, mend = f"{shown} is used by another program", f"Stop that, or: python -m assistant serve --port {other}"
    elif error.errno == errno.EACCES:
        found, mend = f"{shown} may not be served: {reason}", "Take a port from 1024 up: ASSISTANT_PORT=7860"
    elif error.errno == errno.EADDRNOTAVAIL:
        found = f"ASSISTANT_HOST is {host!r}, which is no address of this machine"
        mend = "Name one of its own: 127.0.0.1 for itself alone, 0.0.0.0 to let others in."
    else:
        found, mend = f"{shown} cannot be served: {reason}", "Name another address: ASSISTANT_HOST, ASSISTANT_PORT"
    return Finding("address", "wrong", found, mend)


def _served(host: str, port: int) -> int | None:
    """How many essays this program serves at an address; None where something else answers, or nothing does."""
    here = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)
    connection = http.client.HTTPConnection(here, port, timeout=_ANSWER_SECONDS)
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            told = json.loads(connection.getresponse().read(10_000))
            return int(told["essays"]) if told["status"] == "ok" else None
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
            return None
