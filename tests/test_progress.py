"""How far the making of an index is: told, written, read by others, and gone when it is done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant import progress as module
from assistant.index_files import PROGRESS
from assistant.progress import Progress, ProgressWriter, read_progress

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


# --- Writing


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, to be set."""
    now = [1_000.0]
    monkeypatch.setattr(module.time, "time", lambda: now[0])
    return now


def told(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "progress.json").read_text())
    return found


def test_estimate(clock: list[float]) -> None:
    """The time that is left follows from the pace so far, once that can be trusted."""
    steps: list[Progress] = []
    progress = ProgressWriter(show=steps.append)
    for done in (0, 1, 100, 1_000):
        progress("embedding", done, 1_000)
        clock[0] += 10
    assert [step.seconds_left for step in steps] == [None, None, 180.0, 0.0]
    assert {step.unit for step in steps} == {"passages"}


def test_each_stage_counts_by_itself(clock: list[float]) -> None:
    """The pace of reading says nothing of that of embedding."""
    steps: list[Progress] = []
    progress = ProgressWriter(show=steps.append)
    progress("reading", 50, 100)
    clock[0] += 1_000
    progress("embedding", 0, 10)
    clock[0] += 5
    progress("embedding", 5, 10)
    assert steps[-1].seconds_left == 5.0


def test_file(tmp_path: Path, clock: list[float]) -> None:
    """The file is written once a second at most, with the process that is at work, and goes when all is done."""
    progress = ProgressWriter(tmp_path)
    progress("reading", 0, 4)
    assert told(tmp_path) == {
        "process": os.getpid(), "stage": "reading", "done": 0, "total": 4, "unit": "files",
        "seconds_left": None, "began": 1_000.0, "problem": "",
    }  # fmt: skip
    clock[0] += 0.5
    progress("reading", 1, 4)
    assert told(tmp_path)["done"] == 0
    clock[0] += 0.6
    progress("reading", 2, 4)
    assert told(tmp_path)["done"] == 2
    progress.done()
    assert list(tmp_path.iterdir()) == []


def test_problem(tmp_path: Path) -> None:
    """After a failure the file says why."""
    ProgressWriter(tmp_path).failed("De schijf is vol.")
    assert told(tmp_path)["problem"] == "De schijf is vol."


def test_no_folder(tmp_path: Path) -> None:
    """Where there is no folder yet, or none is wanted, nothing is written and nothing fails."""
    for progress in (ProgressWriter(), ProgressWriter(tmp_path / "nergens")):
        progress("reading", 0, 1)
        progress.failed("x")
        progress.done()
    assert list(tmp_path.iterdir()) == []


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """The reader finds what the writer wrote."""
    writer = ProgressWriter(tmp_path)
    writer("embedding", 3, 9)
    assert read_progress(tmp_path) == Progress("embedding", 3, 9, "passages")
    writer.failed("No room.")
    assert read_progress(tmp_path) == Progress("embedding", problem="No room.")
    writer.done()
    assert read_progress(tmp_path) is None
