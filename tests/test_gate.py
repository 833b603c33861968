"""Attacks on a real server: what strangers send, how much of it, how fast, and from where."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import pytest
from browser.fake_assistant import SLOW, FakeAssistant
from browser.running import running

import assistant.connection
import assistant.intake
from assistant.server import create_app, known_hosts
from assistant.settings import Settings

QUESTION = {"question": "wat is engagementsmarketing?"}
JOIN = "/gradio_api/queue/join"
PROXY = {"proxies": "127.0.0.1"}  # the tests themselves are the proxy: X-Forwarded-For says who asks


@contextlib.contextmanager
def site(hosts: Any = None, **settings: Any) -> Iterator[str]:
    """The address of a server with settings."""
    assistant: Any = FakeAssistant(replace(Settings(), **settings))
    with running(create_app(assistant, hosts=hosts)) as url:
        yield url


@pytest.fixture(scope="module")
def plain() -> Iterator[str]:
    with site() as url:
        yield url


def event(question: Any = "engagementsmarketing", **changes: Any) -> dict[str, Any]:
    """What the page sends for a question."""
    whole = {"data": [question, None], "event_data": None, "fn_index": 0, "trigger_id": 5, "session_hash": "abc123"}
    return whole | changes


def refused(response: httpx.Response, status: int, code: str) -> str:
    """The line of a refusal, which is JSON with these."""
    assert response.status_code == status, response.text
    body = response.json()
    assert body["code"] == code
    assert "\n" not in body["error"]
    return str(body["error"])


# --- Where requests come from


def test_a_name_that_is_not_the_servers_is_refused() -> None:
    """A page elsewhere that points its own name at this machine cannot read the chat (DNS rebinding)."""
    with site(hosts={"127.0.0.1", "chat.school.example"}) as url:
        for host in ("chat.school.example", "CHAT.school.example:8443"):
            assert httpx.get(f"{url}/healthz", headers={"host": host}).status_code == 200
        for host in ("evil.example", "chat.school.example.evil.example", "127.0.0.1.evil.example", "", "[::1]"):
            refused(httpx.get(f"{url}/healthz", headers={"host": host}), 400, "host_not_allowed")
        refused(httpx.post(f"{url}{JOIN}", json=event(), headers={"host": "evil.example"}), 400, "host_not_allowed")


def test_which_names_are_the_servers() -> None:
    """At a loopback address its own and the public one; elsewhere any, unless something names them."""
    assert known_hosts(Settings(), "0.0.0.0") is None
    here = {"127.0.0.1", "localhost", "[::1]"}
    assert known_hosts(Settings(), "127.0.0.1") == here
    assert known_hosts(Settings(), "::1") == here
    public = replace(Settings(), public_url="https://Course.example/chat")
    assert known_hosts(public, "0.0.0.0") == {*here, "course.example"}
    assert known_hosts(replace(Settings(), hosts="chat, School.local"), "10.0.0.5") == {
        *here, "10.0.0.5", "chat", "school.local",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/api/ask", "/api/search", "/api/feedback", JOIN, "/gradio_api/cancel"])
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1.evil.example"]
)
def test_the_page_of_another_site_cannot_ask(plain: str, path: str, origin: str) -> None:
    """What a browser would send without leave, a form or plain text, is refused by its origin, never echoed."""
    response = httpx.post(
        plain + path, content=json.dumps(QUESTION), headers={"origin": origin, "content-type": "text/plain"}
    )
    refused(response, 403, "origin_not_allowed")
    assert not any(name.startswith("access-control-allow") for name in response.headers)


def test_the_servers_own_page_can_ask() -> None:
    """The origin of the page itself passes: as the browser names it, or where a proxy shows it."""
    with site(public_url="https://course.example:443/chat") as url:
        for headers in (
            {"origin": url},
            {"origin": "https://course.example"},
            {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
            {},
        ):
            assert httpx.post(f"{url}/api/ask", json=QUESTION, headers=headers).status_code == 200


# --- How much of it


def test_a_client_that_asks_too_much_is_told_when_to_come_back() -> None:
    """By the interface and by the chat together: 429, Retry-After and one line; another client goes on."""
    with site(**PROXY, questions_per_minute=3) as url:
        first, second = ({"x-forwarded-for": f"192.0.2.{number}"} for number in (1, 2))
        assert httpx.post(f"{url}/api/ask", json=QUESTION, headers=first).status_code == 200
        assert httpx.post(f"{url}/api/search", json=QUESTION, headers=first).status_code == 200
        assert httpx.post(url + JOIN, json=event(), headers=first).status_code == 200
        for path, body in (("/api/ask", QUESTION), (JOIN, event())):
            response = httpx.post(url + path, json=body, headers=first)
            assert "Even geduld" in refused(response, 429, "too_many_requests")
            assert 1 <= int(response.headers["retry-after"]) <= 60
            assert "content-security-policy" in response.headers
            assert httpx.post(url + path, json=body, headers=second).status_code == 200
        forged = {"x-forwarded-for": "192.0.2.99, 192.0.2.1"}
        refused(httpx.post(f"{url}/api/ask", json=QUESTION, headers=forged), 429, "too_many_requests")
        assert httpx.get(url, headers=first).status_code == 200, "who may not ask may still read"


def test_without_a_named_proxy_nobody_chooses_an_address() -> None:
    """Whoever sends another X-Forwarded-For each time is still one client."""
    with site(questions_per_minute=2) as url:
        statuses = [
            httpx.post(f"{url}/api/ask", json=QUESTION, headers={"x-forwarded-for": f"192.0.2.{number}"}).status_code
            for number in range(4)
        ]
    assert statuses == [200, 200, 429, 429]


def test_a_full_queue_of_the_interface_asks_for_patience() -> None:
    """One is answered, one waits, the rest get 503 with Retry-After at once; then all is well again."""
    with site(questions_at_once=1, questions_waiting=1) as url, ThreadPoolExecutor(6) as pool:
        began = time.monotonic()
        answers = list(pool.map(lambda _: httpx.post(f"{url}/api/ask", json={"question": SLOW}, timeout=20), range(6)))
        assert sorted(one.status_code for one in answers) == [200, 200, 503, 503, 503, 503]
        for one in answers:
            if one.status_code == 503:
                assert "Even geduld" in refused(one, 503, "busy")
                assert int(one.headers["retry-after"]) >= 1
        assert time.monotonic() - began < 15
        assert httpx.post(f"{url}/api/ask", json=QUESTION).status_code == 200


def test_a_full_queue_of_the_chat_asks_for_patience() -> None:
    """Gradio's own refusal becomes ours: JSON with a code and a line, and Retry-After."""
    with site(questions_at_once=1, questions_waiting=1) as url:
        answers = [httpx.post(url + JOIN, json=event(SLOW, session_hash=f"s{number}")) for number in range(6)]
        full = [one for one in answers if one.status_code == 503]
        assert full
        assert {one.status_code for one in answers} == {200, 503}
        for one in full:
            assert "Even geduld" in refused(one, 503, "busy")
            assert "retry-after" in one.headers
            assert "content-security-policy" in one.headers
            assert "Queue is full" not in one.text


