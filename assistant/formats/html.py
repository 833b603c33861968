"""Reads saved web pages: the essay with its headings and lists, without the menus around it."""

from __future__ import annotations

import codecs
import re
from itertools import takewhile
from typing import Any

import trafilatura
from trafilatura.metadata import extract_metadata

from assistant.encodings import decode
from assistant.errors import UnreadableError
from assistant.formats import Extract
from assistant.formats.blocks import PageBlock, page_blocks
from assistant.formats.markup import name_of, parse_html
from assistant.formats.properties import properties
from assistant.formats.spacing import spaced
from assistant.types import Metadata

_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)|<\?xml[^>]+encoding\s*=\s*["']([\w-]+)""", re.I)
_HEAD_BYTES = 4_096  # in which a page says its encoding; browsers look in the first 1,024
_PROSE_CHARS = 80  # a paragraph from here on is running text
_ENOUGH = 0.6  # of a page's running text that its main part has; where less was found, nothing is left out
_TITLE_BLOCKS = 8  # a title stands at most so far above the text: date, author and a picture between


def read_html(raw: bytes) -> Extract:
    """The main part of a page, its headings and lists kept, with title, author, date and address of the page.

    Raises:
        UnreadableError: it holds no text, or is in no encoding that is known.
    """
    text, encoding = _decoded(raw)
    root = parse_html(text)
    blocks = page_blocks(root)
    main = _main_part(blocks, text)
    if not any(block.paragraph.text for block in main):
        raise UnreadableError("holds no text; open it in a browser and save the whole page")
    notes = () if encoding == "UTF-8" else (f"read as {encoding}",)
    return Extract(spaced(block.paragraph for block in main), _metadata(text, main), notes)


def _decoded(raw: bytes) -> tuple[str, str]:
    """The text of a page, and its encoding: by its mark, by what it says of itself, else as a text file."""
    said = _CHARSET.search(raw[:_HEAD_BYTES])
    if said and not raw.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and b"\0" not in raw:
        name = (said.group(1) or said.group(2)).decode("ascii", "replace")
        try:
            codec = codecs.lookup({"iso-8859-1": "cp1252", "us-ascii": "cp1252"}.get(name.lower(), name)).name
            shown = {"utf-8": "UTF-8", "cp1252": "Windows-1252"}.get(codec, name)
            return raw.decode(codec), shown
        except (LookupError, UnicodeDecodeError, ValueError):
            pass  # it says something else than it is
    text, encoding = decode(raw)
    return text.lstrip("\ufeff"), encoding


def _main_part(blocks: list[PageBlock], text: str) -> list[PageBlock]:
    """The blocks of the essay: from the first to the last that trafilatura takes for the main text.

    Its neighbours in the same element belong to it too, and the title above it; menus in between do not.
    """
    found = trafilatura.extract(text, favor_recall=True, include_comments=False, include_tables=True) or ""
    lines = {_letters(line) for line in found.split("\n")}
    joined = _letters(found)
    is_main = [_is_in(block, lines, joined) for block in blocks]
    prose = [len(one.paragraph.text) if _is_prose(one) else 0 for one in blocks]
    in_main = sum(chars for chars, main in zip(prose, is_main, strict=True) if main)
    if True not in is_main or in_main < _ENOUGH * sum(prose):
        return [block for block in blocks if not block.is_linked or block.paragraph.kind == "heading"]
    first, last = is_main.index(True), len(blocks) - 1 - is_main[::-1].index(True)
    first, last = _grown(blocks, first, last)
    kept = [
        block
        for block, main in zip(blocks[first : last + 1], is_main[first : last + 1], strict=True)
        if main or not block.is_linked
    ]
    above = blocks[max(0, first - _TITLE_BLOCKS) : first]
    titles = [index for index, block in enumerate(above) if block.paragraph.kind == "heading"]
    highest = min((above[index].paragraph.level for index in titles), default=0)
    start = next((index for index in titles if above[index].paragraph.level == highest), len(above))
    return [block for block in above[start:] if not block.is_linked or block.paragraph.kind == "heading"] + kept


def _is_in(block: PageBlock, lines: set[str], joined: str) -> bool:
    letters = _letters(block.paragraph.text)
    return bool(letters) and (letters in lines or (len(letters) >= 30 and letters in joined))


def _is_prose(block: PageBlock) -> bool:
    return len(block.paragraph.text) >= _PROSE_CHARS and not block.is_linked


def _grown(blocks: list[PageBlock], first: int, last: int) -> tuple[int, int]:
    """The same stretch with the text that stands right beside it in the same element."""
    above = takewhile(lambda one: _belongs(one, blocks[first]), reversed(blocks[:first]))
    below = takewhile(lambda one: _belongs(one, blocks[last]), blocks[last + 1 :])
    return first - sum(1 for _ in above), last + sum(1 for _ in below)


def _belongs(block: PageBlock, beside: PageBlock) -> bool:
    return block.parent is beside.parent and name_of(block.parent) != "body" and not block.is_linked


def _metadata(text: str, main: list[PageBlock]) -> Metadata:
    """What the head of a page says; its title only where the heading of the text does not say it better."""
    said: Any = extract_metadata(text, extensive=False)
    title = said.title or ""
    heading = next((one.paragraph.text for one in main if one.paragraph.kind == "heading"), "")
    if heading and _letters(heading) in _letters(title):
        title = ""
    return properties(title=title, author=said.author or "", date=said.date or "", url=said.url or "")


def _letters(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())
