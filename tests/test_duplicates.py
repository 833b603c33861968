"""The same text twice is found, a text that shares some sentences is not."""

from __future__ import annotations

import tracemalloc

from assistant.duplicates import Duplicates
from assistant.types import Document

SENTENCES = [f"Dit is zin {number} van het essay." for number in range(40)]


def essay(source: str) -> Document:
    return Document(source=source, text="", title="")


def test_the_same_text() -> None:
    """A text is the same in other capitals, spaces and punctuation, and with a tenth of its sentences otherwise."""
    seen = Duplicates()
    assert seen.add(essay("a.txt"), SENTENCES) is None
    assert seen.add(essay("b.docx"), [one.upper().replace(" ", "\n") for one in SENTENCES]) == "a.txt"
    assert seen.add(essay("c.pdf"), [*SENTENCES[:38], "Een regel.", "En nog een."]) == "a.txt"


def test_another_text() -> None:
    """A part of a text, a text with much more, and a text with other sentences are essays of their own."""
    seen = Duplicates()
    seen.add(essay("a.txt"), SENTENCES)
    assert seen.add(essay("b.txt"), SENTENCES[:30]) is None
    assert seen.add(essay("c.txt"), SENTENCES + [f"Zin {number} komt er bij." for number in range(9)]) is None
    assert seen.add(essay("d.txt"), [one.replace("essay", "boek") for one in SENTENCES]) is None


def test_empty_texts() -> None:
    """Texts without a sentence are not each other's duplicates."""
    seen = Duplicates()
    assert [seen.add(essay(name), []) for name in ("a.txt", "b.txt")] == [None, None]


def test_memory() -> None:
    """A thousand essays of a hundred sentences take less than 3 MB, and a sentence below each slows nothing down."""
    seen = Duplicates()
    tracemalloc.start()
    for number in range(1_000):
        seen.add(essay(f"{number}.txt"), [f"Zin {one} van essay {number}." for one in range(99)] + ["Lees meer."])
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used < 3_000_000
