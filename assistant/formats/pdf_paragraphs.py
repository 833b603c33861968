"""From the lines of a PDF to its paragraphs, headings and list items."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

from assistant.formats import Paragraph
from assistant.formats.hyphens import HYPHENS, Vocabulary, joined
from assistant.formats.pdf_lines import MARKED, TextLine

_BULLETS = "•·▪▫◦‣●○■□➢➤✓\uf0b7\uf0a7\uf0d8\uf0fc\ue00c*"
_DASHES = "-–—"
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[a-z])[.)]")
_INDENT = 0.7  # of the letters' size: what a first line is indented by at least
_WIDER = 1.3  # times the usual distance of two lines: the white above a paragraph
_WIDER_IN_HEADING = 1.6  # their lines are set wider
_IN_LIST = 2.2  # times that distance: the white between two items of one list
_SAME_SIZE = 0.06  # share by which the sizes of one paragraph's lines may differ
_LARGER = 1.08  # of the body's size: what a heading is set in at least, if it is not bold
_MAX_HEADING_CHARS = 200
_ENDS = (".", "!", "?", "…", ":", ";")
_CLOSERS = "\"'”’»)] "
Outline = Mapping[tuple[int, str], int]  # the level of each heading that the outline names, by page and by letters


def paragraphs_of(lines: Sequence[TextLine], outline: Outline) -> list[Paragraph]:
    """The paragraphs that lines in reading order make up; a footnote follows the paragraph that it interrupts."""
    if not lines:
        return []
    size = _most(line.size for line in lines if not line.is_note) or lines[0].size
    leading = _leading(lines)
    known = Vocabulary.of([line.text for line in lines])
    groups: list[list[TextLine]] = []
    notes: list[list[TextLine]] = []
    for line in lines:
        if line.is_note:
            starts = not notes or notes[-1][-1].page != line.page or MARKED.match(line.text)
            notes.append([line]) if starts else notes[-1].append(line)
        elif groups and _goes_on(groups[-1], line, leading, size):
            groups[-1].append(line)
        else:
            groups += notes
            groups.append([line])
            notes = []
    groups += notes
    heads = _headings(groups, size, outline)
    result: list[Paragraph] = []
    above: list[TextLine] | None = None
    for index, group in enumerate(groups):
        text = _text(group, known)
        if not text:
            continue
        kind, level, mark = "text", 0, ""
        if group[0].is_note:
            text = MARKED.sub("", text, count=1) or text
        elif index in heads:
            kind, level = heads[index]
        elif (item := _item(group)) is not None and not (item and _is_alone(groups, index)):
            kind, mark = "item", item
            text = _without_mark(text)
        gap = 1
        if kind == "item" and above is not None and result[-1].kind == "item":
            gap = int(_distance(above[-1], group[0]) > _IN_LIST * leading)
        assert kind in ("title", "heading", "item", "text")
        named: Literal["title", "heading", "item", "text"] = kind  # type: ignore[assignment]
        result.append(Paragraph(text, named, level, mark, gap, group[0].page))
        above = group
    return result


def _most(sizes: object) -> float:
    counted = Counter(sizes)  # type: ignore[call-overload]
    return counted.most_common(1)[0][0] if counted else 0.0


def _leading(lines: Sequence[TextLine]) -> float:
    """The distance of two lines that is most common, in points, as a share of the letters' size."""
    shares = Counter(
        round((one.y - other.y) / other.size, 1)
        for one, other in pairwise(lines)
        if one.page == other.page and one.column == other.column and one.size == other.size and one.y > other.y
    )
    return shares.most_common(1)[0][0] if shares else 1.2


def _distance(one: TextLine, other: TextLine) -> float:
    """How far one line stands below another, in sizes of its letters; 0 where it stands elsewhere."""
    if one.page != other.page or one.column != other.column:
        return 0.0
    return (one.y - other.y) / max(one.size, other.size)


