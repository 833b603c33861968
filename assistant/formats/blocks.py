"""The headings, paragraphs, list items and table cells of a page in HTML, in the order of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from assistant.formats import Paragraph
from assistant.formats.markup import Element, name_of

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_UNSEEN = frozenset(
    "head script style template noscript nav button select option datalist textarea input label svg math object embed "
    "iframe canvas audio video map dialog rp rt".split()
)
_UNSEEN_ROLES = frozenset("navigation banner contentinfo search dialog alertdialog menu menubar toolbar".split())
_AROUND = frozenset(("header", "footer", "aside"))  # of a page; those of an article belong to it
_OWN = frozenset("article main blockquote section".split())
_LISTS = frozenset(("ul", "ol", "menu", "dir"))
_BLOCKS = frozenset(
    "html body p div section article main header footer aside blockquote figure figcaption address center dl dt dd "
    "table caption thead tbody tfoot tr td th details summary fieldset form hr hgroup search title".split()
)
PROSE_CHARS = 80  # a paragraph from here on is running text
_LINKED, _LINKED_PROSE = 0.5, 0.8
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_REFERENCE = re.compile(r"\[?(?:\d{1,3}|[*†‡]|[a-z])\]?")  # to a footnote: not part of the sentence before it


@dataclass(frozen=True, slots=True)
class PageBlock:
    """A paragraph of a page, and what tells whether it belongs to a menu."""

    paragraph: Paragraph
    link_chars: int  # of its letters, those that lead somewhere
    parent: Element  # the element that holds it and its neighbours
    box: str = ""  # the class of the element that it is
    looks: frozenset[str] = frozenset()  # the classes of what its words stand in, its own where they stand in none

    @property
    def is_linked(self) -> bool:
        """Whether it leads elsewhere, most of it, or nearly all of a sentence or more."""
        share = _LINKED_PROSE if len(self.paragraph.text) >= PROSE_CHARS else _LINKED
        return self.link_chars > share * len(self.paragraph.text)


def page_blocks(root: Element) -> list[PageBlock]:
    """What a person sees on a page from top to bottom; empty paragraphs too, whose text is ""."""
    walk = _Walk()
    walk.visit(root)
    walk.flush()
    return walk.found


@dataclass(slots=True)
class _Walk:
    """The state of a walk over a page."""

    found: list[PageBlock] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)  # of the paragraph that is being read
    link_chars: int = 0
    kind: Literal["heading", "item", "text"] = "text"
    level: int = 0
    mark: str = ""
    gap: int = 1
    counts: list[int | None] = field(default_factory=list)  # the last number of each list it stands in
    parent: Element = None
    box: str = ""
    look: str = ""  # the class of the innermost element around what is being read
    looks: set[str] = field(default_factory=set)
    in_link: bool = False
    in_own: int = 0  # articles and the like around it
    is_code: bool = False

    def visit(self, element: Element) -> None:
        """Read an element and all that stands in it, but for the text behind it."""
        name = name_of(element)
        if not name or self._is_unseen(element, name):
            return
        outer, self.look = self.look, element.get("class") or self.look
        self._visit(element, name)
        self.look = outer

    def _visit(self, element: Element, name: str) -> None:
        if name == "br":
            self.parts.append("\n")
        elif name in _HEADINGS:
            self._heading(element, _HEADINGS[name])
        elif name in _LISTS:
            self._list(element, name)
        elif name == "li":
            self._item(element)
        elif name == "pre":
            self._block(element, is_code=True)
        elif name in _BLOCKS:
            self._block(element, is_code=self.is_code)
        elif name == "a" and element.get("href"):
            outer, self.in_link = self.in_link, True
            self._children(element)
            self.in_link = outer
        elif name == "sup" and _is_reference(element):
            return
        else:
            self._children(element)

    def flush(self, *, keep_empty: bool = False) -> None:
        """End the paragraph that is being read."""
        text = "".join(self.parts)
        self.parts.clear()
        links, self.link_chars = self.link_chars, 0
        looks = frozenset(self.looks)
        self.looks.clear()
        pieces = [piece for piece in _BLANK_LINE.split(text) if piece.strip()]
        if not pieces and keep_empty:
            self.found.append(PageBlock(Paragraph(""), 0, self.parent))
        for piece in pieces:
            paragraph = Paragraph(piece.strip(), self.kind, self.level, self.mark, self.gap)
            self.found.append(PageBlock(paragraph, min(links, len(piece)), self.parent, self.box, looks))
            if self.kind == "item":  # what follows in the same item is running text below it
                self.kind, self.mark = "text", ""

    def _is_unseen(self, element: Element, name: str) -> bool:
        if name in _UNSEEN or element.get("role") in _UNSEEN_ROLES:
            return True
        if element.get("hidden") is not None:
            return not _is_default(element)
        if _HIDDEN.search(element.get("style") or ""):
            return True
        if name == "header" and not self.in_own:
            return not any(name_of(one) == "h1" for one in element.iter())
        return name in _AROUND and not self.in_own

    def _children(self, element: Element) -> None:
        self._text(element.text)
        for child in element:
            self.visit(child)
            self._text(child.tail)

    def _text(self, text: str | None) -> None:
        if not text:
            return
        self.parts.append(text if self.is_code else re.sub(r"\s+", " ", text))
        if not text.isspace():
            self.looks.add(self.look)
        if self.in_link:
            self.link_chars += len(text.strip())

    def _block(self, element: Element, *, is_code: bool) -> None:
        self.flush()
        name = name_of(element)
        outer, self.is_code, self.parent = self.is_code, is_code, element.getparent()
        self.box = element.get("class") or ""
        if name in ("td", "th"):
            self.gap = 0 if element.getprevious() is not None or element.getparent().getprevious() is not None else 1
        self.in_own += name in _OWN
        self._children(element)
        self.in_own -= name in _OWN
        self.parent = element.getparent()
        self.flush(keep_empty=name == "p")
        self.is_code, self.gap = outer, 1

    def _heading(self, element: Element, level: int) -> None:
        self.flush()
        outer = self.kind, self.mark
        self.kind, self.level, self.parent = "heading", level, element.getparent()
        self._children(element)
        self.flush()
        (self.kind, self.mark), self.level = outer, 0

    def _list(self, element: Element, name: str) -> None:
        self.flush()
        outer = self.kind, self.mark
        self.kind, self.mark = "text", ""
        self.counts.append(_number(element.get("start"), 1) - 1 if name == "ol" else None)
        self._children(element)
        self.flush()
        self.counts.pop()
        self.kind, self.mark = outer

    def _item(self, element: Element) -> None:
        self.flush()
        self.kind, self.mark, self.parent = "item", "", element.getparent()
        if self.counts and (last := self.counts[-1]) is not None:
            self.counts[-1] = _number(element.get("value"), last + 1)
            self.mark = f"{self.counts[-1]}."
        self._children(element)
        self.flush()
        self.kind, self.mark = "text", ""


def _is_default(element: Element) -> bool:
    """Whether a hidden element is the last of a choice of which a script shows one, such as "Cmd" or "Ctrl"."""
    around = element.getparent()
    if around is None or element.getnext() is not None or len(around) < 2 or (around.text or "").strip():
        return False
    return all(one.get("hidden") is not None and not (one.tail or "").strip() for one in around)


def _number(written: str | None, default: int) -> int:
    try:
        return int(written or default)
    except ValueError:
        return default


def _is_reference(element: Element) -> bool:
    """Whether a raised sign leads to a footnote, rather than m² or 1ᵉ."""
    text = "".join(element.itertext()).strip()
    return _REFERENCE.fullmatch(text) is not None and any(name_of(one) == "a" for one in element.iter())