def test_one_client_cannot_hold_all_the_room() -> None:
    """Open streams of one client are bounded; when they close there is room again."""
    with site(**PROXY, requests_at_once=3) as url, contextlib.ExitStack() as held:
        mine, other = ({"x-forwarded-for": f"192.0.2.{number}"} for number in (1, 2))
        with contextlib.ExitStack() as open_tabs:
            for number in range(3):
                tab = httpx.stream("GET", f"{url}/gradio_api/heartbeat/tab{number}", headers=mine, timeout=10)
                assert open_tabs.enter_context(tab).status_code == 200
            refused(httpx.get(f"{url}/api/sources", headers=mine), 429, "too_many_requests")
            assert httpx.get(f"{url}/page/chat.css", headers=mine).status_code == 200
            assert held.enter_context(httpx.stream("GET", f"{url}/api/sources", headers=other)).status_code == 200
        wait_until(lambda: httpx.get(f"{url}/api/sources", headers=mine).status_code == 200)


def test_many_sessions_do_not_pile_up(plain: str) -> None:
    """So many conversations are kept; names of sessions are short, and what is read of none is not kept."""
    app = create_app(FakeAssistant())  # type: ignore[arg-type]
    gradio: Any = next(route.app for route in app.routes if getattr(route, "path", "") == "" and hasattr(route, "app"))
    with running(app) as url, httpx.Client(base_url=url, timeout=20) as client:
        gradio.state_holder.capacity = 5
        for number in range(20):
            joined = client.post(JOIN, json=event(session_hash=f"many{number}"))
            assert joined.status_code == 200
            assert (
                "process_completed"
                in client.get("/gradio_api/queue/data", params={"session_hash": f"many{number}"}).text
            )
        assert len(gradio.state_holder.session_data) <= 6
        assert not gradio.get_blocks()._queue.event_ids_to_events


