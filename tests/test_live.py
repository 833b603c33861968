"""Taking a new index while serving: nothing waits, nothing fails, and what is gone is not cited."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import httpx
import pytest
from browser.fake_assistant import FakeAssistant
from browser.running import running
from over_http import error_of

from assistant import live as living
from assistant.cli import ensure_index
from assistant.embedder import Embedder
from assistant.errors import IndexMissingError
from assistant.live import LiveAssistant
from assistant.rendering import as_json
from assistant.server import create_app
from assistant.settings import Settings
from assistant.sources import Source, sources
from assistant.types import Document

ESSAYS = Path(__file__).parent / "data" / "calibration_corpus"
STAYS, GOES, COMES = "gebarentaal.txt", "leesvaardigheid.txt", "koffiecultuur.txt"
QUESTIONS = {
    STAYS: "Wat is een gebarentaal eigenlijk?",
    GOES: "Wat betekent ontlezing?",
    COMES: "Wanneer mag je koffie specialty coffee noemen?",
}


@pytest.fixture
def corpus(tmp_path: Path, embedder: Embedder) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name in (STAYS, GOES, "romeinse_limes.txt", "contant_geld.txt"):
        shutil.copy(ESSAYS / name, folder)
    return folder


@pytest.fixture
def live(corpus: Path, tmp_path: Path) -> LiveAssistant:
    """One that has an index of four essays open."""
    settings = Settings()
    ensure_index(corpus, tmp_path / "index", settings)
    one = LiveAssistant(tmp_path / "index", settings)
    one.open()
    return one


def test_the_next_question_sees_the_new_index_and_one_in_flight_the_old(live: LiveAssistant, corpus: Path) -> None:
    """Whoever took the assistant before a change goes on with it; whoever takes it afterwards has the new one."""
    before, embedder = live.now(), live.now().retriever.embedder
    live.look()
    assert live.now() is before  # nothing changed
    shutil.copy(ESSAYS / COMES, corpus)
    (corpus / GOES).unlink()
    ensure_index(corpus, live.folder, live.settings)
    assert live.now() is before  # nobody has looked yet
    live.look()
    assert {STAYS, COMES} <= set(live.documents)
    assert GOES not in live.documents
    assert live.now().ask(QUESTIONS[COMES]).citations[0].source == COMES
    assert all(citation.source != GOES for citation in live.now().ask(QUESTIONS[GOES]).citations)
    assert before.ask(QUESTIONS[GOES]).citations[0].source == GOES
    assert live.now().retriever.embedder is embedder  # the model is loaded once


def test_an_index_that_cannot_be_opened_leaves_the_old_one(
    live: LiveAssistant, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken index is one line in the log that says what to do; the old one goes on, and a mended one is taken."""
    came: list[bool] = []
    live.count = came.append
    before, name = live.now(), (live.folder / "current").read_text(encoding="utf-8")
    (live.folder / "current").write_text("build-0123456789abcdef", encoding="utf-8")
    monkeypatch.setattr(living, "AGAIN_SECONDS", 0.0)
    with caplog.at_level(logging.INFO, "assistant"):
        for _ in range(3):
            live.look()
    assert live.now() is before
    assert came == [False] * 3
    (line,) = [record.getMessage() for record in caplog.records]
    assert "damaged" in line
    assert "python -m assistant index" in line
    assert "goes on serving" in line
    (live.folder / "current").unlink()  # not even an index: nothing new either
    live.look()
    assert live.now() is before
    (live.folder / "current").write_text(name + "\n", encoding="utf-8")
    live.look()
    assert live.now() is before  # it is the one in use


def test_a_broken_index_is_not_tried_all_the_time(live: LiveAssistant) -> None:
    """An index that could not be opened rests for a while; another one is tried at once."""
    came: list[bool] = []
    live.count = came.append
    for name, times in (("build-0", 3), ("build-1", 2)):
        (live.folder / "current").write_text(name, encoding="utf-8")
        for _ in range(times):
            live.look()
    assert came == [False, False]


