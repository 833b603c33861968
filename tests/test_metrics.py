"""What is counted, and that strangers neither read it nor make it grow."""

from __future__ import annotations

import re
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


@contextmanager
def site(**settings: Any) -> Iterator[str]:
    assistant: Any = FakeAssistant(replace(Settings(), **settings))
    with running(create_app(assistant)) as url:
        yield url


def value(metrics: str, name: str, **labels: str) -> float:
    """The sum of the samples of a name that have these labels."""
    found = re.findall(rf"^{name}(?:{{(.*)}})? (\S+)$", metrics, re.M)
    assert found, f"{name} is not among the metrics"
    wanted = [f'{label}="{word}"' for label, word in labels.items()]
    return sum(float(number) for given, number in found if all(one in given for one in wanted))


def test_what_happens_is_counted() -> None:
    """Answers by kind, requests by route and status, what was turned away, and the time that it took."""
    with site() as url:
        for question in ("engagementsmarketing", "engagementsmarketing", "Eiffeltoren"):
            httpx.post(f"{url}/api/ask", json={"question": question})
        httpx.post(f"{url}/api/ask", json={"question": BUG})
        httpx.get(f"{url}/nowhere")
        metrics = httpx.get(f"{url}/metrics").text
    assert value(metrics, "assistant_answers_total", kind="answer", language="nl") == 2
    assert value(metrics, "assistant_answers_total", kind="absent") == 1
    assert value(metrics, "assistant_answers_failed_total") == 1
    assert value(metrics, "assistant_requests_total", route="/api/ask", method="POST", status="200") == 3
    assert value(metrics, "assistant_turned_away_total", code="path_not_found") == 1
    assert value(metrics, "assistant_answer_seconds_count") == 3
    assert value(metrics, "assistant_open_requests") >= 1
    assert "engagementsmarketing" not in metrics
    assert "127.0.0.1" not in metrics


def test_strangers_cannot_make_it_grow() -> None:
    """Paths, methods, sessions and codes that somebody makes up add no line."""
    with site() as url:
        httpx.get(f"{url}/gradio_api/heartbeat/../x")
        for number in range(3):
            httpx.request(f"ODD{number}", f"{url}/odd{number}")
            httpx.get(f"{url}/api/sources/odd{number}.txt")
        httpx.get(f"{url}/metrics")  # which is counted itself
        before = len(httpx.get(f"{url}/metrics").text.splitlines())
        for number in range(3, 30):
            httpx.request(f"ODD{number}", f"{url}/odd{number}")
            httpx.get(f"{url}/api/sources/odd{number}.txt")
        assert len(httpx.get(f"{url}/metrics").text.splitlines()) == before


@pytest.mark.parametrize(
    ("settings", "headers", "status"),
    [
        ({}, {}, 200),
        ({}, {"x-forwarded-for": "127.0.0.1"}, 404),
        ({}, {"forwarded": "for=127.0.0.1"}, 404),
        ({}, {"via": "1.1 proxy"}, 404),
        ({"public_url": "https://course.example"}, {}, 404),
        ({"proxies": "127.0.0.1"}, {}, 404),
        ({"proxies": "127.0.0.1"}, {"x-forwarded-for": "127.0.0.1"}, 404),
        ({"metrics_token": "geheim"}, {}, 404),
        ({"metrics_token": "geheim"}, {"authorization": "Bearer gehei"}, 404),
        ({"metrics_token": "geheim"}, {"authorization": "Bearer"}, 404),
        ({"metrics_token": "geheim"}, {"authorization": "geheim"}, 404),
        ({"metrics_token": "geheim"}, {"authorization": "Bearer \u00fc"}, 404),
        ({"metrics_token": "geheim"}, {"authorization": "Bearer geheim"}, 200),
        ({"metrics_token": "geheim", "proxies": "127.0.0.1"}, {"authorization": "Bearer geheim"}, 200),
    ],
    ids="here forwarded standard via public proxied forged none short empty bare odd token far".split(),
)
def test_only_the_owner_reads_them(settings: dict[str, Any], headers: dict[str, str], status: int) -> None:
    """This machine past no proxy, or whoever sends the token; anybody else finds nothing at all."""
    with site(**settings) as url:
        encoded = {name: word.encode("latin-1") for name, word in headers.items()}
        response = httpx.get(f"{url}/metrics", headers=encoded)
        assert response.status_code == status
        if status == 404:
            assert response.json() == {"code": "path_not_found", "error": "There is nothing at '/metrics'."}
