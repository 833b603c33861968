"""Parses XML and HTML so that hostile files are harmless: no outside entities, no network, no entity bombs."""

from __future__ import annotations

import html
import re
from typing import Any

from lxml import etree
from lxml.html import HTMLParser

from assistant.errors import UnreadableError

Element = Any  # lxml has no types of its own

_MAX_DEPTH = 200  # of elements in one another; the readers walk down by recursion
_NAMED = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31});")


def parse_xml(raw: bytes) -> Element:
    """The root of an XML file; entities that it defines itself are left out.

    Raises:
        UnreadableError: it is no XML, or nested too deeply.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError(f"holds damaged XML ({_first_line(error)}): save it again") from None
    return _shallow(root)


def parse_xhtml(raw: bytes) -> Element:
    """The root of an XHTML file, its &nbsp; and the like understood; one with errors is read as HTML.

    Raises:
        UnreadableError: nothing of it can be read.
    """
    try:
        return parse_xml(_NAMED.sub(_numbered, raw))
    except UnreadableError:
        return parse_html(raw.decode("utf-8", "replace"))


def parse_html(text: str) -> Element:
    """The root of a page, whatever its errors.

    Raises:
        UnreadableError: it holds no element, or is nested too deeply.
    """
    parser = HTMLParser(encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise UnreadableError("holds no text")
    return _shallow(root)


def name_of(element: Element) -> str:
    """An element's name without its namespace, in lower case; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _shallow(root: Element) -> Element:
    """The same root, where nothing stands too deep in it."""
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _MAX_DEPTH:
            raise UnreadableError(
                f"is nested more than {_MAX_DEPTH} deep, which no essay is: copy its text to a new file"
            )
    return root


def _numbered(match: re.Match[bytes]) -> bytes:
    """&nbsp; as &#160;; a name that HTML does not have as nothing."""
    shown = html.unescape(match.group().decode("ascii"))
    return b"" if shown.startswith("&") else "".join(f"&#{ord(char)};" for char in shown).encode("ascii")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:100]
