"""The parts of a compound, by what the essays' own vocabulary shows.

Dutch writes compounds as one word: "betekenismarketing" is "betekenis" and "marketing". A word is split
where the essays use its parts as words of their own, at least as often as the whole (the geometric mean
of their counts: Koehn and Knight 2003, "Empirical methods for compound splitting").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import log

from assistant.lexical import STOP_WORDS

_MIN_PART_CHARS = 4  # docs/evaluation.md: shorter parts are found by chance, as kant and oor in kantoor
_MAX_PARTS = 3
_REMEMBERED = 50_000  # words whose parts are kept at hand
_LINKS = ("s", "e", "en", "n", "er", "es")  # letters between two parts: verkiezing-s-dag, boek-en-kast
# Endings that are words too, but make no compound.
_ENDINGS = frozenset("schap heid baar loos lijk zaam ling achtig matig waarts gewijs vormig".split())


class Compounds:
    """A vocabulary that words are split by; what was split is remembered."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """`counts` says how often each folded word occurs."""
        self._counts = counts
        self.parts = lru_cache(maxsize=_REMEMBERED)(self._parts)

    def _parts(self, word: str) -> tuple[str, ...]:
        """The parts of a folded word in order, without linking letters; none where it is no compound.

        >>> Compounds({"verkiezing": 2, "dag": 9, "kring": 1, "kant": 5, "oor": 5}).parts("verkiezingskring")
        ('verkiezing', 'kring')
        """
        ways = [way for way in self._ways(word, _MAX_PARTS) if len(way) > 1]
        best = max(ways, key=self._mean, default=())
        return best if best and self._mean(best) >= log(self._counts.get(word, 1)) else ()

    def _mean(self, parts: tuple[str, ...]) -> float:
        """The logarithm of the geometric mean of the parts' counts."""
        return sum(log(self._counts[part]) for part in parts) / len(parts)

    def _ways(self, rest: str, most: int) -> Iterator[tuple[str, ...]]:
        """Every way to cut what is left of a word into at most so many known words."""
        if self._is_part(rest):
            yield (rest,)
        if most == 1:
            return
        for cut in range(_MIN_PART_CHARS, len(rest) - _MIN_PART_CHARS + 1):
            for head in without_link(rest[:cut]):
                if self._is_part(head):
                    yield from ((head, *tail) for tail in self._ways(rest[cut:], most - 1))
                    break

    def _is_part(self, word: str) -> bool:
        return (
            len(word) >= _MIN_PART_CHARS
            and word in self._counts
            and word not in STOP_WORDS
            and word not in _ENDINGS
            and word.isalpha()
        )


def without_link(head: str) -> Iterator[str]:
    """The beginning of a compound as it is, then without each linking letter that it may end in."""
    yield head
    yield from (head.removesuffix(link) for link in _LINKS if head.endswith(link))
