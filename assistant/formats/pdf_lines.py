"""The lines of a PDF's page in the order in which they are read, from the places of its words.

A PDF knows no lines and no columns: it puts letters at places. Places are in points (1/72 inch) from the lower
left corner, so that a higher `y` stands higher on the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from assistant.formats.hyphens import HYPHENS

_SAME_LINE = 0.3  # of the letters' size: words whose feet differ less stand on one line
_RAISED = 0.6  # of the letters' size: how high the number of a footnote may stand above the line
_GUTTER = 0.7  # of the letters' size: the least width of the white between two columns; a space is 0.25 to 0.5
_GUTTER_ROWS = 5  # lines on each side of it; the spaces of fewer lines fall under each other by chance
_COLUMN_WIDTH = 0.2  # of the text's width: a narrower strip is a margin of numbers or bullets
_STRIPS = 40  # of one point, those with the fewest words upon them, that are looked at
_EDGE_ROWS = 3  # lines at the top and at the foot of a page that may be its running head or foot
_SAME_HEIGHT = 4.0  # points
_SMALL = 0.93  # of the body's size: what a footnote is set in at most
MARKED = re.compile(r"(?:\d{1,3}|[*†‡§]{1,3}|[ivx]{1,5})(?:[.)]\s*|\s+|$|(?=[A-ZÀ-Þ“‘]))")
_MARK = re.compile(r"(?:\d{1,3}|[*†‡§]{1,3}|[ivx]{1,5})(?:,\s?\d{1,3})*")
_TAKES_POWER = re.compile(r"(?:^|[\s\d])(?:[kcdm]?m|\d|CO|H)$")  # "20 m²" is no footnote
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[-–—•|(\[\s]*(?:(?:pagina|blz|pag|p|page|seite)\b\.?\s*)?(\d{1,4})(?:\s*(?:/|van|of|von|de)\s*\d{1,4})?[-–—•|)\]\s.]*",
    re.IGNORECASE,
)
_OF_BROWSER = re.compile(  # what a browser prints around a page: date and title above, address and number below
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4},? \d{1,2}[:.]\d\d.*|(?:https?|file)://\S*(?: \d+/\d+)?"
)


@dataclass(frozen=True, slots=True)
class Word:
    """Letters without a space between them, and where they stand."""

    text: str
    left: float
    right: float
    y: float  # of its foot
    size: float  # of its letters, in points
    is_bold: bool = False
    is_raised: bool = False  # smaller, above the foot of the word before it, as the number of a footnote is


@dataclass(slots=True)
class TextLine:
    """One line of one column of a page."""

    words: list[Word]
    page: int  # from 1
    column: tuple[float, float] = (0.0, 0.0)  # the left and the right edge of the text that it belongs to
    is_note: bool = False  # of a footnote
    text: str = field(init=False)
    left: float = field(init=False)
    right: float = field(init=False)
    y: float = field(init=False)
    size: float = field(init=False)
    is_bold: bool = field(init=False)

    def __post_init__(self) -> None:
        self.words.sort(key=lambda word: word.left)
        self.text = ""
        for before, word in zip([None, *self.words], self.words, strict=False):
            if word.is_raised and before is not None:
                is_mark = _MARK.fullmatch(word.text) and not _TAKES_POWER.search(before.text)
                self.text += "" if is_mark else word.text
            elif before is not None and word is self.words[-1] and word.text in HYPHENS and _touches(before, word):
                self.text += word.text
            else:
                self.text += " " + word.text if self.text else word.text
        self.left, self.right = self.words[0].left, max(word.right for word in self.words)
        sizes = Counter[float]()
        for word in self.words:
            sizes[round(word.size, 1)] += len(word.text)
        self.size = sizes.most_common(1)[0][0]
        self.y = median(word.y for word in self.words if round(word.size, 1) == self.size)
        self.is_bold = all(word.is_bold for word in self.words if any(map(str.isalnum, word.text)))


def _touches(one: Word, other: Word) -> bool:
    return other.left - one.right < 0.2 * one.size


def lines_of_page(words: Sequence[Word], page: int, gutters: Sequence[float] = ()) -> list[TextLine]:
    """The lines of a page: column by column, what goes across the columns before or after them.

    `gutters` are the places where columns part on other pages.
    """
    size = body_size(words)
    return [TextLine(row, page, edges) for rows, edges in _columns(_rows(words), size, gutters) for row in rows]


def gutter_of(words: Sequence[Word]) -> float | None:
    """Where the two columns of a page part, from its left edge; None for a page with one."""
    if not words:
        return None
    edges = min(word.left for word in words), max(word.right for word in words)
    return _gutter(_rows(words), body_size(words), edges, ())


def body_size(words: Iterable[Word]) -> float:
    """The size that most letters have."""
    sizes = Counter[float]()
    for word in words:
        sizes[round(word.size, 1)] += len(word.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _rows(words: Iterable[Word]) -> list[list[Word]]:
    """The words that stand at one height, from the top of the page down; columns are still side by side."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: -word.y):
        above = rows[-1][0] if rows else None
        if above is not None and (
            abs(above.y - word.y) <= _SAME_LINE * max(above.size, word.size)
            or (above.y - word.y <= _RAISED * word.size and all(one.size < 0.85 * word.size for one in rows[-1]))
        ):
            rows[-1].insert(0, word)
        else:
            rows.append([word])
    return rows


Part = tuple[list[list[Word]], tuple[float, float]]


