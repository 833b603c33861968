"""Essays that were made for the tests of the panel: lines, headings, letters and length."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

from fake_assistant import FakeAssistant, read_blocks
from running import running

from assistant.server import create_app
from assistant.types import Block, BlockKind, Document

# Ten blocks; a sentence runs over two lines of the file, and "kwartel" stands in four quotes of two essays.
BIRDS = """Vogels

Kleine vogels

In deze tuin zitten vogels.

In het gras

De kwartel loopt door het hoge gras van de polder.

Daarna zagen we een kwartel in
de struiken zitten, heel stil. Zo stil is het gras.

• een nest
• een tweede kwartel op het nest

Slot van het verhaal met het grasveld.
"""
BIRD_BLOCKS: list[tuple[str, str, BlockKind, int]] = [
    ("Vogels", "Vogels", "title", 0),
    ("Kleine", "vogels", "heading", 1),
    ("In deze", "vogels.", "paragraph", 0),
    ("In het gras", "gras", "heading", 2),
    ("De kwartel", "polder.", "paragraph", 0),
    ("Daarna", "is het gras.", "paragraph", 0),
    ("• een nest", "nest", "item", 0),
    ("• een tweede", "nest", "item", 0),
    ("Slot", "grasveld.", "paragraph", 0),
]
MORE = "Meer vogels\n\nNog een kwartel zat verderop."
MARKUP = "<img src=x onerror=alert(1)>"
LETTERS = (
    "Letters\n\n"
    "Hij zei één keer e\u0301e\u0301n ding.\n\n"
    "Wat na emoji \U0001f600 komt, \U0001f468\u200d\U0001f4bb of \U0001f44d\U0001f3fd, is \U0001f600 goed.\n\n"
    "In het café of cafe\u0301 is ‘lef’ en \u0133s op de Straße, x–y, 1.500 en <b> staan.\n\n"
    "Een paar twee\u00a0 woorden en een slot.\n"
)
FILLER = "Een café vol organisaties met ‘lef’ en één \U0001f600 idee over marketing en nog wat woorden erbij. " * 4
LONG = (
    "Een heel lang essay\n\n"
    + f"{FILLER.strip()}\n\n" * 2_800
    + "Het slot is zonderling. Wel ver weg van het zonderlinge begin."
)


def _blocks() -> Iterator[Block]:
    for first, last, kind, level in BIRD_BLOCKS:
        start = re.search(rf"^{re.escape(first)}", BIRDS, re.MULTILINE)
        assert start
        yield Block(start.start(), BIRDS.index(last, start.start()) + len(last), kind, level)


def _read(source: str, text: str, title: str) -> Document:
    return Document(source, text, title, blocks=tuple(read_blocks(text)))


def birds() -> Document:
    """An essay with everything that is known about it, in a folder, under a name that an address must encode."""
    return Document("map/vogels #1.txt", BIRDS, "Vogels", "A. Uteur", "Uitgeverij", 2009, tuple(_blocks()))


@contextlib.contextmanager
def serving(*documents: Document) -> Iterator[str]:
    """The address of a chat over `documents`."""
    assistant: Any = FakeAssistant(documents={document.source: document for document in documents})
    with running(create_app(assistant)) as url:
        yield url


def library() -> contextlib.AbstractContextManager[str]:
    """A chat over the birds, more birds and an essay whose title looks like markup."""
    tit = _read("mees.txt", f"{MARKUP}\n\nEen koolmees zingt hier.", MARKUP)
    return serving(birds(), _read("meer.txt", MORE, "Meer vogels"), tit)


def letters() -> contextlib.AbstractContextManager[str]:
    """A chat over an essay of accents, ligatures, quotes and emoji."""
    return serving(_read("letters.txt", LETTERS, "Letters"))


def long() -> contextlib.AbstractContextManager[str]:
    """A chat over an essay of a million characters."""
    return serving(_read("lang.txt", LONG, "Een heel lang essay"))
