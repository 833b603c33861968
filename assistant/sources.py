"""The essays as a list: what is known about each, without its text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from assistant.rendering import tidy
from assistant.structure import heading_text
from assistant.types import Document


@dataclass(frozen=True, slots=True)
class Post:
    """One post of an archive page: `document.text[start:end]`, its title included."""

    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """An essay on the shelf."""

    source: str
    title: str
    author: str
    publisher: str
    year: int | None
    language: str  # ISO 639-1 code
    length: int  # in characters
    posts: tuple[Post, ...]  # in reading order; empty where the file is one essay
    url: str = ""  # where it was published
    pages: int = 0  # how many it has; 0 for a format without pages
    notes: tuple[str, ...] = ()  # what its owner should know, one line each


def sources(documents: Iterable[Document]) -> list[Source]:
    """What is known about each document, in their order."""
    return [
        Source(
            source=document.source,
            title=tidy(document.title),
            author=tidy(document.author),
            publisher=tidy(document.publisher),
            year=document.year,
            language=document.language,
            length=len(document.text),
            posts=_posts(document),
            url=document.url,
            pages=len(document.pages),
            notes=document.notes,
        )
        for document in documents
    ]


def _posts(document: Document) -> tuple[Post, ...]:
    starts = [block for block in document.blocks if block.kind == "post"]
    bounds = pairwise([*(block.start for block in starts), len(document.text)])
    return tuple(
        Post(tidy(heading_text(document.text[block.start : block.end])), start, end)
        for block, (start, end) in zip(starts, bounds, strict=True)
    )
