"""How far the making of an index has come: for the terminal, and in a file of the index for whoever else asks.

    progress.json   {"process": 4711, "stage": "embedding", "done": 120, "total": 2200, "unit": "passages",
                     "seconds_left": 312.5, "began": 1790000000.0, "problem": ""}

It is there while an index is being made, and after a try that failed, with the reason as its problem.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from assistant.index_files import PROGRESS, write

Stage = Literal["listing", "reading", "embedding", "writing"]
_EVERY_SECONDS = 1.0  # that the file is written anew at most
_TRUSTED_SHARE = 0.02  # of the work, after which the pace so far says how long the rest takes


@dataclass(frozen=True, slots=True)
class Step:
    """Where the making of an index is."""

    process: int
    stage: Stage
    done: int
    total: int
    unit: Literal["files", "passages"]
    seconds_left: float | None  # of this stage; None where nobody can tell yet
    began: float  # seconds since 1970
    problem: str = ""  # in one line, why the last try failed


class Progress:
    """Told how far it is, and tells on."""

    def __init__(self, folder: Path | None = None, show: Callable[[Step], None] = lambda step: None) -> None:
        """`folder` is that of the index, None where no file is wanted; `show` is told of every step."""
        self._folder = folder
        self._show = show
        self._began = time.time()
        self._stage: Stage = "listing"
        self._stage_began = self._began
        self._written = 0.0
        self._first = 0

    def __call__(self, stage: Stage, done: int, total: int) -> None:
        """So many of so many passages are embedded, or files read."""
        now = time.time()
        if stage != self._stage:
            self._stage, self._stage_began, self._first = stage, now, done
        share = (done - self._first) / total if total else 0.0
        left = (now - self._stage_began) / share * (total - done) / total if share >= _TRUSTED_SHARE else None
        step = Step(os.getpid(), stage, done, total, "passages" if stage == "embedding" else "files", left, self._began)
        self._show(step)
        if now - self._written >= _EVERY_SECONDS:
            self._write(step)
            self._written = now

    def done(self) -> None:
        """The index is up to date."""
        if self._folder is not None:
            with contextlib.suppress(OSError):
                (self._folder / PROGRESS).unlink(missing_ok=True)

    def failed(self, problem: str) -> None:
        """It could not be made."""
        self._write(Step(os.getpid(), self._stage, 0, 0, "files", None, self._began, problem))

    def _write(self, step: Step) -> None:
        if self._folder is not None and self._folder.is_dir():
            with contextlib.suppress(OSError):  # a full disk is told by what needs the room
                write(self._folder / PROGRESS, json.dumps(asdict(step)).encode())
