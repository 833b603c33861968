"""The index on the disk: what its files are called, and how they are written so that nothing is ever half there.

    index/
      current                        one line: the name of the build that counts
      build-<hash>/
        manifest.json                format, model, stemmer, settings, the essays, and the checksum of every file
        passages.faiss               a vector of each passage
        first-sentence.npy           where each passage's sentences begin
        lexical-passages.*           BM25 of passages, with their headings, over stems of words and of their parts
        lexical-pieces.*             the same over pieces of words
        words.json                   every word, folded, and how often it occurs; words that are written apart too
      documents/<key>.json           of each essay its text, blocks, passages and words
      vectors/<key>.safetensors      of each essay its vectors: of passages, sentences and tokens
      lock                           held by the one program that may write

The files of an essay are named after all that they are made of: a file that is there need not be made again,
which is what a changed folder, a renamed essay and a stopped run profit from. Every file is written under
another name, brought to the disk and then renamed; a build counts from the moment that `current` is replaced.
Whoever opens a build holds its manifest locked, so that it is not swept away under a question.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from filelock import FileLock, Timeout

from assistant.errors import IndexDamagedError, IndexMissingError, IndexWriteError
from assistant.settings import Settings

try:
    import fcntl
except ImportError:  # Windows, where a file that is open cannot be removed
    fcntl = None  # type: ignore[assignment]

CURRENT = "current"
MANIFEST = "manifest.json"
DOCUMENTS = "documents"
VECTORS = "vectors"
LOCK = "lock"
PROGRESS = "progress.json"
_OF_AN_INDEX = {CURRENT, DOCUMENTS, VECTORS, LOCK, PROGRESS, "README.md", ".gitignore"}
_PATIENCE_SECONDS = 1.0  # that the lock is waited for: `doctor` takes it for a moment
_WRITING = ".writing-"  # what the name of an unfinished file or folder begins with


class Written(NamedTuple):
    """What a file of the index must be."""

    size: int  # in bytes
    sha256: str

    @classmethod
    def of(cls, raw: bytes) -> Written:
        """What a file of these bytes is."""
        return cls(len(raw), hashlib.sha256(raw).hexdigest())

    @classmethod
    def at(cls, path: Path) -> Written:
        """What a file is now."""
        with path.open("rb") as file:
            return cls(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


# --- Reading


def current_build(folder: Path) -> Path:
    """The folder of the build that counts.

    Raises:
        IndexMissingError: there is no index in the folder.
        IndexDamagedError: there is one, but its build is not.
    """
    pointer = folder / CURRENT
    try:
        name = pointer.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        others = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        strange = sorted(name for name in others if name not in _OF_AN_INDEX and not name.startswith(_WRITING))
        found = f" (it holds {strange[0]!r}, which is no index of this program)" if strange else ""
        raise IndexMissingError(f"There is no index in {folder}{found}. Build it: {build_command(folder)}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise damaged(folder, f"{CURRENT} cannot be read: {error}") from None
    if not name.startswith("build-") or "\0" in name or not (folder / name).is_dir():
        raise damaged(folder, f"its build {name[:40]!r} is missing")
    return folder / name


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of the build that counts in a folder.

    Raises:
        IndexMissingError: there is no index in the folder.
        IndexDamagedError: there is one, but its manifest cannot be read.
    """
    return manifest_of(current_build(folder))


def manifest_of(build: Path) -> dict[str, Any]:
    """The manifest of a build.

    Raises:
        IndexDamagedError: it cannot be read, or is not what was written.
    """
    try:
        raw = (build / MANIFEST).read_bytes()
        manifest = json.loads(raw)
        if build.name == build_name(raw) and isinstance(manifest, dict):
            return manifest
        problem = "it is not what was written"
    except (OSError, ValueError) as error:
        problem = str(error)
    raise damaged(build.parent, f"{MANIFEST}: {problem}")


def build_name(manifest: bytes) -> str:
    """The name of a build: its manifest holds the hashes of its files, and so the name vouches for them all."""
    return "build-" + hashlib.sha256(manifest).hexdigest()[:16]


def build_command(folder: Path) -> str:
    """The command that builds the index of a folder."""
    return "python -m assistant index" + (f" --into {folder}" if folder != Settings().index else "")


def damaged(folder: Path, problem: str) -> IndexDamagedError:
    """The error for an index with a problem: only what is damaged is made again."""
    return IndexDamagedError(f"The index in {folder} is damaged: {problem}. Mend it: {build_command(folder)}")


