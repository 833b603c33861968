"""BM25 over Dutch stems.

Lucene's variant of BM25 (Robertson and Zaragoza 2009; Kamphuis et al. 2020, "Which BM25 do you mean?"):
idf = ln(1 + (N - df + 0.5) / (df + 0.5)), weight = idf x tf / (tf + k1 (1 - b + b length / average)).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from importlib.metadata import version
from threading import local
from typing import BinaryIO

import numpy as np
import Stemmer
from numpy.typing import NDArray
from scipy.sparse import csc_array

from assistant.language import FUNCTION_WORDS

STEMMER = {"algorithm": "dutch", "name": "Kraaij-Pohlmann", "version": f"PyStemmer {version('PyStemmer')}"}
K1 = 1.2  # Lucene's defaults
B = 0.75

WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
# Words that a question is made of and that say nothing of its subject, beside the function words.
_QUESTION_WORDS = frozenset(
    "waarom waar wanneer wie wat welk welke hoe hoeveel waarmee waardoor waarvoor waarvan waarin hoezo noem geef leg "
    "uit vertel zeg beschrijf omschrijf betekent betekenen bedoelt bedoeld bedoelen schrijver auteur essay essays "
    "tekst artikel volgens eens even graag iets alles verschil voorbeeld voorbeelden soort soorten manier manieren "
    "dingen ding onder andere wel toch eigenlijk precies kort kun kunt kan je jij u ons onze hun zo'n heel erg zoal "
    "allemaal per alleen sinds tijdens omdat doordat zodat terwijl zoals want dus echter immers "
    "whom please tell what's explain describe".split()
)
_DIGITS = {
    word: str(number)
    for number, word in enumerate("twee drie vier vijf zes zeven acht negen tien elf twaalf".split(), start=2)
}
STOP_WORDS = FUNCTION_WORDS["nl"] | _QUESTION_WORDS
_thread = local()


def fold(text: str) -> str:
    """Lower case without accents, for matching only: "Wél" gives "wel", a ligature "ĳ" gives "ij"."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def folded_words(text: str) -> list[str]:
    """All folded words of a text, in order, stop words among them."""
    return _PART.findall(fold(text))


def content_words(text: str) -> list[str]:
    """The folded words of a text that are not stop words, in order; a hyphenated word also gives its parts."""
    found: list[str] = []
    for match in WORD.finditer(fold(text)):
        word = match.group()
        parts = _PART.findall(word)
        for part in parts if len(parts) > 1 else [word]:
            if part not in STOP_WORDS and (len(part) > 1 or part.isdigit()):
                found.append(part)
    return found


def stem(word: str) -> str:
    """The Kraaij-Pohlmann stem of a folded word.

    >>> stem("merken"), stem("organisaties"), stem("organisatie")
    ('merk', 'organiseer', 'organiseer')
    """
    return _stem(word)


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    if not hasattr(_thread, "stemmer"):  # a stemmer may not be shared between threads
        _thread.stemmer = Stemmer.Stemmer("dutch")
    return str(_thread.stemmer.stemWord(word))


def stems(text: str) -> list[str]:
    """The stems of a text's content words, in order; a number word as its digits, since essays write both."""
    return [_DIGITS.get(word) or stem(word) for word in content_words(text)]


def terms(text: str, parts: Callable[[str], Iterable[str]]) -> list[str]:
    """The stems of a text's content words, each followed by those of the word's parts, if it is a compound.

    >>> terms("het organisatiedoel", lambda word: ("organisatie", "doel"))
    ['organisatiedoel', 'organiseer', 'doel']
    """
    return [term for word in content_words(text) for term in (_DIGITS.get(word) or stem(word), *map(stem, parts(word)))]


def pieces(text: str) -> list[str]:
    """Every four and five letters of a text's content words, with marks where a word begins and ends.

    They forgive inflection, compounds and typing errors at once (docs/evaluation.md has the measurement).

    >>> pieces("een brug")
    ['^bru', 'brug', 'rug$', '^brug', 'brug$']
    """
    found: list[str] = []
    for word in content_words(text):
        marked = f"^{word}$"
        for size in (4, 5):
            found.extend(marked[at : at + size] for at in range(len(marked) - size + 1))
        if len(marked) < 4:
            found.append(marked)
    return found


class Bm25:
    """The BM25 weight of every stem in every text."""

    def __init__(self, vocabulary: Sequence[str], weights: csc_array) -> None:
        self._column = {word: column for column, word in enumerate(vocabulary)}
        self._weights = weights  # texts x stems, float32

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]]) -> Bm25:
        """The index of texts given as their stems."""
        counts = [Counter(text) for text in texts]
        vocabulary = sorted(set().union(*counts)) if counts else []
        column = {word: index for index, word in enumerate(vocabulary)}
        rows = np.array([row for row, text in enumerate(counts) for _ in text], np.int64)
        columns = np.array([column[word] for text in counts for word in text], np.int64)
        frequencies = np.array([number for text in counts for number in text.values()], np.float64)
        lengths = np.array([text.total() for text in counts], np.float64)
        document_frequencies = np.bincount(columns, minlength=len(vocabulary))
        idf = np.log1p((len(counts) - document_frequencies + 0.5) / (document_frequencies + 0.5))
        average = max(lengths.mean(), 1.0) if len(lengths) else 1.0
        norms = K1 * (1 - B + B * lengths / average)
        weights = idf[columns] * frequencies / (frequencies + norms[rows])
        matrix = csc_array((weights.astype(np.float32), (rows, columns)), shape=(len(counts), len(vocabulary)))
        matrix.sort_indices()
        return cls(vocabulary, matrix)

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every stem that occurs in a text."""
        return frozenset(self._column)

    def scores(self, question: Iterable[str]) -> NDArray[np.float32]:
        """The score of every text for the stems of a question, 0 where they share none; shape (texts,)."""
        columns = [self._column[word] for word in dict.fromkeys(question) if word in self._column]
        if not columns:
            return np.zeros(self._weights.shape[0], np.float32)
        return np.asarray(self._weights[:, columns].sum(axis=1), np.float32).ravel()

    def contains(self, word: str) -> NDArray[np.bool_]:
        """Which texts hold a stem; shape (texts,)."""
        held = np.zeros(self._weights.shape[0], np.bool_)
        if word in self._column:
            start, end = self._weights.indptr[self._column[word] : self._column[word] + 2]
            held[self._weights.indices[start:end]] = True
        return held

    def idf(self, word: str) -> float:
        """The rarity of a stem; of one that occurs nowhere the highest there can be."""
        total = self._weights.shape[0]
        frequency = int(self.contains(word).sum())
        return float(np.log1p((total - frequency + 0.5) / (frequency + 0.5)))

    def save(self, file: BinaryIO) -> None:
        """Write the index as one .npz file; the same index gives the same bytes."""
        np.savez(
            file,
            vocabulary=np.array(list(self._column), dtype=np.str_),
            shape=np.array(self._weights.shape, np.int64),
            data=self._weights.data,
            indices=self._weights.indices.astype(np.int32),
            indptr=self._weights.indptr.astype(np.int64),
        )

    @classmethod
    def load(cls, file: BinaryIO) -> Bm25:
        """The index that `save` wrote."""
        with np.load(file, allow_pickle=False) as arrays:
            shape = (int(arrays["shape"][0]), int(arrays["shape"][1]))
            weights = csc_array((arrays["data"], arrays["indices"], arrays["indptr"]), shape=shape)
            return cls([str(word) for word in arrays["vocabulary"]], weights)