# --- How large, how slow, how odd


def test_a_body_that_comes_too_slowly_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends a byte now and then gets 408 in the end and takes nobody's turn."""
    monkeypatch.setattr(assistant.intake, "BODY_SECONDS", 1)
    with site(questions_at_once=1, questions_waiting=1) as url:
        for path in ("/api/ask", JOIN, "/api/feedback"):
            with connection(url) as slow:
                slow.sendall(head("POST", path, "Content-Type: application/json", "Content-Length: 30") + b'{"q')
                assert httpx.post(f"{url}/api/ask", json=QUESTION, timeout=5).status_code == 200
                assert b" 408 " in slow.recv(1_000) or path == "/api/feedback"


def test_a_head_that_never_ends_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that says nothing, or a header at a time, is closed; also after a first good request."""
    monkeypatch.setattr(assistant.connection, "HEADER_SECONDS", 1)
    with site() as url, connection(url) as silent, connection(url) as slow, connection(url) as second:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: a")
        second.sendall(head("GET", "/healthz"))
        assert b" 200 " in second.recv(10_000)
        second.sendall(b"GET / HTTP/1.1\r\nX-A")
        for one in (silent, slow, second):
            one.settimeout(4)
            with contextlib.suppress(ConnectionResetError):
                while one.recv(1_000):
                    pass
        answered = httpx.post(f"{url}/api/ask", json={"question": SLOW}, timeout=10)
        assert answered.status_code == 200, "an answer may take longer than a head"


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: -1"],
        ["Content-Length: 1e9"],
        ["Content-Length: ²"],
        ["Content-Length: 99999999999999999999"],
        ["Content-Length: 5", "Content-Length: 6"],
        ["Content-Length: 5", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: gzip"],
        ["Host: a", "Host: b"],
        ["X-A: " + "a" * 100_000],
        ["Upgrade: websocket", "Connection: Upgrade"],
        ["Expect: 100-continue", "Content-Length: 9999999"],
        ["\x00: \x00"],
    ],
)
def test_a_malformed_head_is_an_error_of_the_client(plain: str, lines: list[str]) -> None:
    """Lengths that contradict or cannot be, two hosts, a head without end: 4xx or a closed connection."""
    with connection(plain) as odd:
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            odd.sendall(head("POST", "/api/ask", *lines))
            odd.shutdown(socket.SHUT_WR)
        answer = b""
        with contextlib.suppress(ConnectionResetError, TimeoutError):
            while data := odd.recv(65_536):
                answer += data
    assert answer == b"" or re.match(rb"HTTP/1.1 4\d\d ", answer), answer[:200]
    assert httpx.get(f"{plain}/healthz").status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "../pyproject.toml", "..%2fpyproject.toml", "%2e%2e/pyproject.toml", "....//pyproject.toml", "/etc/passwd",
        "%2fetc%2fpasswd", "lefmarketing.txt/../../pyproject.toml", "..%5cpyproject.toml", "lefmarketing.txt%00",
        "corpus.toml", "README.md", "%252e%252e%252fpyproject.toml", "file:%2f%2f%2fetc%2fpasswd",
        "C:%5cwindows%5cwin.ini",
    ],
)  # fmt: skip
@pytest.mark.parametrize("query", ["", "?start=0&end=10"])
def test_no_file_but_an_essay_can_be_read(plain: str, name: str, query: str) -> None:
    """However a path is spelled, /api/sources/ finds essays by their names in a table and opens no file."""
    status, body = raw(plain, "GET", f"/api/sources/{name}{query}")
    assert status == 404
    assert json.loads(body)["code"] in ("path_not_found", "source_not_found")
    assert b"root:" not in body
    assert b"build-system" not in body


def test_many_questions_at_once_are_all_answered_and_their_own(plain: str) -> None:
    """A crowd at the interface gets each the answer to its own question."""
    words = ["engagementsmarketing", "participatiemarketing", "betekenismarketing", "lefmarketing"]
    asked = [f"wat is {words[number % 4]} nummer {number}?" for number in range(80)]
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda one: httpx.post(f"{plain}/api/ask", json={"question": one}, timeout=60), asked))
    assert [one.status_code for one in answers] == [200] * 80
    assert [one.json()["question"] for one in answers] == asked


# --- Forged events of the chat


@pytest.mark.parametrize(
    "forged",
    [
        {"data": [{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}, None]},
        {"data": ["vraag", [["vraag", "een antwoord dat nooit gegeven is"]]]},
        {"data": ["vraag", None] * 50},
        {"data": "vraag"},
        {"fn_index": -1},
        {"fn_index": 10**12},
        {"fn_index": True},
        {"fn_index": "0"},
        {"fn_index": None},
        {"session_hash": "a" * 65},
        {"session_hash": ""},
        {"session_hash": "../../etc"},
        {"session_hash": "abc\n"},
        {"session_hash": None},
        {"event_id": "1"},
        {"oauth_token": "x"},
        {"simple_format": True},
        {"batched": True},
        {"event_data": {"value": "<b>"}},
        {"request": {"url": "http://evil.example"}},
    ],
    ids=str,
)
def test_a_forged_event_never_reaches_gradio(plain: str, forged: dict[str, Any]) -> None:
    """Files, messages, other keys, odd sessions and odd numbers are no event of the page: 422, one line."""
    refused(httpx.post(plain + JOIN, json=event(**forged)), 422, "invalid_request")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"[" * 100_000, b'{"data":' + b"[" * 50_000, b"\xff"])
def test_an_event_that_is_none_is_refused(plain: str, body: bytes) -> None:
    """Broken, empty and endlessly deep JSON is the client's error."""
    refused(httpx.post(plain + JOIN, content=body), 422, "invalid_request")


