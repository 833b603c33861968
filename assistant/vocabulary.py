"""Which words the essays know: as they are, as part of a compound, or with a typing error."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.lexical import stem
from assistant.nearby import Nearby

_MIN_PART_CHARS = 5  # of a word inside a compound; shorter ones are found by chance (kant in kantoor)
_NEARLY = 0.8  # how well a word is known that is only part of a compound, or one letter off


class Vocabulary:
    """The words of a corpus, asked how well it knows another."""

    def __init__(self, words: Iterable[str]) -> None:
        """Of folded words."""
        self._words = frozenset(words)
        self._stems = frozenset(map(stem, self._words))
        forms = self._words | self._stems
        self._joined = " ".join(sorted(forms))
        self._nearby = Nearby(form for form in forms if len(form) >= _MIN_PART_CHARS)

    def __contains__(self, word: str) -> bool:
        """Whether a folded word occurs in any inflection."""
        return stem(word) in self._stems

    def knows(self, word: str) -> float:
        """How well a folded word is known, between 0 and 1.

        1 in any inflection; 0.8 inside a compound that is known, or one letter off; of a compound of its
        own the share of its letters that known words cover (of contentmarketing nine of sixteen).
        """
        if (how := self.recognises(word)) or len(word) < _MIN_PART_CHARS:
            return how
        if word in self._joined or stem(word) in self._joined:
            return _NEARLY
        return min(_NEARLY, self._covered(word) / len(word))

    def recognises(self, word: str) -> float:
        """How well a folded word is known as a whole: 1 in any inflection, 0.8 with one letter off, else 0."""
        if word in self:
            return 1.0
        if len(word) < _MIN_PART_CHARS:
            return 0.0
        return _NEARLY if any(self._nearby.within(written, 1) for written in (word, stem(word))) else 0.0

    def _covered(self, word: str) -> int:
        """The most letters of a word that known words can cover without overlapping, a linking s among them."""
        best = [0] * (len(word) + 1)
        for end in range(1, len(word) + 1):
            best[end] = best[end - 1]
            for start in range(end - _MIN_PART_CHARS + 1):
                if stem(word[start:end]) in self._stems:
                    best[end] = max(best[end], best[start] + end - start)
        return best[-1]