def _columns(rows: list[list[Word]], size: float, known: Sequence[float]) -> list[Part]:
    """Rows in reading order, each run with the edges of its column; cut at gutters as long as there are any."""
    if not rows:
        return []
    edges = min(word.left for row in rows for word in row), max(word.right for row in rows for word in row)
    gutter = _gutter(rows, size, edges, known)
    if gutter is None:
        return [(rows, edges)]
    parts: list[Part] = []
    beside: list[list[Word]] = []
    for row in [*rows, None]:
        if row is not None and not _crosses(row, gutter, size):
            beside.append(row)
            continue
        for side in (
            [[word for word in one if word.right <= gutter] for one in beside],
            [[word for word in one if word.right > gutter] for one in beside],
        ):
            words = [word for one in side for word in one]  # feet of the two sides may differ a little
            parts += _columns(_rows(words), size, known)
        beside = []
        if row is not None:
            if parts and parts[-1][1] == edges:
                parts[-1][0].append(row)
            else:
                parts.append(([row], edges))
    return parts


def _crosses(row: Sequence[Word], gutter: float, size: float) -> bool:
    """Whether a row has a word upon the gutter, or runs over it with spaces as narrow as any."""
    before = max((word.right for word in row if word.right <= gutter), default=None)
    after = min((word.left for word in row if word.left >= gutter), default=None)
    if any(word.left < gutter < word.right for word in row):
        return True
    return before is not None and after is not None and after - before < _GUTTER * size


def _gutter(
    rows: Sequence[Sequence[Word]], size: float, edges: tuple[float, float], known: Sequence[float]
) -> float | None:
    """The middle of the white strip between two columns, or None where the text has one column.

    Where columns of other pages are `known` to part, two lines on each side are enough.
    """
    left, right = edges
    least = _COLUMN_WIDTH * (right - left)
    first, last = int(left + least) + 1, int(right - least)
    covering = Counter[int]()  # words upon each strip of one point
    for word in (word for row in rows for word in row):
        covering.update(range(max(first, int(word.left) + 1), min(last, int(word.right)) + 1))
    scores: dict[int, int] = {}
    for x in sorted(range(first, last + 1), key=lambda x: covering[x])[:_STRIPS]:
        if covering[x] > len(rows) / 3:
            break
        beside = [row for row in rows if not _crosses(row, x, size)]
        on_left = sum(any(word.right <= x for word in row) for row in beside)
        on_right = sum(any(word.left >= x for word in row) for row in beside)
        across = len(rows) - len(beside)
        enough = 2 if any(abs(x - other) < 2 * size for other in known) else _GUTTER_ROWS
        if min(on_left, on_right) >= enough and across <= (on_left + on_right) / 4:
            scores[x] = on_left + on_right - across
    if not scores:
        return None
    good = sorted(x for x in scores if scores[x] >= 0.9 * max(scores.values()))
    return float(good[len(good) // 2])  # the middle, which a centred line above the columns lies upon


def remove_furniture(pages: Sequence[Sequence[TextLine]]) -> list[list[TextLine]]:
    """The pages without their running heads and feet and without their numbers.

    Of the first and last lines of a page, one goes that stands on another page at the same height with the same
    words, its numbers counting on with the pages; or that is nothing but a page's number.
    """
    edges = [_edge_lines(lines) for lines in pages]
    alike: dict[tuple[str, int], list[tuple[int, TextLine]]] = {}
    for number, lines in enumerate(edges, 1):
        for line in lines:
            for height in _heights(line):
                alike.setdefault((_NUMBER.sub("#", line.text), height), []).append((number, line))
    repeated: set[int] = set()
    for group in alike.values():
        for step in (1, 2):  # left and right pages may have heads of their own
            for (page, line), (later, other) in zip(group, group[step:], strict=False):
                if page != later and _counts_on(line.text, other.text, later - page):
                    repeated |= {id(line), id(other)}
    return [
        [line for line in lines if id(line) not in repeated and not _is_number(line, lines, number)]
        for number, lines in enumerate(pages, 1)
    ]


def _edge_lines(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines that stand highest and lowest on a page."""
    by_height = sorted(lines, key=lambda line: -line.y)
    return list({id(line): line for line in by_height[:_EDGE_ROWS] + by_height[-_EDGE_ROWS:]}.values())


def _heights(line: TextLine) -> tuple[int, int]:
    """Two cells that a line's height falls in, so that heights that differ a little share one."""
    cell = int(line.y / _SAME_HEIGHT)
    return (2 * cell, 2 * int((line.y + _SAME_HEIGHT / 2) / _SAME_HEIGHT) + 1)


def _counts_on(one: str, other: str, pages: int) -> bool:
    """Whether each number of one line is the same in the other, or larger by the pages between them."""
    pairs = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    return all(
        first == second or (len(first) < 6 > len(second) and int(second) - int(first) == pages)
        for first, second in pairs
    )


def _is_number(line: TextLine, lines: Sequence[TextLine], page: int) -> bool:
    """Whether a line above or below all others is only the number of its page, or a browser's."""
    if len(lines) < 2 or not (all(line.y >= other.y for other in lines) or all(line.y <= other.y for other in lines)):
        return False
    match = _PAGE_NUMBER.fullmatch(line.text)
    return _OF_BROWSER.fullmatch(line.text) is not None or (match is not None and int(match.group(1)) >= page)


def mark_notes(lines: Sequence[TextLine], size: float) -> None:
    """Say of the lines at the foot of a page or a column, in small letters under a mark, that they are footnotes."""
    columns: dict[tuple[float, float], list[TextLine]] = {}
    for line in lines:
        columns.setdefault(line.column, []).append(line)
    for column in columns.values():
        tail = []
        for line in sorted(column, key=lambda line: line.y):
            if line.size > _SMALL * size:
                break
            tail.append(line)
        while tail and not MARKED.match(tail[-1].text):
            tail.pop()
        if len(tail) < len(column) or len(columns) > 1:
            for line in tail:
                line.is_note = True
