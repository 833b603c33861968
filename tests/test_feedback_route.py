"""POST /api/feedback: off by default, exact where it is on; and what the chat and the interface leave in the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser.fake_assistant import CORPUS, FakeAssistant
from browser.running import running

from assistant.feedback import Kept, read_feedback
from assistant.server import create_app
from assistant.settings import Settings

SOURCE = "lefmarketing.txt"
THUMB: dict[str, Any] = {
    "question": " wat is lef? ",
    "answer_kind": "answer",
    "thumb": "down",
    "reason": "<b>niet</b> goed\n",
    "citations": [{"source": SOURCE, "start": 10, "end": 60}],
}


@contextmanager
def site(feedback: Path | None, **settings: Any) -> Iterator[str]:
    assistant: Any = FakeAssistant(replace(Settings(), feedback=str(feedback or ""), **settings))
    with running(create_app(assistant)) as url:
        yield url


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "feedback.sqlite"


def test_without_the_owners_wish_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By default there is no file, the route says so whatever comes, and the page knows."""
    monkeypatch.chdir(tmp_path)
    with site(None) as url:
        for body in (THUMB, {}, []):
            response = httpx.post(f"{url}/api/feedback", json=body)
            assert response.status_code == 404
            assert response.json()["code"] == "feedback_off"
            assert "bewaart geen" in response.json()["error"]
        httpx.post(f"{url}/api/ask", json={"question": "Eiffeltoren"})
        assert '"keepsFeedback": false' in httpx.get(url).text
        assert httpx.get(f"{url}/api/feedback").status_code == 405
    assert list(tmp_path.iterdir()) == []


def test_a_thumb_is_kept_with_the_words_of_its_places(path: Path) -> None:
    """The server takes the quote from its own essay; the answer says for how long it is kept."""
    with site(path, feedback_days=7) as url:
        response = httpx.post(f"{url}/api/feedback", json=THUMB)
        assert (response.status_code, response.json()) == (201, {"kept_days": 7})
        assert '"keepsFeedback": true' in httpx.get(url).text
    (thumb,) = read_feedback(path).thumbs
    assert (thumb.question, thumb.thumb, thumb.reason) == ("wat is lef?", "down", "<b>niet</b> goed")
    text = (CORPUS / SOURCE).read_bytes().decode()
    assert [(one.source, one.start, one.end, one.quote) for one in thumb.citations] == [(SOURCE, 10, 60, text[10:60])]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"question": ""}, 422),
        ({"question": " \n"}, 422),
        ({"question": "a" * 1_001}, 422),
        ({"thumb": "sideways"}, 422),
        ({"answer_kind": "<script>"}, 422),
        ({"reason": "a" * 1_001}, 422),
        ({"more": 1}, 422),
        ({"citations": [{"source": "../pyproject.toml", "start": 0, "end": 5}]}, 404),
        ({"citations": [{"source": SOURCE, "start": 5, "end": 5}]}, 400),
        ({"citations": [{"source": SOURCE, "start": -5, "end": 5}]}, 400),
        ({"citations": [{"source": SOURCE, "start": 0, "end": 10**9}]}, 400),
        ({"citations": [{"source": SOURCE, "start": 0, "end": 5, "quote": "forged"}]}, 422),
        ({"citations": [{"source": SOURCE, "start": 0, "end": 5}] * 51}, 422),
    ],
    ids="empty blank long thumb kind reason key source nothing before behind quote many".split(),
)
def test_what_is_not_right_is_not_kept(path: Path, change: dict[str, Any], status: int) -> None:
    """A stranger can put in no other essay, no place outside it, no words of its own as a quote."""
    with site(path) as url:
        response = httpx.post(f"{url}/api/feedback", json=THUMB | change)
        assert response.status_code == status
        assert set(response.json()) == {"code", "error"}
    assert read_feedback(path).thumbs == ()


def test_half_a_character_is_kept_like_any_other(path: Path) -> None:
    """JSON can name half of a pair, which SQLite cannot keep: it becomes the sign for an unknown one."""
    with site(path) as url:
        body = b'{"question": "\\ud800 lef", "answer_kind": "answer", "thumb": "up"}'
        response = httpx.post(f"{url}/api/feedback", content=body, headers={"content-type": "application/json"})
        assert response.status_code == 201
    assert read_feedback(path).thumbs[0].question == "\ufffd lef"


def test_thumbs_count_as_questions(path: Path) -> None:
    """Nobody stuffs the ballot box: thumbs are limited as questions are."""
    with site(path, questions_per_minute=2, proxies="127.0.0.1") as url:
        statuses = [httpx.post(f"{url}/api/feedback", json=THUMB).status_code for _ in range(4)]
    assert statuses == [201, 201, 429, 429]


@pytest.mark.parametrize("way", ["interface", "chat"])
def test_what_was_asked_in_vain_is_kept_in_both_ways(path: Path, way: str) -> None:
    """An answer leaves a count and its essays, a refusal its question too."""

    def ask(url: str, question: str) -> None:
        if way == "interface":
            assert httpx.post(f"{url}/api/ask", json={"question": question}).status_code == 200
            return
        body = {"data": [question, None], "fn_index": 0, "session_hash": "s", "trigger_id": 1, "event_data": None}
        assert httpx.post(f"{url}/gradio_api/queue/join", json=body).status_code == 200
        httpx.get(f"{url}/gradio_api/queue/data", params={"session_hash": "s"}, timeout=20)

    with site(path) as url:
        for question in ("hoe hoog is de Eiffeltoren?", "engagementsmarketing", "hoe hoog is de Eiffeltoren?"):
            ask(url, question)
    kept: Kept = read_feedback(path)
    assert [(one.question, one.times) for one in kept.unanswered] == [("hoe hoog is de Eiffeltoren?", 2)]
    assert sum(kept.asked.values()) == 3
    assert {source for _, source, _ in kept.cited} <= {path.name for path in CORPUS.glob("*.txt")}
    assert kept.cited
