"""A server in a process of its own that is told to stop while people use it, and what it writes."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[1]
SERVING = """
import sys, time
sys.path[:0] = [{root!r}, {tests!r}]
from dataclasses import replace
from browser.fake_assistant import FakeAssistant
from assistant.server import serve
from assistant.settings import Settings
class Assistant(FakeAssistant):
    def ask(self, question, history=()):
        if "eeuwig" in question:
            time.sleep(60)
        return super().ask(question, history)
serve(Assistant(replace(Settings(), **{settings!r})), "127.0.0.1", 0)
"""
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals cannot be sent to one process there")


@contextlib.contextmanager
def serving(**settings: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server's process and address."""
    script = SERVING.format(root=str(ROOT), tests=str(ROOT / "tests"), settings=settings)
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        found = re.search(r"https?://\S+", process.stdout.readline())
        assert found
        yield process, found[0]
    finally:
        process.kill()
        process.communicate()


def open_tab(held: contextlib.ExitStack, url: str, number: int) -> None:
    """What an open tab of the chat holds: a heartbeat."""
    stream = httpx.stream("GET", f"{url}/gradio_api/heartbeat/tab{number}", timeout=30)
    chunks = held.enter_context(stream).iter_text()
    assert next(chunks).startswith("data")
    held.callback(chunks.close)  # which keeps it until then: without it the connection would be closed


def seconds_to_stop(process: subprocess.Popen[str], how: signal.Signals) -> float:
    began = time.monotonic()
    process.send_signal(how)
    process.wait(20)
    return time.monotonic() - began


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_open_tabs_do_not_hold_the_server_up(how: signal.Signals) -> None:
    """With thirty tabs open and nobody asking, the server stops at once and says nothing."""
    with contextlib.ExitStack() as held, serving() as (process, url):
        for number in range(30):
            open_tab(held, url, number)
        assert seconds_to_stop(process, how) < 2.5
        assert process.stderr
        assert process.stderr.read() == ""


def test_a_question_that_is_being_answered_is_still_answered() -> None:
    """Who asked just before the stop gets the answer, by the interface and in the chat."""
    with contextlib.ExitStack() as held, serving() as (process, url):
        open_tab(held, url, 1)
        answers: list[str] = []
        body = {"data": ["traag engagementsmarketing", None], "fn_index": 0, "session_hash": "tab1"}
        assert httpx.post(f"{url}/gradio_api/queue/join", json=body).status_code == 200

        def ask() -> None:
            answers.append(httpx.post(f"{url}/api/ask", json={"question": "traag lef"}, timeout=20).text)

        def listen() -> None:
            answers.append(httpx.get(f"{url}/gradio_api/queue/data", params={"session_hash": "tab1"}, timeout=20).text)

        threads = [threading.Thread(target=one) for one in (ask, listen)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        assert seconds_to_stop(process, signal.SIGTERM) < 5
        for thread in threads:
            thread.join(5)
        assert len(answers) == 2
        assert all("process_completed" in one or "citations" in one for one in answers)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_question_without_end_does_not_hold_the_server_up(how: signal.Signals) -> None:
    """Within five seconds the process is gone, whatever its threads are at, and half-sent requests too."""
    with contextlib.ExitStack() as held, serving() as (process, url):
        for number in range(10):
            open_tab(held, url, number)

        def ask() -> None:
            with contextlib.suppress(httpx.HTTPError):
                httpx.post(f"{url}/api/ask", json={"question": "eeuwig"}, timeout=30)

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.5)
        assert seconds_to_stop(process, how) < 5
        thread.join(5)


def test_the_log_is_json_where_the_owner_wants_that() -> None:
    """Each line of standard error is an object, of our own events and of the libraries' warnings alike."""
    with serving(log_json=True, log_requests=True) as (process, url):
        httpx.post(f"{url}/api/ask", json={"question": "engagementsmarketing"})
        httpx.post(f"{url}/api/ask", json={"question": "programmafout"})
        httpx.get(f"{url}/niets%0Awat%1b[31m")
        assert seconds_to_stop(process, signal.SIGINT) < 5
        assert process.stderr
        entries = [json.loads(line) for line in process.stderr.read().splitlines()]
    events = [entry["event"] for entry in entries]
    assert events.count("request") == 3
    assert "answer" in events
    bug = next(entry for entry in entries if entry["level"] == "error")
    assert "secret detail" in bug["traceback"]
    assert {entry["path"] for entry in entries if entry["event"] == "request"} == {"/api/ask", "/niets\nwat\x1b[31m"}


def test_a_public_server_without_a_named_proxy_is_warned_about() -> None:
    """Where all visitors would be one client, the owner is told at the start."""
    with serving(public_url="https://course.example/chat") as (process, _):
        process.send_signal(signal.SIGINT)
        process.wait(20)
        assert process.stderr
        assert "ASSISTANT_PROXIES" in process.stderr.read()
