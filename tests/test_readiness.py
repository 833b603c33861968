"""The probes: alive is not the same as ready."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from browser.fake_assistant import FakeAssistant
from browser.running import running
from over_http import POSTS, error_of

from assistant import readiness
from assistant.errors import IndexDamagedError
from assistant.server import create_app
from assistant.types import Answer, Turn


def test_alive_and_ready(client: httpx.Client) -> None:
    """Both say how many essays there are, and when their index was made where that can be told."""
    assert client.get("/healthz").json() == {"status": "ok", "essays": 5, "indexed": None}
    assert client.get("/readyz").json() == {"status": "ready", "essays": 5, "indexed": None}


class Fragile(FakeAssistant):
    """An assistant whose index can break."""

    is_broken = False
    searches = 0

    def search(self, question: str, top_k: int = 5) -> Any:
        self.searches += 1
        if self.is_broken:
            raise IndexDamagedError("The index is damaged. Build it again.")
        return super().search(question, top_k)


def test_a_broken_index_is_alive_but_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a search fails, /readyz is 503 until one works again; /healthz knows nothing of it."""
    monkeypatch.setattr(readiness, "READY_SECONDS", 0.0)
    assistant = Fragile()
    with running(create_app(assistant)) as url:  # type: ignore[arg-type]
        assert httpx.get(f"{url}/readyz").status_code == 200
        assistant.is_broken = True
        response = httpx.get(f"{url}/readyz")
        assert error_of(response) == "not_ready"
        assert response.headers["retry-after"].isdecimal()
        assert "damaged" not in response.text
        assert httpx.get(f"{url}/healthz").status_code == 200
        for path in POSTS[1:]:
            assert error_of(httpx.post(f"{url}{path}", json={"question": "a"})) == "unavailable"
        assistant.is_broken = False
        assert httpx.get(f"{url}/readyz").status_code == 200


def test_asking_whether_it_is_ready_costs_next_to_nothing() -> None:
    """However often and by how many /readyz is asked for, it searches once in a while."""
    assistant = Fragile()
    with running(create_app(assistant)) as url:  # type: ignore[arg-type]
        asking = [threading.Thread(target=httpx.get, args=(f"{url}/readyz",)) for _ in range(20)]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
    assert assistant.searches == 1


class Held(FakeAssistant):
    """An assistant that answers when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        self.go.wait(30)
        return super().ask(question, history)


def test_probes_wait_for_no_question() -> None:
    """While every worker thread is at work on a question, both probes are answered at once."""
    assistant = Held()
    with running(create_app(assistant)) as url:  # type: ignore[arg-type]
        asking = [
            threading.Thread(target=lambda: httpx.post(f"{url}/api/ask", json={"question": "lef"}, timeout=30))
            for _ in range(50)  # more than there are worker threads
        ]
        for thread in asking:
            thread.start()
        time.sleep(0.4)
        try:
            for path in ("/healthz", "/readyz"):
                assert httpx.get(f"{url}{path}", timeout=10).status_code == 200
        finally:
            assistant.go.set()
        for thread in asking:
            thread.join()
