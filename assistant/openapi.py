"""The OpenAPI document: every path, body, status and error of the HTTP interface, as this server has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response

from assistant import bodies
from assistant.problems import CODES

if TYPE_CHECKING:
    from assistant.assistant import Assistant

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


def describe(app: FastAPI, assistant: Assistant) -> None:
    """Let `app.openapi()` give the document, with the limits and the essays of `assistant` in it."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, assistant)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]

    @app.get("/openapi.json", include_in_schema=False)
    async def show() -> Response:
        return JSONResponse(app.openapi())


def _document(app: FastAPI, assistant: Assistant) -> dict[str, Any]:
    made = get_openapi(
        title=app.title,
        version=VERSION,
        description=DESCRIPTION,
        license_info={"name": "MIT", "identifier": "MIT"},
        servers=[{"url": assistant.settings.public_url.rstrip("/") or "."}],  # ".": where the document is served
        routes=app.routes,
    )
    schemas = made["components"]["schemas"]
    question = assistant.examples[0] if assistant.examples else next(iter(assistant.documents.values())).title
    for name in ("Ask", "Search", "Turn"):
        limits = {"maxLength": assistant.settings.max_question_chars, "examples": [question]}
        schemas[name]["properties"]["question"].update(limits)
    paths = made["paths"]
    source = next(iter(assistant.documents))
    paths["/api/sources/{file}"]["get"]["parameters"][0]["example"] = source
    for path, (place, keys) in LINKS.items():
        answer = next(iter(paths[path].values()))["responses"]["200"]
        parameters = {name: f"$response.body#{place}/{key}" for name, key in keys.items()}
        answer["links"] = {
            "essay": {"operationId": "readSource", "description": "The essay, opened there.", "parameters": parameters}
        }
    return made
