"""The chat page, the HTTP interface and the essays on one address, and what may come in and go out."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import ipaddress
import logging
import re
import socket
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import AssistantError, QuestionError, ServerError
from assistant.rendering import as_json, essay_view, whole
from assistant.types import Span, Turn

if TYPE_CHECKING:
    from assistant.assistant import Assistant

STATIC = Path(__file__).parent / "static"
MAX_BODY_BYTES = 1_048_576  # of a request; a question has at most some thousands of characters
MAX_TURNS = 50  # of the history that a request may bring
SHUTDOWN_SECONDS = 2  # that open tabs get when the server stops; without it uvicorn waits for each of them
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

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


class Exact(BaseModel):
    """The base of what a request may hold: these keys and no others."""

    model_config = ConfigDict(extra="forbid")


Text = Annotated[str, AfterValidator(whole)]


class TurnBody(Exact):
    """An earlier question and its answer."""

    question: Text
    answer: Text = ""


class AskBody(Exact):
    """What POST /api/ask expects."""

    question: Text
    history: Annotated[list[TurnBody], Field(max_length=MAX_TURNS)] = []


class SearchBody(Exact):
    """What POST /api/search expects."""

    question: Text
    top_k: Annotated[int, Field(ge=1, le=50)] = 5


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
    app.add_exception_handler(AssistantError, _own_error)
    app.add_exception_handler(RequestValidationError, _wrong_shape)
    app.add_exception_handler(AnyHTTPException, _http_error)

    # Plain functions run in worker threads: a slow question holds up nobody else.
    @app.post("/api/ask")
    def ask(body: AskBody) -> JSONResponse:
        history = [Turn(turn.question, turn.answer) for turn in body.history]
        return JSONResponse(as_json(assistant.ask(body.question, history=history)))

    @app.post("/api/search")
    def search(body: SearchBody) -> JSONResponse:
        return JSONResponse(as_json(assistant.search(body.question, top_k=body.top_k)))

    @app.get("/api/essay")
    def essay(source: str, start: int = 0, end: int = 0) -> JSONResponse:
        document = assistant.documents.get(source)
        if document is None:
            raise HTTPException(404, f"There is no essay {source!r}. Expected the source of a citation.")
        length = len(document.text)
        if not (0 <= start < end <= length or start == end == 0):
            raise HTTPException(
                400, f"start is {start} and end is {end}, but 0 <= start < end <= {length} was expected."
            )
        return JSONResponse(as_json(essay_view(document, [Span(start, end)] if end else ())))

    @app.api_route("/api/{name}", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    async def other_method(name: str) -> None:
        method = "GET" if name == "essay" else "POST"
        raise HTTPException(405, f"/api/{name} takes {method}.", headers={"Allow": method})

    @app.api_route("/healthz", methods=["GET", "HEAD"])
    async def healthz() -> dict[str, Any]:
        return {"status": "ok", "essays": len(assistant.documents)}

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
        reason = getattr(error, "strerror", None) or str(error)
        raise ServerError(
            f"The address {host}:{port} cannot be served: {reason}. Stop what uses it or choose another "
            f"port, for example: python -m assistant serve --port {port + 1 if 0 < port < 65_535 else 7861}"
        ) from None


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


# --- Errors, each one line of JSON


def _error(status: int, line: str) -> JSONResponse:
    return JSONResponse({"error": " ".join(line.split())}, status_code=status)


async def _own_error(request: Request, error: Exception) -> JSONResponse:
    """A question that cannot be searched for is the caller's to mend; the rest is the server's."""
    return _error(422 if isinstance(error, QuestionError) else 503, str(error))


async def _wrong_shape(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return _error(400, f"The body is not JSON: {first.get('ctx', {}).get('error', first['msg'])}.")
    place = ".".join(str(step) for step in first["loc"][1:]) or "the body"
    expected = {
        "/api/ask": 'the JSON {"question": "...", "history": [{"question": "...", "answer": "..."}]}',
        "/api/search": 'the JSON {"question": "...", "top_k": 5}',
    }.get(request.url.path, "/api/essay?source=...&start=0&end=100")
    return _error(422, f"{place}: {first['msg']}. Expected {expected}.")


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AnyHTTPException)
    response = _error(error.status_code, error.detail)
    response.headers.update(error.headers or {})
    return response


# --- The gate


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
        page: Callable[[str], str],
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
            await _error(refusal.status_code, refusal.detail)(scope, receive, guarded)
        except Exception:
            logger.exception("A request for %r failed", scope["path"])
            if not started:
                response = _error(500, "Something went wrong in the server; its log says what.")
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
            html = self.page(body.decode())
            body = html.encode()
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
