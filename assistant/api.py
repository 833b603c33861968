"""The HTTP interface: what another program can ask of the assistant, and every error that it can get back.

docs/http.md is its manual. The objects are those of Python as JSON; `bodies` describes them, `problems` the errors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Any
from weakref import WeakKeyDictionary

from fastapi import FastAPI, Query, Request
from fastapi import Path as PathParameter
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BeforeValidator, Field
from starlette.exceptions import HTTPException

from assistant import bodies
from assistant.errors import AssistantError, IndexMissingError, QuestionError
from assistant.essay_view import MAX_ALSO, essay_view, spans_to_mark
from assistant.openapi import describe, errors
from assistant.problems import Problem, code_of, error_line
from assistant.progress import Progress
from assistant.readiness import Readiness, not_yet
from assistant.rendering import as_json
from assistant.routing import JSONRoute
from assistant.sources import sources
from assistant.types import Answer, History, Turn

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.live import LiveAssistant

_MAX_OFFSET = 2**53 - 1  # the largest whole number that every JSON reader takes exactly


def _digits(value: Any) -> int:
    text = str(value)
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(_MAX_OFFSET))):
        raise ValueError("a whole number from 0 on was expected")
    return int(text)


Offset = Annotated[int, Field(ge=0, le=_MAX_OFFSET), BeforeValidator(_digits)]
Start = Annotated[Offset, Query(description="The first character to mark, as a citation has it.")]
End = Annotated[Offset, Query(description="The character after the last one; 0, like `start`, marks nothing.")]
Range = Annotated[str, Field(pattern=r"^[0-9]{1,12}-[0-9]{1,12}$")]
Also = Annotated[
    Sequence[Range],
    Query(max_length=MAX_ALSO, description="Other places to mark, each as two offsets such as `12-34`."),
]
File = Annotated[
    str,
    PathParameter(description="The `source` of a citation, percent-encoded; its slashes may stay as they are."),
]

ASKING = (
    "invalid_json origin_not_allowed too_slow body_too_large unsupported_media_type invalid_request question_empty "
    "question_too_long unavailable not_ready"
)


def add_api(app: FastAPI, live: LiveAssistant, ask: Callable[[str, History], Answer]) -> None:
    """Give `app` the routes around the assistant of the moment, the errors and the document of the HTTP interface."""
    app.router.route_class = JSONRoute
    _add_asking(app, live, ask)
    _add_reading(app, live)
    _add_state(app, live)
    app.add_exception_handler(AssistantError, _own_error)
    app.add_exception_handler(RequestValidationError, _wrong_shape)
    app.add_exception_handler(HTTPException, _http_error)
    describe(app, live)


def _add_asking(app: FastAPI, live: LiveAssistant, answer: Callable[[str, History], Answer]) -> None:
    """The routes that take a question. Plain functions run in worker threads: a slow one holds up nobody else."""
    limit = live.settings.max_question_chars

    @app.post(
        "/api/ask",
        operation_id="ask",
        response_model=bodies.Answer,
        response_description="The answer; a refusal is one too.",
        responses=errors(ASKING),
    )
    def ask(body: bodies.Ask) -> Response:
        """Answer a question with citations, or refuse where the essays do not speak of it."""
        question = _checked(body.question, limit)
        for number, turn in enumerate(body.history):
            _check_length(turn.question, limit, f"history.{number}.question")
        history = [Turn(turn.question, turn.answer) for turn in body.history]
        return JSONResponse(as_json(answer(question, history)))

    @app.post(
        "/api/search",
        operation_id="search",
        response_model=list[bodies.Hit],
        response_description="The passages, best first.",
        responses=errors(ASKING),
    )
    def search(body: bodies.Search) -> Response:
        """Find the passages nearest to a question, best first, without deciding whether they answer it."""
        return JSONResponse(as_json(live.now().search(_checked(body.question, limit), top_k=body.top_k)))


def _add_reading(app: FastAPI, live: LiveAssistant) -> None:
    """The routes that show what there is."""
    lists: WeakKeyDictionary[Assistant, bytes] = WeakKeyDictionary()  # of an index: making one reads every essay
    making = Lock()

    @app.get(
        "/api/sources",
        operation_id="listSources",
        response_model=list[bodies.Source],
        response_description="The essays, in the order of their files.",
        responses=errors("not_ready"),
    )
    def list_sources() -> Response:
        """List the essays and what is known about each."""
        assistant = live.now()
        with making:
            if assistant not in lists:
                lists[assistant] = bytes(JSONResponse(as_json(sources(assistant.documents.values()))).body)
            return Response(lists[assistant], media_type=JSONResponse.media_type)

    @app.get(
        "/api/sources/{file:path}",
        operation_id="readSource",
        response_model=bodies.EssayView,
        response_description="The essay.",
        responses=errors("place_not_in_essay source_not_found invalid_request not_ready"),
    )
    def read_source(file: File, start: Start = 0, end: End = 0, also: Also = ()) -> Response:
        """Read an essay in blocks, with the characters from `start` to `end` marked, and other places too."""
        document = live.now().documents.get(file)
        if document is None:
            line = f"There is no essay {file[:200]!r}. Expected the source of a citation; GET /api/sources lists them."
            raise Problem("source_not_found", line)
        try:
            spans = spans_to_mark(len(document.text), start, end, also)
        except ValueError as error:
            line = f"{error} Give both offsets as a citation has them, or neither."
            raise Problem("place_not_in_essay", line) from None
        return JSONResponse(as_json(essay_view(document, spans)))


def _add_state(app: FastAPI, live: LiveAssistant) -> None:
    """The routes that say how the server is."""
    readiness = Readiness(live)

    def state(status: str) -> Response:
        made = None if live.made is None else datetime.fromtimestamp(live.made, UTC).isoformat(timespec="seconds")
        return JSONResponse({"status": status, "essays": len(live.documents), "indexed": made})

    @app.get(
        "/api/progress",
        operation_id="readProgress",
        response_model=bodies.Progress,
        response_description="What is going on.",
        responses=errors(),
    )
    async def read_progress() -> Response:
        """Say how far an index that is being made has come. It costs next to nothing and counts against no limit."""
        found = live.progress
        told = as_json(found or Progress("none"))
        failed = bool(told.pop("problem"))  # the line itself may name folders of the server
        return JSONResponse({"ready": live.is_open, "essays": len(live.documents), **told, "failed": failed})

    @app.get(
        "/healthz",
        operation_id="isAlive",
        response_model=bodies.Alive,
        response_description="It does.",
        responses=errors(),
    )
    async def is_alive() -> Response:
        """Say that the process answers. It asks nothing of the index or the model, and waits for no question."""
        return state("ok")

    @app.get(
        "/readyz",
        operation_id="isReady",
        response_model=bodies.Ready,
        response_description="They do.",
        responses=errors("not_ready"),
    )
    async def is_ready() -> Response:
        """Say that the index and the model work, as a real search has shown within the last seconds."""
        await readiness.check()
        return state("ready")


def _checked(question: str, limit: int) -> str:
    if bodies.is_blank(question):
        raise Problem("question_empty", "The question is empty. Type a question about the essays.")
    _check_length(question, limit, "The question")
    return question


def _check_length(question: str, limit: int, name: str) -> None:
    if len(question) > limit:
        raise Problem(
            "question_too_long",
            f"{name} has {len(question):,} characters; at most {limit:,} can be searched for. Shorten it to what you "
            "want to know.",
        )


# --- Errors, each one line of JSON


async def _own_error(request: Request, error: Exception) -> Response:
    """A question that cannot be searched for is the caller's to mend; the rest is the server's."""
    if isinstance(error, IndexMissingError):
        problem = not_yet()
        return error_line(problem.status_code, problem.detail, problem.code, problem.headers)
    if isinstance(error, QuestionError):  # an empty one was refused above
        return error_line(422, str(error), "question_too_long")
    return error_line(503, str(error), "unavailable")


async def _wrong_shape(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(step) for step in first["loc"][1:]) or "the body"
    expected = {
        "/api/ask": 'the JSON {"question": "...", "history": [{"question": "...", "answer": "..."}]}',
        "/api/search": 'the JSON {"question": "...", "top_k": 5}',
    }.get(request.url.path, "the offsets of a citation, such as ?start=0&end=100")
    problem = first["msg"].removeprefix("Value error, ")
    return error_line(422, f"{place}: {problem}. Expected {expected}.", "invalid_request")


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = error.code if isinstance(error, Problem) else code_of(error.status_code)
    return error_line(error.status_code, error.detail, code, error.headers)
