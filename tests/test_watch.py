"""What the server notes of a question: by default nothing of its words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
from browser.fake_assistant import BUG, FakeAssistant
from browser.running import running

from assistant.server import create_app
from assistant.settings import Settings

SECRET = "mijngeheimewoord"


@contextmanager
def site(**settings: Any) -> Iterator[str]:
    assistant: Any = FakeAssistant(replace(Settings(), **settings))
    with running(create_app(assistant)) as url:
        yield url


def everything(caplog: pytest.LogCaptureFixture) -> str:
    """All that was logged, values too."""
    records = [one for one in caplog.records if not one.name.startswith("http")]  # the client of the test logs too
    return "\n".join(f"{one.getMessage()} {getattr(one, 'fields', '')} {one.exc_text}" for one in records)


def ask_in_every_way(url: str) -> None:
    """A question that is answered, refused, too long, of the wrong shape and that breaks, in each of the two ways."""
    for question in (SECRET, f"{SECRET} engagementsmarketing", SECRET * 200, f"{BUG} {SECRET}"):
        httpx.post(f"{url}/api/ask", json={"question": question})
        body = {"data": [question, None], "fn_index": 0, "session_hash": "s", "trigger_id": 1, "event_data": None}
        httpx.post(f"{url}/gradio_api/queue/join", json=body)
        httpx.get(f"{url}/gradio_api/queue/data", params={"session_hash": "s"}, timeout=20)
    httpx.post(f"{url}/api/ask", json={"question": 3, "x": SECRET})
    httpx.post(f"{url}/gradio_api/queue/join", json={"data": [SECRET]})


@pytest.mark.parametrize("log_requests", [False, True])
def test_no_word_of_a_question_is_logged(caplog: pytest.LogCaptureFixture, log_requests: bool) -> None:
    """Whatever happens to a question, its words and the address of who asked stay out of the log."""
    caplog.set_level("INFO")
    with site(log_requests=log_requests) as url:
        ask_in_every_way(url)
    logged = everything(caplog)
    assert SECRET not in logged
    assert "127.0.0.1" not in logged
    assert ("'kind': 'absent'" in logged) == log_requests
    assert ("'path': '/api/ask'" in logged) == log_requests


def test_the_owner_may_turn_questions_on(caplog: pytest.LogCaptureFixture) -> None:
    """With log_questions each answer's line has the question."""
    caplog.set_level("INFO")
    with site(log_questions=True) as url:
        httpx.post(f"{url}/api/ask", json={"question": SECRET})
    assert f"'question': '{SECRET}'" in everything(caplog)
