"""Running a function in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant.apart import apart
from assistant.errors import CorpusError, IndexWriteError

TESTS = Path(__file__).parent


def note(path: Path) -> None:
    path.write_text(str(os.getpid()), encoding="utf-8")


def refuse(line: str) -> None:
    raise CorpusError(line)


def die(code: int) -> None:
    os._exit(code)


def stay(path: Path) -> None:
    note(path)
    time.sleep(60)


def test_it_runs_in_another_process(tmp_path: Path) -> None:
    """The function runs elsewhere, and is done when the call returns."""
    apart(note, tmp_path / "pid")
    assert (tmp_path / "pid").read_text(encoding="utf-8") not in ("", str(os.getpid()))


def test_an_error_of_a_user_comes_back() -> None:
    """What the function raises is raised here, of the same kind and with the same line."""
    with pytest.raises(CorpusError, match=r"^corpus.toml is wrong\.$"):
        apart(refuse, "corpus.toml is wrong.")


@pytest.mark.parametrize("code", [1, 9])
def test_a_process_that_dies_is_one_clear_line(code: int) -> None:
    """A process that ends before it is done is an error that says so, and what becomes of it."""
    with pytest.raises(IndexWriteError, match=f"ended with {code} .* tried again"):
        apart(die, code)


STAYING = """
import sys
sys.path[:0] = [{tests!r}, {root!r}]
from pathlib import Path
from assistant.apart import apart
from test_apart import stay
if __name__ == "__main__":
    apart(stay, Path({path!r}))
"""


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="processes are looked up in /proc")
def test_it_ends_with_the_process_that_asked_for_it(tmp_path: Path) -> None:
    """When the process that waits is killed outright, the one that it waits for ends too."""
    script = tmp_path / "staying.py"
    script.write_text(
        STAYING.format(tests=str(TESTS), root=str(TESTS.parent), path=str(tmp_path / "pid")), encoding="utf-8"
    )
    with subprocess.Popen([sys.executable, script]) as process:
        deadline = time.monotonic() + 20
        while not (tmp_path / "pid").is_file() or not (tmp_path / "pid").read_text(encoding="utf-8"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.kill()
    other = Path("/proc") / (tmp_path / "pid").read_text(encoding="utf-8") / "stat"
    while other.is_file() and other.read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < deadline
        time.sleep(0.05)
