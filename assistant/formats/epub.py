"""Reads EPUB books: the chapters in their order, without cover, table of contents and title page of the program."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote

from assistant.errors import UnreadableError
from assistant.formats import Extract
from assistant.formats.archive import Archive
from assistant.formats.blocks import PageBlock, page_blocks
from assistant.formats.looks import by_looks
from assistant.formats.markup import Element, name_of, parse_xhtml, parse_xml
from assistant.formats.properties import properties
from assistant.formats.spacing import spaced
from assistant.types import Metadata

_CONTAINER = "META-INF/container.xml"
_LOCKS = frozenset(("META-INF/rights.xml", "META-INF/license.lcpl", "META-INF/sinf.xml"))  # of Adobe, LCP, Apple
_TYPE = "{http://www.idpf.org/2007/ops}type"
_NOT_TEXT = re.compile(r"\b(?:toc|cover|landmarks|page-list|titlepage|copyright-page|index|loi|lot)\b")
_NAMED_SO = re.compile(r"(?:^|[/_-])(?:cover|toc|nav|inhoud|omslag|titlepage)[\d_-]*\.x?html?$", re.IGNORECASE)


def read_epub(raw: bytes) -> Extract:
    """The chapters of a book along its spine.

    Raises:
        UnreadableError: it is damaged, locked, or holds no text.
    """
    archive = Archive(raw, program="EPUB")
    if _LOCKS & archive.names:
        raise UnreadableError("is locked by its publisher (DRM): use a copy without it")
    package = _package_name(archive)
    root = parse_xml(archive.read(package))
    blocks: list[PageBlock] = []
    css = "".join(
        archive.read(name).decode("utf-8", "replace") for name in sorted(archive.names) if name.endswith(".css")
    )
    for name in _chapters(root, package, archive):
        page = parse_xhtml(archive.read(name))
        if not _is_apart(page, name):
            blocks += page_blocks(page)
    paragraphs = spaced(by_looks(blocks, css))
    if not paragraphs:
        raise UnreadableError("holds no text: its pages may be pictures")
    return Extract(paragraphs, _metadata(root))


def _package_name(archive: Archive) -> str:
    """The name of the file that lists the parts of a book."""
    for element in parse_xml(archive.read(_CONTAINER)).iter():
        if name_of(element) == "rootfile" and element.get("full-path"):
            return str(element.get("full-path"))
    raise UnreadableError("does not say where its text is: save it again, or convert it to .docx")


def _chapters(root: Element, package: str, archive: Archive) -> list[str]:
    """The names of the pages in reading order, the navigation left out."""
    folder = posixpath.dirname(package)
    pages: dict[str, str] = {}
    for element in root.iter():
        is_page = name_of(element) == "item" and "html" in (element.get("media-type") or "")
        if is_page and "nav" not in (element.get("properties") or "").split():
            place = posixpath.normpath(posixpath.join(folder, unquote(element.get("href") or "")))
            pages[element.get("id") or ""] = place
    spine = [pages.get(element.get("idref") or "") for element in root.iter() if name_of(element) == "itemref"]
    return [name for name in dict.fromkeys(spine) if name is not None and name in archive.names]


def _is_apart(page: Element, name: str) -> bool:
    """Whether a page is the cover, a table of contents or the like: by what it says it is, or by its name."""
    types = " ".join(one.get(_TYPE) or "" for one in page.iter() if name_of(one) in ("body", "section", "nav"))
    return _NOT_TEXT.search(types) is not None or _NAMED_SO.search(name) is not None


def _metadata(root: Element) -> Metadata:
    """Title, author, date and address of a book."""
    said: dict[str, str] = {}
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.startswith("{http://purl.org/dc/elements/1.1/}"):
            said.setdefault(name_of(element), "".join(element.itertext()))
    return properties(
        title=said.get("title", ""),
        author=said.get("creator", ""),
        date=said.get("date", ""),
        url=said.get("source", "") or said.get("identifier", ""),
    )
