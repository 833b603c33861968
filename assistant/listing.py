"""What lies in a corpus folder, before any essay of it is read."""

from __future__ import annotations

import hashlib
import os
import stat
import time
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from assistant.corpus_toml import METADATA_FILE, parse_metadata
from assistant.errors import CorpusError, UnreadableError
from assistant.formats.registry import is_read, why_not
from assistant.ignoring import IGNORE_FILE, Ignored
from assistant.settings import Settings
from assistant.types import Metadata

_NOT_ESSAYS = frozenset((METADATA_FILE, "readme.md"))  # at the top of the folder
_BLOCK_BYTES = 1 << 20
_RACY_NS = 2_000_000_000  # a file may change again without a new time: FAT counts time in steps of 2 s
_UNSETTLED = -1  # the time of a file that had only just been written when it was hashed


@dataclass(frozen=True, slots=True)
class FileState:
    """A file's size, time and contents; two states are equal where the contents are."""

    size: int
    modified_ns: int = field(compare=False)  # -1 where it was hashed within 2 s of it: then it is hashed again
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is left out, and why, in one line that goes on after its name."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in a corpus folder before an essay is read."""

    folder: Path
    files: Mapping[str, FileState]  # files that may be essays, by source, in the order of their paths
    metadata: Mapping[str, Metadata]  # of corpus.toml, by source
    metadata_sha256: str  # of corpus.toml, "" without
    examples: tuple[str, ...]  # questions that corpus.toml offers to the reader
    skipped: tuple[Skipped, ...]  # left out unopened: not read, too large, a link out of the folder, no permission


def list_corpus(
    folder: Path, settings: Settings | None = None, known: Mapping[str, FileState] | None = None
) -> Listing:
    """The files of a folder and all below it that may be essays, hashed, and those that are left out.

    A file whose size and time are those of `known` has the hash of `known`. Hidden files, those that
    .assistantignore names, corpus.toml and the folder's own README.md are passed over in silence.

    Raises:
        CorpusError: there is no such folder, it cannot be opened, or corpus.toml cannot be understood.
    """
    settings, known = settings or Settings(), known or {}
    if not folder.is_dir():
        raise CorpusError(
            f"There is no folder {folder}: expected a folder with essays. "
            "Make it and put the essays in, or name another: python -m assistant index FOLDER"
        )
    skipped: list[Skipped] = []
    toml = _small_file(folder / METADATA_FILE)
    told, examples = parse_metadata(toml, folder / METADATA_FILE) if toml is not None else ({}, ())
    ignored = Ignored(_small_file(folder / IGNORE_FILE) or b"")
    skipped += [Skipped(IGNORE_FILE, f"{line!r} is no pattern; it ignores nothing") for line in ignored.wrong]
    files: dict[str, FileState] = {}
    for source in sorted(_walk(folder, ignored, skipped)):
        try:
            files[source] = _state(folder / source, settings, known.get(source))
        except UnreadableError as error:
            skipped.append(Skipped(source, str(error)))
    metadata = _by_source(told, folder, files, skipped)
    digest = hashlib.sha256(toml).hexdigest() if toml is not None else ""
    return Listing(folder, files, metadata, digest, examples, tuple(sorted(skipped, key=lambda one: one.source)))


