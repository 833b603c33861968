"""What readers thought of answers, and what was asked in vain: a SQLite file, only where the owner wants one.

It holds days, questions, thumbs and places in the essays: no address, no session and no time of day. What
is older than the retention time is deleted, and overwritten in the file.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

from assistant.errors import FeedbackError
from assistant.types import Answer

MAX_ROWS = 20_000  # of thumbs, and of questions asked in vain; the oldest go first, so that nobody fills the disk
_FORMAT = 1
_TABLES = """
create table if not exists thumbs (id integer primary key, day text not null, question text not null,
  answer_kind text not null, thumb text not null, reason text not null, citations text not null);
create table if not exists unanswered (id integer primary key, day text not null, question text not null collate nocase,
  kind text not null, language text not null, times integer not null, unique (day, question));
create table if not exists asked (day text not null, kind text not null, language text not null,
  times integer not null, primary key (day, kind, language));
create table if not exists cited (day text not null, source text not null, title text not null,
  times integer not null, primary key (day, source, title));
"""
_ALL = ("thumbs", "unanswered", "asked", "cited")
UNANSWERED = ("absent", "unclear")  # kinds of answers that are kept with their question

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cited:
    """A place that an answer cited, with its words as they stood there on that day."""

    source: str
    title: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Thumb:
    """What a reader thought of one answer."""

    day: str  # as 2026-11-22
    question: str
    answer_kind: str
    thumb: Literal["up", "down"]
    reason: str
    citations: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that the essays did not answer, and how often it was asked on a day."""

    day: str
    question: str
    kind: str
    language: str
    times: int


@dataclass(frozen=True, slots=True)
class Kept:
    """All that a file holds, oldest first."""

    thumbs: tuple[Thumb, ...]
    unanswered: tuple[Unanswered, ...]
    asked: Mapping[tuple[str, str, str], int]  # by day, kind and language of the answer
    cited: Mapping[tuple[str, str, str], int]  # by day, source and title of the post


class Feedback:
    """The file, open for writing; every method may be called from any thread."""

    def __init__(self, path: Path, days: int, *, today: Callable[[], date] = lambda: datetime.now(UTC).date()) -> None:
        """The file at `path`, made where there is none; what is older than `days` days goes at once.

        Raises:
            FeedbackError: it cannot be made, or is something else.
        """
        self.days = days
        self._today = today
        self._lock = threading.Lock()
        self._cleaned = ""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # questions are the owner's to read alone
            self._file = sqlite3.connect(path, timeout=5, check_same_thread=False, isolation_level=None)
            _check(self._file, path)
            self._file.execute("pragma secure_delete = on")
            self._file.executescript(_TABLES)
            self._file.execute(f"pragma user_version = {_FORMAT}")
            with self._lock:
                self._clean()
        except (OSError, sqlite3.Error) as error:
            raise FeedbackError(
                f"ASSISTANT_FEEDBACK is {str(path)!r}, which cannot be used: {error}. Name a file that this "
                "program may write, or unset it."
            ) from None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()

    def asked(self, answer: Answer) -> None:
        """Count an answer and what it cites; keep the question where the essays said nothing of it."""
        if answer.kind == "talk":
            return
        day = self._day()
        writes: list[tuple[str, tuple[object, ...]]] = [
            (_COUNT_ASKED, (day, answer.kind, answer.language)),
            *((_COUNT_CITED, (day, *place)) for place in dict.fromkeys((c.source, c.title) for c in answer.citations)),
        ]
        if answer.kind in UNANSWERED:
            writes.append((_COUNT_UNANSWERED, (day, answer.question, answer.kind, answer.language)))
        try:
            self._write(writes)
        except sqlite3.Error as error:  # an answer is worth more than its being counted
            logger.error("A question could not be counted: %s", error)

    def thumb(self, question: str, answer_kind: str, thumb: str, reason: str, citations: Sequence[Cited]) -> None:
        """Keep what a reader thought.

        Raises:
            FeedbackError: it cannot be written.
        """
        places = json.dumps([asdict(cited) for cited in citations], ensure_ascii=False)
        try:
            self._write([(_ADD_THUMB, (self._day(), question, answer_kind, thumb, reason, places))])
        except sqlite3.Error as error:
            raise FeedbackError(f"The feedback could not be kept: {error}.") from None

    def _day(self) -> str:
        return self._today().isoformat()

    def _write(self, writes: Iterable[tuple[str, tuple[object, ...]]]) -> None:
        with self._lock:
            self._clean()
            self._file.execute("begin immediate")
            try:
                for statement, values in writes:
                    self._file.execute(statement, values)
                for table in ("thumbs", "unanswered"):
                    self._file.execute(
                        f"delete from {table} where id <= (select max(id) from {table}) - ?", (MAX_ROWS,)
                    )
            except BaseException:
                self._file.execute("rollback")
                raise
            self._file.execute("commit")

    def _clean(self) -> None:
        """Delete what is too old, once a day."""
        today = self._day()
        if self._cleaned == today:
            return
        for table in _ALL:
            self._file.execute(f"delete from {table} where day <= ?", (_last_day(today, self.days),))
        self._cleaned = today


