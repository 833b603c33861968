"""The process that keeps the index up to date: `index --watch` alone, and the one that a server starts."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from assistant import cli, index_process
from assistant.embedder import Embedder
from assistant.errors import IndexMissingError
from assistant.index_files import read_manifest
from assistant.index_process import IndexProcess
from assistant.live import LiveAssistant
from assistant.settings import Settings

ROOT = Path(__file__).parents[1]
ESSAYS = ROOT / "tests" / "data" / "calibration_corpus"
SECONDS = 180  # for what takes the model on a busy machine; each waits only as long as it has to


def wait_for(is_so: Callable[[], object], seconds: float = SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come within its time"
        time.sleep(0.1)


@pytest.fixture
def settings(tmp_path: Path, embedder: Embedder) -> Settings:
    """Those of a folder with two essays, looked at every second; the model is unpacked already."""
    (tmp_path / "corpus").mkdir()
    for name in ("gebarentaal.txt", "romeinse_limes.txt"):
        shutil.copy(ESSAYS / name, tmp_path / "corpus")
    return replace(Settings(), corpus=tmp_path / "corpus", index=tmp_path / "index", watch_seconds=1)


@contextlib.contextmanager
def started(settings: Settings, *command: str | Path) -> Iterator[subprocess.Popen[str]]:
    """A process of this program, with what it says in files beside the index."""
    folder = settings.index.parent
    with (folder / "out.txt").open("w") as out, (folder / "err.txt").open("w") as err:
        process = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            text=True,
            cwd=ROOT,
            env={**os.environ, **settings.to_environment()},
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def essays_of(settings: Settings) -> dict[str, str]:
    """The essays of the index as it is now, each with the digest of its file.

    Nothing is loaded for it, so that the process has the machine to itself.
    """
    with contextlib.suppress(IndexMissingError):
        essays = read_manifest(settings.index)["essays"]
        return {source: essay["file"]["sha256"] for source, essay in essays.items()}
    return {}


def children(process: int) -> list[int]:
    """The processes that a process has started and that still run."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = status.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == process and state != "Z":
                found.append(int(status.parent.name))
    return found


