"""An essay as it is read beside the chat: its blocks, with the cited places marked and named.

Offsets and line numbers are worked out here and never in a browser, whose strings count other units than
Python's.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from assistant.rendering import BULLET, UNSEEN, tidy
from assistant.structure import heading_text
from assistant.types import Block, Document, Span

PLAIN = ".txt"  # of the other formats the text is what their reader made of it
MAX_ALSO = 50  # places that are marked beside the one that is asked for; an answer has far fewer citations

_HASHES = re.compile(r"#{1,6}\s+")  # before a heading in Markdown
_LINE_END = re.compile(r"\r\n|\r|\n")
_RANGE = re.compile(r"(\d{1,12})-(\d{1,12})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of characters of a block that is marked as a whole or not at all."""

    text: str
    marked: bool = False
    id: str = ""  # "mark-1" on the first segment of the first span, and so on
    spans: tuple[int, ...] = ()  # numbers, from 1, of the spans that it lies in
    page: int | None = None  # of a page that begins with it, or just above it


@dataclass(frozen=True, slots=True)
class ViewBlock:
    """A block as it is shown: its segments or, for a list, those of each of its items."""

    kind: Literal["title", "post", "heading", "paragraph", "list"]
    level: int = 0
    segments: tuple[Segment, ...] = ()
    items: tuple[tuple[Segment, ...], ...] = ()
    counted: bool = False  # whether the items bring numbers of their own
    lines: tuple[int, ...] = ()  # the line of the text file, from 1, that it begins on; of a list, one for each item


@dataclass(frozen=True, slots=True)
class Place:
    """Where a marked span stands, as the head of the panel says it."""

    start: int
    end: int
    first_line: int | None  # of the file, from 1, as an editor numbers them; None for what is no plain text
    last_line: int | None
    post: str  # title of the post that it stands in, on a page that holds several
    headings: tuple[str, ...]  # the headings above it, outermost first
    check: str  # a short digest of its words, by which a link can tell that the essay was edited since
    page: int | None  # that it begins on, from 1; None for a format without pages


@dataclass(frozen=True, slots=True)
class EssayView:
    """An essay to read: what is known about it, its marked places, its blocks."""

    source: str
    title: str
    author: str
    publisher: str
    year: int | None
    post: str  # of the first place, or ""
    heading: str  # the innermost heading of the first place, or ""
    places: tuple[Place, ...]  # one for each span, in their order
    blocks: tuple[ViewBlock, ...]
    url: str
    language: str  # ISO 639-1 code
    pages: int  # how many it has; 0 for a format without pages
    notes: tuple[str, ...]  # what its owner should know, one line each


def essay_view(document: Document, spans: Sequence[Span] = ()) -> EssayView:
    """`document` as it is read on the screen, with `spans` marked; page furniture is left out."""
    starts = [0, *(found.end() for found in _LINE_END.finditer(document.text))] if _has_lines(document) else []
    blocks: list[ViewBlock] = []
    seen: set[Span] = set()
    page = 1  # that the reader has come to
    for block in document.blocks:
        if block.kind == "removed":
            continue
        segments, page = _with_pages(_segments(document, block, spans, seen), document, page)
        lines = (bisect_right(starts, block.start),) if starts else ()
        if block.kind != "item":
            blocks.append(ViewBlock(block.kind, block.level, segments, lines=lines))
        elif blocks and blocks[-1].kind == "list":
            above = blocks[-1]
            blocks[-1] = replace(above, items=(*above.items, segments), lines=(*above.lines, *lines))
        else:
            bullet = BULLET.match(document.text, block.start, block.end)
            blocks.append(ViewBlock("list", items=(segments,), counted=bool(bullet and bullet[1]), lines=lines))
    places = tuple(_place(document, span, starts) for span in spans)
    post, headings = (places[0].post, places[0].headings) if places else ("", ())
    return EssayView(
        document.source, document.title, document.author, document.publisher, document.year,
        post, headings[-1] if headings else "", places, tuple(blocks),
        document.url, document.language, len(document.pages), document.notes,
    )  # fmt: skip


