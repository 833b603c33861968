"""The progress of an index that is being made, as a reader finds it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant.progress import PROGRESS, Progress, read_progress

WRITTEN = {"process": os.getpid(), "stage": "embedding", "done": 120, "total": 2200, "unit": "passages"}
LATER = {"seconds_left": 312.5, "began": 1_780_000_000.0, "problem": ""}


def write(folder: Path, **other: Any) -> None:
    (folder / PROGRESS).write_text(json.dumps(WRITTEN | LATER | other), encoding="utf-8")


def test_what_is_going_on(tmp_path: Path) -> None:
    """The file of a process that runs is its progress; without an estimate too."""
    write(tmp_path)
    assert read_progress(tmp_path) == Progress("embedding", 120, 2200, "passages", 312.5)
    write(tmp_path, seconds_left=None, problem="No room.")
    assert read_progress(tmp_path) == Progress("embedding", 120, 2200, "passages", None, "No room.")


def test_nothing_is_going_on(tmp_path: Path) -> None:
    """Without the file, or without its folder, nothing is going on."""
    assert read_progress(tmp_path) is None
    assert read_progress(tmp_path / "nowhere") is None


def test_the_progress_of_a_process_that_died_is_none(tmp_path: Path) -> None:
    """What a killed process left behind is not taken for work."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    write(tmp_path, process=process.pid)
    assert read_progress(tmp_path) is None


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"null", b"{}", b"\xff", b'{"stage": 1}', json.dumps(WRITTEN | {"done": "x"}).encode()],
    ids="empty half list null no-keys bytes kinds words".split(),
)
def test_a_file_that_is_no_progress_is_none(tmp_path: Path, raw: bytes) -> None:
    """Half a file, or one of another kind, is nothing going on."""
    (tmp_path / PROGRESS).write_bytes(raw)
    assert read_progress(tmp_path) is None


@pytest.mark.parametrize(
    "other", [{"stage": "baking"}, {"unit": "loaves"}, {"process": 0}, {"process": -1}, {"done": 1e400}]
)
def test_values_out_of_the_ordinary_are_none(tmp_path: Path, other: dict[str, Any]) -> None:
    """A stage of another version, or a process that cannot be, is nothing going on."""
    write(tmp_path, **other)
    assert read_progress(tmp_path) is None
