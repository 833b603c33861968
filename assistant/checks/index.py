"""The index on the disk: whole, made with what is in use, and not left half-way."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from assistant.checks import Finding, Setup, count, size, wrong
from assistant.checks.model import fingerprint_in_use
from assistant.embedder import Identity
from assistant.errors import EssayIndexError
from assistant.index_files import (
    DOCUMENTS,
    LOCK,
    MANIFEST,
    PROGRESS,
    VECTORS,
    check_files,
    current_build,
    manifest_of,
)

_SMALL = 256_000_000  # bytes of an index whose checksums take a second
_TRIES = 3  # to look at what another program may be replacing just now


def check_index(setup: Setup) -> Iterator[Finding]:
    """Whether there is an index, made with the format, model and settings in use, and whether it is whole."""
    from assistant.index import check_match, files_of, made_with

    for attempt in range(_TRIES):
        try:
            build = current_build(setup.index)
            manifest = manifest_of(build)
            check_match(manifest, made_with(_in_use(setup, manifest), setup.settings), setup.index)
        except EssayIndexError as error:
            yield wrong("index", error, setup.index_command)
            return
        files = files_of(build, manifest)
        held = sum(written.size for written in files.values())
        is_checked_whole = held <= _SMALL or not setup.quick
        problems = check_files(setup.index, files, (lambda _: True) if is_checked_whole else (lambda _: False))
        if not problems or attempt == _TRIES - 1 or current_build(setup.index) == build:
            break
    counts = manifest["counts"]
    told = ", ".join(count(counts[f"{unit}s"], unit) for unit in ("document", "passage", "sentence"))
    yield Finding("index", "ok", f"{setup.index}: {told}, {size(held)}, format {manifest['format']}")
    if problems:
        yield Finding(
            "index files",
            "wrong",
            f"{count(len(problems), 'file')} of {len(files)} missing or damaged",
            f"{setup.index_command} (only what is damaged is made again)",
            tuple(problems),
        )
    else:
        right = "checksum" if is_checked_whole else "size"
        yield Finding("index files", "ok", f"{count(len(files), 'file')}, every {right} is right")


def _in_use(setup: Setup, manifest: Mapping[str, Any]) -> Identity:
    """The model in use; that of the index where nobody can tell."""
    made = manifest.get("model") or {}
    known = fingerprint_in_use(setup)
    if known is None and made.get("name") == setup.settings.model:
        known = made.get("fingerprint")
    return Identity(setup.settings.model, known or "")


def check_last_run(setup: Setup) -> Iterator[Finding]:
    """Whether the index is being written, and how the last run ended where it did not end well."""
    if not setup.index.is_dir():
        return
    is_being_written = _is_locked(setup.index)
    step = _progress(setup.index)
    if is_being_written:
        far = f": {step['stage']}, {step['done']} of {step['total']} {step['unit']}" if step.get("total") else ""
        yield Finding(
            "last indexing",
            "note",
            f"another program is writing the index just now{far}",
            "Wait until it is done, or stop it: it goes on where it was at the next index.",
        )
        return
    if step.get("problem"):
        mend = f"Do what that line says, then: {setup.index_command}"
        yield Finding("last indexing", "wrong", f"it failed: {step['problem']}", mend)
    elif step:
        found = f"it was stopped while {step.get('stage', 'writing')} (process {step.get('process', '?')} is gone)"
        yield Finding("last indexing", "note", found, f"{setup.index_command} (it goes on where it was)")
    else:
        yield Finding("last indexing", "ok", "no run failed or was stopped, and none is at work")
    left = _leftovers(setup.index)
    if left:
        held = size(sum(number for _, number in left))
        found = f"{count(len(left), 'file')} of a stopped or older run, {held}, which no index needs"
        names = tuple(name for name, _ in left[:10])
        yield Finding("leftovers", "note", found, f"They go at the next run: {setup.index_command}", names)


def _is_locked(folder: Path) -> bool:
    """Whether another program holds the right to write the index."""
    if not (folder / LOCK).exists():
        return False
    try:
        with FileLock(folder / LOCK, timeout=0):
            return False
    except Timeout:
        return True
    except (OSError, NotImplementedError):  # a file system that is read-only, or has no locks
        return False


def _progress(folder: Path) -> dict[str, Any]:
    """What the last run wrote down of itself; nothing where it ended well."""
    try:
        step = json.loads((folder / PROGRESS).read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        return {"stage": "writing"}
    return step if isinstance(step, dict) else {"stage": "writing"}


def _leftovers(folder: Path) -> list[tuple[str, int]]:
    """Files that no build needs, by their names, with their sizes."""
    needed: set[str] = set()
    for build in folder.glob("build-*"):
        try:
            needed |= set(manifest_of(build)["parts"])
        except (EssayIndexError, KeyError):
            if (build / MANIFEST).exists():
                return []  # nobody can tell what a damaged build needs
    found = [path for kind in (DOCUMENTS, VECTORS) for path in (folder / kind).glob("*")]
    found = [path for path in found if f"{path.parent.name}/{path.name}" not in needed]
    for path in folder.glob(".writing-*"):
        found += [inner for inner in path.rglob("*") if inner.is_file()] if path.is_dir() else [path]
    return [(path.relative_to(folder).as_posix(), _size(path)) for path in sorted(found)]


def _size(path: Path) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
