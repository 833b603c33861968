"""HTML pages as text files that the assistant reads: a line for each heading, paragraph, list item and table row."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import count, groupby, takewhile
from pathlib import Path
from typing import Literal

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())  # never closed
_UNSEEN = frozenset("head script style noscript template button nav".split())
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset("p div pre blockquote section article ul ol dl table tr".split()).union(_HEADINGS)
_CELLS = frozenset(("td", "th"))
_MARKS = ".,;:)"  # what may follow a command without a space


@dataclass(slots=True)
class Element:
    """One element of a page and what it holds, in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """What it can be called by: its tag, its id and its classes."""
        return {self.tag, self.attributes.get("id", ""), *self.attributes.get("class", "").split()}

    @property
    def elements(self) -> list[Element]:
        """Its children without the text between them."""
        return [child for child in self.children if isinstance(child, Element)]

    def find(self, name: str) -> Element | None:
        """The first element of that tag, id or class, itself included."""
        return next((one for one in self.walk() if name in one.names), None)

    def walk(self) -> Iterator[Element]:
        """It and all that stands in it, in the order of the page."""
        yield self
        for child in self.elements:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line of a page's text."""

    kind: Literal["heading", "paragraph", "item", "code"]
    text: str
    mark: str = ""  # what stands before it: "##" for a heading of level 2, "•" or "3." for an item


def parse(html: str) -> Element:
    """The tree of a page that closes its elements, as generated pages do."""
    parser = _TreeParser()
    parser.feed(html)
    parser.close()
    return parser.open[0]


def text_of(element: Element, skipped: Collection[str] = ()) -> str:
    """All the text of an element on one line."""
    return " ".join("".join(_words(element, _UNSEEN.union(skipped))).split())


def page_lines(element: Element, skipped: Collection[str] = (), *, rows: Collection[str] = ("tr",)) -> list[PageLine]:
    """The lines of an element without what is called by a skipped tag, id or class.

    `rows` names the elements whose cells stand side by side: each becomes one item.
    """
    return list(_Reader(_UNSEEN.union(skipped), frozenset(rows)).lines(element))


def join_commands(lines: Iterable[PageLine]) -> list[PageLine]:
    """The lines with each command that has a line of its own put back into the sentence around it.

    "Geef de opdracht", "apt update", "en wacht." gives "Geef de opdracht apt update en wacht."
    """
    joined: list[PageLine] = []
    is_open = False  # whether the last line ends in a command
    for kind, run in groupby(lines, key=lambda line: line.kind):
        first, *rest = run
        in_sentence = kind == "code" and not rest and joined and joined[-1].kind in ("paragraph", "item")
        continues = is_open and kind == "paragraph" and (first.text[0].islower() or first.text[0] in _MARKS)
        if in_sentence or continues:
            space = "" if first.text[0] in _MARKS else " "
            joined[-1] = replace(joined[-1], text=joined[-1].text + space + first.text)
        else:
            joined.append(first)
        joined += rest
        is_open = bool(in_sentence)
    return joined


def as_text(lines: Collection[PageLine]) -> str:
    """Lines as one text: a blank line between them, none between two items or two lines of code."""
    text = ""
    above = None
    for line in lines:
        tight = line.kind == above and line.kind in ("item", "code")
        text += "" if above is None else "\n" if tight else "\n\n"
        text += f"{line.mark} {line.text}".lstrip()
        above = line.kind
    return text + "\n" if text else ""


def command_line(description: str | None, *, example: str, source: Path) -> argparse.ArgumentParser:
    """What the scripts that make a corpus have in common: where it goes to, and where the pages come from."""
    parser = argparse.ArgumentParser(description=(description or "").split("\n")[0], epilog=example)
    parser.add_argument("--into", type=Path, required=True, metavar="FOLDER", help="new folder for what is made")
    parser.add_argument("--from", type=Path, default=source, dest="source", metavar="FOLDER", help=f"default: {source}")
    return parser


