"""The OpenAPI document: every path, body, status and error of the HTTP interface, as this server has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response

from assistant import bodies
from assistant.problems import CODES

if TYPE_CHECKING:
    from assistant.live import LiveAssistant

VERSION = "1.0"  # of the interface: the first number changes where programs that use it have to
DESCRIPTION = """Answers to questions about a folder of essays, in the essays' own sentences, each cited to the
character.

Every position is a pair of offsets `start`, `end` into the file, counted in Unicode code points from 0, `end` not
included: the file's characters from `start` to `end` are the quote. Python counts so; JavaScript counts UTF-16 units,
so there use `Array.from(text).slice(start, end).join("")`.

Every error is an object with a `code` that stays the same and a sentence `error`. Every path that takes GET takes
HEAD too, and every path takes OPTIONS."""
EVERYWHERE = "host_not_allowed method_not_allowed too_many_requests internal_error busy"
RETRY_AFTER = {"description": "Seconds after which to try again.", "schema": {"type": "integer", "minimum": 0}}
ALLOW = {"description": "The methods that the path takes.", "required": True, "schema": {"type": "string"}}
# Where an answer names an essay or a place in one: what the parameters of readSource are called there. That of an
# Answer has no link: a refusal holds no citation.
LINKS = {
    "/api/sources": ("/0", {"file": "source"}),
    "/api/search": ("/0/passage", {"file": "source", "start": "start", "end": "end"}),
}
HEADERS = {405: {"Allow": ALLOW}, 429: {"Retry-After": RETRY_AFTER}, 503: {"Retry-After": RETRY_AFTER}}


def errors(codes: str = "") -> dict[int | str, dict[str, Any]]:
    """The answers of an operation that are errors: these codes, and those that any path can give."""
    answers: dict[int | str, dict[str, Any]] = {}
    for code in sorted(f"{codes} {EVERYWHERE}".split(), key=lambda code: CODES[code].status):
        status, meaning = CODES[code]
        answer = answers.setdefault(status, {"model": bodies.Error, "description": "", "content": {}})
        answer["description"] = f"{answer['description']}\n`{code}`: {meaning}".strip()
        examples = answer["content"].setdefault("application/json", {}).setdefault("examples", {})
        examples[code] = {"summary": meaning, "value": {"code": code, "error": meaning}}
        if status in HEADERS:
            answer["headers"] = HEADERS[status]
    return answers


def describe(app: FastAPI, live: LiveAssistant) -> None:
    """Let `app.openapi()` give the document, with the limits of the server and an essay of the moment in it."""
    made: dict[str, dict[str, Any]] = {}  # by the essay that it takes as its example

    def document() -> dict[str, Any]:
        source = next(iter(live.documents), "")
        if source not in made:
            made.clear()
            made[source] = _document(app, live)
        return made[source]

    app.openapi = document  # type: ignore[method-assign]

    @app.get("/openapi.json", include_in_schema=False)
    async def show() -> Response:
        return JSONResponse(app.openapi())


def _document(app: FastAPI, live: LiveAssistant) -> dict[str, Any]:
    made = get_openapi(
        title=app.title,
        version=VERSION,
        description=DESCRIPTION,
        license_info={"name": "MIT", "identifier": "MIT"},
        servers=[{"url": live.settings.public_url.rstrip("/") or "."}],  # ".": where the document is served
        routes=app.routes,
    )
    schemas = made["components"]["schemas"]
    document = next(iter(live.documents.values()), None)
    question = next(iter(live.examples), document.title if document else "")
    for name in ("Ask", "Search", "Turn"):
        limits = {"maxLength": live.settings.max_question_chars, **({"examples": [question]} if question else {})}
        schemas[name]["properties"]["question"].update(limits)
    paths = made["paths"]
    if document:
        paths["/api/sources/{file}"]["get"]["parameters"][0]["example"] = document.source
    for path, (place, keys) in LINKS.items():
        answer = next(iter(paths[path].values()))["responses"]["200"]
        parameters = {name: f"$response.body#{place}/{key}" for name, key in keys.items()}
        answer["links"] = {
            "essay": {"operationId": "readSource", "description": "The essay, opened there.", "parameters": parameters}
        }
    return made
