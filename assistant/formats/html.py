"""Reads saved web pages: the essay with its headings and lists, without the menus around it."""

from __future__ import annotations

import codecs
import logging
import re
from copy import deepcopy
from itertools import takewhile
from typing import Any

import trafilatura
from trafilatura.metadata import extract_metadata

from assistant.encodings import decode
from assistant.errors import UnreadableError
from assistant.formats import Extract
from assistant.formats.blocks import PROSE_CHARS, PageBlock, page_blocks
from assistant.formats.markup import Element, name_of, parse_html
from assistant.formats.properties import properties
from assistant.formats.spacing import spaced
from assistant.types import Metadata

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # a page that it makes nothing of is read whole

_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)|<\?xml[^>]+encoding\s*=\s*["']([\w-]+)""", re.I)
_SAVED_FROM = re.compile(r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:\s*)(\S+)")
_HEAD_BYTES = 4_096  # in which a page says its encoding; browsers look in the first 1,024
_ENOUGH = 0.6  # of a page's running text that its main part has; where less was found, nothing is left out
_WHOLE = frozenset(("html", "body"))  # a page that sets nothing apart from its essay
_NO_TEXT = re.compile(
    r"\b(?:comments?|comment-?list|reacties|respond|related|gerelateerd|shar(?:e|ing)|share\w*|social|sidebar|widget|"
    r"cookie\w*|newsletter|nieuwsbrief|breadcrumbs?|kruimelpad|nav|navigation|menu|advert\w*|banner|pagination)\b",
    re.IGNORECASE,
)
_TITLE_BLOCKS = 8  # a title stands at most so far above the text: date, author and a picture between


def read_html(raw: bytes) -> Extract:
    """The main part of a page, its headings and lists kept, with title, author, date and address of the page.

    Raises:
        UnreadableError: it holds no text, or is in no encoding that is known.
    """
    text, encoding = _decoded(raw)
    root = parse_html(text)
    blocks = page_blocks(root)
    main = _main_part(blocks, root)
    if not any(block.paragraph.text for block in main):
        raise UnreadableError("holds no text; open it in a browser and save the whole page")
    notes = () if encoding == "UTF-8" else (f"read as {encoding}",)
    return Extract(spaced(block.paragraph for block in main), _metadata(root, main, text), notes)


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


def _main_part(blocks: list[PageBlock], root: Element) -> list[PageBlock]:
    """The blocks of the essay: those in the element around all that trafilatura takes for the main text.

    Menus in it are left out, and what its name says is no text. The title above it belongs to it.
    """
    found = trafilatura.extract(deepcopy(root), favor_recall=True, include_comments=False, include_tables=True) or ""
    lines = {_letters(line) for line in found.split("\n")}
    joined = _letters(found)
    is_main = [_is_in(block, lines, joined) for block in blocks]
    prose = [len(one.paragraph.text) if _is_prose(one) else 0 for one in blocks]
    in_main = sum(chars for chars, main in zip(prose, is_main, strict=True) if main)
    if True not in is_main or in_main < _ENOUGH * sum(prose):
        return [block for index, block in enumerate(blocks) if _is_content(blocks, index)]
    around = _common([block.parent for block, main in zip(blocks, is_main, strict=True) if main])
    first, last = is_main.index(True), len(blocks) - 1 - is_main[::-1].index(True)
    kept = [
        index
        for index, main in enumerate(is_main)
        if main or (_belongs(blocks, index, around) and (name_of(around) not in _WHOLE or first <= index <= last))
    ]
    above = range(max(0, kept[0] - _TITLE_BLOCKS), kept[0])
    titles = [index for index in above if blocks[index].paragraph.kind == "heading"]
    highest = min((blocks[index].paragraph.level for index in titles), default=0)
    start = next((index for index in titles if blocks[index].paragraph.level == highest), kept[0])
    title = [index for index in range(start, kept[0]) if _is_content(blocks, index)]
    return [blocks[index] for index in (*title, *kept)]


def _is_in(block: PageBlock, lines: set[str], joined: str) -> bool:
    letters = _letters(block.paragraph.text)
    return bool(letters) and (letters in lines or (len(letters) >= 30 and letters in joined))


def _is_prose(block: PageBlock) -> bool:
    return len(block.paragraph.text) >= PROSE_CHARS and not block.is_linked


def _is_content(blocks: list[PageBlock], index: int) -> bool:
    """Whether a block is no menu: a heading may lead elsewhere, where text stands below it."""
    block = blocks[index]
    if block.paragraph.kind == "heading":
        return not block.is_linked or (index + 1 < len(blocks) and not blocks[index + 1].is_linked)
    return not block.is_linked


def _belongs(blocks: list[PageBlock], index: int, around: Element) -> bool:
    """Whether a block stands in an element and is neither a menu nor a comment."""
    if not _is_content(blocks, index):
        return False
    element = blocks[index].parent
    while element is not None and element is not around:
        if _NO_TEXT.search(f"{element.get('id') or ''} {element.get('class') or ''}"):
            return False
        element = element.getparent()
    return element is not None


def _common(elements: list[Element]) -> Element:
    """The innermost element that holds all of some."""
    paths = [[*reversed([one, *one.iterancestors()])] for one in dict.fromkeys(elements)]
    common = paths[0]
    for path in paths[1:]:
        length = sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], zip(common, path, strict=False)))
        common = common[:length]
    return common[-1]


def _metadata(root: Element, main: list[PageBlock], text: str) -> Metadata:
    """What the head of a page says; its title only where the heading of the text does not say it better."""
    said: Any = extract_metadata(deepcopy(root), extensive=False)
    title = said.title or ""
    heading = next((one.paragraph.text for one in main if one.paragraph.kind == "heading"), "")
    if heading and _letters(heading) in _letters(title):
        title = ""
    return properties(title=title, author=said.author or "", date=said.date or "", url=_address(root, text))


def _address(root: Element, text: str) -> str:
    """Where a page was published: by what it says itself, else by what the browser that saved it noted."""
    for element in root.iter("link", "meta"):
        if (element.get("rel") or "").lower() == "canonical" or element.get("property") == "og:url":
            return element.get("href") or element.get("content") or ""
    saved = _SAVED_FROM.search(text[:_HEAD_BYTES])
    return saved.group(1) if saved else ""


def _letters(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())
