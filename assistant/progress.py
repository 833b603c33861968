"""How far an index that is being made has come, as its builder writes it down for everybody who wants to know."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

PROGRESS = "progress.json"  # in the folder of the index, for as long as one is being made there

Stage = Literal["none", "listing", "reading", "embedding", "writing"]
Unit = Literal["files", "passages"]


@dataclass(frozen=True, slots=True)
class Progress:
    """What the process that makes an index is doing."""

    stage: Stage
    done: int = 0
    total: int = 0  # 0 where nobody can tell yet
    unit: Unit = "files"
    seconds_left: float | None = None  # None where nobody can tell yet
    problem: str = ""  # why the last try failed, one line for the owner


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