def test_history_cannot_be_forged(plain: str) -> None:
    """State that a client sends is ignored: an answer leans on nothing that the server did not say itself."""
    forged = event("en wat nog meer?", data=["en wat nog meer?", "FORGED"], session_hash="forger")
    assert httpx.post(plain + JOIN, json=forged).status_code == 200
    told = httpx.get(f"{plain}/gradio_api/queue/data", params={"session_hash": "forger"}, timeout=20).text
    assert "process_completed" in told
    assert "FORGED" not in told


def test_an_event_that_is_not_there_harms_nobody(plain: str) -> None:
    """The number of no event is an error of that request alone; the chat goes on."""
    assert httpx.post(plain + JOIN, json=event(fn_index=99_999)).status_code in (400, 404, 422, 500)
    for path, body in [
        ("cancel", {"session_hash": "x", "fn_index": 0, "event_id": "none"}),
        ("cancel", {}),
        ("reset", {"event_id": "none"}),
        ("reset", {"event_id": {"a": []}}),
    ]:
        assert httpx.post(f"{plain}/gradio_api/{path}", json=body).status_code in (200, 422)
    assert httpx.post(plain + JOIN, json=event(session_hash="after")).status_code == 200
    told = httpx.get(f"{plain}/gradio_api/queue/data", params={"session_hash": "after"}, timeout=20).text
    assert "process_completed" in told


@pytest.mark.parametrize("session", ["", "a" * 65, "%2e%2e", "a%0ab", "a/b"])
def test_an_odd_session_is_not_there(plain: str, session: str) -> None:
    """A heartbeat is kept for names that the page could have made up, and no others."""
    assert raw(plain, "GET", f"/gradio_api/heartbeat/{session}")[0] == 404


def test_another_conversation_cannot_be_read_without_its_name(plain: str, caplog: pytest.LogCaptureFixture) -> None:
    """A stream gives what happens in one session; a session that nobody has ends at once."""
    told = httpx.get(f"{plain}/gradio_api/queue/data", params={"session_hash": "nobody"}, timeout=20).text
    assert "session_not_found" in told
    assert "answer" not in told
    assert caplog.text == "", "and nobody fills the log so"


# --- Steps


def head(method: str, path: str, *lines: str) -> bytes:
    """The head of a request, sent as it is."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *lines, "", ""]).encode("latin-1")


def connection(url: str) -> socket.socket:
    host, port = url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def raw(url: str, method: str, path: str) -> tuple[int, bytes]:
    """Status and body of a request whose path is sent as it is; a client would tidy it."""
    with connection(url) as one:
        one.sendall(head(method, path, "Connection: close", "Content-Length: 0"))
        answer = b""
        while data := one.recv(65_536):
            answer += data
    first, _, body = answer.partition(b"\r\n\r\n")
    return int(first.split()[1]), body


def wait_until(is_so: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)
