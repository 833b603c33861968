"""BM25: how well each passage matches some terms.

Lucene's variant (Robertson and Zaragoza 2009; Kamphuis et al. 2020, "Which BM25 do you mean?"):
idf = ln(1 + (N - df + 0.5) / (df + 0.5)), weight = idf x tf / (tf + k1 (1 - b + b length / average)).
The weights are worked out once, block by block, and stored by term; a question reads those of its own terms
and no others, so that an index on the disk need not be read as a whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

K1 = 1.2  # Lucene's defaults
B = 0.75
_BLOCK = 4_096  # texts that are weighed at once
ENDINGS = (".terms.txt", ".starts.npy", ".rows.npy", ".weights.npy")  # of the files that an index is saved as


class WordCounts:
    """How often each word occurs in each text: the words in memory, the counts in a file that is written through."""

    def __init__(self, file: BinaryIO) -> None:
        """An empty collection over an empty file that can be read and written."""
        self._file = file
        self._number: dict[str, int] = {}
        self._lengths: list[int] = []  # different words of each text

    def __len__(self) -> int:
        return len(self._lengths)

    @property
    def words(self) -> list[str]:
        """Every word of a text, by its number."""
        return list(self._number)

    def add(self, counts: Mapping[str, int]) -> None:
        """Append a text, given as its words and how often each occurs."""
        numbers = [self._number.setdefault(word, len(self._number)) for word in counts]
        self._file.write(np.array([numbers, list(counts.values())], np.int32).T.tobytes())
        self._lengths.append(len(numbers))

    def blocks(self) -> Iterator[csr_array]:
        """The counts, so many texts at a time; each of shape (texts, words)."""
        self._file.seek(0)
        for first in range(0, len(self), _BLOCK):
            starts = np.cumsum([0, *self._lengths[first : first + _BLOCK]])
            pairs = np.frombuffer(self._file.read(int(starts[-1]) * 8), np.int32).reshape(-1, 2)
            shape = (len(starts) - 1, len(self._number))
            yield csr_array((pairs[:, 1].astype(np.int64), pairs[:, 0], starts), shape=shape)


class Bm25:
    """The BM25 weight of every term in every text, by term."""

    def __init__(
        self,
        terms: Sequence[str],
        starts: NDArray[np.int64],
        rows: NDArray[np.int32],
        weights: NDArray[np.float32],
        texts: int,
    ) -> None:
        """`rows[starts[t]:starts[t + 1]]` are the texts that hold term `t`, and `weights` there its weight in each."""
        self._column = {term: column for column, term in enumerate(terms)}
        self._starts, self._rows, self._weights = starts, rows, weights
        self._texts = texts

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]]) -> Bm25:
        """The index of texts given as their terms."""
        counts = WordCounts(BytesIO())
        for text in texts:
            counts.add(Counter(text))
        return cls.build(counts, lambda term: (term,))

    @classmethod
    def build(
        cls,
        counts: WordCounts,
        expand: Callable[[str], Iterable[str]],
        allocate: Callable[[str, type, int], NDArray[Any]] = lambda name, kind, length: np.empty(length, kind),
    ) -> Bm25:
        """The index of texts whose words were counted, over the terms that `expand` makes of each word.

        `allocate` gives the arrays "rows" and "weights" a place, such as a file on the disk.
        """
        terms, expanded = _expanded(counts.words, expand)
        frequencies = np.zeros(len(terms), np.int64)
        lengths: list[NDArray[np.float64]] = [np.empty(0)]
        for block in counts.blocks():
            found = block @ expanded
            frequencies += np.bincount(found.indices, minlength=len(terms))
            lengths.append(np.asarray(found.sum(axis=1), np.float64).ravel())
        length = np.concatenate(lengths)
        idf = np.log1p((len(counts) - frequencies + 0.5) / (frequencies + 0.5))
        norms = K1 * (1 - B + B * length / max(float(length.mean()), 1.0)) if len(length) else length
        starts = np.concatenate([[0], np.cumsum(frequencies)]).astype(np.int64)
        rows, weights = allocate("rows", np.int32, int(starts[-1])), allocate("weights", np.float32, int(starts[-1]))
        free, first = starts[:-1].copy(), 0  # where the next text of each term goes
        for block in counts.blocks():
            found = (block @ expanded).tocsc()
            found.sort_indices()
            held = np.diff(found.indptr)
            places = np.arange(found.nnz) + np.repeat(free - found.indptr[:-1], held)
            own = found.indices.astype(np.int64) + first
            rows[places] = own
            weights[places] = np.repeat(idf, held) * found.data / (found.data + norms[own])
            free += held
            first += block.shape[0]
        return cls(terms, starts, rows, weights, len(counts))

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every term that occurs in a text."""
        return frozenset(self._column)

    def scores(self, question: Iterable[str]) -> NDArray[np.float32]:
        """The score of every text for the terms of a question, 0 where they share none; shape (texts,)."""
        scores = np.zeros(self._texts, np.float32)
        for term in dict.fromkeys(question):
            held = self._held(term)
            scores[self._rows[held]] += self._weights[held]  # a text stands but once among those of a term
        return scores

    def contains(self, term: str) -> NDArray[np.bool_]:
        """Which texts hold a term; shape (texts,)."""
        contained = np.zeros(self._texts, np.bool_)
        contained[self._rows[self._held(term)]] = True
        return contained

    def idf(self, term: str) -> float:
        """The rarity of a term; of one that occurs nowhere the highest there can be."""
        held = self._held(term)
        frequency = held.stop - held.start
        return float(np.log1p((self._texts - frequency + 0.5) / (frequency + 0.5)))

    def _held(self, term: str) -> slice:
        """Where the texts that hold a term stand among the rows."""
        column = self._column.get(term)
        return slice(0, 0) if column is None else slice(int(self._starts[column]), int(self._starts[column + 1]))

    def save(self, folder: Path, name: str) -> None:
        """Write the index as the files `name` + `ENDINGS`; arrays that lie there already stay as they are."""
        (folder / f"{name}{ENDINGS[0]}").write_bytes("\n".join([str(self._texts), *self._column]).encode("utf-8"))
        arrays: tuple[NDArray[Any], ...] = (self._starts, self._rows, self._weights)
        for ending, array in zip(ENDINGS[1:], arrays, strict=True):
            if isinstance(array, np.memmap):
                array.flush()
            else:
                np.save(folder / f"{name}{ending}", array)

    @classmethod
    def open(cls, folder: Path, name: str, *, in_memory: bool) -> Bm25:
        """The index that `save` wrote; where it is not `in_memory`, a question reads what it needs from the disk."""
        texts, *terms = (folder / f"{name}{ENDINGS[0]}").read_bytes().decode("utf-8").split("\n")
        starts, rows, weights = (
            np.load(folder / f"{name}{ending}", mmap_mode=None if in_memory or ending == ENDINGS[1] else "r")
            for ending in ENDINGS[1:]
        )
        return cls(terms, starts, rows, weights, int(texts))


def array_files(folder: Path, name: str) -> Callable[[str, type, int], NDArray[Any]]:
    """An `allocate` for `Bm25.build`: arrays that are files of a folder, with the names that `save` gives them."""

    def allocate(what: str, kind: type, length: int) -> NDArray[Any]:
        path = folder / f"{name}.{what}.npy"
        if not length:  # nothing cannot be mapped
            np.save(path, np.empty(0, kind))
            return np.empty(0, kind)
        return np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=(length,))

    return allocate


def _expanded(words: Sequence[str], expand: Callable[[str], Iterable[str]]) -> tuple[list[str], csr_array]:
    """The terms of some words, sorted, and how often each word makes each term; shape (words, terms)."""
    made = [Counter(expand(word)) for word in words]
    terms = sorted(set().union(*made)) if made else []
    column = {term: number for number, term in enumerate(terms)}
    starts = np.cumsum([0, *map(len, made)])
    columns = np.array([column[term] for counts in made for term in counts], np.int64)
    counted = np.array([number for counts in made for number in counts.values()], np.int64)
    return terms, csr_array((counted, columns, starts), shape=(len(words), len(terms)))