def open_file(path: Path) -> BinaryIO:
    """A regular file, opened to be read; a pipe or a device is never waited for.

    Raises:
        OSError: it cannot be opened, or it is something else.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    handle = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(0, "is no regular file")
    return os.fdopen(handle, "rb")


def too_large(size: int, settings: Settings) -> str:
    """Why a file of so many bytes is not read; "" where it is."""
    if size <= settings.max_file_mb * 1_000_000:
        return ""
    return (
        f"is {size / 1e6:,.0f} MB, but files up to {settings.max_file_mb} MB are read: "
        "split it, or set ASSISTANT_MAX_FILE_MB higher"
    )


def unopened(error: OSError) -> str:
    """Why a file could not be opened, and what helps."""
    if isinstance(error, PermissionError):
        return "may not be read: give read permission, or take it out"
    if isinstance(error, FileNotFoundError):
        return "was gone when it was to be read"
    return f"cannot be read: {error.strerror or error}"


def _walk(folder: Path, ignored: Ignored, skipped: list[Skipped]) -> Iterator[str]:
    """The sources of the files that may be essays, in no order; what is left out goes to `skipped`."""
    root = os.path.realpath(folder)
    pending = [""]
    while pending:
        below = pending.pop()
        try:
            entries = list(os.scandir(folder / below))
        except OSError as error:
            if not below:
                raise CorpusError(f"The folder {folder} {unopened(error)}.") from None
            skipped.append(Skipped(below.rstrip("/"), unopened(error)))
            continue
        for entry in entries:
            source = below + entry.name
            if entry.name.startswith((".", "~")) or source.lower() in _NOT_ESSAYS:
                continue
            if not _is_plain(source):
                shown = source.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
                shown = "".join(char if char.isprintable() else "\ufffd" for char in shown)
                skipped.append(Skipped(shown, "has a name that cannot be shown: give it another"))
                continue
            is_folder = entry.is_dir(follow_symlinks=False)
            if ignored.holds(source, is_folder=is_folder):
                continue
            if is_folder:
                pending.append(source + "/")
            elif entry.is_symlink() and (reason := _why_no_link(root, entry.path)) is not None:
                skipped += [Skipped(source, reason)] if reason else []
            elif not entry.is_file():
                skipped.append(Skipped(source, "is no file that can be read, but a pipe, a socket or a device"))
            elif is_read(entry.name):
                yield source
            else:
                skipped.append(Skipped(source, why_not(entry.name)))


def _is_plain(source: str) -> bool:
    """Whether a name can be printed on one line and written down."""
    try:
        source.encode("utf-8")
    except UnicodeEncodeError:  # bytes that are not UTF-8
        return False
    return source.isprintable() or not any(unicodedata.category(char) in ("Cc", "Zl", "Zp") for char in source)


def _why_no_link(root: str, path: str) -> str | None:
    """Why a link is not followed, "" where its goal is read anyway; None where it is followed."""
    goal = os.path.realpath(path)
    if not Path(goal).is_relative_to(root):
        return "is a link that leads out of the folder: copy what it leads to into the folder"
    if os.path.isdir(goal):
        return ""
    return None if os.path.exists(goal) else "is a link that leads nowhere: mend it or take it out"


def _state(path: Path, settings: Settings, known: FileState | None) -> FileState:
    """The size, time and hash of a file.

    Raises:
        UnreadableError: it is too large, or may not be read.
    """
    try:
        status = path.stat()
        if reason := too_large(status.st_size, settings):
            raise UnreadableError(reason)
        if known is not None and (known.size, known.modified_ns) == (status.st_size, status.st_mtime_ns):
            return known
        digest = hashlib.sha256()
        with open_file(path) as file:
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
            status = os.fstat(file.fileno())
        return FileState(status.st_size, settled(status), digest.hexdigest())
    except OSError as error:
        raise UnreadableError(unopened(error)) from None


def settled(status: os.stat_result) -> int:
    """The time of a file that is read now, in nanoseconds; -1 where it is so new that it may change unnoticed."""
    is_old = time.time_ns() - status.st_mtime_ns >= _RACY_NS
    return status.st_mtime_ns if is_old else _UNSETTLED


def _by_source(
    told: Mapping[str, Metadata], folder: Path, files: Mapping[str, FileState], skipped: list[Skipped]
) -> dict[str, Metadata]:
    """What corpus.toml says of each file, however its name spells é: as one sign or as two."""
    names = {unicodedata.normalize("NFC", source): source for source in files}
    metadata: dict[str, Metadata] = {}
    for name, said in told.items():
        source = name if name in files else names.get(unicodedata.normalize("NFC", name))
        if source is not None:
            metadata[source] = said
        elif not (folder / name).exists():
            skipped.append(Skipped(name, f"is named in {METADATA_FILE}, but there is no such file: correct the name"))
    return metadata


def _small_file(path: Path) -> bytes | None:
    """The bytes of a file that belongs to the corpus; None where there is none.

    Raises:
        CorpusError: it is there, but cannot be read.
    """
    try:
        with open_file(path) as file:
            return file.read(_BLOCK_BYTES * 16)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CorpusError(f"{path} {unopened(error)}.") from None