def test_the_list_of_the_essays_is_made_once_for_each_index(
    live: LiveAssistant, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GET /api/sources reads the essays at its first call, and again where there is a new index."""
    made: list[list[Source]] = []

    def counted(documents: Iterable[Document]) -> list[Source]:
        made.append(sources(documents))
        return made[-1]

    monkeypatch.setattr("assistant.api.sources", counted)
    with running(create_app(live)) as url:
        listed = [httpx.get(f"{url}/api/sources").json() for _ in range(3)]
        assert listed[0] == listed[1] == listed[2] == as_json(made[0])
        assert len(made) == 1
        (corpus / GOES).unlink()
        ensure_index(corpus, live.folder, live.settings)
        live.look()
        assert {one["source"] for one in httpx.get(f"{url}/api/sources").json()} == set(live.documents)
        assert len(made) == 2


def test_before_the_first_index_everything_says_so(tmp_path: Path) -> None:
    """Without an index yet the page shows how far it is, and the interface says when to ask again."""
    live = LiveAssistant(tmp_path, Settings())
    with pytest.raises(IndexMissingError):
        live.now()
    with running(create_app(live)) as url:
        page = httpx.get(url)
        assert page.status_code == 200
        assert 'id="start"' in page.text
        assert "nonce-" in page.headers["content-security-policy"]
        assert httpx.get(f"{url}/healthz").json() == {"status": "ok", "essays": 0, "indexed": None}
        for response in (
            httpx.get(f"{url}/readyz"),
            httpx.get(f"{url}/api/sources"),
            httpx.get(f"{url}/api/sources/essay.txt"),
            httpx.post(f"{url}/api/ask", json={"question": "lef?"}),
            httpx.post(f"{url}/api/search", json={"question": "lef?"}),
        ):
            assert response.status_code == 503
            assert error_of(response) == "not_ready"
            assert response.headers["retry-after"].isdecimal()
        assert httpx.get(f"{url}/openapi.json").status_code == 200
        assert "assistant_index_essays 0.0" in httpx.get(f"{url}/metrics").text


def test_the_first_index_is_taken_when_it_comes(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that began without an index answers from the first one that comes, and says when it was made."""
    monkeypatch.setattr(living, "LOOK_SECONDS", 0.1)
    live = LiveAssistant(tmp_path / "index", Settings())
    with running(create_app(live)) as url, live.following():
        assert httpx.get(f"{url}/readyz").status_code == 503
        ensure_index(corpus, tmp_path / "index", Settings())
        wait_for_essays(url, 4)
        assert httpx.get(f"{url}/readyz").json()["indexed"].startswith("20")
        assert 'id="start"' not in httpx.get(url).text
        metrics = httpx.get(f"{url}/metrics").text
        assert "assistant_index_essays 4.0" in metrics
        assert 'assistant_indexes_total{outcome="used"} 1.0' in metrics


def wait_for_essays(url: str, count: int) -> None:
    deadline = time.monotonic() + 180  # on a busy machine
    while httpx.get(f"{url}/healthz").json()["essays"] != count:
        assert time.monotonic() < deadline, f"{count} essays did not come"
        time.sleep(0.05)


def test_questions_all_the_time_while_essays_come_and_go(
    live: LiveAssistant, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under load no question fails, and none that began after a change is answered from before it."""
    monkeypatch.setattr(living, "LOOK_SECONDS", 0.1)
    asked: list[tuple[float, str, httpx.Response]] = []
    problems: list[Exception] = []
    stopping = threading.Event()

    def ask(url: str) -> None:
        with httpx.Client(base_url=url, timeout=60) as client:
            while not stopping.is_set():
                for source, question in QUESTIONS.items():
                    began = time.monotonic()
                    try:
                        asked.append((began, source, client.post("/api/ask", json={"question": question})))
                    except Exception as error:
                        problems.append(error)

    periods: list[tuple[float, float, set[str]]] = []  # in which just these essays are in use
    with running(create_app(live)) as url, live.following():
        threads = [threading.Thread(target=ask, args=(url,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for count in (5, 4, 5, 4):
            if count == 5:
                shutil.copy(ESSAYS / COMES, corpus)
            else:
                (corpus / COMES).unlink()
            ensure_index(corpus, live.folder, live.settings)
            wait_for_essays(url, count)
            came = time.monotonic()
            while sum(began > came for began, *_ in asked.copy()) < 10 and time.monotonic() < came + 60:
                time.sleep(0.1)
            periods.append((came, time.monotonic(), set(live.documents)))
        stopping.set()
        for thread in threads:
            thread.join()
    assert problems == []
    assert {response.status_code for _, _, response in asked} == {200}
    for came, went, there in periods:
        answers = [
            (source, [one["source"] for one in response.json()["citations"]])
            for began, source, response in asked
            if came < began and began + response.elapsed.total_seconds() < went
        ]
        assert len(answers) > 5
        for source, cited in answers:
            assert set(cited) <= there
            assert (source in cited) == (source in there)


def test_the_folder_of_an_index_in_use_may_go(live: LiveAssistant) -> None:
    """Whoever clears away the index while it serves stops no answer."""
    shutil.rmtree(live.folder)
    live.look()
    assert not live.now().ask(QUESTIONS[STAYS]).refused


def test_a_given_assistant_stays_as_it_is() -> None:
    """Around an assistant that is given there is nothing to follow."""
    fake = FakeAssistant()
    live = LiveAssistant.of(fake)  # type: ignore[arg-type]
    assert LiveAssistant.of(live) is live
    with live.following():
        live.look()
        assert live.now() is fake  # type: ignore[comparison-overlap]
