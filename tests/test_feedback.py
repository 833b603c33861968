"""The feedback file: what it keeps, for how long, and that it keeps nothing else."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

import assistant.feedback as module
from assistant.errors import FeedbackError
from assistant.feedback import Cited, Feedback, read_feedback
from assistant.types import Answer, AnswerKind, Citation

FIRST = date(2026, 1, 30)
PLACE = Cited("lef.txt", "Lef", 3, 9, "de zin")


class Calendar:
    """A clock that is moved by hand."""

    day = FIRST

    def __call__(self) -> date:
        return self.day


def answer(question: str, kind: AnswerKind = "answer", *sources: str) -> Answer:
    citations = tuple(Citation(1, source, "Titel", "", 0, 3, "zin") for source in sources)
    return Answer(question, "nl", "", "", (), citations, (), refused=kind not in ("answer", "aside"), kind=kind)


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def open_file(tmp_path: Path, calendar: Calendar) -> Callable[..., Feedback]:
    """A function that opens the file for some days."""
    return lambda days=30: Feedback(tmp_path / "kept" / "feedback.sqlite", days, today=calendar)


def test_what_was_given_is_read_back(open_file: Callable[..., Feedback], tmp_path: Path) -> None:
    """Thumbs keep their words, reasons and places; questions in vain are counted; essays too."""
    file = open_file()
    file.thumb("wat is lef? \U0001f600", "answer", "down", "'; drop table thumbs; --", [PLACE])
    for question in ("Wat kost het?", "wat kost het?", "Wat kost dat?"):
        file.asked(answer(question, "absent"))
    file.asked(answer("wat is lef?", "answer", "lef.txt", "lef.txt", "moed.txt"))
    file.close()
    kept = read_feedback(tmp_path / "kept" / "feedback.sqlite")
    (thumb,) = kept.thumbs
    assert (thumb.day, thumb.question, thumb.thumb) == ("2026-01-30", "wat is lef? \U0001f600", "down")
    assert (thumb.reason, thumb.citations) == ("'; drop table thumbs; --", (PLACE,))
    assert [(one.question, one.times) for one in kept.unanswered] == [("Wat kost het?", 2), ("Wat kost dat?", 1)]
    assert kept.asked == {("2026-01-30", "absent", "nl"): 3, ("2026-01-30", "answer", "nl"): 1}
    assert kept.cited == {("2026-01-30", "lef.txt", "Titel"): 1, ("2026-01-30", "moed.txt", "Titel"): 1}


@pytest.mark.parametrize("kind", ["answer", "aside", "opinion", "act", "talk"])
def test_a_question_with_an_answer_is_not_kept(
    open_file: Callable[..., Feedback], tmp_path: Path, kind: AnswerKind
) -> None:
    """Only what the essays left open is kept in words; small talk is not even counted."""
    file = open_file()
    file.asked(answer("een geheim", kind))
    file.close()
    assert b"een geheim" not in (tmp_path / "kept" / "feedback.sqlite").read_bytes()
    assert bool(read_feedback(tmp_path / "kept" / "feedback.sqlite").asked) == (kind != "talk")


@pytest.mark.parametrize("is_running", [True, False], ids=["while serving", "at opening"])
def test_what_is_too_old_is_gone_from_the_file(
    open_file: Callable[..., Feedback], tmp_path: Path, calendar: Calendar, is_running: bool
) -> None:
    """After the retention time nothing is left of a question or a thumb, not even in the file's free pages."""
    path = tmp_path / "kept" / "feedback.sqlite"
    file = open_file(days=30)
    file.asked(answer("een geheime vraag", "absent"))
    file.thumb("nog een geheim", "answer", "up", "geheime reden", [PLACE])
    for days in (29, 30):
        assert b"geheim" in path.read_bytes()
        calendar.day = FIRST + timedelta(days=days)
        if is_running:
            file.asked(answer("iets anders", "answer"))
        else:
            file.close()
            file = open_file(days=30)
    file.close()
    assert b"geheim" not in path.read_bytes()
    assert read_feedback(path).thumbs == ()


def test_strangers_cannot_fill_the_disk(
    open_file: Callable[..., Feedback], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of questions and thumbs so many are kept; the oldest go first."""
    monkeypatch.setattr(module, "MAX_ROWS", 3)
    file = open_file()
    for number in range(6):
        file.asked(answer(f"vraag {number}", "absent"))
        file.thumb(f"vraag {number}", "answer", "up", "", [])
    file.close()
    kept = read_feedback(tmp_path / "kept" / "feedback.sqlite")
    assert [one.question for one in kept.unanswered] == ["vraag 3", "vraag 4", "vraag 5"]
    assert [one.question for one in kept.thumbs] == ["vraag 3", "vraag 4", "vraag 5"]


@pytest.mark.skipif(sys.platform == "win32", reason="modes mean something else there")
def test_the_file_is_the_owners_alone(open_file: Callable[..., Feedback], tmp_path: Path) -> None:
    """Nobody else on the machine may read what was asked."""
    open_file().close()
    assert stat.S_IMODE(os.stat(tmp_path / "kept" / "feedback.sqlite").st_mode) == 0o600


def test_many_threads_lose_nothing(open_file: Callable[..., Feedback], tmp_path: Path) -> None:
    """Questions that are answered at the same time are all counted."""
    file = open_file()

    def ask() -> None:
        for _ in range(20):
            file.asked(answer("vraag", "absent"))

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    file.close()
    assert read_feedback(tmp_path / "kept" / "feedback.sqlite").unanswered[0].times == 100


def test_a_file_that_breaks_costs_no_answer(
    open_file: Callable[..., Feedback], caplog: pytest.LogCaptureFixture
) -> None:
    """Where a question cannot be counted the log says so and the answer is given; a thumb is an error."""
    file = open_file()
    file.close()
    with pytest.raises(FeedbackError):
        file.thumb("vraag", "answer", "up", "", [])
    file.asked(answer("vraag", "absent"))
    assert "could not be counted" in caplog.text


def test_another_file_is_left_alone(tmp_path: Path) -> None:
    """A text, a folder, another program's database and another version are refused in one line, unchanged."""
    text, other, newer = tmp_path / "text", tmp_path / "other", tmp_path / "newer"
    text.write_text("dit is geen database" * 100)
    with sqlite3.connect(other) as database:
        database.execute("create table mine (a)")
    with sqlite3.connect(newer) as database:
        database.execute("create table thumbs (a)")
        database.execute("pragma user_version = 99")
    for path in (text, other, newer, tmp_path):
        before = path.read_bytes() if path.is_file() else b""
        with pytest.raises(FeedbackError) as error:
            Feedback(path, 30)
        assert "\n" not in str(error.value)
        assert before == (path.read_bytes() if path.is_file() else b"")
        with pytest.raises(FeedbackError):
            read_feedback(path)


def test_reading_needs_a_file_and_changes_none(tmp_path: Path, open_file: Callable[..., Feedback]) -> None:
    """A missing file is one line that says where it is expected; an empty one holds nothing."""
    with pytest.raises(FeedbackError, match="ASSISTANT_FEEDBACK"):
        read_feedback(tmp_path / "none")
    assert not (tmp_path / "none").exists()
    open_file().close()
    assert read_feedback(tmp_path / "kept" / "feedback.sqlite").thumbs == ()
