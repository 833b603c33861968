"""The numbers that Word shows before the paragraphs of its lists."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.formats.markup import Element
from assistant.formats.numbering import shown_number

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9


class Lists:
    """Counts along the lists of a document, whose paragraphs must be asked for in their order."""

    def __init__(self, numbering: Element, styles: Mapping[str, Element]) -> None:
        found = [] if numbering is None else list(numbering)
        self._styles = styles
        self._abstract = {one.get(f"{_W}abstractNumId"): one for one in found if one.tag == f"{_W}abstractNum"}
        self._lists = {one.get(f"{_W}numId"): one for one in found if one.tag == f"{_W}num"}
        self._counts: dict[str, list[int | None]] = {}  # of each abstract list, by level
        self._begun: set[str] = set()  # lists that have begun: one that is told to start anew does so once

    def mark(self, paragraph: Element, style: str | None) -> str | None:
        """The number of a paragraph, such as "3."; "" for a bullet, None where it is in no list."""
        number, level = self._place(paragraph, style)
        if number not in self._lists or not 0 <= level < _LEVELS:
            return None
        one = self._lists[number]
        abstract = _value(one.find(f"{_W}abstractNumId")) or ""
        counts = self._counts.setdefault(abstract, [None] * _LEVELS)
        if number not in self._begun:
            self._begun.add(number)
            for override in one.iter(f"{_W}lvlOverride"):
                start, at = _value(override.find(f"{_W}startOverride")), int(override.get(f"{_W}ilvl") or 0)
                if start is not None and 0 <= at < _LEVELS:
                    counts[at] = int(start) - 1
        last = counts[level]
        counts[level] = self._start(abstract, level) if last is None else last + 1
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        return self._shown(abstract, level, counts)

    def _place(self, paragraph: Element, style: str | None) -> tuple[str, int]:
        """The list that a paragraph is in, by itself or by its style, and how deep."""
        found, seen = paragraph.find(f"{_W}pPr/{_W}numPr"), set[str]()
        while found is None and style is not None and style in self._styles and style not in seen:
            seen.add(style)
            found = self._styles[style].find(f"{_W}pPr/{_W}numPr")
            style = _value(self._styles[style].find(f"{_W}basedOn"))
        if found is None:
            return "", 0
        return _value(found.find(f"{_W}numId")) or "", int(_value(found.find(f"{_W}ilvl")) or 0)

    def _level(self, abstract: str, level: int) -> Element:
        """The definition of one level of a list; None where there is none."""
        found = self._abstract.get(abstract)
        levels = [] if found is None else found.findall(f"{_W}lvl")
        return next((one for one in levels if one.get(f"{_W}ilvl") == str(level)), None)

    def _start(self, abstract: str, level: int) -> int:
        found = self._level(abstract, level)
        return int((_value(found.find(f"{_W}start")) if found is not None else None) or 1)

    def _shown(self, abstract: str, level: int, counts: list[int | None]) -> str:
        """The number of a level with those around it, as "%1.%2" says."""
        found = self._level(abstract, level)
        kind = None if found is None else _value(found.find(f"{_W}numFmt"))
        if kind in (None, "bullet", "none"):
            return ""

        def one(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            count = counts[at] if 0 <= at < _LEVELS else None
            definition = self._level(abstract, at)
            written = _value(definition.find(f"{_W}numFmt")) if definition is not None else "decimal"
            return shown_number(self._start(abstract, at) if count is None else count, written or "decimal")

        return re.sub(r"%(\d)", one, _value(found.find(f"{_W}lvlText")) or "").strip()


def _value(element: Element) -> str | None:
    """What an element holds; None where there is none."""
    return None if element is None else element.get(f"{_W}val")
