"""The chat page, the HTTP interface and the essays on one address, and what may come in and go out."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import os
import socket
import threading
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.cors import CORSMiddleware

from assistant import feedback_route, logs, metrics, widget
from assistant.api import add_api
from assistant.clients import Clients
from assistant.connection import Connection, open_files
from assistant.errors import ServerError
from assistant.feedback import Feedback
from assistant.gate import Gate
from assistant.limits import Limits, Turnstile
from assistant.metrics import Metrics
from assistant.page import page
from assistant.routing import close_methods
from assistant.settings import Settings
from assistant.sites import allowed_sites
from assistant.watch import WatchedAssistant

if TYPE_CHECKING:
    from assistant.assistant import Assistant

STATIC = Path(__file__).parent / "static"
SHUTDOWN_SECONDS = 3  # that questions get when the server stops; open tabs are let go at once
LAST_SECONDS = 4.5  # after which the process ends, whatever is still running in it
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

logger = logging.getLogger(__name__)


def create_app(assistant: Assistant, *, hosts: Collection[str] | None = None) -> FastAPI:
    """The whole site around `assistant`, for any ASGI server.

    `hosts` are the names that a request may address it by, None for any. The other sites that may show
    the chat in a frame and read the HTTP interface are those of the settings.
    """
    from assistant import ui  # here: importing gradio takes seconds, which a check of the port can do without

    settings = assistant.settings
    public_url = settings.public_url
    app = FastAPI(title=ui.TITLE, docs_url=None, redoc_url=None, openapi_url=None)
    sites = allowed_sites(settings.sites)
    app.add_middleware(CORSMiddleware, allow_origins=[])  # no other origin; Gradio then adds none of its own
    feedback = Feedback(Path(settings.feedback).expanduser(), settings.feedback_days) if settings.feedback else None
    counts, limits, turnstile = Metrics(), Limits(settings), Turnstile.of(settings)
    counts.watch("open_requests", "Requests that are open, streams of tabs among them", lambda: limits.open_requests)
    counts.watch("waiting_questions", "Questions of the interface that wait", lambda: turnstile.waiting)
    app.state.feedback, app.state.metrics, app.state.stopping = feedback, counts, asyncio.Event()
    app.add_middleware(
        Gate,
        hosts=hosts,
        ancestors=("'self'", *sites),
        page=partial(page, public_url=public_url, keeps_feedback=feedback is not None, sites=sites),
        clients=Clients(settings.proxies, is_public=bool(public_url)),
        limits=limits,
        turnstile=turnstile,
        metrics=counts,
        stopping=app.state.stopping,
        origins=_origins(public_url),
        sites=sites,
        log_requests=settings.log_requests,
    )
    app.add_middleware(widget.ApiForSites, sites=sites)
    documents = assistant.documents
    assistant = cast(
        "Assistant",
        WatchedAssistant(
            assistant, counts, feedback, log_answers=settings.log_requests, log_questions=settings.log_questions
        ),
    )
    metrics.add_route(app, counts, token=settings.metrics_token)
    add_api(app, assistant)
    feedback_route.add_route(app, feedback, documents, counts, max_question_chars=settings.max_question_chars)
    close_methods(app)
    widget.mount(app)
    app.mount("/page", StaticFiles(directory=STATIC))
    ui.mount(app, assistant, public_url=public_url)
    return app


def serve(assistant: Assistant, host: str = "127.0.0.1", port: int = 7860) -> None:
    """Serve the site until Ctrl+C; the address is printed when it is up. Port 0 takes a free one.

    Raises:
        ServerError: the address cannot be used, for example because the port is taken.
        SettingsError, FeedbackError: a proxy or the feedback file cannot be used.
    """
    settings = assistant.settings
    logs.configure(as_json=settings.log_json)
    open_files()
    with listen(host, port) as listener:
        here = host if host not in ("0.0.0.0", "::", "") else LOOPBACK[0]
        address = f"http://{f'[{here}]' if ':' in here else here}:{listener.getsockname()[1]}"
        app = create_app(assistant, hosts=known_hosts(settings, host))
        if settings.public_url and not settings.proxies:
            logger.warning("ASSISTANT_PUBLIC_URL is set but ASSISTANT_PROXIES is not: all visitors count as one client")
        config = uvicorn.Config(
            app,
            http=Connection,
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
        with contextlib.suppress(KeyboardInterrupt):
            Server(config, settings.public_url or address, app.state.stopping).run(sockets=[listener])


class Server(uvicorn.Server):
    """uvicorn's server, which says where it can be found once it can, and ends when it is told to."""

    def __init__(self, config: uvicorn.Config, address: str, stopping: asyncio.Event) -> None:
        super().__init__(config)
        self.address = address
        self.stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer, then print the address."""
        await super().startup(sockets)
        if self.started:
            print(f"Open {self.address} in the browser (Ctrl+C stops it)", flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let the open tabs go, give the questions their seconds, then end.

        A question runs in a thread, which nothing can stop: for that, the process ends by itself.
        """
        last = threading.Timer(LAST_SECONDS, os._exit, (0,))
        last.daemon = True
        last.start()
        self.stopping.set()
        await super().shutdown(sockets)


def known_hosts(settings: Settings, host: str) -> frozenset[str] | None:
    """The names that a server at `host` answers to, None for any: what a page elsewhere cannot make up.

    Any, only where others may reach it and nothing says by which name.
    """
    named = {*settings.hosts.lower().replace(",", " ").split()}
    public = (urlsplit(settings.public_url).hostname or "").lower()
    if not (_is_loopback(host) or named or public):
        return None
    here = f"[{host}]" if ":" in host else host
    return frozenset({*LOOPBACK, here.lower(), public, *named} - {"", "0.0.0.0", "[::]"})


def _origins(public_url: str) -> tuple[str, ...]:
    """The origin of the page where a proxy shows it, as browsers name it."""
    url = urlsplit(public_url.lower())
    return (
        (f"{url.scheme}://{url.netloc.removesuffix({'http': ':80', 'https': ':443'}.get(url.scheme, ':'))}",)
        if url.netloc
        else ()
    )


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
