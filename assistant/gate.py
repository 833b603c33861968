"""What may come in to the server and go out of it: paths, hosts, sizes, headers.

A Gradio app that is mounted in another app skips checks that `launch()` makes (tests/test_server.py attacks
it); so whatever the page does not need is answered here and never reaches Gradio.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from collections.abc import Callable, Collection, Sequence

from fastapi import HTTPException
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.page_texts import page_language

MAX_BODY_BYTES = 1_048_576  # of a request; a question has at most some thousands of characters

# Every path that the chat page needs. Anything else is answered here and never reaches Gradio, whose
# /file, /upload, /proxy, /stream and /runs hand out or take in what this page has no use for.
GRADIO = "queue/join queue/data cancel reset app_id"
PATHS = frozenset(
    "/ /healthz /api/ask /api/search /api/essay /theme.css".split() + [f"/gradio_api/{name}" for name in GRADIO.split()]
)
FOLDERS = ("/page/", "/assets/", "/static/", "/gradio_api/heartbeat/")
_NOT_PLAIN = re.compile(r"\.\.|//|[\\\x00-\x1f]")

# Gradio sets widths and heights in style attributes, hence 'unsafe-inline' for styles. The scripts that
# stand in the page itself are named by their hashes.
POLICY = (
    "default-src 'none'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors {ancestors}"
)
_SCRIPT = re.compile(r"<script(?![^>]*\s(?:src=|type=\"application/json\"))[^>]*>(.*?)</script>", re.S)

logger = logging.getLogger(__name__)


def error_line(status: int, line: str) -> JSONResponse:
    """An error as JSON, its message on one line."""
    return JSONResponse({"error": " ".join(line.split())}, status_code=status)


class Gate:
    """What every request passes: host, path and size are checked, the answer gets its headers.

    Plain ASGI, because Starlette's BaseHTTPMiddleware holds up the event streams of the chat.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Collection[str] | None,
        ancestors: Sequence[str],
        page: Callable[[str, str], str],  # of Gradio's page and a language
    ) -> None:
        self.app = app
        self.hosts = hosts
        self.ancestors = " ".join(ancestors)
        self.page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with one line."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] == "websocket":  # the page has none
            await send({"type": "websocket.close"})
            return
        started = False

        async def send_on(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        guarded = _with_headers(send_on, scope["path"], self.ancestors)
        try:
            self._check(scope)
            scope = _without_forwarding(scope)
            if scope["path"] == "/":
                await self._send_page(scope, receive, guarded)
            else:
                await self.app(scope, _limited(receive), guarded)
        except HTTPException as refusal:
            await error_line(refusal.status_code, refusal.detail)(scope, receive, guarded)
        except Exception:
            logger.exception("A request for %r failed", scope["path"])
            if not started:
                response = error_line(500, "Something went wrong in the server; its log says what.")
                await response(scope, receive, guarded)

    def _check(self, scope: Scope) -> None:
        headers, path = Headers(scope=scope), scope["path"]
        host = re.sub(r":\d+$", "", headers.get("host", ""))
        if self.hosts is not None and host not in self.hosts:
            known = ", ".join(sorted(self.hosts))
            raise HTTPException(
                400,
                f"This server answers to {known}, not to {host!r}. Behind a proxy, set ASSISTANT_PUBLIC_URL.",
            )
        if _NOT_PLAIN.search(path) or not (path in PATHS or path.startswith(FOLDERS)):
            raise HTTPException(404, f"There is nothing at {path!r}.")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
            raise _too_large()

    async def _send_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Gradio's page with ours in it, and a policy that names the scripts that it holds."""
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
            html = self.page(body.decode(), language)
            body = html.encode()
            headers["content-language"] = language
            headers.add_vary_header("accept-language")
            hashes = (hashlib.sha256(script.encode()).digest() for script in _SCRIPT.findall(html))
            scripts = "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in hashes)
            headers["content-security-policy"] = POLICY.format(scripts=scripts, ancestors=self.ancestors)
            headers["content-length"] = str(len(body))
        await send(start)
        await send({"type": "http.response.body", "body": body})


def _with_headers(send: Send, path: str, ancestors: str) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            headers.setdefault("content-security-policy", POLICY.format(scripts="", ancestors=ancestors))
            if not path.startswith(("/assets/", "/static/")):  # these change with Gradio's version alone
                headers.setdefault("cache-control", "no-cache")
            headers["x-content-type-options"] = "nosniff"
            headers["referrer-policy"] = "no-referrer"
        await send(message)

    return send_with_headers


def _limited(receive: Receive) -> Receive:
    """`receive`, which refuses a body that grows past the limit whatever its headers said."""
    total = 0

    async def receive_limited() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > MAX_BODY_BYTES:
            raise _too_large()
        return message

    return receive_limited


def _without_forwarding(scope: Scope) -> Scope:
    """`scope` without the headers by which anybody could tell Gradio's page where it lives."""
    told = (b"x-forwarded-", b"forwarded")
    return {**scope, "headers": [header for header in scope["headers"] if not header[0].startswith(told)]}


def _too_large() -> HTTPException:
    return HTTPException(413, f"The request is larger than {MAX_BODY_BYTES:,} bytes. Send a shorter one.")
