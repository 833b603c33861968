"""A question as it was probably meant: typing errors mended by the words that the essays use.

Only a word that nobody uses is changed: neither the essays in any inflection, nor the language at large,
nor as a compound of known words. It becomes the nearest word of the essays, if one is near enough.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from assistant.compounds import Compounds
from assistant.frequency import zipf
from assistant.language import FUNCTION_WORDS
from assistant.lexical import STOP_WORDS, fold
from assistant.nearby import Nearby
from assistant.vocabulary import Vocabulary

_WORD = re.compile(r"[^\W\d_]+")
_MIN_CHARS = 5  # a shorter word is too near to too many others
_TWO_ERRORS_CHARS = 13  # from here on a word may hold two errors
_MIN_JOINED_CHARS = 9
_USED = 1.5  # Zipf frequency from which on a word is taken as meant: rarer ones in the lists are often errors


class Spelling:
    """The words of a corpus, asked what a question means by the words that it does not know."""

    def __init__(self, counts: Mapping[str, int], apart: Mapping[str, int] | None = None) -> None:
        """`counts` says how often each folded word occurs in the essays, `apart` how often two
        neighbouring words would be such a word (`joined_pairs`)."""
        self._counts = {word: count for word, count in counts.items() if len(word) >= _MIN_CHARS - 1}
        self._nearby = Nearby(self._counts)
        self._apart = apart or {}
        self.vocabulary = Vocabulary(counts)
        self.compounds = Compounds(counts)

    def mended(self, question: str, language: str) -> str:
        """The question with each typing error mended, or as it is.

        >>> spelling = Spelling({"betekenismarketing": 3, "marketing": 9})
        >>> spelling.mended("Wat is betekenis markting?", "nl")
        'Wat is betekenismarketing?'
        """
        changes: list[tuple[int, int, str]] = []
        found = list(_WORD.finditer(question))
        for one, other in pairwise(found):
            if (joined := self._joined(question, one, other, language)) and not _overlaps(changes, one.start()):
                changes.append((one.start(), other.end(), joined))
        for match in found:
            if not _overlaps(changes, match.start()) and (meant := self._meant(match.group(), language)):
                changes.append((match.start(), match.end(), meant))
        for start, end, meant in sorted(changes, reverse=True):
            question = question[:start] + _cased(meant, question[start:end]) + question[end:]
        return question

    def _joined(self, question: str, one: re.Match[str], other: re.Match[str], language: str) -> str:
        """The word of the essays that two words are together, such as "betekenis marketing"; else "".

        Also "" where the essays write that word as two at least as often, as Debian's manual does "Debian Edu".
        """
        first, second = fold(one.group()), fold(other.group())
        empty = STOP_WORDS | FUNCTION_WORDS.get(language, frozenset())
        if question[one.end() : other.start()].strip(" -") or first in empty or second in empty:
            return ""
        word = first + second
        if len(word) < _MIN_JOINED_CHARS:
            return ""
        if word not in self._counts:
            is_typed_well = all(self._is_known(match.group().lower(), language) for match in (one, other))
            word = "" if is_typed_well else self._nearest(word)
        return word if self._apart.get(word, 0) < self._counts.get(word, 0) else ""

    def _meant(self, word: str, language: str) -> str:
        """The word of the essays that an unknown one stands for; "" where it is known or there is none."""
        folded = fold(word)
        if len(folded) < _MIN_CHARS or self._is_known(word.lower(), language):
            return ""
        return self._nearest(folded)

    def _is_known(self, word: str, language: str) -> bool:
        return (
            zipf(word, language) >= _USED
            or fold(word) in STOP_WORDS
            or fold(word) in self.vocabulary
            or bool(self.compounds.parts(fold(word)))
        )

    def _nearest(self, word: str) -> str:
        """The nearest word of the essays: one error away, two where it is long; the more frequent first."""
        most = 2 if len(word) >= _TWO_ERRORS_CHARS else 1
        near = [
            (errors, name[0] != word[0], -self._counts[name], name) for errors, name in self._nearby.within(word, most)
        ]
        return min(near)[-1] if near else ""


def joined_pairs(text: str) -> Counter[str]:
    """What two neighbouring words of a text, a space or a hyphen between, would be as one, and how often.

    Only where a question's two words could be joined so: none of them a stop word, and together long enough.

    >>> joined_pairs("Debian Edu en DebianEdu") == {"debianedu": 1}
    True
    """
    found: Counter[str] = Counter()
    for one, other in pairwise(_WORD.finditer(text)):
        first, second = fold(one.group()), fold(other.group())
        if (
            len(first) + len(second) >= _MIN_JOINED_CHARS
            and first not in STOP_WORDS
            and second not in STOP_WORDS
            and not text[one.end() : other.start()].strip(" -")
        ):
            found[first + second] += 1
    return found


def _overlaps(changes: list[tuple[int, int, str]], place: int) -> bool:
    return any(start <= place < end for start, end, _ in changes)


def _cased(word: str, typed: str) -> str:
    """A word with a capital where the one that was typed has one, or all capitals."""
    if typed.isupper() and len(typed) > 1:
        return word.upper()
    return word[0].upper() + word[1:] if typed[:1].isupper() else word
