"""Every error of the HTTP interface: a status, a code that stays the same, and one sentence for a person."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from fastapi import HTTPException
from fastapi.responses import JSONResponse


class Kind(NamedTuple):
    """What a code stands for."""

    status: int
    meaning: str


# A program goes by the code: it is never renamed. The sentence is for people and may change.
# The first code of a status is the one of an error that names none.
CODES: Mapping[str, Kind] = MappingProxyType(
    {
        "bad_request": Kind(400, "The request cannot be understood."),
        "host_not_allowed": Kind(400, "The server does not answer to the name that the request calls it by."),
        "invalid_json": Kind(400, "The body is not JSON."),
        "place_not_in_essay": Kind(400, "`start` and `end` are no place in this essay."),
        "origin_not_allowed": Kind(403, "The page of another site sent the request; that site is not allowed to."),
        "path_not_found": Kind(404, "There is nothing at this path."),
        "source_not_found": Kind(404, "There is no essay of this name."),
        "feedback_off": Kind(404, "The owner of this server keeps no feedback."),
        "method_not_allowed": Kind(405, "The path takes other methods; `Allow` names them."),
        "too_slow": Kind(408, "The body took longer to come than the server waits."),
        "body_too_large": Kind(413, "The body is larger than the server reads."),
        "unsupported_media_type": Kind(415, "The body is sent as something other than `application/json`."),
        "invalid_request": Kind(422, "A key or parameter is missing, unknown, or of the wrong kind."),
        "question_empty": Kind(422, "The question holds nothing that can be searched for."),
        "question_too_long": Kind(422, "The question is longer than the server's limit."),
        "too_many_requests": Kind(429, "Too many requests from this client."),
        "internal_error": Kind(500, "An error of the program; the server's log says what."),
        "unavailable": Kind(503, "The index or the model cannot be used; the owner has to mend it."),
        "busy": Kind(503, "Too many requests from all clients together, or too many questions are waiting."),
        "not_ready": Kind(503, "The server is up but cannot answer questions yet, or no longer."),
    }
)


class Problem(HTTPException):
    """An error that ends a request: its code gives its status."""

    def __init__(self, code: str, line: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(CODES[code].status, line, headers)
        self.code = code


def error_line(status: int, line: str, code: str = "", headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An error as JSON: its code (without one, the first of its status), and its message on one line."""
    content = {"code": code or code_of(status), "error": " ".join(line.split())}
    return JSONResponse(content, status_code=status, headers=headers)


def code_of(status: int) -> str:
    """The code of an error that has only a status.

    >>> code_of(404), code_of(418)
    ('path_not_found', 'bad_request')
    """
    first = next((code for code, kind in CODES.items() if kind.status == status), "")
    return first or ("bad_request" if status < 500 else "internal_error")
