"""Passages: exact text, every sentence once, of a useful size, within one post and one stretch of essay."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.chunker import chunk, sentences_of
from assistant.documents import read_corpus
from assistant.lines import BULLET, INVISIBLE
from assistant.settings import Settings
from assistant.structure import read_document
from assistant.types import Document, Metadata, Passage

DATA = Path(__file__).parent / "data"
CORPUS = Path(__file__).parent.parent / "corpus"
SETTINGS = Settings()

# Sentences of 60 characters, space included: ten of them make 600.
SENTENCE = "Een polder is een stuk land dat onder de waterspiegel ligt."


@cache
def documents() -> tuple[Document, ...]:
    folders = (CORPUS, DATA / "other_corpus", DATA / "calibration_corpus")
    return tuple(document for folder in folders for document in read_corpus(folder).documents)


def passages_of(text: str, metadata: Metadata | None = None, settings: Settings = SETTINGS) -> list[Passage]:
    return chunk(read_document("essay.txt", text, metadata or Metadata()), settings)


def length(passage: Passage) -> int:
    """The characters of a passage as they are counted: white space once, bullets not."""
    return len(re.sub(r" [•*–-] ", " ", " ".join(passage.text.split())))


def all_settings() -> list[Settings]:
    sizes = ((800, 1_100), (100, 200), (2_000, 4_000))
    return [replace(SETTINGS, min_passage_chars=low, max_passage_chars=high) for low, high in sizes]


@pytest.mark.parametrize("document", documents(), ids=lambda document: document.source)
@pytest.mark.parametrize("settings", all_settings(), ids=["default", "small", "large"])
def test_passages_of_real_essays(document: Document, settings: Settings) -> None:
    """A passage is its span of the document, and every sentence lies in exactly one passage, in order."""
    passages = chunk(document, settings, first_id=7)
    assert [passage.id for passage in passages] == list(range(7, 7 + len(passages)))
    for passage in passages:
        assert passage.text == document.text[passage.start : passage.end]
        assert (passage.start, passage.end) == (passage.sentences[0].start, passage.sentences[-1].end)
        assert passage.source == document.source
        assert passage.title == passage.sentences[0].title
        assert length(passage) <= settings.max_passage_chars or len(passage.sentences) == 1
    together = [sentence for passage in passages for sentence in passage.sentences]
    assert together == [sentence for run in sentences_of(document) for sentence in run]
    assert all(above.end <= below.start for above, below in pairwise(together))


@pytest.mark.parametrize("document", documents(), ids=lambda document: document.source)
def test_no_word_of_an_essay_is_lost(document: Document) -> None:
    """Every visible character of a paragraph or list item lies in a sentence, but for bullets."""
    inside = {place for run in sentences_of(document) for one in run for place in range(one.start, one.end)}
    for block in document.blocks:
        if block.kind in ("paragraph", "item"):
            start, text = block.start, document.text[block.start : block.end]
            if block.kind == "item" and (bullet := BULLET.match(text)):
                start += bullet.end()
            lost = [place for place in range(start, block.end) if place not in inside]
            assert all(document.text[place].isspace() or document.text[place] in INVISIBLE for place in lost)


@pytest.mark.parametrize("document", documents(), ids=lambda document: document.source)
def test_sentences_know_their_place(document: Document) -> None:
    """A sentence lies within its block, an item is marked as one, and a run lies within one post."""
    for run in sentences_of(document):
        assert len({sentence.title for sentence in run}) == 1
        for sentence in run:
            block = document.blocks[sentence.block]
            assert block.start <= sentence.start < sentence.end <= block.end
            assert sentence.is_item == (block.kind in ("item", "heading"))


def test_sizes_of_the_essays() -> None:
    """Nine in ten passages of corpus/ have between 500 and 1,100 characters, and none has more."""
    lengths = [length(passage) for document in read_corpus(CORPUS).documents for passage in chunk(document, SETTINGS)]
    assert sum(500 <= length <= 1_100 for length in lengths) >= 0.9 * len(lengths)
    assert max(lengths) <= 1_100


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Alleen een titel", []),
        (f"Titel\n\n{SENTENCE}", [1]),
        (f"Titel\n\n{' '.join([SENTENCE] * 18)}", [18]),
        (f"Titel\n\nEen {'heel ' * 400}lange zin. {SENTENCE}", [1, 1]),
        (f"Titel\n\n{SENTENCE} {'Nog een heel ' * 100}lange zin zonder punt", [1, 1]),
    ],
    ids=["empty", "title-only", "one-sentence", "just-fits", "too-long-first", "too-long-last"],
)
def test_number_of_sentences(text: str, expected: list[int]) -> None:
    """Sentences are joined up to the limit; one that is too long stands alone, whole."""
    assert [len(passage.sentences) for passage in passages_of(text)] == expected


def test_long_paragraph() -> None:
    """A paragraph of twice the least length is cut into two passages, neither of them too short."""
    lengths = [len(passage.text) for passage in passages_of(f"Titel\n\n{' '.join([SENTENCE] * 30)}")]
    assert len(lengths) == 2
    assert all(800 <= length <= 1_100 for length in lengths)


def test_cut_above_a_heading() -> None:
    """Where a passage must end somewhere, it ends above a heading rather than inside a paragraph."""
    page = f"Titel\n\n{' '.join([SENTENCE] * 13)}\n\nEen kop\n\n{' '.join([SENTENCE] * 17)}"
    assert [len(passage.sentences) for passage in passages_of(page)] == [13, 17]


def test_cut_above_a_heading_though_too_short() -> None:
    """A passage may be a little too short for the sake of a cut above a heading, where a paragraph would fill it."""
    page = (
        f"Titel\n\n{' '.join([SENTENCE] * 12)}\n\nEen kop\n\n{' '.join([SENTENCE] * 3)}\n\n{' '.join([SENTENCE] * 14)}"
    )
    assert [len(passage.sentences) for passage in passages_of(page)] == [12, 17]


def test_short_sections_are_joined() -> None:
    """Short sections of one post share a passage, which names their headings in reading order."""
    page = f"Titel\n\n{SENTENCE}\n\nEerste kop\n\n{SENTENCE}\n\nTweede kop\n\n{SENTENCE}"
    [passage] = passages_of(page)
    assert passage.headings == ("Eerste kop", "Tweede kop")
    assert [sentence.headings for sentence in passage.sentences] == [(), ("Eerste kop",), ("Tweede kop",)]


def test_list_is_not_cut() -> None:
    """A list stays with the line that announces it where both fit into a passage."""
    items = "\n".join(f"• {SENTENCE}" for _ in range(8))
    paragraph = " ".join([SENTENCE] * 12)
    page = f"Titel\n\n{paragraph}\n\nEr zijn er acht:\n\n{items}\n\n{paragraph}"
    held = [passage for passage in passages_of(page) if any(sentence.is_item for sentence in passage.sentences)]
    assert len(held) == 1
    assert "Er zijn er acht:" in held[0].text


def test_removed_line_is_never_crossed() -> None:
    """A passage ends where page furniture interrupts the essay."""
    page = f"Titel\n\n{SENTENCE}\n\npolder-465x348\n\n{SENTENCE} {SENTENCE}"
    assert [len(passage.sentences) for passage in passages_of(page)] == [1, 2]


def test_post_is_never_crossed() -> None:
    """A passage lies within one post and bears its title; the headings of one post are not those of the next."""
    page = f"Archief\n\nEerste\n\nEen kop\n\n{SENTENCE}\n\nTweede\n\n{SENTENCE}"
    passages = passages_of(page, Metadata(title="Archief", posts=("Eerste", "Tweede")))
    assert [(passage.title, passage.headings) for passage in passages] == [("Eerste", ("Een kop",)), ("Tweede", ())]


def test_heading_path() -> None:
    """A sentence stands under the nearest heading of each level above it, outermost first."""
    page = f"Titel\n\n## Een\n\n{SENTENCE}\n\n### Twee\n\n{SENTENCE}\n\n## Drie\n\n{SENTENCE}"
    paths = [sentence.headings for passage in passages_of(page) for sentence in passage.sentences]
    assert paths == [("Een",), ("Een", "Twee"), ("Drie",)]


def test_numbered_heading_can_be_quoted() -> None:
    """A numbered heading is also an item, under the heading that holds it, since it may be what is asked for."""
    page = f"Titel\n\nTwee redenen\n\nDit zijn ze:\n\n1. De dijk\n\n{SENTENCE}\n\n2. De molen\n\n{SENTENCE}"
    items = [
        (page[sentence.start : sentence.end], sentence.headings)
        for passage in passages_of(page)
        for sentence in passage.sentences
        if sentence.is_item
    ]
    assert items == [("1. De dijk", ("Twee redenen",)), ("2. De molen", ("Twee redenen",))]


def test_bullet_is_left_out() -> None:
    """The bullet of an item is no part of its sentence; its number is, since it says something."""
    page = f"Titel\n\n{SENTENCE}\n\n• Lef\n• Moed\n\n{SENTENCE}\n\n1) Eerst dit\n2) Dan dat"
    texts = [page[one.start : one.end] for passage in passages_of(page) for one in passage.sentences if one.is_item]
    assert texts == ["Lef", "Moed", "1) Eerst dit", "2) Dan dat"]


PARTS = st.sampled_from(
    (
        SENTENCE,
        " ".join([SENTENCE] * 9),
        " ".join([SENTENCE] * 40),
        "Een kop",
        "## Nog een kop",
        "• Een punt\n• Nog een punt",
        "1. Eerste\n2. Tweede",
        "Dit zijn ze:",
        "polder-465x348",
        "x" * 1_300 + ".",
        "‘Nee. Nooit.’ zei hij.",
    )
)


@given(st.lists(PARTS, max_size=20).map("\n\n".join))
def test_any_essay(text: str) -> None:
    """Whatever an essay is made of, each of its sentences lies in one passage, and no passage is too long."""
    document = read_document("essay.txt", text, Metadata())
    passages = chunk(document, SETTINGS)
    counted = Counter(sentence for passage in passages for sentence in passage.sentences)
    assert counted == Counter(sentence for run in sentences_of(document) for sentence in run)
    assert set(counted.values()) <= {1}
    for passage in passages:
        assert passage.text == text[passage.start : passage.end]
        assert len(passage.text) <= SETTINGS.max_passage_chars or len(passage.sentences) == 1
