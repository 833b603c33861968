"""BM25: the formula as it is written down, whatever the corpus, in memory and on the disk."""

from __future__ import annotations

import math
from collections import Counter
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import bm25
from assistant.bm25 import ENDINGS, Bm25, WordCounts, array_files
from assistant.lexical import pieces

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


def on_disk(texts: list[list[str]], folder: Path) -> dict[str, bytes]:
    """The files of an index of some texts that was built into a folder."""
    counts = WordCounts(BytesIO())
    for text in texts:
        counts.add(Counter(text))
    Bm25.build(counts, lambda word: [word], array_files(folder, "words")).save(folder, "words")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@given(SMALL_CORPORA, st.booleans())
def test_round_trip(texts: list[list[str]], in_memory: bool) -> None:
    """An index that was built on the disk gives the scores of one in memory, and the same texts the same bytes."""
    index = Bm25.of(texts)
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        written = on_disk(texts, Path(one))
        assert sorted(written) == sorted(f"words{ending}" for ending in ENDINGS)
        assert on_disk(texts, Path(other)) == written
        opened = Bm25.open(Path(one), "words", in_memory=in_memory)
        assert opened.vocabulary == index.vocabulary
        for word in "abcdefg":
            assert opened.scores([word]).tolist() == index.scores([word]).tolist()
            assert opened.contains(word).tolist() == index.contains(word).tolist()


@given(SMALL_CORPORA, st.lists(st.sampled_from("abcdef"), max_size=6), st.integers(1, 4))
def test_blocks(texts: list[list[str]], question: list[str], block: int) -> None:
    """However many texts are weighed at once, the scores are the same."""
    whole = Bm25.of(texts).scores(question)
    before, bm25._BLOCK = bm25._BLOCK, block
    try:
        assert Bm25.of(texts).scores(question).tolist() == whole.tolist()
    finally:
        bm25._BLOCK = before


def test_terms_of_words() -> None:
    """Words that become several terms weigh as texts of those terms do, one that becomes none as nothing."""
    texts = [["molen", "wind", "molen"], ["windmolen"], ["de", "wind"]]
    counts = WordCounts(BytesIO())
    for text in texts:
        counts.add(Counter(text))
    built = Bm25.build(counts, pieces)
    expected = Bm25.of([[piece for word in text for piece in pieces(word)] for text in texts])
    assert built.vocabulary == expected.vocabulary
    assert "^de$" not in built.vocabulary
    for piece in built.vocabulary:
        assert built.scores([piece]).tolist() == expected.scores([piece]).tolist()


def test_order_of_the_terms(tmp_path: Path) -> None:
    """Terms are saved in their alphabetical order, so that the bytes do not hang on how a run hashes them."""
    lines = on_disk(list(TEXTS), tmp_path)[f"words{ENDINGS[0]}"].decode().split("\n")
    assert lines == [str(len(TEXTS)), *sorted({word for text in TEXTS for word in text})]


def test_real_words_survive_saving(tmp_path: Path) -> None:
    """Words with accents, digits and marks are the same after saving."""
    words = ["^één", "3i", "naïef", "ijs$"]
    on_disk([words], tmp_path)
    assert Bm25.open(tmp_path, "words", in_memory=True).vocabulary == set(words)
