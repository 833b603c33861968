"""Headings by their looks, for books whose pages have none: Writer's EPUB only sets them in larger letters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.formats import Paragraph
from assistant.formats.blocks import PageBlock

_RULE = re.compile(r"\.([\w-]+)\s*\{([^}]*)\}")
_SIZE = re.compile(r"font-size:\s*([\d.]+)pt")
_BOLD = re.compile(r"font-weight:\s*(?:bold|[6-9]00)")
_MARGIN = re.compile(r"margin:\s*([\d.]+)\w*\s+[\d.]+\w*\s+([\d.]+)\w*")
_MAX_HEADING_CHARS = 200


@dataclass(frozen=True, slots=True)
class Look:
    """What a class of a style sheet says; 0 points where it leaves the size as it is."""

    points: float = 0.0
    is_bold: bool = False
    above: float | None = None  # the margins of a paragraph, in whatever unit; None where it says nothing
    below: float | None = None


def by_looks(blocks: Sequence[PageBlock], css: str) -> Iterator[Paragraph]:
    """The paragraphs of a book, those in larger bold letters as headings where it has no others.

    Two paragraphs without a margin between them stand right under one another, as the items of a list do.
    """
    looks = _looks(css)
    is_plain = not any(block.paragraph.kind == "heading" for block in blocks)
    levels = _levels(blocks, looks) if is_plain else {}
    before: float | None = None
    for block in blocks:
        paragraph, box = block.paragraph, looks.get(block.box, Look())
        level = levels.get(_points(block, looks), 0) if _is_bold(block, looks) else 0
        if level and paragraph.kind == "text" and len(paragraph.text) <= _MAX_HEADING_CHARS:
            yield replace(paragraph, kind="heading", level=level)
        elif is_plain and before == box.above == 0 and paragraph.kind == "text" and paragraph.text:
            yield replace(paragraph, gap=0)
        else:
            yield paragraph
        before = box.below if paragraph.text else None


def _looks(css: str) -> dict[str, Look]:
    """What each class says."""
    found = {}
    for name, body in _RULE.findall(css):
        size, margin = _SIZE.search(body), _MARGIN.search(body)
        above, below = (float(margin.group(1)), float(margin.group(2))) if margin else (None, None)
        found[name] = Look(float(size.group(1)) if size else 0.0, _BOLD.search(body) is not None, above, below)
    return found


def _levels(blocks: Iterable[PageBlock], looks: Mapping[str, Look]) -> dict[float, int]:
    """The level of the headings of each size that is larger than that of most letters, the largest first."""
    chars: Counter[float] = Counter()
    bold: set[float] = set()
    for block in blocks:
        chars[_points(block, looks)] += len(block.paragraph.text)
        if _is_bold(block, looks):
            bold.add(_points(block, looks))
    usual = max(chars, key=chars.__getitem__, default=0.0)
    return {points: level for level, points in enumerate(sorted((one for one in bold if one > usual), reverse=True), 1)}


def _points(block: PageBlock, looks: Mapping[str, Look]) -> float:
    return min((looks.get(name, Look()).points for name in block.looks), default=0.0)


def _is_bold(block: PageBlock, looks: Mapping[str, Look]) -> bool:
    return bool(block.looks) and all(looks.get(name, Look()).is_bold for name in block.looks)
