"""What a path takes: JSON that says so, and an answer to every method."""

from __future__ import annotations

import httpx
import pytest
from over_http import GETS, POSTS, error_of


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", "json"]
)
def test_a_body_that_does_not_say_it_is_json_is_refused(client: httpx.Client, path: str, kind: str) -> None:
    """A page elsewhere could send a form without asking first: only what says that it is JSON is read."""
    response = client.post(path, content=b'{"question": "a"}', headers={"content-type": kind})
    assert error_of(response) == "unsupported_media_type"


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON;charset=UTF-8", 'application/json; charset="utf-8"']
)
def test_json_may_say_its_charset(client: httpx.Client, kind: str) -> None:
    """UTF-8 is the charset of JSON: saying so changes nothing."""
    assert client.post("/api/search", content=b'{"question": "lef"}', headers={"content-type": kind}).status_code == 200


@pytest.mark.parametrize("path", GETS)
def test_head_is_get_without_the_body(client: httpx.Client, path: str) -> None:
    """Where GET is answered so is HEAD: the same status and headers, and no body."""
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert {**head.headers, "date": ""} == {**got.headers, "date": ""}


@pytest.mark.parametrize("path", [*POSTS, *GETS])
def test_every_method_is_answered(client: httpx.Client, path: str) -> None:
    """OPTIONS says which methods a path takes; any other method gets 405 and is told the same."""
    allow = "OPTIONS, POST" if path in POSTS else "GET, HEAD, OPTIONS"
    options = client.options(path)
    assert (options.status_code, options.content, options.headers["allow"]) == (204, b"", allow)
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "PURGE"} - set(allow.split(", ")):
        response = client.request(method, path)
        assert error_of(response) == "method_not_allowed"
        assert response.headers["allow"] == allow
        assert allow in response.json()["error"]
    if path in POSTS:
        head = client.head(path)
        assert (head.status_code, head.headers["allow"], head.content) == (405, allow, b"")


@pytest.mark.parametrize("path", ["/api/essay", "/api", "/api/", "/api/ask/", "/api/nothing", "/healthz/"])
def test_another_path_is_not_there(client: httpx.Client, path: str) -> None:
    """What is no path of the interface is 404 by every method."""
    for method in ("GET", "POST", "OPTIONS"):
        assert error_of(client.request(method, path)) == "path_not_found"
