"""Reads OpenDocument texts: headings, lists with their numbers, tables cell by cell, footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.errors import UnreadableError
from assistant.formats import Extract, Paragraph
from assistant.formats.archive import Archive
from assistant.formats.markup import Element, name_of, parse_xml
from assistant.formats.notes import with_notes
from assistant.formats.numbering import shown_number
from assistant.formats.properties import properties
from assistant.formats.spacing import spaced
from assistant.types import Metadata

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_HEADING = re.compile(r"(?:Heading|Kop)(?:_20_| |_)?([1-9])")
_UNREAD = frozenset(  # deleted text, indexes, comments, declarations
    "tracked-changes table-of-content illustration-index table-index object-index user-index alphabetical-index "
    "bibliography sequence-decls variable-decls user-field-decls annotation annotation-end title desc ruby-text "
    "binary-data forms hidden-text hidden-paragraph".split()
)


def read_odt(raw: bytes) -> Extract:
    """The paragraphs of an OpenDocument text; text that was deleted under "track changes" is not read.

    Raises:
        UnreadableError: it is damaged, locked, or holds no text.
    """
    archive = Archive(raw, program="OpenDocument")
    if "META-INF/manifest.xml" in archive.names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise UnreadableError("is protected by a password: save it without")
    content = parse_xml(archive.read("content.xml"))
    styles = [content, parse_xml(archive.read("styles.xml"))] if "styles.xml" in archive.names else [content]
    reading = _Reading(styles)
    paragraphs: list[Paragraph] = []
    for body in (one for one in content.iter() if name_of(one) == "text" and not one.tag.startswith(_TEXT)):
        paragraphs += reading.read(body)
    paragraphs = with_notes(paragraphs, reading.notes)
    if not any(one.text.strip() for one in paragraphs):
        raise UnreadableError("holds no text: it may be a picture of a page")
    return Extract(spaced(paragraphs), _metadata(archive))


class _Reading:
    """A document that is being read: its styles, its lists and the notes that were met."""

    def __init__(self, roots: list[Element]) -> None:
        self.notes: list[str] = []
        self._styles: dict[str, Element] = {}
        self._lists: dict[str, Element] = {}
        for root in reversed(roots):  # those of the text go before those of the template
            for one in root.iter(f"{_STYLE}style"):
                if one.get(f"{_STYLE}family") == "paragraph":
                    self._styles[one.get(f"{_STYLE}name")] = one
            for one in root.iter(f"{_TEXT}list-style"):
                self._lists[one.get(f"{_STYLE}name")] = one
        self._last: dict[str, int] = {}  # the last number of each list on its highest level, by its style

    def read(self, element: Element, *, gap: int = 1) -> Iterator[Paragraph]:
        """The paragraphs, lists and tables of a body, a section, a cell or a text box."""
        for child in element:
            name = name_of(child)
            if name in ("p", "h"):
                yield from self._paragraph(child, gap)
                gap = 1
            elif name == "list":
                yield from self._list(child, child.get(f"{_TEXT}style-name") or "", 1)
            elif name == "table":
                first = True
                for cell in child.iter():
                    if name_of(cell) == "table-cell" and _table_of(cell) is child:
                        yield from self.read(cell, gap=1 if first else 0)
                        first = False
            elif name not in _UNREAD:
                yield from self.read(child)

    def _paragraph(self, element: Element, gap: int, mark: str | None = None) -> Iterator[Paragraph]:
        boxes: list[Element] = []
        text = "".join(self._text(element, boxes))
        kind, level = self._kind(element)
        if kind == "heading":
            yield Paragraph(text, "heading", level, gap=gap)
        elif kind == "title":
            yield Paragraph(text, "title", gap=gap)
        elif mark is not None and text.strip():
            yield Paragraph(text, "item", mark=mark, gap=gap)
        else:
            yield Paragraph(text, gap=gap)
        for box in boxes:
            yield from self.read(box)

    def _list(self, element: Element, style: str, level: int) -> Iterator[Paragraph]:
        """The items of a list; a second paragraph of an item is running text."""
        definition = self._definition(style, level)
        goes_on = level == 1 and element.get(f"{_TEXT}continue-numbering") == "true"
        count = self._last.get(style, 0) if goes_on else _number(definition, "start-value", 1) - 1
        for item in element:
            is_first = name_of(item) == "list-item"
            if is_first:
                count = _number(item, "start-value", count + 1)
            for child in item:
                name = name_of(child)
                if name == "list":
                    yield from self._list(child, child.get(f"{_TEXT}style-name") or style, level + 1)
                elif name in ("p", "h"):
                    yield from self._paragraph(child, 1, _mark(definition, count) if is_first else None)
                    is_first = False
                elif name not in _UNREAD:
                    yield from self.read(child)
        if level == 1:
            self._last[style] = count

    def _definition(self, style: str, level: int) -> Element:
        found = self._lists.get(style)
        levels = [] if found is None else list(found)
        return next((one for one in levels if one.get(f"{_TEXT}level") == str(level)), None)

    def _text(self, element: Element, boxes: list[Element]) -> Iterator[str]:
        """The pieces of text in a paragraph; text boxes go to `boxes`, notes to `notes`."""
        yield element.text or ""
        for child in element:
            name = name_of(child)
            if name == "s" or name == "tab":
                yield " "
            elif name == "line-break":
                yield "\n"
            elif name == "note":
                body = next((one for one in child if name_of(one) == "note-body"), None)
                found = [] if body is None else [one.text.strip() for one in self.read(body)]
                if any(found):
                    self.notes.append(" ".join(found))
            elif name == "text-box":
                boxes.append(child)
            elif name and name not in _UNREAD:
                yield from self._text(child, boxes)
            yield child.tail or ""

    def _kind(self, element: Element) -> tuple[str, int]:
        """ "title", "heading" or "text", and the level of a heading."""
        style, seen = element.get(f"{_TEXT}style-name"), set[str]()
        level = _number(element, "outline-level", 1) if name_of(element) == "h" else 0
        while style is not None and style not in seen:
            seen.add(style)
            if style == "Title":
                return "title", 0
            numbered = _HEADING.fullmatch(style)
            level = level or (int(numbered.group(1)) if numbered else 0)
            found = self._styles.get(style)
            if found is not None:
                level = level or _number(found, "default-outline-level", 0, _STYLE)
            style = found.get(f"{_STYLE}parent-style-name") if found is not None else None
        return ("heading", level) if level else ("text", 0)


def _mark(definition: Element, count: int) -> str:
    """The number of an item as its list shows it; "" for a bullet."""
    if definition is None or name_of(definition) != "list-level-style-number":
        return ""
    number = shown_number(count, definition.get(f"{_STYLE}num-format") or "")
    if not number:
        return ""
    return (definition.get(f"{_STYLE}num-prefix") or "") + number + (definition.get(f"{_STYLE}num-suffix") or "")


def _number(element: Element, name: str, default: int, space: str = _TEXT) -> int:
    """The whole number that an attribute holds."""
    written = None if element is None else element.get(space + name)
    return int(written) if written and written.isdecimal() else default


def _table_of(cell: Element) -> Element:
    return next((one for one in cell.iterancestors() if name_of(one) == "table"), None)


def _metadata(archive: Archive) -> Metadata:
    """What the properties of the document say."""
    if "meta.xml" not in archive.names:
        return Metadata()
    try:
        said = {name_of(one): one.text or "" for one in parse_xml(archive.read("meta.xml")).iter()}
    except UnreadableError:  # the text may be whole
        return Metadata()
    author = said.get("initial-creator") or said.get("creator", "")
    return properties(title=said.get("title", ""), author=author, date=said.get("creation-date", ""))
