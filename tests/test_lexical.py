"""Words, stems and pieces of words, and BM25 over them."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.lexical import STOP_WORDS, Bm25, content_words, fold, folded_words, pieces, stem, stems, terms

TEXTS = (
    ["marketing", "klant", "marketing"],
    ["klant", "organisatie"],
    [],
    ["lef", "lef", "lef", "klant", "verwondering", "hart"],
)
SMALL_CORPORA = st.lists(st.lists(st.sampled_from("abcdef"), max_size=12), min_size=1, max_size=8)


def reference(texts: list[list[str]], question: list[str]) -> list[float]:
    """BM25 as its formula is written down (Lucene: k1 = 1.2, b = 0.75), one text and one word at a time."""
    average = max(sum(map(len, texts)) / len(texts), 1.0)
    scores = []
    for text in texts:
        score = 0.0
        for word in set(question):
            frequency = sum(word in other for other in texts)
            idf = math.log(1 + (len(texts) - frequency + 0.5) / (frequency + 0.5))
            count = text.count(word)
            score += idf * count / (count + 1.2 * (1 - 0.75 + 0.75 * len(text) / average))
        scores.append(score)
    return scores


def saved(index: Bm25) -> bytes:
    stream = BytesIO()
    index.save(stream)
    return stream.getvalue()


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


# BM25


@given(SMALL_CORPORA, st.lists(st.sampled_from("abcdefgh"), max_size=6))
def test_scores_against_brute_force(texts: list[list[str]], question: list[str]) -> None:
    """The score of every text is BM25's, whatever the corpus and the question."""
    scores = Bm25.of(texts).scores(question)
    assert scores.dtype == np.float32
    assert scores.tolist() == pytest.approx(reference(texts, question), abs=1e-5)


def test_best_text() -> None:
    """The text that is about the word scores best; one without it scores 0."""
    scores = Bm25.of(TEXTS).scores(["marketing"])
    assert scores.argmax() == 0
    assert scores[1:].tolist() == [0, 0, 0]


@pytest.mark.parametrize("question", [[], ["fiets"]], ids=["empty", "unknown"])
def test_nothing_in_common(question: list[str]) -> None:
    """An empty question and one of unknown words score 0 everywhere."""
    assert Bm25.of(TEXTS).scores(question).tolist() == [0.0] * len(TEXTS)


def test_repeated_word() -> None:
    """A word counts once, however often the question says it."""
    index = Bm25.of(TEXTS)
    assert index.scores(["klant"] * 3).tolist() == index.scores(["klant"]).tolist()


@pytest.mark.parametrize("texts", [[], [[]], [[], []]], ids=["no-texts", "one-empty", "two-empty"])
def test_empty_corpus(texts: list[list[str]]) -> None:
    """A corpus without words can be asked too."""
    index = Bm25.of(texts)
    assert index.scores(["klant"]).tolist() == [0.0] * len(texts)
    assert index.vocabulary == frozenset()
    assert Bm25.load(BytesIO(saved(index))).scores(["klant"]).tolist() == [0.0] * len(texts)


def test_vocabulary() -> None:
    """The vocabulary is every stem of every text."""
    assert Bm25.of(TEXTS).vocabulary == {word for text in TEXTS for word in text}


def test_contains() -> None:
    """`contains` says which texts hold a stem."""
    index = Bm25.of(TEXTS)
    assert index.contains("klant").tolist() == [True, True, False, True]
    assert index.contains("fiets").tolist() == [False] * 4


def test_idf() -> None:
    """A rare stem is worth more than a common one, and one that occurs nowhere most."""
    index = Bm25.of(TEXTS)
    assert index.idf("fiets") > index.idf("lef") > index.idf("klant") > 0
    assert index.idf("lef") == pytest.approx(math.log(1 + 3.5 / 1.5))


@given(SMALL_CORPORA)
def test_round_trip(texts: list[list[str]]) -> None:
    """A saved index gives the same scores, and the same index the same bytes."""
    index = Bm25.of(texts)
    loaded = Bm25.load(BytesIO(saved(index)))
    assert loaded.vocabulary == index.vocabulary
    for word in "abcdefg":
        assert loaded.scores([word]).tolist() == index.scores([word]).tolist()
        assert loaded.contains(word).tolist() == index.contains(word).tolist()
    assert saved(loaded) == saved(index) == saved(Bm25.of(texts))


def test_order_of_the_bytes() -> None:
    """Stems are saved in their alphabetical order, so that the bytes do not hang on how a run hashes them."""
    with np.load(BytesIO(saved(Bm25.of(TEXTS))), allow_pickle=False) as arrays:
        assert arrays["vocabulary"].tolist() == sorted({word for text in TEXTS for word in text})


def test_real_words_survive_saving() -> None:
    """Words with accents, digits and marks are the same after saving."""
    index = Bm25.of([["^één", "3i", "naïef", "ijs$"]])
    assert Bm25.load(BytesIO(saved(index))).vocabulary == index.vocabulary
