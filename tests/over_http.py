"""What the tests of the HTTP interface share."""

from __future__ import annotations

import re

import httpx

from assistant.problems import CODES

JSON = {"content-type": "application/json"}
POSTS = ("/api/ask", "/api/search")
GETS = ("/api/sources", "/api/sources/lefmarketing.txt", "/healthz", "/readyz", "/openapi.json")


def error_of(response: httpx.Response) -> str:
    """The code of an error, whose body is that code and one line."""
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert list(body) == ["code", "error"]
    assert re.fullmatch(r"\S.*[.)]", body["error"])
    assert CODES[body["code"]].status == response.status_code
    return str(body["code"])
