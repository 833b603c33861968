"""Words that are a typing error or two away from another: the only module that imports rapidfuzz."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist


class Nearby:
    """Some words by their length, since a word with an error has about the same one."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_length: defaultdict[int, list[str]] = defaultdict(list)
        for word in words:
            self._by_length[len(word)].append(word)

    def within(self, word: str, most: int) -> list[tuple[int, str]]:
        """Each word at most so many errors away, with how many.

        An error is a letter more, less or changed, or two neighbours swapped (optimal string alignment).

        >>> Nearby(["lef", "leef", "liefde"]).within("elf", 1)
        [(1, 'lef')]
        """
        names = [
            name for length in range(len(word) - most, len(word) + most + 1) for name in self._by_length.get(length, ())
        ]
        if not names:
            return []
        distances = cdist([word], names, scorer=OSA.distance, score_cutoff=most)[0]
        return [(int(distances[at]), names[at]) for at in (distances <= most).nonzero()[0]]
