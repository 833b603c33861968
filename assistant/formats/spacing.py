"""The blank lines between the paragraphs of a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from assistant.formats import Paragraph

_BY_EMPTY_LINES = 0.2  # empty paragraphs for each other one: then its author sets paragraphs apart by empty lines


def spaced(paragraphs: Iterable[Paragraph]) -> tuple[Paragraph, ...]:
    """The paragraphs that hold something, each with the blank lines above it.

    Where an author sets paragraphs apart by empty ones, these are the blank lines, and two lines without
    one belong together; elsewhere each paragraph stands apart, but for the items of one list.
    """
    paragraphs = list(paragraphs)
    texts = [one for one in paragraphs if one.kind == "text"]
    empty = sum(not one.text.strip() for one in texts)
    counts = empty >= _BY_EMPTY_LINES * max(1, len(texts) - empty)
    found: list[Paragraph] = []
    above = 0
    for one in paragraphs:
        if not one.text.strip():
            above += 1
            continue
        gap = one.gap
        if found and one.kind == "item" and found[-1].kind == "item":
            gap = 0
        elif counts and one.kind == "text" and found and found[-1].kind == "text":
            gap = above
        found.append(replace(one, gap=gap))
        above = 0
    return tuple(found)