def _goes_on(group: Sequence[TextLine], line: TextLine, leading: float, size: float) -> bool:
    """Whether a line belongs to the paragraph of the lines above it."""
    last = group[-1]
    is_head = last.is_bold or last.size > _LARGER * size
    widest = leading * (_WIDER_IN_HEADING if is_head and last.is_bold == line.is_bold else _WIDER)
    if abs(last.size - line.size) > _SAME_SIZE * size or _distance(last, line) > widest:
        return False
    if last.is_bold != line.is_bold and all(one.is_bold for one in group) and is_head:
        return False
    beside = last.page == line.page and last.column == line.column
    left = line.left - line.column[0] if not beside else line.left - last.left
    ends = last.text.rstrip(_CLOSERS).endswith(_ENDS)
    is_full = _room(last) < line.words[0].right - line.words[0].left + 0.3 * line.size
    cut = last.text.endswith(tuple(HYPHENS)) or (line.text[:1].islower() and not ends)
    if _starts_item(line) and (not is_full or ends or not line.text[:1].isdigit()) and not cut:
        return False
    if is_head and last.is_bold == line.is_bold and beside:  # a heading of several lines
        return not ends or is_full
    if cut:
        return True
    if not is_full:
        return False
    hanging = _item(group) is not None
    if left > _INDENT * line.size and not (hanging and len(group) == 1):
        return False
    return beside or not ends or line.text[:1].islower()


def _room(line: TextLine) -> float:
    """The white between the end of a line and the edge of its column, in points."""
    return line.column[1] - line.right


def _starts_item(line: TextLine) -> bool:
    """Whether a line begins with a bullet, a dash or a number, with text after it."""
    first = line.words[0].text
    if len(line.words) == 1:
        return False
    return (len(first) == 1 and first in _BULLETS + _DASHES) or _NUMBERED.fullmatch(first) is not None


def _item(group: Sequence[TextLine]) -> str | None:
    """The mark of a list item: "" for a bullet, "3." for a number; None for a paragraph that is none."""
    if not _starts_item(group[0]):
        return None
    first = group[0].words[0].text
    return first if _NUMBERED.fullmatch(first) else ""


def _is_alone(groups: Sequence[Sequence[TextLine]], index: int) -> bool:
    """Whether no list item stands next to a paragraph: "2. Begin klein" may then be a heading, which the words tell."""
    beside = [*groups[max(0, index - 1) : index], *groups[index + 1 : index + 2]]
    return all(_item(group) is None for group in beside)


def _without_mark(text: str) -> str:
    return text.partition(" ")[2]


def _text(group: Sequence[TextLine], known: Vocabulary) -> str:
    """The words of a paragraph on one line, those that a line end cuts made whole."""
    text = group[0].text
    for line in group[1:]:
        text = joined(text, line.text, known)
    return " ".join(text.replace("\u00ad", "").split())


def _headings(
    groups: Sequence[Sequence[TextLine]], size: float, outline: Outline
) -> dict[int, tuple[Literal["title", "heading"], int]]:
    """Which paragraphs are the title or a heading, by their place, with the level of a heading."""
    found: dict[int, tuple[float, bool]] = {}
    levels: dict[int, int] = {}
    for index, group in enumerate(groups):
        first = group[0]
        text = " ".join(line.text for line in group)
        if first.is_note or len(text) > _MAX_HEADING_CHARS or not any(map(str.isalnum, text)):
            continue
        named = outline.get((first.page, letters(text)))
        larger = min(line.size for line in group) > _LARGER * size
        bold = all(line.is_bold for line in group) and first.size >= size
        ends = text.rstrip(_CLOSERS).endswith((".", ":", ";", ",")) and not text[:1].isdigit()
        if named is not None or larger or (bold and not ends and index + 1 < len(groups)):
            found[index] = round(first.size, 0), first.is_bold
            if named is not None:
                levels[index] = named
    if not found:
        return {}
    kinds: dict[int, tuple[Literal["title", "heading"], int]] = {}
    largest = max(found.values())
    title = next((index for index in sorted(found) if index <= 3 and found[index] == largest), None)
    others = [index for index in found if index != title]
    ranks = sorted({found[index] for index in others}, reverse=True)
    for index in others:
        kinds[index] = "heading", 1 + min(2, ranks.index(found[index]))
    if title is not None and list(found.values()).count(largest) == 1:
        kinds[title] = "title", 0
    elif title is not None:
        kinds[title] = "heading", 1
    return kinds


def letters(text: str) -> str:
    """The letters and digits of a text, by which a heading is known whatever its spaces are."""
    return "".join(char for char in text.lower() if char.isalnum())
