"""The assistant over the index that counts now: a new one is opened beside the old one, and then takes its place.

A question keeps the assistant that it began with, so nothing waits for anything: those in flight end on the old
index, and the next one sees the new.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import AssistantError, IndexMissingError
from assistant.index_files import CURRENT
from assistant.logs import fields
from assistant.progress import Progress, read_progress
from assistant.settings import Settings
from assistant.types import Document

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.background import Background

LOOK_SECONDS = 2.0  # between two looks whether another index counts: two small files are read
DUTCH = "nl"
AGAIN_SECONDS = 30.0  # after which an index that could not be opened is tried again, should it have been mended

logger = logging.getLogger(__name__)


@dataclass(frozen=True)  # without slots, for the sake of its cached property
class Opened:
    """An assistant, and the index that it is of."""

    assistant: Assistant
    build: str = ""  # what `current` held; "" for one that is given and never changes
    made: float | None = None  # when the index came to count, in seconds since 1970

    @cached_property
    def is_dutch(self) -> bool:
        """Whether every essay is."""
        return self.assistant.languages == {DUTCH}


class LiveAssistant:
    """The assistant as it is now; `start` lets it follow the index in its folder."""

    def __init__(self, folder: Path, settings: Settings, *, report: Callable[[str], None] = lambda line: None) -> None:
        """One with no index yet. `report` is told of what takes long."""
        self.folder = folder
        self.settings = settings
        self.progress: Progress | None = None  # of an index that is being made, as the last look found it
        self.count: Callable[[bool], None] = lambda is_good: None  # told of each index that came: whether it opened
        self._report = report
        self._opened: Opened | None = None
        self._background: Background | None = None
        self._problem = ""  # the line that was logged last
        self._refused, self._again = "", 0.0  # the index that could not be opened, and when to try it again
        self._stopping = threading.Event()

    @classmethod
    def of(cls, assistant: Assistant | LiveAssistant) -> LiveAssistant:
        """One around an assistant that stays as it is; a live one itself."""
        if isinstance(assistant, LiveAssistant):
            return assistant
        live = cls(assistant.settings.index, assistant.settings)
        live._opened = _warm(Opened(assistant))
        return live

    @property
    def is_open(self) -> bool:
        """Whether there is an index to answer from."""
        return self._opened is not None

    def now(self) -> Assistant:
        """The assistant as it is now; whoever does several things with it for one request keeps it meanwhile.

        Raises:
            IndexMissingError: there is no index yet.
        """
        if self._opened is None:
            raise IndexMissingError("The essays are still being read for the first time. Ask again in a minute.")
        return self._opened.assistant

    @property
    def documents(self) -> Mapping[str, Document]:
        """The essays as they are now, by source; none while there is no index yet."""
        return self._opened.assistant.documents if self._opened else {}

    @property
    def examples(self) -> tuple[str, ...]:
        """The example questions as they are now."""
        return self._opened.assistant.examples if self._opened else ()

    @property
    def is_dutch(self) -> bool:
        """Whether every essay is Dutch."""
        return self._opened is None or self._opened.is_dutch

    @property
    def made(self) -> float | None:
        """When the index came to count, in seconds since 1970; None where nobody can tell."""
        return self._opened.made if self._opened else None

    def open(self) -> None:
        """Open the index of the folder, for a start.

        Raises:
            EssayIndexError, ModelError, SettingsError: it cannot be opened.
        """
        self._opened = self._open(self._build(), report=self._report)

    def look(self) -> None:
        """Take the index that counts where it is another one than that in use; where it cannot be opened, stay."""
        self.progress = read_progress(self.folder)
        build = self._build()
        if not build or (self._opened and self._opened.build in ("", build)):  # "": it is given and stays
            return
        if build == self._refused and time.monotonic() < self._again:
            return
        began = time.monotonic()
        try:
            opened = self._open(build)
        except AssistantError as error:
            self._refuse(build, str(error))
        except Exception as error:  # a bug, or no memory: the old index goes on serving
            self._refuse(build, f"The index in {self.folder} cannot be opened: {error!r}", is_bug=True)
        else:
            self._opened, self._problem, self._refused = opened, "", ""
            self.count(True)
            seconds = round(time.monotonic() - began, 1)
            logger.info("A new index is in use", extra=fields(essays=len(self.documents), seconds=seconds))

    @contextmanager
    def following(self) -> Iterator[None]:
        """Follow the index from a thread beside, until the block ends."""
        thread = threading.Thread(target=self._follow, name="live", daemon=True)
        if self._opened is None or self._opened.build:
            thread.start()
        try:
            yield
        finally:
            self._stopping.set()

    def _follow(self) -> None:
        if self._opened is None:
            self._get_ready()
        while not self._stopping.wait(LOOK_SECONDS):
            self.look()

    def _get_ready(self) -> None:
        """Load meanwhile what every index needs: the model and the background sentences."""
        from assistant.background import load_background
        from assistant.embedder import load_embedder

        self.progress = read_progress(self.folder)
        try:
            self._background = load_background(load_embedder(self.settings), self.settings)
        except AssistantError as error:
            self._refuse("", str(error))

    def _open(self, build: str, report: Callable[[str], None] = lambda line: None) -> Opened:
        """The index that counts, with all that is done at first use done."""
        from assistant.assistant import Assistant
        from assistant.background import load_background
        from assistant.retriever import Retriever

        retriever = Retriever.open(self.folder, self.settings, report=report)
        if self._background is None:  # it belongs to the model, which stays
            self._background = load_background(retriever.embedder, self.settings, report)
        assistant = Assistant(retriever, self._background)
        assistant.search("essay", top_k=1)
        try:
            made = (self.folder / CURRENT).stat().st_mtime
        except OSError:
            made = None
        return _warm(Opened(assistant, build, made))

    def _build(self) -> str:
        """The name of the index that counts; "" where there is none, or it cannot be read just now."""
        try:
            return (self.folder / CURRENT).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def _refuse(self, build: str, line: str, *, is_bug: bool = False) -> None:
        """Note that an index cannot be opened; the log says so once."""
        self._refused, self._again = build, time.monotonic() + AGAIN_SECONDS
        self.count(False)
        if line != self._problem:
            self._problem = line
            kept = " The index in use before goes on serving." if self._opened else ""
            logger.error("%s%s", line, kept, exc_info=is_bug)


def _warm(opened: Opened) -> Opened:
    """`opened`, with what the page shows found out: each example is a question that is asked."""
    _ = opened.assistant.examples, opened.is_dutch
    return opened