def spans_to_mark(length: int, start: int, end: int, also: Sequence[str] = ()) -> tuple[Span, ...]:
    """The spans that a request for an essay of `length` characters names, the one asked for first.

    `start` and `end` may both be 0 for none. `also` holds other places as "12-34"; those that come twice count
    once.

    Raises:
        ValueError: a place does not lie in the essay, or there are more than MAX_ALSO others.
    """
    if len(also) > MAX_ALSO:
        raise ValueError(f"also is given {len(also)} times, but at most {MAX_ALSO} times was expected.")
    spans = [Span(start, end)] if start or end else []
    for place in also:
        numbers = _RANGE.fullmatch(place)
        if numbers is None:
            raise ValueError(f"also is {place[:40]!r}, but two offsets such as 12-34 were expected.")
        spans.append(Span(int(numbers[1]), int(numbers[2])))
    for span in spans:
        if not 0 <= span.start < span.end <= length:
            raise ValueError(
                f"start is {span.start} and end is {span.end}, but 0 <= start < end <= {length} was expected."
            )
    return tuple(dict.fromkeys(spans))


def _has_lines(document: Document) -> bool:
    """Whether the text is that of the file itself, so that an editor shows it on the same lines."""
    return document.source.lower().endswith(PLAIN)


Cut = tuple[int, Segment]  # a segment and the offset that it begins at


def _segments(document: Document, block: Block, spans: Sequence[Span], seen: set[Span]) -> Iterator[Cut]:
    """`block` cut where a span begins or ends, or a page begins; `seen` gathers the spans that got their id."""
    text, start, end = document.text, block.start, block.end
    mark = (_HASHES if block.kind == "heading" else BULLET).match(text, start, end)
    if mark and block.kind in ("heading", "item") and not (block.kind == "item" and mark[1]):
        start = mark.end()  # the page shows a bullet and a heading in its own way; a number stays
    cuts = {start, end} | {place for span in spans for place in span if start < place < end}
    cuts |= set(document.pages[bisect_right(document.pages, start) : bisect_left(document.pages, end)])
    return _cut(text, sorted(cuts), spans, seen)


def _with_pages(cuts: Iterator[Cut], document: Document, page: int) -> tuple[tuple[Segment, ...], int]:
    """The segments, each with the page that begins there where the one before was on `page`, and the last page."""
    segments = []
    for start, segment in cuts:
        at = document.page_at(start) or page
        segments.append(segment if at == page else replace(segment, page=at))
        page = at
    return tuple(segments), page


def _cut(text: str, cuts: Sequence[int], spans: Sequence[Span], seen: set[Span]) -> Iterator[Cut]:
    for start, end in pairwise(cuts):
        words = re.sub(r"\s+", " ", UNSEEN.sub("", text[start:end]))
        around = [number for number, span in enumerate(spans, 1) if span.start <= start and end <= span.end]
        fresh = [number for number in around if spans[number - 1] not in seen]
        seen.update(spans[number - 1] for number in fresh)
        yield start, Segment(words, bool(around), f"mark-{fresh[0]}" if fresh else "", tuple(around))


def _place(document: Document, span: Span, starts: Sequence[int]) -> Place:
    """Where `span` stands; `starts` are the offsets at which the lines of the file begin, if it has any."""
    post, path = "", dict[int, str]()
    for block in document.blocks:
        if block.start > span.start:
            break
        words = tidy(heading_text(document.text[block.start : block.end]))
        if block.kind == "post":
            post, path = words, {}
        elif block.kind == "title":
            path = {}
        elif block.kind == "heading":
            path = {level: name for level, name in path.items() if level < block.level} | {block.level: words}
    words = document.text[span.start : span.end]
    return Place(
        span.start,
        span.end,
        first_line=bisect_right(starts, span.start) if starts else None,
        last_line=bisect_right(starts, span.end - 1) if starts else None,
        post=post,
        headings=tuple(path[level] for level in sorted(path)),
        check=hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:8],
        page=document.page_at(span.start),
    )
