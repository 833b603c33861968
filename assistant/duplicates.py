"""Finds essays that lie in the corpus twice, such as one text as .docx and as .pdf."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from assistant.chunker import sentences_of
from assistant.types import Document

_SAME = 0.9  # share of the sentences of each that the other must have too
_SKETCH = 8  # smallest hashes of an essay by which it is found again: one of 8 is shared but once in 10^6 pairs
_MAX_KEPT = 64  # essays that one hash of a sketch leads to: a sentence below every page of a site says nothing


class Duplicates:
    """Remembers the sentences of essays as hashes: 8 bytes a sentence and some 1 kB an essay."""

    def __init__(self) -> None:
        self._sources: list[str] = []
        self._hashes: list[NDArray[np.uint64]] = []  # of each essay, sorted
        self._by_hash: dict[int, list[int]] = {}  # the essays of which a hash is one of the smallest

    def add(self, document: Document, sentences: Iterable[str] | None = None) -> str | None:
        """The source of an earlier essay with the same text; None for a new one, which is remembered.

        Two are the same where each has nine tenths of the other's sentences: white space, capitals and
        punctuation aside. `sentences` are those of the document, for whom has them already.
        """
        if sentences is None:
            sentences = (document.text[one.start : one.end] for run in sentences_of(document) for one in run)
        hashes = np.unique(np.fromiter((_hash(one) for one in sentences), dtype=np.uint64))
        if not len(hashes):
            return None
        sketch = hashes[:_SKETCH].tolist()
        met = Counter(number for one in sketch for number in self._by_hash.get(one, ()))
        for number, _ in met.most_common():
            other = self._hashes[number]
            shared = len(np.intersect1d(hashes, other, assume_unique=True))
            if shared >= _SAME * max(len(hashes), len(other)):
                return self._sources[number]
        for one in sketch:
            found = self._by_hash.setdefault(one, [])
            if len(found) < _MAX_KEPT:
                found.append(len(self._sources))
        self._sources.append(document.source)
        self._hashes.append(hashes)
        return None


def _hash(sentence: str) -> int:
    """64 bits that stand for the letters and digits of a sentence."""
    letters = "".join(char for char in sentence.casefold() if char.isalnum())
    return int.from_bytes(blake2b(letters.encode("utf-8", "replace"), digest_size=8).digest(), "big")
