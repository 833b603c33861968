"""Following a folder: which changes count, when, and what becomes of errors."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant import follow as following
from assistant.errors import AssistantError, CorpusError, IndexWriteError
from assistant.follow import end_with_input, follow, sweep

SECONDS = 0.05  # between two looks


def wait_for(is_so: Callable[[], object], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come within its time"
        time.sleep(0.01)


class Follower:
    """A folder that is followed, what was found in it each time, and what was told."""

    def __init__(self, folder: Path) -> None:
        self.corpus, self.index = folder / "corpus", folder / "corpus" / "index"
        self.index.mkdir(parents=True)
        self.found: list[dict[str, str]] = []
        self.told: list[str] = []
        self.error: AssistantError | None = None
        self.stopping = threading.Event()
        self.write("een.txt", "een")
        self.thread = self.following(self.bring)

    def following(self, bring: Callable[[], None]) -> threading.Thread:
        """A thread that follows the folder once it is started."""
        return threading.Thread(
            target=follow,
            args=(self.corpus, self.index, bring),
            kwargs={"seconds": SECONDS, "tell": self.told.append, "stopping": self.stopping},
        )

    def write(self, name: str, text: str) -> None:
        (self.corpus / name).parent.mkdir(exist_ok=True)
        (self.corpus / name).write_text(text, encoding="utf-8")

    def bring(self) -> None:
        self.found.append({path.name: path.read_text(encoding="utf-8") for path in self.corpus.rglob("*.txt")})
        if self.error:
            raise self.error
        (self.index / "current").write_text(f"build-{len(self.found)}", encoding="utf-8")

    def rest(self) -> None:
        """Let it look some times more."""
        time.sleep(8 * SECONDS)


@pytest.fixture
def follower(tmp_path: Path) -> Iterator[Follower]:
    one = Follower(tmp_path)
    yield one
    one.stopping.set()
    one.thread.join(5)


def test_each_change_counts_once(follower: Follower) -> None:
    """It begins at once; what is added, changed, renamed and removed each brings the index up to date once."""
    follower.thread.start()
    wait_for(lambda: len(follower.found) == 1)
    follower.write("map/twee.txt", "twee")
    wait_for(lambda: len(follower.found) == 2)
    follower.write("een.txt", "EEN")  # of the same length
    wait_for(lambda: len(follower.found) == 3)
    (follower.corpus / "een.txt").rename(follower.corpus / "drie.txt")
    wait_for(lambda: len(follower.found) == 4)
    (follower.corpus / "drie.txt").unlink()
    wait_for(lambda: len(follower.found) == 5)
    follower.rest()
    assert follower.found[1:] == [
        {"een.txt": "een", "twee.txt": "twee"},
        {"een.txt": "EEN", "twee.txt": "twee"},
        {"drie.txt": "EEN", "twee.txt": "twee"},
        {"twee.txt": "twee"},
    ]
    assert follower.told == []


def test_a_file_that_is_being_copied_waits_until_it_is_whole(follower: Follower) -> None:
    """While a file grows from look to look the folder is not at rest."""
    follower.thread.start()
    wait_for(lambda: len(follower.found) == 1)
    for number in range(1, 12):
        follower.write("groot.txt", "x" * number)
        time.sleep(SECONDS / 2)
    wait_for(lambda: len(follower.found) == 2)
    follower.rest()
    assert [found.get("groot.txt") for found in follower.found] == [None, "x" * 11]


def test_a_folder_that_never_rests_is_read_all_the_same(follower: Follower, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while of change upon change the folder is read as it is."""
    monkeypatch.setattr(following, "RESTLESS_SECONDS", 0.3)
    follower.thread.start()
    wait_for(lambda: len(follower.found) == 1)
    deadline = time.monotonic() + 10
    number = 0
    while len(follower.found) < 3 and time.monotonic() < deadline:
        follower.write("log.txt", "x" * (number := number + 1))
        time.sleep(SECONDS / 3)
    assert len(follower.found) >= 3


def test_what_is_hidden_or_made_here_is_no_change(follower: Follower) -> None:
    """Lock files of editors and the index itself, inside the folder, are no change; .assistantignore is one."""
    follower.thread.start()
    wait_for(lambda: len(follower.found) == 1)
    for name in (".~lock.een.txt#", "~$een.txt", ".git/head", "index/build-9/manifest.json"):
        path = follower.corpus / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", encoding="utf-8")
    follower.rest()
    assert len(follower.found) == 1
    (follower.corpus / ".assistantignore").write_text("*.pdf", encoding="utf-8")
    wait_for(lambda: len(follower.found) == 2)


def test_an_index_that_is_gone_is_made_again(follower: Follower) -> None:
    """Where somebody empties the folder of the index, another one is made."""
    follower.thread.start()
    wait_for(lambda: len(follower.found) == 1 and (follower.index / "current").is_file())
    (follower.index / "current").unlink()
    wait_for(lambda: len(follower.found) == 2)


def test_an_index_that_is_gone_as_soon_as_it_is_made_is_made_again(follower: Follower) -> None:
    """Where the folder is emptied between the making of the index and the next look, that is seen too."""
    bring = follower.bring

    def bring_and_lose() -> None:
        bring()
        if len(follower.found) == 1:
            (follower.index / "current").unlink()

    follower.thread = follower.following(bring_and_lose)
    follower.thread.start()
    wait_for(lambda: len(follower.found) == 2)
    follower.rest()
    assert len(follower.found) == 2


def test_an_error_of_the_essays_is_told_once_and_tried_at_the_next_change(follower: Follower) -> None:
    """A corpus.toml that is wrong is one line, and is read again when something changes, not before."""
    follower.error = CorpusError("corpus.toml is wrong.")
    follower.thread.start()
    wait_for(lambda: len(follower.found) == 1)
    follower.rest()
    assert len(follower.found) == 1
    follower.write("twee.txt", "twee")
    wait_for(lambda: len(follower.found) == 2)
    follower.error = None
    follower.write("drie.txt", "drie")
    wait_for(lambda: len(follower.found) == 3)
    assert follower.told == ["error: corpus.toml is wrong."]


def test_an_error_of_the_disk_is_tried_again_by_itself(follower: Follower, monkeypatch: pytest.MonkeyPatch) -> None:
    """No room, or another writer, is told once and tried again after pauses that grow."""
    monkeypatch.setattr(following, "FIRST_PAUSE", 0.1)
    follower.error = IndexWriteError("There is no room.")
    follower.thread.start()
    wait_for(lambda: len(follower.found) == 3)
    follower.error = None
    wait_for(lambda: (follower.index / "current").is_file())
    follower.rest()
    assert follower.told == ["error: There is no room."]


def test_a_folder_that_vanishes_is_a_change(tmp_path: Path) -> None:
    """A network drive that is gone looks like no other folder, and not like an empty one."""
    empty = tmp_path / "corpus"
    empty.mkdir()
    assert sweep(empty, tmp_path / "index") != sweep(tmp_path / "gone", tmp_path / "index") != {}


def test_a_process_ends_with_its_input() -> None:
    """When nobody holds the other end any more, the process ends at once."""
    ended: list[float] = []
    reading, writing = os.pipe()
    end_with_input(reading, lambda code: ended.append(code))
    os.write(writing, b"still here\n")
    time.sleep(0.1)
    assert ended == []
    os.close(writing)
    wait_for(lambda: ended == [0])
    os.close(reading)
