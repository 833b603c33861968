"""The chat page, the HTTP interface and the essays on one address, and what may come in and go out."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.cors import CORSMiddleware

from assistant.api import add_api
from assistant.errors import ServerError
from assistant.gate import Gate
from assistant.routing import close_methods

if TYPE_CHECKING:
    from assistant.assistant import Assistant

STATIC = Path(__file__).parent / "static"
SHUTDOWN_SECONDS = 2  # that open tabs get when the server stops; without it uvicorn waits for each of them
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def create_app(
    assistant: Assistant, *, hosts: Collection[str] | None = None, ancestors: Sequence[str] = ("'self'",)
) -> FastAPI:
    """The whole site around `assistant`, for any ASGI server.

    `hosts` are the names that a request may address it by, None for any; `ancestors` the sites that
    may show it in a frame, as CSP sources.
    """
    from assistant import ui  # here: importing gradio takes seconds, which a check of the port can do without

    public_url = assistant.settings.public_url
    app = FastAPI(title=ui.TITLE, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(CORSMiddleware, allow_origins=[])  # no other origin; Gradio then adds none of its own
    page = partial(ui.page, public_url=public_url)
    app.add_middleware(Gate, hosts=hosts, ancestors=ancestors, page=page)
    add_api(app, assistant)
    close_methods(app)
    app.mount("/page", StaticFiles(directory=STATIC))
    ui.mount(app, assistant, public_url=public_url)
    return app


def serve(assistant: Assistant, host: str = "127.0.0.1", port: int = 7860) -> None:
    """Serve the site until Ctrl+C; the address is printed when it is up. Port 0 takes a free one.

    Raises:
        ServerError: the address cannot be used, for example because the port is taken.
    """
    public_url = assistant.settings.public_url
    with listen(host, port) as listener:
        here = host if host not in ("0.0.0.0", "::", "") else LOOPBACK[0]
        address = f"http://{f'[{here}]' if ':' in here else here}:{listener.getsockname()[1]}"
        hosts = {*LOOPBACK, urlsplit(public_url).hostname or LOOPBACK[0]} if _is_loopback(host) else None
        config = uvicorn.Config(
            create_app(assistant, hosts=hosts),
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
        with contextlib.suppress(KeyboardInterrupt):
            Server(config, public_url or address).run(sockets=[listener])


class Server(uvicorn.Server):
    """uvicorn's server, which says where it can be found once it can."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self.address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer, then print the address."""
        await super().startup(sockets)
        if self.started:
            print(f"Open {self.address} in the browser (Ctrl+C stops it)", flush=True)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at `host` and `port`: taken before anything slow is loaded.

    Raises:
        ServerError: the address cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except (OSError, OverflowError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).partition(" (while")[0]  # it names the address again
        raise ServerError(
            f"The address {host}:{port} cannot be served: {reason}. Stop what uses it or choose another "
            f"port, for example: python -m assistant serve --port {port + 1 if 0 < port < 65_535 else 7861}"
        ) from None


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
