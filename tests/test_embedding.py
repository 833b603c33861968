"""Which sites the server lets in: the frame, the script, the HTTP interface, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from browser.fake_assistant import FakeAssistant
from browser.running import running

from assistant.gate import MAX_BODY_BYTES
from assistant.server import create_app
from assistant.settings import Settings

SITES = ("https://moodle.school.nl", "http://localhost:8000")
STRANGERS = (
    "https://example.org",
    "http://moodle.school.nl",
    "https://moodle.school.nl:8443",
    "https://moodle.school.nl.example.org",
    "https://evilmoodle.school.nl",
    "https://sub.moodle.school.nl",
    "https://moodle.school.nl/",
    "HTTPS://MOODLE.SCHOOL.NL",
    "null",
    "*",
    "",
)


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    settings = replace(Settings(), sites=" ".join(SITES))
    with running(create_app(FakeAssistant(settings))) as url, httpx.Client(base_url=url) as client:  # type: ignore[arg-type]
        yield client


def leave(response: httpx.Response) -> dict[str, str]:
    """The headers by which a browser lets other sites in."""
    return {name: value for name, value in response.headers.items() if name.startswith("access-control-")}


def named_sites(page: str) -> object:
    """What the page holds for the script that answers the widget."""
    found = re.search(r'<script [^>]*id="sites"[^>]*>(.*?)</script>', page)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("path", ["/", "/?embed=1", "/healthz", "/nowhere", "/widget.js"])
def test_frames_are_for_the_allowed_sites(client: httpx.Client, path: str) -> None:
    """The policy lets the server's own site and those of the setting show it in a frame, and no other."""
    policy = client.get(path).headers["content-security-policy"]
    found = re.findall(r"frame-ancestors ([^;]*)", policy)
    assert found == [" ".join(("'self'", *SITES))]
    assert "x-frame-options" not in client.get(path).headers


def test_by_default_no_other_site_may_show_it() -> None:
    """Without the setting the chat stands in frames of its own site alone, and no other may use the interface."""
    with running(create_app(FakeAssistant())) as url:  # type: ignore[arg-type]
        page = httpx.get(url)
        asked = httpx.post(f"{url}/api/ask", json={"question": "lef"}, headers={"origin": SITES[0]})
    assert re.findall(r"frame-ancestors ([^;]*)", page.headers["content-security-policy"]) == ["'self'"]
    assert named_sites(page.text) == []
    assert "access-control-allow-origin" not in asked.headers


def test_the_page_knows_whom_it_may_speak_to(client: httpx.Client) -> None:
    """The page holds the allowed sites for the script that answers the widget."""
    assert named_sites(client.get("/").text) == [*SITES]


@pytest.mark.parametrize("site", SITES)
def test_scripts_of_an_allowed_site_may_use_the_interface(client: httpx.Client, site: str) -> None:
    """Preflight, answers and errors of /api carry the leave for that site, and never one for its cookies."""
    told = {"origin": site, "access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    preflight = client.options("/api/ask", headers=told)
    assert preflight.status_code == 200
    assert leave(preflight)["access-control-allow-origin"] == site
    asked = client.post("/api/ask", json={"question": "engagementsmarketing"}, headers={"origin": site})
    wrong = client.post("/api/ask", json={"question": " "}, headers={"origin": site})
    large = client.post("/api/ask", content=b"a" * (MAX_BODY_BYTES + 1), headers={"origin": site})
    gone = client.get("/api/nowhere/at/all", headers={"origin": site})
    assert [response.status_code for response in (asked, wrong, large, gone)] == [200, 422, 413, 404]
    for response in (preflight, asked, wrong, large, gone):
        assert response.headers["access-control-allow-origin"] == site
        assert "Origin" in response.headers["vary"]
        assert "access-control-allow-credentials" not in response.headers


@pytest.mark.parametrize("origin", STRANGERS)
def test_strangers_get_no_leave(client: httpx.Client, origin: str) -> None:
    """A site that only looks like an allowed one gets none, neither in a preflight nor in an answer."""
    told = {"origin": origin, "access-control-request-method": "POST"}
    for response in (
        client.options("/api/ask", headers=told),
        client.post("/api/ask", json={"question": "lef"}, headers=told),
    ):
        assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("path", ["/", "/page/chat.css", "/gradio_api/queue/join", "/gradio_api/app_id", "/healthz"])
def test_an_allowed_site_reads_nothing_but_the_interface(client: httpx.Client, path: str) -> None:
    """Outside /api even an allowed site gets no leave: the chat itself is for its own page."""
    told = {"origin": SITES[0], "access-control-request-method": "POST"}
    for response in (
        client.get(path, headers=told),
        client.post(path, headers=told),
        client.options(path, headers=told),
    ):
        assert "access-control-allow-origin" not in response.headers


def test_the_script_is_for_everybody(client: httpx.Client) -> None:
    """Any page may load the script, one that demands leave for it too; it comes as a script and with a date."""
    response = client.get("/widget.js", headers={"origin": "https://example.org"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert leave(response) == {"access-control-allow-origin": "*"}
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert response.headers["cache-control"] == "public, max-age=3600"
    assert response.headers["vary"].split(", ")[0] == "Accept-Encoding"
    head = client.head("/widget.js")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", response.headers["etag"])
    assert client.post("/widget.js").status_code in (404, 405)
