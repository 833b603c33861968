"""What can be wrong with a set-up: the checks of `python -m assistant doctor`, a module for each subject.

A check is a function from a `Setup` to findings. It changes nothing that anybody would notice: it unpacks,
builds and mends nothing, and asks no other machine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Literal

from assistant.errors import AssistantError
from assistant.settings import Settings

Level = Literal["ok", "note", "wrong"]  # note: it works, but its owner should know


@dataclass(frozen=True, slots=True)
class Setup:
    """What the checks look at."""

    settings: Settings  # as they are in use; the default for each that cannot be used
    environment: Mapping[str, str]
    corpus: Path
    index: Path
    quick: bool = False  # leave out what takes seconds: loading the model, the checksums of large files
    full: bool = False  # read every essay, also those that the index knows

    @property
    def index_command(self) -> str:
        """The command that brings the index up to date."""
        usual = Settings()
        corpus = f" {quote(str(self.corpus))}" if self.corpus != usual.corpus else ""
        into = f" --into {quote(str(self.index))}" if self.index != usual.index else ""
        return f"python -m assistant index{corpus}{into}"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found."""

    subject: str  # what was checked, in a word or two
    level: Level
    found: str  # in one line
    mend: str = ""  # what helps: a command or a setting
    details: tuple[str, ...] = ()  # lines, such as one for each file


def wrong(subject: str, error: AssistantError, mend: str = "") -> Finding:
    """What an error says as a finding; its message tells first what is wrong and then what helps."""
    found, *advice = re.split(r"\. (?=[A-Z])", str(error), maxsplit=1)
    return Finding(subject, "wrong", found.removesuffix("."), mend or " ".join(advice))


def count(number: int, unit: str) -> str:
    """A number of things in words.

    >>> count(1, "essay"), count(2_200, "file")
    ('1 essay', '2,200 files')
    """
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def size(number: float) -> str:
    """A number of bytes in words.

    >>> size(465_300_000), size(1_200), size(24_105_000_000)
    ('465 MB', '0 MB', '24.1 GB')
    """
    return f"{number / 1e9:,.1f} GB" if number >= 1e9 else f"{number / 1e6:,.0f} MB"
