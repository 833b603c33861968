"""What the readers of the file formats give, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from assistant.types import Metadata

MAX_CHARS = 5_000_000  # of the text of one file: some 800,000 words, ten thick books
MAX_LINES = 200_000  # of plain text; 5 million characters wrapped at 25


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, heading or list item of a file, as its format tells it."""

    text: str  # on one line, but for line ends that the author put in ("\\n")
    kind: Literal["title", "heading", "item", "text"] = "text"
    level: int = 0  # of a heading: 1 for a section, 2 for one within it
    mark: str = ""  # of an item: its number as it is shown, such as "3."; "" for a bullet
    gap: int = 1  # blank lines above it; 0 for an item of the same list
    page: int | None = None  # the page that it begins on, from 1


@dataclass(frozen=True, slots=True)
class Extract:
    """What a file of a format with structure holds, in reading order."""

    paragraphs: tuple[Paragraph, ...]
    metadata: Metadata = field(default_factory=Metadata)  # what the file itself says of its title, author, year and URL
    notes: tuple[str, ...] = ()  # what its owner should know, one line each
