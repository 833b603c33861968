"""The chat page, the HTTP interface and the essays on one address, and what may come in and go out."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import os
import socket
import threading
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.cors import CORSMiddleware

from assistant import feedback_route, logs, metrics, widget
from assistant.api import add_api
from assistant.clients import Clients
from assistant.connection import Connection, open_files
from assistant.errors import IndexMissingError, ServerError
from assistant.feedback import Feedback
from assistant.gate import Gate
from assistant.index_process import IndexProcess
from assistant.limits import Limits, Turnstile
from assistant.live import LiveAssistant
from assistant.metrics import Metrics
from assistant.page import page, start_page
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


def create_app(assistant: Assistant | LiveAssistant, *, hosts: Collection[str] | None = None) -> FastAPI:
    """The whole site around `assistant`, for any ASGI server. A live one is the caller's to let follow its index.

    `hosts` are the names that a request may address it by, None for any. The other sites that may show
    the chat in a frame and read the HTTP interface are those of the settings.
    """
    from assistant import ui  # here: importing gradio takes seconds, which a check of the port can do without

    live = LiveAssistant.of(assistant)
    settings = live.settings
    public_url = settings.public_url
    app = FastAPI(title=ui.TITLE, docs_url=None, redoc_url=None, openapi_url=None)
    sites = allowed_sites(settings.sites)
    app.add_middleware(CORSMiddleware, allow_origins=[])  # no other origin; Gradio then adds none of its own
    feedback = Feedback(Path(settings.feedback).expanduser(), settings.feedback_days) if settings.feedback else None
    counts, limits, turnstile = Metrics(), Limits(settings), Turnstile.of(settings)
    counts.watch("open_requests", "Requests that are open, streams of tabs among them", lambda: limits.open_requests)
    counts.watch("waiting_questions", "Questions of the interface that wait", lambda: turnstile.waiting)
    counts.watch("index_essays", "Essays in the index in use", lambda: len(live.documents))
    counts.watch("index_made_seconds", "When the index in use was made, since 1970", lambda: live.made or 0)
    live.count = counts.index_came
    app.state.feedback, app.state.metrics, app.state.stopping = feedback, counts, asyncio.Event()
    app.add_middleware(
        Gate,
        hosts=hosts,
        ancestors=("'self'", *sites),
        page=partial(_page, live=live, public_url=public_url, keeps_feedback=feedback is not None, sites=sites),
        start_page=lambda language: "" if live.is_open else start_page(language, public_url=public_url, sites=sites),
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
    watched = WatchedAssistant(
        live, counts, feedback, log_answers=settings.log_requests, log_questions=settings.log_questions
    )
    metrics.add_route(app, counts, token=settings.metrics_token)
    add_api(app, live, watched.ask)
    feedback_route.add_route(app, feedback, live, counts, max_question_chars=settings.max_question_chars)
    close_methods(app)
    widget.mount(app)
    app.mount("/page", StaticFiles(directory=STATIC))
    ui.mount(app, watched.ask, settings)
    return app


def serve(
    assistant: Assistant | LiveAssistant,
    host: str = "127.0.0.1",
    port: int = 7860,
    *,
    process: IndexProcess | None = None,
) -> None:
    """Serve the site until Ctrl+C; the address is printed when it is up. Port 0 takes a free one.

    `process` brings the index up to date beside it, for as long as it serves.

    Raises:
        ServerError: the address cannot be used, for example because the port is taken.
        IndexMissingError: there is no index, and `process` could not make one.
        SettingsError, FeedbackError: a proxy or the feedback file cannot be used.
    """
    live = LiveAssistant.of(assistant)
    settings = live.settings
    logs.configure(as_json=settings.log_json)
    open_files()
    with listen(host, port) as listener:
        here = host if host not in ("0.0.0.0", "::", "") else LOOPBACK[0]
        address = f"http://{f'[{here}]' if ':' in here else here}:{listener.getsockname()[1]}"
        app = create_app(live, hosts=known_hosts(settings, host))
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
        server = Server(config, settings.public_url or address, app.state.stopping)
        with contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as beside:
            beside.enter_context(live.following())
            if process is not None:
                process.failed = partial(_stop_without_index, server, live)
                beside.enter_context(process.running())
            server.run(sockets=[listener])
    if server.is_useless:
        raise IndexMissingError(f"There is no index in {settings.index}, and none could be made: see the lines above.")


class Server(uvicorn.Server):
    """uvicorn's server, which says where it can be found once it can, and ends when it is told to."""

    def __init__(self, config: uvicorn.Config, address: str, stopping: asyncio.Event) -> None:
        super().__init__(config)
        self.address = address
        self.is_useless = False  # there is nothing to serve, and never will be
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


def _stop_without_index(server: Server, live: LiveAssistant) -> None:
    """End the server where the only try to make an index failed and there is none to answer from."""
    if not live.is_open:
        server.is_useless = server.should_exit = True


def _page(
    html: str, language: str, *, live: LiveAssistant, public_url: str, keeps_feedback: bool, sites: Sequence[str]
) -> str:
    """The chat page as it is now: its examples and the languages of its essays are those of the index in use."""
    return page(
        html,
        language,
        public_url=public_url,
        keeps_feedback=keeps_feedback,
        sites=sites,
        examples=live.examples,
        is_dutch=live.is_dutch,
    )


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
