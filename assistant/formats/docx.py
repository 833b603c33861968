"""Reads Word documents: headings by their styles, lists with their numbers, tables cell by cell, footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError

from assistant.errors import UnreadableError
from assistant.formats import Extract, Paragraph
from assistant.formats.archive import DAMAGE, Archive
from assistant.formats.docx_lists import Lists
from assistant.formats.markup import Element, name_of, parse_xml
from assistant.formats.notes import with_notes
from assistant.formats.properties import properties
from assistant.formats.spacing import spaced
from assistant.types import Metadata

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CORE = "docProps/core.xml"
_HEADING = re.compile(r"(?:heading|kop|koptekst|überschrift|titre)\s*([1-9])", re.IGNORECASE)
_TITLE = re.compile(r"title|titel|titre|naslov", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|inhopg|inhoud|table of figures|lijst met afbeeldingen)\s*\d*(?: heading|kop)?", re.I)
_UNREAD = frozenset(  # deleted and moved text, codes of fields, comments
    "del moveFrom instrText delText fldData rPr pPr Fallback commentReference annotationRef rt".lower().split()
)
_BODY_LEVEL = 9  # outline levels 0 to 8 are headings


def read_docx(raw: bytes) -> Extract:
    """The paragraphs of a Word document as Word shows them: insertions read, deletions not.

    Raises:
        UnreadableError: it is damaged, locked, or holds no text.
    """
    archive = Archive(raw, program="Word")
    try:
        document: Any = docx.Document(BytesIO(raw))
        reading = _Reading(document)
        paragraphs = [*reading.read(document.element.body)]
    except (*DAMAGE, PackageNotFoundError, KeyError, AttributeError, TypeError, SyntaxError) as error:
        raise UnreadableError(
            f"is no Word document that can be read ({_short(error)}): save it again as .docx"
        ) from None
    paragraphs = with_notes(paragraphs, reading.notes())
    if not any(one.text.strip() for one in paragraphs):
        raise UnreadableError("holds no text: it may be a picture of a page")
    return Extract(spaced(paragraphs), _metadata(archive))


class _Reading:
    """A document that is being read: its styles and lists, and the notes that were met."""

    def __init__(self, document: Any) -> None:
        self._part = document.part
        self._styles = {style.get(f"{W}styleId"): style for style in document.styles.element.iter(f"{W}style")}
        self._default = next((name for name, one in self._styles.items() if _is_default(one)), None)
        self._lists = Lists(_numbering(document.part), self._styles)
        self._met: list[tuple[str, str]] = []  # kind and number of each note, in the order of the text

    def read(self, element: Element, *, gap: int = 1) -> Iterator[Paragraph]:
        """The paragraphs and tables of a body, a cell or a text box."""
        for child in element:
            name = name_of(child)
            if name == "p":
                yield from self._paragraph(child, gap)
                gap = 1
            elif name == "tbl":
                yield from self._table(child)
            elif name in ("sdt", "sdtcontent", "ins", "moveto", "customxml", "smarttag") and not _is_contents(child):
                yield from self.read(child)

    def notes(self) -> list[str]:
        """The texts of the footnotes and endnotes, in the order in which the text refers to them."""
        texts: dict[tuple[str, str], str] = {}
        for relation in self._part.rels.values():
            kind = relation.reltype.rpartition("/")[2].removesuffix("s")
            if kind in ("footnote", "endnote") and not relation.is_external:
                for note in parse_xml(relation.target_part.blob):
                    found = [one.text for one in self.read(note)]
                    texts[kind, note.get(f"{W}id")] = " ".join(one.strip() for one in found)
        return [texts[met] for met in dict.fromkeys(self._met) if texts.get(met)]

    def _table(self, table: Element) -> Iterator[Paragraph]:
        """The cells of a table, row by row, right under one another."""
        first = True
        for cell in table.iter(f"{W}tc"):
            if next(cell.iterancestors(f"{W}tbl"), None) is table:
                yield from self.read(cell, gap=1 if first else 0)
                first = False

    def _paragraph(self, paragraph: Element, gap: int) -> Iterator[Paragraph]:
        boxes: list[Element] = []
        text = "".join(self._text(paragraph, boxes))
        kind, level = self._kind(paragraph)
        if kind == "contents":
            return
        mark = None if kind != "text" or not text.strip() else self._lists.mark(paragraph, self._style(paragraph))
        if kind == "title":
            yield Paragraph(text, "title", gap=gap)
        elif kind == "heading":
            yield Paragraph(text, "heading", level, gap=gap)
        elif mark is not None:
            yield Paragraph(text, "item", mark=mark, gap=gap)
        else:
            yield Paragraph(text, gap=gap)
        for box in boxes:
            yield from self.read(box)

    def _text(self, element: Element, boxes: list[Element]) -> Iterator[str]:
        """The pieces of text in a paragraph; text boxes go to `boxes`."""
        for child in element:
            name = name_of(child)
            if name in _UNREAD or (name == "r" and _is_hidden(child)):
                continue
            if name == "t":
                yield child.text or ""
            elif name in ("br", "cr"):
                yield "\n"
            elif name in ("tab", "ptab"):
                yield " "
            elif name == "nobreakhyphen":
                yield "-"
            elif name in ("footnotereference", "endnotereference"):
                self._met.append((name.removesuffix("reference"), child.get(f"{W}id")))
            elif name == "txbxcontent":
                boxes.append(child)
            else:
                yield from self._text(child, boxes)

    def _style(self, paragraph: Element) -> str | None:
        found = paragraph.find(f"{W}pPr/{W}pStyle")
        return self._default if found is None else found.get(f"{W}val")

    def _kind(self, paragraph: Element) -> tuple[str, int]:
        """ "title", "heading", "contents" or "text", and the level of a heading."""
        style: str | None = self._style(paragraph)
        level = _value(paragraph.find(f"{W}pPr/{W}outlineLvl"))
        seen: set[str] = set()
        while style is not None and style in self._styles and style not in seen:
            seen.add(style)
            found = self._styles[style]
            name = found.find(f"{W}name")
            names: tuple[str, str] = (style, "" if name is None else name.get(f"{W}val") or "")
            if any(_CONTENTS.fullmatch(one) for one in names):
                return "contents", 0
            if any(_TITLE.fullmatch(one) for one in names):
                return "title", 0
            numbered = next((match for one in names if (match := _HEADING.fullmatch(one))), None)
            if level is None and numbered:
                level = int(numbered.group(1)) - 1
            if level is None:
                level = _value(found.find(f"{W}pPr/{W}outlineLvl"))
            style = found.find(f"{W}basedOn").get(f"{W}val") if found.find(f"{W}basedOn") is not None else None
        return ("text", 0) if level is None or level >= _BODY_LEVEL else ("heading", level + 1)


def _value(element: Element) -> int | None:
    """The number that an element holds; None where there is none."""
    try:
        return None if element is None else int(element.get(f"{W}val"))
    except (TypeError, ValueError):
        return None


def _numbering(part: Any) -> Element:
    """The definitions of the lists; None for a document without."""
    for relation in part.rels.values():
        if relation.reltype.endswith("/numbering") and not relation.is_external:
            return parse_xml(relation.target_part.blob)
    return None


def _is_default(style: Element) -> bool:
    return style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true")


def _is_hidden(run: Element) -> bool:
    found = run.find(f"{W}rPr/{W}vanish")
    return found is not None and found.get(f"{W}val") not in ("0", "false")


def _is_contents(element: Element) -> bool:
    """Whether it is a table of contents that Word made."""
    found = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return found is not None and found.get(f"{W}val") == "Table of Contents"


def _metadata(archive: Archive) -> Metadata:
    """What the properties of the document say."""
    if _CORE not in archive.names:
        return Metadata()
    try:
        said = {name_of(one): one.text or "" for one in parse_xml(archive.read(_CORE))}
    except UnreadableError:  # the text may be whole
        return Metadata()
    return properties(title=said.get("title", ""), author=said.get("creator", ""), date=said.get("created", ""))


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:80]
