"""Words, stems and pieces of words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.lexical import STOP_WORDS, content_words, fold, folded_words, pieces, stem, stems, terms

# Words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Wél", "wel"),
        ("naïef", "naief"),
        ("COÖPERATIE", "cooperatie"),
        ("ĳsje", "ijsje"),
        ("e\u0301e\u0301n", "een"),
        ("½", "1⁄2"),
        ("🙂", "🙂"),
        ("", ""),
    ],
    ids=["acute", "diaeresis", "capitals", "ligature", "combining", "fraction", "emoji", "empty"],
)
def test_fold(text: str, folded: str) -> None:
    """Folding takes away capitals and accents, for matching only."""
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Wat is Lef?", ["wat", "is", "lef"]),
        ("Het 3i-model, hét model", ["het", "3i", "model", "het", "model"]),
        ("foto's_en", ["foto", "s", "en"]),
        ("COÖPERATIE", ["cooperatie"]),
        ("? ! …", []),
        ("", []),
    ],
    ids=["stop-words", "hyphen-and-accent", "apostrophe-and-underscore", "capitals", "signs", "empty"],
)
def test_folded_words(text: str, found: list[str]) -> None:
    """Folded words are all words of a text in order, stop words and repeated ones too, parted by any sign."""
    assert folded_words(text) == found


@given(st.text(max_size=60))
def test_content_words_are_folded_words(text: str) -> None:
    """The content words of any text are its folded words without stop words and single letters."""
    kept = [word for word in folded_words(text) if word not in STOP_WORDS and (len(word) > 1 or word.isdigit())]
    assert content_words(text) == kept


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Wat is betekenismarketing?", ["betekenismarketing"]),
        ("Het 3i-model van Kotler", ["3i", "model", "kotler"]),
        ("de mond-tot-mondreclame", ["mond", "mondreclame"]),
        ("1.500 euro", ["1", "500", "euro"]),
        ("a b 5", ["5"]),
        ("? ! …", []),
        ("", []),
    ],
    ids=["question-words", "hyphen", "stop-word-inside", "number", "single-letters", "signs", "empty"],
)
def test_content_words(text: str, found: list[str]) -> None:
    """Content words are the folded words that are no stop words, in order, hyphenated ones in their parts."""
    assert content_words(text) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("organisatie", "organisaties"),
        ("merk", "merken"),
        ("huis", "huizen"),
        ("lopen", "loop"),
        ("belofte", "beloften"),
        ("marketeer", "marketeers"),
    ],
)
def test_stem(one: str, other: str) -> None:
    """The inflections of a word have one stem."""
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("klant", "kant"), ("merk", "markt"), ("marketing", "marketeer")])
def test_stems_differ(one: str, other: str) -> None:
    """Different words have different stems."""
    assert stem(one) != stem(other)


def test_stem_in_threads() -> None:
    """Eight threads at once get the stems that one gets alone."""
    words = [f"{word}{number}" for number in range(200) for word in ("organisaties", "merken", "huizen")]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(stem, words))
    assert found == [stem(word) for word in words]


def test_number_words() -> None:
    """A number is found whether it is written in letters or in digits."""
    assert stems("vijf punten") == stems("5 punten") == ["5", stem("punten")]


PARTS = {"organisatiedoelen": ("organisatie", "doelen"), "vijfkamp": ("vijf", "kamp")}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("wat is het?", []),
        ("de klanten", ["klant"]),
        ("Organisatiedoelen van klanten", ["organisatiedoel", "organiseer", "doel", "klant"]),
        ("organisatiedoelen en organisatiedoelen", ["organisatiedoel", "organiseer", "doel"] * 2),
        ("vijf punten", ["5", "punt"]),
        ("vijfkamp", ["vijfkamp", "vijf", "kamp"]),
    ],
    ids=["empty", "stop-words", "no-compound", "compound", "twice", "number-word", "number-word-as-part"],
)
def test_terms(text: str, found: list[str]) -> None:
    """Terms are the stems of content words, each followed by the stems of its parts, as often as it stands there."""
    assert terms(text, lambda word: PARTS.get(word, ())) == found


@given(st.text(max_size=60))
def test_terms_without_parts(text: str) -> None:
    """Where nothing is a compound, the terms of any text are its stems."""
    assert terms(text, lambda word: ()) == stems(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("een brug", ["^bru", "brug", "rug$", "^brug", "brug$"]),
        ("as", ["^as$"]),
        ("5", ["^5$"]),
        ("de het", []),
        ("", []),
    ],
    ids=["word", "short", "digit", "stop-words", "empty"],
)
def test_pieces(text: str, found: list[str]) -> None:
    """Pieces are every four and five letters of a word with marks at its ends; a short word is one piece."""
    assert pieces(text) == found


def test_pieces_forgive() -> None:
    """Two words share most of their pieces where they differ in one letter."""
    right, wrong = set(pieces("betekenismarketing")), set(pieces("betekenismarkting"))
    assert len(right & wrong) > len(right) / 2
