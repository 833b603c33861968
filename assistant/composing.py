"""One text out of the paragraphs of a file, laid out alike whatever format they came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.formats import Extract, Paragraph
from assistant.lines import BULLET, Line, join_wrapped, plain, split_lines

_MAX_GAP = 2  # blank lines between two paragraphs: more say no more


@dataclass(frozen=True, slots=True)
class Composed:
    """The text of a document, its lines with what the file says of them, and where its pages begin."""

    text: str
    lines: list[Line]
    pages: tuple[int, ...] = ()


def compose(extract: Extract) -> Composed:
    """The paragraphs of a file under one another: a blank line between them, the items of one list without.

    An item begins with its number or with "• "; a line end that the author put into running text begins a
    new line, in a heading it becomes a space.
    """
    parts: list[str] = []
    lines: list[Line] = []
    pages: list[int] = []
    at = 0
    for paragraph in extract.paragraphs:
        shown = _shown(paragraph)
        if not plain(shown):
            continue
        gap = min(paragraph.gap, _MAX_GAP)
        if parts:
            parts.append("\n" * (gap + 1))
            at += gap + 1
        if paragraph.page is not None:
            pages.extend([at if pages else 0] * (paragraph.page - len(pages)))
        lines.extend(_lines(paragraph, shown, at, gap))
        parts.append(shown)
        at += len(shown)
    return Composed("".join(parts), join_wrapped(lines), tuple(pages))


def _shown(paragraph: Paragraph) -> str:
    """A paragraph as it stands in the text."""
    rows = [" ".join(row.split()) for row in paragraph.text.split("\n")]
    rows = [row for row in rows if row]
    if paragraph.kind in ("heading", "title"):
        return " ".join(rows)
    shown = "\n".join(rows)
    if paragraph.kind != "item" or (not paragraph.mark and BULLET.match(shown)):
        return shown
    return f"{paragraph.mark or '•'} {shown}" if shown else ""


def _lines(paragraph: Paragraph, shown: str, at: int, gap: int) -> Sequence[Line]:
    """The lines of a paragraph, with what the file says that they are."""
    if paragraph.kind == "text":
        lines = split_lines(shown, join=False)
        for line in lines:
            line.start, line.end = line.start + at, line.end + at
        lines[0].gap = gap
        return lines
    level = paragraph.level if paragraph.kind == "heading" else 0
    return [Line(at, at + len(shown), plain(shown), gap, told=paragraph.kind, told_level=level)]
