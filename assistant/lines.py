"""The lines of a file with their exact place, joined where a paragraph was hard-wrapped."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.types import BlockKind

INVISIBLE = "\ufeff\u200b\u200e\u200f\u00ad"
BULLET = re.compile(r"(?:[•·▪◦‣●○■–—*-]|\(?\d{1,2}[.)]|\(?[a-zA-Z][)])[\s\u00a0]+(?=\S)")
TERMINAL = (".", "!", "?", "…", ":", ";")
_CLOSERS = "\"'”’»)]*_"
_PROSE_CHARS = 80  # a line from here on is taken for running text rather than a label or a heading
_WRAP_LIMIT = 120  # a file with longer lines was not hard-wrapped
_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "„": '"', "\u00a0": " ", "\u202f": " "})


@dataclass(slots=True)
class Line:
    """One line (or hard-wrapped paragraph) and what the following steps find out about it."""

    start: int  # its first and last character that is not white space, as offsets into the file's text
    end: int
    text: str  # for matching only: straight quotes, single spaces
    gap: int  # blank lines above it
    kind: BlockKind | None = None
    level: int = 0
    reason: str = ""
    kept: bool = False  # corpus.toml says that it must stay
    told: BlockKind | None = None  # the kind that its file says it has, such as a heading by its style
    told_level: int = 0

    @property
    def is_prose(self) -> bool:
        """Whether it is long enough to be running text."""
        return len(self.text) >= _PROSE_CHARS

    @property
    def ends_sentence(self) -> bool:
        """Whether it ends as a sentence does, quotes and brackets aside."""
        return self.text.rstrip(_CLOSERS + " ").endswith(TERMINAL)

    def remove(self, reason: str) -> None:
        """Mark it as page furniture, unless corpus.toml keeps it or it has its kind already."""
        if not self.kept and self.kind is None:
            self.kind, self.reason = "removed", reason


def plain(text: str) -> str:
    """A line as patterns see it: straight quotes, single spaces, nothing invisible."""
    return " ".join("".join(char for char in text if char not in INVISIBLE).translate(_STRAIGHT).split())


def split_lines(text: str, *, join: bool = True) -> list[Line]:
    """The lines of a text that hold anything, in order; hard-wrapped ones joined to their paragraph."""
    lines: list[Line] = []
    gap = 0
    for match in re.finditer(r"[^\r\n]*", text):
        if match.start() and match.start() == match.end() and text[match.start() - 1] not in "\r\n":
            continue  # the empty match that follows each line
        if match.start() == match.end() and text[match.start() - 1 : match.start() + 1] == "\r\n":
            continue  # between the two halves of a Windows line end
        raw = match.group()
        stripped = _strip(raw)
        if not stripped:
            gap += 1
            continue
        start = match.start() + raw.index(stripped)
        lines.append(Line(start, start + len(stripped), plain(stripped), gap))
        gap = 0
    return join_wrapped(lines) if join else lines


def _strip(raw: str) -> str:
    """A line without the white space and the invisible signs at its ends, however they alternate."""
    first, last = 0, len(raw)
    while first < last and (raw[first].isspace() or raw[first] in INVISIBLE):
        first += 1
    while last > first and (raw[last - 1].isspace() or raw[last - 1] in INVISIBLE):
        last -= 1
    return raw[first:last]


def join_wrapped(lines: list[Line]) -> list[Line]:
    """The same lines, where a file was wrapped at a width with each paragraph as one line."""
    width = max((len(line.text) for line in lines if line.told is None), default=0)
    neighbours = [(above, below) for above, below in pairwise(lines) if below.gap == 0]
    flowing = sum(_flows(above, below) for above, below in neighbours)
    if width > _WRAP_LIMIT or flowing < max(3, len(neighbours) // 4):
        return lines
    joined: list[Line] = []
    previous: Line | None = None  # the physical line above
    for line in lines:
        first_word = len(line.text.split()[0])
        was_full = previous is not None and len(previous.text) + 1 + first_word > 0.85 * width
        if (
            previous is not None
            and line.gap == 0
            and line.told is None
            and previous.told is None
            and not BULLET.match(line.text)
            and (was_full or _flows(previous, line))
        ):
            joined[-1].end = line.end
            joined[-1].text += " " + line.text
        else:
            joined.append(replace(line))
        previous = line
    return joined


def _flows(above: Line, below: Line) -> bool:
    """Whether a sentence runs on from one line into the next."""
    return len(above.text) >= 40 and not above.ends_sentence and below.text[:1].islower()
