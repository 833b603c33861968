"""How far the making of an index is: told, written for others, and gone when it is done."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from assistant import progress as module
from assistant.progress import Progress, Step


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
    steps: list[Step] = []
    progress = Progress(show=steps.append)
    for done in (0, 1, 100, 1_000):
        progress("embedding", done, 1_000)
        clock[0] += 10
    assert [step.seconds_left for step in steps] == [None, None, 180.0, 0.0]
    assert {step.unit for step in steps} == {"passages"}


def test_each_stage_counts_by_itself(clock: list[float]) -> None:
    """The pace of reading says nothing of that of embedding."""
    steps: list[Step] = []
    progress = Progress(show=steps.append)
    progress("reading", 50, 100)
    clock[0] += 1_000
    progress("embedding", 0, 10)
    clock[0] += 5
    progress("embedding", 5, 10)
    assert steps[-1].seconds_left == 5.0


def test_file(tmp_path: Path, clock: list[float]) -> None:
    """The file is written once a second at most, with the process that is at work, and goes when all is done."""
    progress = Progress(tmp_path)
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
    Progress(tmp_path).failed("De schijf is vol.")
    assert told(tmp_path)["problem"] == "De schijf is vol."


def test_no_folder(tmp_path: Path) -> None:
    """Where there is no folder yet, or none is wanted, nothing is written and nothing fails."""
    for progress in (Progress(), Progress(tmp_path / "nergens")):
        progress("reading", 0, 1)
        progress.failed("x")
        progress.done()
    assert list(tmp_path.iterdir()) == []
