"""An essay as it is read beside the chat: its blocks, with the cited place marked.

The offsets are worked out here and never in a browser, whose strings count other units than Python's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from assistant.rendering import BULLET, UNSEEN, tidy
from assistant.types import Block, Document, Span

_HASHES = re.compile(r"#{1,6}\s+")  # before a heading in Markdown


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of characters of a block that is marked as a whole or not at all."""

    text: str
    marked: bool = False
    id: str = ""  # "mark-1" on the first segment of the first span, and so on


@dataclass(frozen=True, slots=True)
class ViewBlock:
    """A block as it is shown: its segments or, for a list, those of each of its items."""

    kind: Literal["title", "post", "heading", "paragraph", "list"]
    level: int = 0
    segments: tuple[Segment, ...] = ()
    items: tuple[tuple[Segment, ...], ...] = ()
    counted: bool = False  # whether the items bring numbers of their own


@dataclass(frozen=True, slots=True)
class EssayView:
    """An essay to read: what is known about it, the headings above the first mark, its blocks."""

    source: str
    title: str
    author: str
    publisher: str
    year: int | None
    post: str  # title of the post that the first mark stands in, on a page that holds several
    heading: str  # the innermost heading above the first mark, or ""
    blocks: tuple[ViewBlock, ...]


def essay_view(document: Document, spans: Sequence[Span] = ()) -> EssayView:
    """`document` as it is read on the screen, with `spans` marked; page furniture is left out.

    The offsets are worked out here and never in a browser, whose strings count UTF-16 units.
    """
    blocks: list[ViewBlock] = []
    seen: set[Span] = set()
    for block in document.blocks:
        if block.kind == "removed":
            continue
        segments = _segments(document.text, block, spans, seen)
        if block.kind != "item":
            blocks.append(ViewBlock(block.kind, block.level, segments))
        elif blocks and blocks[-1].kind == "list":
            blocks[-1] = replace(blocks[-1], items=(*blocks[-1].items, segments))
        else:
            bullet = BULLET.match(document.text, block.start, block.end)
            blocks.append(ViewBlock("list", items=(segments,), counted=bool(bullet and bullet[1])))
    post, heading = _headings_above(document, min(spans).start if spans else 0)
    return EssayView(
        document.source, document.title, document.author, document.publisher, document.year, post, heading,
        tuple(blocks),
    )  # fmt: skip


def _segments(text: str, block: Block, spans: Sequence[Span], seen: set[Span]) -> tuple[Segment, ...]:
    """`block` cut where a span begins or ends; `seen` gathers the spans that got their id."""
    start, end = block.start, block.end
    mark = (_HASHES if block.kind == "heading" else BULLET).match(text, start, end)
    if mark and block.kind in ("heading", "item") and not (block.kind == "item" and mark[1]):
        start = mark.end()  # the page shows a bullet and a heading in its own way; a number stays
    cuts = {start, end} | {place for span in spans for place in span if start < place < end}
    return tuple(_cut(text, sorted(cuts), spans, seen))


def _cut(text: str, cuts: Sequence[int], spans: Sequence[Span], seen: set[Span]) -> Iterator[Segment]:
    for start, end in pairwise(cuts):
        words = re.sub(r"\s+", " ", UNSEEN.sub("", text[start:end]))
        around = [span for span in spans if span.start <= start and end <= span.end]
        fresh = [span for span in around if span not in seen]
        seen.update(fresh)
        yield Segment(words, bool(around), f"mark-{spans.index(fresh[0]) + 1}" if fresh else "")


def _headings_above(document: Document, place: int) -> tuple[str, str]:
    """The title of the post and the innermost heading that the character at `place` stands under."""
    post = heading = ""
    for block in document.blocks:
        if block.start > place:
            break
        words = tidy(_HASHES.sub("", document.text[block.start : block.end], count=1))
        if block.kind == "post":
            post, heading = words, ""
        elif block.kind == "heading":
            heading = words
    return post, heading
