"""Words that a line end cuts in two, whole again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from assistant.frequency import zipf

HYPHENS = "-\u2010\u00ad"
_WORD = re.compile(r"[\w'’-]*\w")
_WORD_BEFORE = re.compile(r"([\w'’.-]*\w)[-\u2010\u00ad]$")
_SHARED = frozenset("en of and or und oder et ou".split())  # "zon- en feestdagen"
_APART = frozenset("ex niet non oud sint ik wij".split())  # written with a hyphen, unless the word lists know better
_CLASHES = frozenset("aa ae ai au ee ei eu ie ii oe oi oo ou ui uu".split())  # two vowels read as one: zee-egel
_VOWELS = frozenset("aeiouyjäëïöüáéíóúàè")
_COMMON = 2.0  # Zipf frequency of a word that may stand alone
_TREMA = str.maketrans("aeiou", "äëïöü")
_LONGEST = 100  # characters of a line's last word that are looked at


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the lines of a document say about its words."""

    words: frozenset[str] = frozenset()  # in lower case, those at a cut left out
    is_hyphenated: bool = True  # whether a word was cut at a line end that has no hyphen of its own
    language: str = "nl"

    @classmethod
    def of(cls, lines: Sequence[str], *, language: str = "nl") -> Vocabulary:
        """The words of a document's lines in reading order."""
        words: set[str] = set()
        for line in lines:
            found = [match.group().lower() for match in _WORD.finditer(line)]
            words.update(found[:-1] if line.endswith(tuple(HYPHENS)) else found)
        known = cls(frozenset(words), language=language)
        verdicts = [_verdict(above, below, known) for above, below in pairwise(lines)]
        return cls(known.words, verdicts.count("cut") > verdicts.count("own"), language)


def joined(above: str, below: str, known: Vocabulary) -> str:
    """Two lines of one paragraph as one; a hyphen at the end of the first is kept where the word has one.

    >>> known = Vocabulary(frozenset({"auto-industrie"}))
    >>> joined("de betekenis-", "marketing", known), joined("auto-", "industrie", known), joined("zon-", "en", known)
    ('de betekenismarketing', 'auto-industrie', 'zon- en')
    """
    verdict = _verdict(above, below, known)
    if verdict == "none":
        touches = above.endswith(("–", "—", "/", *HYPHENS)) and not above.endswith((" –", " —", " -"))
        return above + ("" if touches else " ") + below
    if verdict == "shared":
        return above + " " + below
    if verdict == "trema":
        return above[:-1] + below[0].translate(_TREMA) + below[1:]
    if verdict == "own" or (verdict in ("likely", "unknown") and not known.is_hyphenated):
        return above[:-1] + "-" + below
    return above[:-1] + below


Verdict = Literal["none", "shared", "own", "cut", "trema", "likely", "unknown"]  # likely: cut, between two words


def _verdict(above: str, below: str, known: Vocabulary) -> Verdict:
    """Whether the hyphen at the end of a line is the word's own, or came with the cut."""
    before, after = _WORD_BEFORE.search(above[-_LONGEST:]), _WORD.match(below[:_LONGEST])
    if before is None or after is None:
        return "none"
    left, right = before.group(1), after.group()
    if right in _SHARED and right == below[: len(right) + 1].strip():
        return "shared"
    if above.endswith("\u00ad") or (left + right).lower() in known.words:
        return "cut"
    tail, head = left.rpartition("-")[2].lower(), right.partition("-")[0]  # the pieces of one word: face-to-face
    if f"{left}-{right}".lower() in known.words or not _may_be_cut(left.rpartition("-")[2], head):
        return "own"
    with_trema = tail + head[0].translate(_TREMA) + head[1:]  # "be-invloeden" is "beïnvloeden"
    if zipf(with_trema, known.language) > zipf(tail + head, known.language):
        return "trema"
    rarer = min(zipf(tail, known.language), zipf(head, known.language))
    if whole := zipf(tail + head, known.language):
        return "cut" if whole > rarer else "likely"  # two words that are seldom one: "social-media"
    chained = "-" in left or "-" in below.partition(" ")[0]  # then one more is likely
    own = tail[-1] + head[0] in _CLASHES or tail in _APART or (chained and rarer > _COMMON)
    return "own" if own else "unknown"


def _may_be_cut(tail: str, head: str) -> bool:
    """Whether a line end may have put the hyphen: into small letters, two of them and a vowel on each side."""
    pieces = (tail, head)
    return (
        tail[-1:].islower()
        and head[:1].islower()
        and all(len(piece) > 1 and not _VOWELS.isdisjoint(piece.lower()) for piece in pieces)
    )
