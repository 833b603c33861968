"""Following a folder: what changes in it brings the index up to date, once the folder has come to rest.

It looks at names, sizes and times, again and again: that works on every file system, network drives included,
and needs no watch of the system's, of which there may be too few for many folders.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from assistant.errors import AssistantError, CorpusError
from assistant.index_files import CURRENT
from assistant.progress import ProgressWriter

SHARE = 0.1  # of the time that looking may take: a network drive with many files is looked at less often
RESTLESS_SECONDS = 60.0  # after which a folder that keeps changing is read all the same
FIRST_PAUSE = 30.0  # seconds until a try that failed for want of disk or of the lock is made again,
LAST_PAUSE = 600.0  # and at most this long, each pause being twice the one before
IGNORE_FILE = ".assistantignore"  # a hidden file that counts

Sweep = Mapping[str, tuple[int, int]]  # size and time of the last change, by path


def sweep(corpus: Path, index: Path) -> Sweep:
    """What can be seen of the files below a folder without reading one; hidden ones and the index left out."""
    return dict(_files(corpus, index.resolve()))


def _files(folder: Path, index: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:  # gone, or not to be read: reading the corpus will say so
        yield str(folder), (-1, -1)
        return
    for entry in found:
        if entry.name.startswith((".", "~")) and entry.name != IGNORE_FILE:
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                if Path(entry.path).resolve() != index:
                    yield from _files(Path(entry.path), index)
                continue
            status = entry.stat()
            yield entry.path, (status.st_size, status.st_mtime_ns)
        except OSError:
            yield entry.path, (-1, -1)


def follow(
    corpus: Path,
    index: Path,
    bring_up_to_date: Callable[[], None],
    *,
    seconds: float,
    tell: Callable[[str], None],
    stopping: threading.Event,
) -> None:
    """Bring the index up to date now and after each change of the folder, until `stopping` is set.

    A change counts once two looks, `seconds` apart, found the same. An error of a user is told once; the next
    try is at the next change or, where it was not the essays' fault, after a while.
    """
    done: object = None  # what the index was brought up to, and whether there is one
    before: Sweep = {}
    again, pause, told = math.inf, FIRST_PAUSE, ""
    changed = math.inf  # since when the folder differs from `done`
    while True:
        began = time.monotonic()
        now = sweep(corpus, index)
        took = time.monotonic() - began
        state = (now, (index / CURRENT).is_file())
        changed = min(changed, began) if state != done else math.inf
        is_quiet = now == before or done is None or began - changed >= RESTLESS_SECONDS
        before = now
        if (state != done and is_quiet) or began >= again:
            changed, again = math.inf, math.inf
            try:
                bring_up_to_date()
                pause, told = FIRST_PAUSE, ""
                done = (now, True)  # not a look at the disk: who empties the folder meanwhile gets another one
            except AssistantError as error:
                if str(error) != told:
                    tell(f"error: {error}")
                    told = str(error)
                ProgressWriter(index).failed(told)  # of this process, which stays: for the page and for `doctor`
                if not isinstance(error, CorpusError):
                    again, pause = time.monotonic() + pause, min(2 * pause, LAST_PAUSE)
                done = (now, (index / CURRENT).is_file())
        if stopping.wait(max(seconds, took / SHARE)):
            return


def end_with_input(stream: int = 0, end: Callable[[Literal[0]], object] = os._exit) -> None:
    """End this process when its standard input ends: when the server that started it has gone, however it went.

    At once, in the middle of anything: an index that is being made counts only when it is whole.
    """

    def wait() -> None:
        while os.read(stream, 1024):
            pass
        end(0)

    threading.Thread(target=wait, name="end with input", daemon=True).start()