def runs(process: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_index_watch_follows_the_folder(settings: Settings) -> None:
    """`index --watch` sees an essay that is added, changed, renamed or removed, and ends at Ctrl+C."""
    corpus = settings.corpus
    with started(settings, "-m", "assistant", "index", "--watch") as process:
        wait_for(lambda: essays_of(settings).keys() == {"gebarentaal.txt", "romeinse_limes.txt"})
        before = essays_of(settings)["gebarentaal.txt"]
        text = (corpus / "gebarentaal.txt").read_text(encoding="utf-8")
        (corpus / "gebarentaal.txt").write_text(text + "\nEen slot dat er eerst niet stond.\n", encoding="utf-8")
        shutil.copy(ESSAYS / "koffiecultuur.txt", corpus)
        wait_for(lambda: len(essays_of(settings)) == 3 and essays_of(settings)["gebarentaal.txt"] != before)
        live = LiveAssistant(settings.index, settings)
        live.look()
        assert "Een slot dat er eerst niet stond." in live.documents["gebarentaal.txt"].text
        (corpus / "koffiecultuur.txt").rename(corpus / "koffie.txt")
        (corpus / "romeinse_limes.txt").unlink()
        wait_for(lambda: essays_of(settings).keys() == {"gebarentaal.txt", "koffie.txt"})
        (corpus / "corpus.toml").write_text("[[[", encoding="utf-8")
        wait_for(lambda: "corpus.toml" in (settings.index.parent / "err.txt").read_text(encoding="utf-8"))
        assert process.poll() is None
        if sys.platform != "win32":
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130
    said = (settings.index.parent / "err.txt").read_text(encoding="utf-8")
    assert "Traceback" not in said
    assert len([line for line in said.splitlines() if line.startswith("error: ")]) == 1


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="processes are looked up in /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_the_process_ends_with_its_server(settings: Settings, how: signal.Signals) -> None:
    """However the server ends, killed outright too, the process that it started ends within seconds."""
    with started(settings, "app.py", "--watch", "--port", "0") as process:
        wait_for(lambda: children(process.pid))
        (child,) = children(process.pid)
        process.send_signal(how)
        process.wait(10)
        wait_for(lambda: not runs(child), 5)


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="processes are looked up in /proc")
def test_a_server_follows_its_folder_whatever_becomes_of_the_process(settings: Settings) -> None:
    """`app.py --watch` answers from an essay that came while it served, and from one that came after a kill."""
    with started(settings, "app.py", "--watch", "--port", "0") as process:
        said = settings.index.parent / "out.txt"
        wait_for(lambda: "http" in said.read_text())
        url = re.findall(r"http://\S+", said.read_text())[0]
        assert httpx.get(f"{url}/readyz").status_code == 503  # it can be opened before anything has been read
        wait_for(lambda: httpx.get(f"{url}/healthz").json()["essays"] == 2)
        shutil.copy(ESSAYS / "koffiecultuur.txt", settings.corpus)
        wait_for(lambda: httpx.get(f"{url}/healthz").json()["essays"] == 3)
        for child in children(process.pid):
            os.kill(child, signal.SIGKILL)
        (settings.corpus / "romeinse_limes.txt").unlink()
        wait_for(lambda: httpx.get(f"{url}/healthz").json()["essays"] == 2)
        assert httpx.get(f"{url}/api/sources/romeinse_limes.txt").status_code == 404
        answer = httpx.post(
            f"{url}/api/ask", json={"question": "Wanneer mag je koffie specialty coffee noemen?"}, timeout=60
        )
        assert {one["source"] for one in answer.json()["citations"]} == {"koffiecultuur.txt"}
    log = (settings.index.parent / "err.txt").read_text(encoding="utf-8")
    assert "ended with -9; another one starts in 1 s" in log
    assert "Traceback" not in log


def test_a_process_that_dies_is_started_again_after_growing_pauses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time the pause is twice as long; with the server it ends at once, in a pause too."""
    pauses: list[float] = []
    monkeypatch.setattr(index_process, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(IndexProcess, "_run", lambda self: pauses.append(time.monotonic()) or 1)
    with IndexProcess(Settings(), watch=True).running():
        wait_for(lambda: len(pauses) >= 6, 10)
    began = time.monotonic()
    assert began - pauses[-1] < 5
    gaps = [later - earlier for earlier, later in pairwise(pauses)]
    assert gaps[4] > gaps[0]


@pytest.mark.skipif(not hasattr(os, "nice"), reason="there are no priorities")
def test_answers_go_first_once_there_are_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first index is made as fast as it can be; the later ones at a lower priority than the server's."""
    lowered: list[int] = []
    monkeypatch.setattr(os, "nice", lowered.append)
    monkeypatch.setattr(cli, "ensure_index", lambda *arguments, **options: None)
    cli._ensure_beside(tmp_path, tmp_path, Settings())
    assert lowered == []
    (tmp_path / "current").write_text("build-1", encoding="utf-8")
    cli._ensure_beside(tmp_path, tmp_path, Settings())
    assert lowered == [10]


def test_the_only_try_that_fails_is_told() -> None:
    """Without `watch` a process that fails is not started again; the server hears of it."""
    failures: list[bool] = []
    settings = replace(Settings(), corpus=Path("nowhere"), index=Path("nowhere-either"))
    process = IndexProcess(settings, watch=False)
    process.failed = lambda: failures.append(True)
    with process.running():
        wait_for(lambda: failures)
    assert process.starts == 1


def test_settings_reach_the_process() -> None:
    """The environment made of settings gives those very settings."""
    settings = replace(Settings(), corpus=Path("een map"), watch=True, caution=0.25, sites="https://a.nl", port=0)
    assert Settings.from_environment(settings.to_environment()) == settings
