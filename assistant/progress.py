"""How far the making of an index has come: told by who makes it, and read by everybody who wants to know.

    progress.json   {"process": 4711, "stage": "embedding", "done": 120, "total": 2200, "unit": "passages",
                     "seconds_left": 312.5, "began": 1790000000.0, "problem": ""}

It is in the folder of the index while one is being made, and after a try that failed, with the reason as its problem.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from assistant.index_files import PROGRESS, write

Stage = Literal["none", "listing", "reading", "embedding", "writing"]
Unit = Literal["files", "passages"]
_EVERY_SECONDS = 1.0  # that the file is written anew at most
_TRUSTED_SHARE = 0.02  # of the work, after which the pace so far says how long the rest takes


@dataclass(frozen=True, slots=True)
class Progress:
    """What the process that makes an index is doing."""

    stage: Stage
    done: int = 0
    total: int = 0  # 0 where nobody can tell yet
    unit: Unit = "files"
    seconds_left: float | None = None  # of this stage; None where nobody can tell yet
    problem: str = ""  # why the last try failed, one line for the owner


class ProgressWriter:
    """Told how far it is, and tells on."""

    def __init__(self, folder: Path | None = None, show: Callable[[Progress], None] = lambda progress: None) -> None:
        """`folder` is that of the index, None where no file is wanted; `show` is told of every step."""
        self._folder = folder
        self._show = show
        self._began = time.time()
        self._stage: Stage = "listing"
        self._stage_began = self._began
        self._first = 0  # that were done when the stage began
        self._written = 0.0

    def __call__(self, stage: Stage, done: int, total: int) -> None:
        """So many of so many passages are embedded, or files read."""
        now = time.time()
        if stage != self._stage:
            self._stage, self._stage_began, self._first = stage, now, done
        share = (done - self._first) / total if total else 0.0
        left = (now - self._stage_began) / share * (total - done) / total if share >= _TRUSTED_SHARE else None
        progress = Progress(stage, done, total, "passages" if stage == "embedding" else "files", left)
        self._show(progress)
        if now - self._written >= _EVERY_SECONDS:
            self._write(progress)
            self._written = now

    def done(self) -> None:
        """The index is up to date."""
        if self._folder is not None:
            with contextlib.suppress(OSError):
                (self._folder / PROGRESS).unlink(missing_ok=True)

    def failed(self, problem: str) -> None:
        """It could not be made."""
        self._write(Progress(self._stage, problem=problem))

    def _write(self, progress: Progress) -> None:
        if self._folder is not None and self._folder.is_dir():
            told = {"process": os.getpid(), **asdict(progress), "began": self._began}
            with contextlib.suppress(OSError):  # a full disk is told by what needs the room
                write(self._folder / PROGRESS, json.dumps(told).encode())


def read_progress(folder: Path) -> Progress | None:
    """The progress of the index that is being made in a folder; None where none is, or its maker has died."""
    try:
        kept = json.loads((folder / PROGRESS).read_bytes())
        left = kept.get("seconds_left")
        progress = Progress(
            cast("Stage", kept["stage"]),
            max(0, int(kept["done"])),
            max(0, int(kept["total"])),
            cast("Unit", kept["unit"]),
            None if left is None else max(0.0, float(left)),
            str(kept.get("problem", "")),
        )
        is_known = progress.stage in get_args(Stage) and progress.unit in get_args(Unit)
        return progress if is_known and _runs(int(kept["process"])) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None  # not there, or caught while it was being replaced: the next look will tell


def _runs(process: int) -> bool:
    """Whether there is a process of this number on this machine."""
    if process <= 0:
        return False
    if sys.platform == "win32":  # os.kill ends a process there, whatever the signal
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, process)  # PROCESS_QUERY_LIMITED_INFORMATION
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(process, 0)  # asks only
    except ProcessLookupError:
        return False
    except PermissionError:  # of another user
        return True
    return True