_COUNT_ASKED = "insert into asked values (?, ?, ?, 1) on conflict do update set times = times + 1"
_COUNT_CITED = "insert into cited values (?, ?, ?, 1) on conflict do update set times = times + 1"
_COUNT_UNANSWERED = (
    "insert into unanswered (day, question, kind, language, times) values (?, ?, ?, ?, 1) "
    "on conflict do update set times = times + 1"
)
_ADD_THUMB = "insert into thumbs (day, question, answer_kind, thumb, reason, citations) values (?, ?, ?, ?, ?, ?)"


def read_feedback(path: Path) -> Kept:
    """What a file holds; the file is not changed.

    Raises:
        FeedbackError: there is none, or it is something else.
    """
    if not path.is_file():
        raise FeedbackError(
            f"There is no feedback file at {str(path)!r}. Set ASSISTANT_FEEDBACK to where the server keeps it, or "
            "name it: python -m assistant report FILE"
        )
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=5)) as file:
            _check(file, path)
            if not file.execute("select count(*) from sqlite_master").fetchone()[0]:
                return Kept((), (), {}, {})
            thumbs = tuple(
                Thumb(day, question, kind, thumb, reason, tuple(Cited(**place) for place in json.loads(places)))
                for day, question, kind, thumb, reason, places in file.execute(
                    "select day, question, answer_kind, thumb, reason, citations from thumbs order by id"
                )
            )
            unanswered = tuple(
                Unanswered(*row)
                for row in file.execute("select day, question, kind, language, times from unanswered order by id")
            )
            asked, cited = (
                {(row[0], row[1], row[2]): int(row[3]) for row in file.execute(f"select * from {table}")}
                for table in ("asked", "cited")
            )
            return Kept(thumbs, unanswered, asked, cited)
    except (sqlite3.Error, ValueError, TypeError) as error:
        raise FeedbackError(f"{path} is no feedback file that can be read: {error}.") from None


def _check(file: sqlite3.Connection, path: Path) -> None:
    """Nothing, where a file is empty or of this program.

    Raises:
        FeedbackError: it is not.
    """
    found = file.execute("pragma user_version").fetchone()[0]
    tables = {name for (name,) in file.execute("select name from sqlite_master where type = 'table'")}
    if (tables and not tables <= set(_ALL)) or found not in ((_FORMAT,) if tables else (0, _FORMAT)):
        raise FeedbackError(
            f"{path} is a SQLite file of another program or version (format {found}; {_FORMAT} was expected). "
            "Name another file: ASSISTANT_FEEDBACK."
        )


def _last_day(today: str, days: int) -> str:
    """The latest day that is too old.

    >>> _last_day("2026-03-01", 1)
    '2026-02-28'
    """
    return (date.fromisoformat(today) - timedelta(days=days)).isoformat()
