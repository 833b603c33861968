"""Whether there is room for what the program writes, and leave to write it."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.checks import Finding, Level, Setup, size
from assistant.checks.model import is_unpacked
from assistant.settings import BUNDLED_MODEL

try:
    import fcntl
except ImportError:  # Windows, where locks work on every file system
    fcntl = None  # type: ignore[assignment]

_MODEL = 500e6  # bytes that the unpacked model takes
_BACKGROUND = 40e6  # and the background vectors, twice while they are written
_ESSAY = 1e6  # of an index for each essay, and once more while it is made anew
_LEAST = 10e6
_TRIED = b"\0" * 65_536  # what is written to see whether it can be


@dataclass(frozen=True, slots=True)
class _Place:
    """A folder that the program writes into."""

    name: str
    folder: Path
    needed: float  # bytes
    setting: str  # what names another
    is_needed_now: bool  # whether nothing works without


def check_room(setup: Setup) -> Iterator[Finding]:
    """Whether each folder that is written into has room, can be written, and knows locks."""
    for place in _places(setup):
        folder = place.folder
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        yield _finding(place, folder)


def _places(setup: Setup) -> list[_Place]:
    model_is_there = setup.settings.model != BUNDLED_MODEL or is_unpacked(setup.settings)
    rebuilt = max(2 * _held(setup.index), _ESSAY * _essays(setup.corpus), _LEAST)
    return [
        _Place("index", setup.index, rebuilt, "ASSISTANT_INDEX or --into", True),
        _Place(
            "cache",
            setup.settings.cache,
            _BACKGROUND if model_is_there else _MODEL + _BACKGROUND,
            "ASSISTANT_CACHE",
            not model_is_there,
        ),
        _Place("temporary files", Path(tempfile.gettempdir()), _LEAST, "TMPDIR", True),
    ]


def _finding(place: _Place, folder: Path) -> Finding:
    subject = f"room: {place.name}"
    elsewhere = f"or name another folder with {place.setting}"
    level: Level = "wrong" if place.is_needed_now else "note"
    try:
        has_locks = _try(folder)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        what = {
            errno.EROFS: ("is on a file system that is read-only", "Mount it so that it can be written"),
            errno.ENOSPC: ("is on a full disk", "Make room"),
            errno.ENOTDIR: ("is no folder", "Take that file away"),
        }.get(error.errno or 0, (f"cannot be written: {error.strerror or error}", "Give permission to write there"))
        kept = (
            "" if place.name != "index" else " (an index that is there still answers, but cannot be brought up to date)"
        )
        return Finding(subject, level, f"{folder} {what[0]}{kept}", f"{what[1]}, {elsewhere}.")
    told = f"{size(free)} free in {folder}"
    if free < place.needed:
        found = f"{told}, but {size(place.needed)} may be needed"
        return Finding(subject, level if free < place.needed / 10 else "note", found, f"Make room, {elsewhere}.")
    if not has_locks:
        found = f"{told}, on a drive without locks: two programs may write there at once"
        return Finding(subject, "note", found, f"See that one program at a time makes the index, {elsewhere}.")
    return Finding(subject, "ok", told)


def _try(folder: Path) -> bool:
    """Write a small file and remove it; whether the file system knows locks.

    Raises:
        OSError: it cannot be written.
    """
    handle, name = tempfile.mkstemp(prefix=".doctor-", dir=folder)
    try:
        os.write(handle, _TRIED)
        os.fsync(handle)
        if fcntl is not None:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return False
        return True
    finally:
        os.close(handle)
        os.unlink(name)


def _held(folder: Path) -> int:
    """How many bytes lie in a folder."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(parent, name)).st_size
            except OSError:  # swept away meanwhile
                continue
    return total


def _essays(folder: Path) -> int:
    return sum(len(names) for _, _, names in os.walk(folder))