class Held:
    """The manifest of a build, opened: until this is forgotten, the build is not swept away."""

    def __init__(self, build: Path) -> None:
        """Open it.

        Raises:
            OSError: there is no such build any more.
        """
        self._descriptor = os.open(build / MANIFEST, os.O_RDONLY)
        if fcntl is not None:
            with contextlib.suppress(OSError):  # a network drive without locks: held as well as can be
                fcntl.flock(self._descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def __del__(self) -> None:
        if hasattr(self, "_descriptor"):
            os.close(self._descriptor)


# --- Writing


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """The right to write an index, which one program has at a time; an OSError within becomes an IndexWriteError.

    Raises:
        IndexWriteError: another program writes it just now, or it cannot be written at all.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK, timeout=_PATIENCE_SECONDS):
            yield
    except Timeout:
        raise IndexWriteError(
            f"Another program is writing the index in {folder} just now. Wait until it is done, or stop it, and run "
            "the command again; an index that was there still works."
        ) from None
    except NotImplementedError:  # filelock's
        raise IndexWriteError(
            f"The index could not be written into {folder}: its drive has no locks, so that two programs could "
            "write it at the same time. Name a folder on another drive: --into FOLDER, or ASSISTANT_INDEX."
        ) from None
    except OSError as error:
        raise IndexWriteError(
            f"The index could not be written into {folder}: {error.strerror or error}. {_room(folder)}Make room or "
            "give permission, then run the command again: it goes on where it was; an index that was there still works."
        ) from error


def write(path: Path, raw: bytes) -> Written:
    """Write a file in one step: it is there whole and on the disk, or not at all."""
    beside = path.with_name(f"{_WRITING}{uuid4().hex}")
    try:
        with beside.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    return Written.of(raw)


@contextlib.contextmanager
def new_build(folder: Path) -> Iterator[Path]:
    """An empty folder for the files of a build; gone afterwards where the build was not finished."""
    beside = folder / f"{_WRITING}{uuid4().hex}"
    beside.mkdir()  # readable for whom the folder is: tempfile's would be the owner's alone
    try:
        yield beside
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def finish(beside: Path, manifest: bytes) -> Path:
    """Give the files of a new build their manifest and make it the build that counts."""
    folder = beside.parent
    write(beside / MANIFEST, manifest)
    for path in beside.iterdir():
        _sync(path)
    target = folder / build_name(manifest)
    if target.exists():  # the same essays as before: what lies there may be damaged
        os.replace(target, folder / f"{_WRITING}{uuid4().hex}")
    os.replace(beside, target)
    for path in (target, folder / DOCUMENTS, folder / VECTORS, folder):
        _sync(path)
    write(folder / CURRENT, target.name.encode())
    _sync(folder)
    return target


def sweep(folder: Path) -> None:
    """Remove the builds that nobody has open but the one that counts, and what no build needs any more."""
    keep = current_build(folder)
    needed: set[str] = set()
    for build in [path for path in folder.glob("build-*") if (path / MANIFEST).is_file()]:  # others' folders stay
        if build != keep and not _is_held(build):
            shutil.rmtree(build, ignore_errors=True)
        else:
            with contextlib.suppress(IndexDamagedError):
                needed |= set(manifest_of(build).get("parts", ()))  # an older format has none
    for path in folder.glob(f"{_WRITING}*"):
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else _remove(path)
    for kind in (DOCUMENTS, VECTORS):
        for path in (folder / kind).glob("*"):
            if f"{kind}/{path.name}" not in needed:
                _remove(path)


def _is_held(build: Path) -> bool:
    """Whether a program has a build open."""
    if fcntl is None:
        return False  # removing what is open fails by itself there
    try:
        with (build / MANIFEST).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # gone meanwhile, or a drive without locks
        return False
    return False


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folders
    descriptor = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _room(folder: Path) -> str:
    """How much room is left, where that can be told."""
    with contextlib.suppress(OSError):
        return f"There are {shutil.disk_usage(folder).free / 1e6:,.0f} MB free. "
    return ""


# --- Checking


def check_files(folder: Path, files: dict[str, Written], is_checked_whole: Callable[[str], bool]) -> list[str]:
    """A line for each file of an index that is missing or not what was written.

    `files` are named by their paths below `folder`. Those that are not to be checked as a whole are held
    against their size alone.
    """
    sizes = {
        f"{parent.relative_to(folder).as_posix()}/{entry.name}": entry.stat().st_size
        for parent in {(folder / name).parent for name in files}
        if parent.is_dir()
        for entry in os.scandir(parent)
    }
    problems: list[str] = []
    for name, written in files.items():
        if name not in sizes:
            problems.append(f"{name} is missing")
        elif sizes[name] != written.size:
            problems.append(f"{name} has {sizes[name]:,} bytes, but {written.size:,} were written")
        elif is_checked_whole(name) and (problem := _problem(folder / name, written)):
            problems.append(f"{name} {problem}")
    return problems


def _problem(path: Path, written: Written) -> str:
    try:
        return "" if Written.at(path).sha256 == written.sha256 else "is not what was written (another checksum)"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