def read_folder(folder: Path, *, package: str) -> dict[str, str]:
    """The HTML of every page below a folder, by its path there without the ending, in the order of the paths.

    Raises:
        SystemExit: there is no page.
    """
    paths = sorted(folder.rglob("*.html"))
    if not paths:
        raise SystemExit(
            f"There is no page in {folder}: install the pages with apt-get install {package}, or name a folder "
            "that has them with --from."
        )
    return {path.relative_to(folder).with_suffix("").as_posix(): path.read_text(encoding="utf-8") for path in paths}


def write_folder(folder: Path, texts: dict[str, str]) -> None:
    """Write each text to the file of its name.

    Raises:
        SystemExit: the folder holds something already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise SystemExit(
            f"The folder {folder} is not empty: name a new one, so that nothing else gets into the corpus."
        )
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


class _TreeParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("page")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        depth = max((depth for depth, element in enumerate(self.open) if element.tag == tag), default=0)
        if depth:
            del self.open[depth:]

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def _words(element: Element, skipped: frozenset[str]) -> Iterator[str]:
    """The pieces of text in an element, with a space where a line ends."""
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif not child.names & skipped:
            ends_line = child.tag in _BLOCKS or child.tag in ("br", "li", "dt", "dd") or child.tag in _CELLS
            yield " " if ends_line else ""
            yield from _words(child, skipped)
            yield " " if ends_line else ""


def _holds_blocks(child: Element | str) -> bool:
    """Whether it is or holds an element with lines of its own."""
    return isinstance(child, Element) and any(one.tag in _BLOCKS for one in child.walk())


@dataclass(frozen=True, slots=True)
class _Reader:
    skipped: frozenset[str]
    rows: frozenset[str]

    def lines(self, element: Element) -> Iterator[PageLine]:
        """The lines of what an element holds: its blocks, and the text between them as paragraphs."""
        seen = [child for child in element.children if isinstance(child, str) or not child.names & self.skipped]
        for holds_blocks, run in groupby(seen, _holds_blocks):
            children = list(run)
            if not holds_blocks:
                if text := text_of(Element("p", children=children), self.skipped):
                    yield PageLine("paragraph", text)
                continue
            for child in children:
                if isinstance(child, Element):
                    yield from self.block(child)

    def block(self, element: Element) -> Iterator[PageLine]:
        """The lines of one block."""
        if element.tag in _HEADINGS:
            if text := text_of(element, self.skipped):
                yield PageLine("heading", text, "#" * (1 + _HEADINGS.index(element.tag)))
        elif element.names & self.rows:
            cells = [text_of(cell, self.skipped) for cell in element.elements if not cell.names & self.skipped]
            if text := " – ".join(filter(None, cells)):
                yield PageLine("item", text, "•")
        elif element.tag in ("ul", "ol"):
            numbers = count(int(element.attributes.get("start") or 1))
            for item in element.elements:
                yield from self.item(item, f"{next(numbers)}." if element.tag == "ol" else "•")
        elif element.tag == "dl":
            term = ""
            for one in element.elements:
                if one.tag == "dt":
                    term = text_of(one, self.skipped).rstrip(":")
                else:
                    yield from self.item(one, "•", term=f"{term}: " if term else "")
                    term = ""
        elif element.tag == "pre":
            for line in "".join(_words(element, self.skipped)).splitlines():
                if line.strip():
                    yield PageLine("code", " ".join(line.split()))
        else:
            yield from self.lines(element)

    def item(self, element: Element, mark: str, *, term: str = "") -> Iterator[PageLine]:
        """An item on one line with all its paragraphs, then the lists and the code that stand in it."""
        lines = list(self.lines(element))
        own = [line.text for line in takewhile(lambda line: line.kind == "paragraph", lines)]
        if own or term:
            yield PageLine("item", (term + " ".join(own)).strip(), mark)
        yield from lines[len(own) :]
