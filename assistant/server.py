"""The chat page, the HTTP interface and the essays on one address, and what may come in and go out."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Collection, Sequence
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
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.middleware.cors import CORSMiddleware

from assistant.errors import AssistantError, QuestionError, ServerError
from assistant.essay_view import essay_view
from assistant.gate import Gate, error_line
from assistant.page import page
from assistant.rendering import as_json, whole
from assistant.types import Span, Turn

if TYPE_CHECKING:
    from assistant.assistant import Assistant

STATIC = Path(__file__).parent / "static"
MAX_TURNS = 50  # of the history that a request may bring
SHUTDOWN_SECONDS = 2  # that open tabs get when the server stops; without it uvicorn waits for each of them
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


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
    show = partial(page, public_url=public_url)
    app.add_middleware(Gate, hosts=hosts, ancestors=ancestors, page=show)
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
        reason = (getattr(error, "strerror", None) or str(error)).partition(" (while")[0]  # it names the address again
        raise ServerError(
            f"The address {host}:{port} cannot be served: {reason}. Stop what uses it or choose another "
            f"port, for example: python -m assistant serve --port {port + 1 if 0 < port < 65_535 else 7861}"
        ) from None


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


# --- Errors, each one line of JSON


async def _own_error(request: Request, error: Exception) -> JSONResponse:
    """A question that cannot be searched for is the caller's to mend; the rest is the server's."""
    return error_line(422 if isinstance(error, QuestionError) else 503, str(error))


async def _wrong_shape(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return error_line(400, f"The body is not JSON: {first.get('ctx', {}).get('error', first['msg'])}.")
    place = ".".join(str(step) for step in first["loc"][1:]) or "the body"
    expected = {
        "/api/ask": 'the JSON {"question": "...", "history": [{"question": "...", "answer": "..."}]}',
        "/api/search": 'the JSON {"question": "...", "top_k": 5}',
    }.get(request.url.path, "/api/essay?source=...&start=0&end=100")
    return error_line(422, f"{place}: {first['msg']}. Expected {expected}.")


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AnyHTTPException)
    response = error_line(error.status_code, error.detail)
    response.headers.update(error.headers or {})
    return response
