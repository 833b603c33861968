"""What may come in to the server: hosts, origins, paths, sizes, speeds, and how much of it.

A Gradio app that is mounted in another app skips checks that `launch()` makes (tests/test_server.py attacks
it); so whatever the page does not need is answered here and never reaches Gradio.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.clients import Client, Clients
from assistant.events import check_event, is_session, with_patience
from assistant.headers import PAGE_POLICY, with_headers, with_nonce
from assistant.intake import MAX_BODY_BYTES, limited, replay, too_large, whole_body
from assistant.limits import Limits, Turnstile
from assistant.logs import fields, pseudonym
from assistant.metrics import Metrics
from assistant.page_texts import page_language
from assistant.problems import Problem, error_line

# Every path that the chat page needs. Anything else is answered here and never reaches Gradio, whose
# /file, /upload, /proxy, /stream and /runs hand out or take in what this page has no use for.
GRADIO = "queue/join queue/data cancel reset app_id"
PROGRESS = "/api/progress"  # which open pages ask for now and then: it counts against no limit
OWN = "healthz readyz metrics openapi.json api/ask api/search api/sources api/progress api/feedback theme.css widget.js"
PATHS = frozenset(["/", *(f"/{name}" for name in OWN.split()), *(f"/gradio_api/{name}" for name in GRADIO.split())])
HEARTBEAT = "/gradio_api/heartbeat/"
FILES = ("/page/", "/assets/", "/static/")
FOLDERS = ("/api/sources/", *FILES, HEARTBEAT)
QUESTIONS = ("/api/ask", "/api/search")  # these wait for their turn; in the chat Gradio's own queue does that
JOIN = "/gradio_api/queue/join"
COUNTED_AS_QUESTIONS = (*QUESTIONS, JOIN, "/api/feedback")
STREAMS = (HEARTBEAT, "/gradio_api/queue/data")
_NOT_PLAIN = re.compile(r"(?:^|/)\.{1,2}(?:/|$)|//|[\\\x00-\x1f\x7f]")

logger = logging.getLogger(__name__)


class Gate:
    """What every request passes: it is checked, counted and timed; the answer gets its headers.

    Plain ASGI, because Starlette's BaseHTTPMiddleware holds up the event streams of the chat.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Collection[str] | None,
        ancestors: Sequence[str],
        page: Callable[[str, str], str],  # of Gradio's page and a language
        start_page: Callable[[str], str],  # in a language, while there is no index yet; then ""
        clients: Clients,
        limits: Limits,
        turnstile: Turnstile,
        metrics: Metrics,
        stopping: asyncio.Event,
        origins: Collection[str] = (),  # whose pages may send requests beside those of the host asked for
        sites: Collection[str] = (),  # whose pages may send questions to the interface
        log_requests: bool = False,
    ) -> None:
        self.app = app
        self.hosts = hosts
        self.ancestors = ancestors
        self.page = page
        self.start_page = start_page
        self.clients = clients
        self.limits = limits
        self.turnstile = turnstile
        self.metrics = metrics
        self.stopping = stopping
        self.origins = frozenset(origins)
        self.sites = frozenset(sites)
        self.log_requests = log_requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with one line."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] == "websocket":  # the page has none
            await send({"type": "websocket.close"})
            return
        began, status = time.perf_counter(), 0

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        client = self.clients.of(scope)
        guarded = with_headers(send_on, scope["path"], self.ancestors)
        try:
            await self._pass(scope, receive, guarded, client)
        except HTTPException as refusal:
            code = getattr(refusal, "code", "")
            self.metrics.turned_away(code)
            if not status:
                response = error_line(refusal.status_code, refusal.detail, code, refusal.headers)
                await response(scope, receive, guarded)
        except Exception as error:
            if status and isinstance(error.__cause__, HTTPException):  # of a stream that Gradio ended on purpose
                await guarded({"type": "http.response.body", "body": b""})
                return
            logger.exception("A request for %r failed", scope["path"])
            if not status:
                response = error_line(500, "Something went wrong in the server; its log says what.")
                await response(scope, receive, guarded)
        finally:
            self._note(scope, status, time.perf_counter() - began, client)

    def _note(self, scope: Scope, status: int, seconds: float, client: Client) -> None:
        """Count a request that is done, and log it where the owner wants that."""
        path, method = scope["path"], scope["method"]
        route = path if path in PATHS else next(filter(path.startswith, FOLDERS), "none")
        self.metrics.answered(route, method, status, seconds, is_stream=route in STREAMS)
        if self.log_requests:
            who = pseudonym(client.name)
            values = {"method": method, "path": path, "status": status, "ms": round(1000 * seconds), "client": who}
            logger.info("request", extra=fields(**values))

    async def _pass(self, scope: Scope, receive: Receive, send: Send, client: Client) -> None:
        """Let a request through to the app, where nothing speaks against it."""
        path, method = scope["path"], scope["method"]
        self._check(scope)
        async with AsyncExitStack() as held:
            if not path.startswith(FILES) and path != PROGRESS:
                await held.enter_async_context(self.limits.open(client))
                is_question = method == "POST" and path in COUNTED_AS_QUESTIONS
                await self.limits.count(client, "questions" if is_question else "requests")
            receive = limited(receive)
            scope = _as_seen_from_here(scope, client)
            if method == "POST" and path == JOIN:
                receive = await check_event(receive)
                send = with_patience(send)
            if path in QUESTIONS and method == "POST":
                receive = replay(await whole_body(receive), receive)  # a slow one takes up no turn
                await held.enter_async_context(self.turnstile.turn())
            if path == "/":
                await self._send_page(scope, receive, send)
            elif path.startswith(HEARTBEAT):
                await self._until_stopped(scope, receive, send)
            else:
                await self.app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        headers, path = Headers(scope=scope), scope["path"]
        host = re.sub(r":\d+$", "", headers.get("host", ""))
        if self.hosts is not None and host.lower() not in self.hosts:
            known = ", ".join(sorted(self.hosts))
            raise Problem(
                "host_not_allowed",
                f"This server answers to {known}, not to {host!r}. Behind a proxy, set ASSISTANT_PUBLIC_URL.",
            )
        if _NOT_PLAIN.search(path) or not (path in PATHS or path.startswith(FOLDERS)):
            raise Problem("path_not_found", f"There is nothing at {path!r}.")
        if path.startswith(HEARTBEAT) and not is_session(path.removeprefix(HEARTBEAT)):
            raise Problem("path_not_found", f"There is nothing at {path!r}.")
        is_known = path in QUESTIONS and headers.get("origin") in self.sites
        if scope["method"] not in ("GET", "HEAD", "OPTIONS") and not (is_known or self._is_own(headers)):
            raise Problem(
                "origin_not_allowed",
                f"The page of {headers.get('origin')!r} sent this request; only pages of this server may.",
            )
        length = headers.get("content-length", "0")
        if not (length.isdecimal() and length.isascii()) or len(length) > 12 or int(length) > MAX_BODY_BYTES:
            raise too_large()

    def _is_own(self, headers: Headers) -> bool:
        """Whether a page of this server sent a request, or a program, which sends no origin."""
        origin = headers.get("origin")
        if origin is None or origin in self.origins or headers.get("sec-fetch-site") == "same-origin":
            return True
        return urlsplit(origin).netloc.lower() == headers.get("host", "").lower() != ""

    async def _send_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Gradio's page with ours in it, and a policy that names its nonce."""
        start: Message = {}
        body = b""

        async def gather(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")

        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self.app({**scope, "headers": plain}, receive, gather)
        headers = MutableHeaders(raw=start["headers"])
        if start["status"] == 200 and scope["method"] == "GET":
            request = Request(scope)
            language = page_language(request.query_params.get("language"), request.headers.get("accept-language"))
            html, nonce = with_nonce(self.start_page(language) or self.page(body.decode(), language))
            body = html.encode()
            headers["content-language"] = language
            headers["content-security-policy"] = PAGE_POLICY.format(nonce=nonce, ancestors=" ".join(self.ancestors))
            headers["cache-control"] = "no-store"  # a nonce is for once
            headers["content-length"] = str(len(body))
        await send(start)
        await send({"type": "http.response.body", "body": body})

    async def _until_stopped(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A stream that goes on until its tab is closed, or the server stops."""
        streaming = asyncio.ensure_future(self.app(scope, receive, send))
        stopping = asyncio.ensure_future(self.stopping.wait())
        try:
            await asyncio.wait({streaming, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if streaming.done():
                await streaming
        finally:
            for task in (streaming, stopping):
                task.cancel()
            await asyncio.gather(streaming, stopping, return_exceptions=True)


def _as_seen_from_here(scope: Scope, client: Client) -> Scope:
    """`scope` without the headers by which anybody could tell Gradio's page where it lives."""
    told = (b"x-forwarded-", b"forwarded")
    kept = [header for header in scope["headers"] if not header[0].startswith(told)]
    return {**scope, "headers": kept, "state": {**scope.get("state", {}), "client": client}}
