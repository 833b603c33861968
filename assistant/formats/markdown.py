"""Reads Markdown: headings, paragraphs and lists, and what the front matter says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.encodings import decode
from assistant.errors import UnreadableError
from assistant.formats import Extract, Paragraph
from assistant.formats.blocks import page_blocks
from assistant.formats.markup import parse_html
from assistant.formats.properties import properties
from assistant.types import Metadata

_FRONT = re.compile(r"\s*---[ \t]*\r?\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_MAX_FRONT_CHARS = 20_000  # YAML is slow, and front matter is a few lines
_MAX_NESTING = 100  # of lists and quotations in one another; the parser gives up what stands deeper
_KEYS = {
    "title": ("title", "titel"),
    "author": ("author", "auteur"),
    "date": ("year", "jaar", "date", "datum"),
    "url": ("url", "canonical_url"),
    "publisher": ("publisher", "uitgever"),
}


def read_markdown(raw: bytes) -> Extract:
    """The headings, paragraphs and lists of a Markdown file, without its marks.

    Raises:
        UnreadableError: it is no text, or holds none.
    """
    text, encoding = decode(raw)
    notes = [] if encoding == "UTF-8" else [f"read as {encoding}"]
    text = text.lstrip("\ufeff")
    metadata = Metadata()
    front = _FRONT.match(text[:_MAX_FRONT_CHARS])
    if front:
        found, note = _front_matter(front.group(1))
        if found is not None:
            metadata, text = found, text[front.end() :]
        notes += [note] if note else []
    tokens = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable(["table", "strikethrough"]).parse(text)
    # Without a heading it may be plain text, whose headings stand right above their paragraphs.
    line_end = " " if any(token.type == "heading_open" for token in tokens) else "\n"
    paragraphs = tuple(_paragraphs(tokens, line_end))
    if not paragraphs:
        raise UnreadableError("holds no text")
    return Extract(paragraphs, metadata, tuple(notes))


def _front_matter(text: str) -> tuple[Metadata | None, str]:
    """What the lines between the dashes say, and a note; None where they are no front matter."""
    try:
        said: Any = yaml.load(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        return Metadata(), f"its front matter is no YAML: {' '.join(str(error).split())[:100]}; correct it"
    if not isinstance(said, dict):
        return None, ""
    lower = {str(key).lower(): " ".join(value.split()) for key, value in said.items() if isinstance(value, str)}
    values = {name: next((lower[key] for key in keys if lower.get(key)), "") for name, keys in _KEYS.items()}
    publisher = values.pop("publisher")
    found = properties(**values)
    return Metadata(found.title, found.author, publisher, found.year, found.url), ""


def _paragraphs(tokens: Sequence[Token], line_end: str) -> Iterator[Paragraph]:
    """The blocks of a file; a line end within one is `line_end`."""
    lists: list[int | None] = []  # the next number of each list around it; None for bullets
    mark: str | None = None  # of the item that has just begun
    alone = _lonely(tokens)
    level = cells = 0
    tight = False
    for index, token in enumerate(tokens):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(int(token.attrGet("start") or 1) if token.type.startswith("ordered") else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
            tight = bool(lists)
        elif token.type == "list_item_open":
            number = lists[-1]
            mark = "" if number is None else f"{number}{token.markup}"
            lists[-1] = None if number is None else number + 1
        elif token.type in ("heading_open", "heading_close"):
            level = int(token.tag[1]) if token.nesting > 0 else 0
        elif token.type in ("table_open", "table_close"):
            cells = 0
        elif token.type == "inline":
            text = _inline(token, line_end)
            if not text.strip():
                continue
            if level:
                yield Paragraph(text, "heading", level)
            elif mark and index in alone:  # "1. Inleiding" above its text: what it looks like decides
                yield Paragraph(f"{mark} {text}")
                mark = None
            elif mark is not None:
                yield Paragraph(text, "item", mark=mark, gap=0 if tight else 1)
                mark, tight = None, True
                continue
            elif token.map is None or cells:  # cells of a table stand right under one another
                yield Paragraph(text, gap=0)
            else:
                yield Paragraph(text)
            tight = False
        elif token.type in ("fence", "code_block"):
            yield Paragraph(token.content.strip("\n"))
            tight = False
        elif token.type == "html_block":
            yield from _html(token.content)
            tight = False
        elif token.type in ("th_open", "td_open"):
            cells += 1


def _lonely(tokens: Sequence[Token]) -> set[int]:
    """The places of the text of numbered lists with one item, which may be numbered headings."""
    shape = [token.type for token in tokens]
    item = ["ordered_list_open", "list_item_open", "paragraph_open", "inline", "paragraph_close", "list_item_close"]
    wanted = [*item, "ordered_list_close"]
    return {at + 3 for at, kind in enumerate(shape) if kind == wanted[0] and shape[at : at + 7] == wanted}


def _inline(token: Token, line_end: str) -> str:
    """The words of a paragraph without emphasis, links and pictures."""
    parts: list[str] = []
    for child in token.children or ():
        if child.type in ("text", "code_inline", "text_special"):
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(line_end)
        elif child.type == "hardbreak" or (child.type == "html_inline" and child.content.lower().startswith("<br")):
            parts.append("\n")
    return "".join(parts)


def _html(content: str) -> Iterator[Paragraph]:
    """The paragraphs of a piece of HTML; a comment holds none."""
    if re.sub(r"<!--.*?-->", "", content, flags=re.DOTALL).strip():
        yield from (block.paragraph for block in page_blocks(parse_html(content)) if block.paragraph.text)
