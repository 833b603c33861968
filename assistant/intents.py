"""What kind of answer a question asks for, and which sentences look like one.

The question may be in any of the languages; the sentences are the essays', so theirs is Dutch.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.language import FUNCTION_WORDS
from assistant.lexical import content_words, fold, stem

NUMBER_WORDS = "twee drie vier vijf zes zeven acht negen tien elf twaalf".split()

_NUMBER = (
    rf"(?:\d{{1,2}}|{'|'.join(NUMBER_WORDS)}|"
    r"two|three|four|five|six|seven|zwei|drei|funf|deux|trois|quatre|cinq)"
)
_ASKS_LIST = re.compile(
    r"\b(?:welke|noem|wat zijn de|waaruit|which|name|list|what are the|welche|nenne|quels|quelles|citez)\b|"
    rf"\b{_NUMBER}\b"
)
_ASKS_WHY = re.compile(r"\b(?:waarom|waardoor|hoezo|oorzaak|reden|why|reason|warum|wieso|grund|pourquoi|raison)\b")
_ASKS_NUMBER = re.compile(
    r"\b(?:hoeveel|wanneer|welk jaar|hoe (?:lang|vaak|oud|duur|groot|ver)|how (?:many|much|long|often|old)|when|"
    r"what year|wie ?viele?|wann|welchem jahr|combien|quand|quelle annee)\b"
)
_ASKS_HOW = re.compile(
    r"^(?:en |maar |and |und |et )?(?:hoe|how|comment|op welke manier|"
    r"wie (?:kann|macht|man|funktioniert|geht|wird|werden|soll\w*|bekomm\w*|find\w*|entsteh\w*))\b"
)
_COMPARES = re.compile(
    r"(?:verschil\w*|overeenkomst\w*|relatie|verhouding|difference|differences|unterschied\w*|difference)\s+"
    r"(?:\w+ er )?(?:\w+ )?(?:tussen|between|zwischen|entre)\s+(.+?)\s+(?:en|and|und|et)\s+(.+)"
)
_ASKS_WHO = re.compile(r"^(?:(?:van|met|door|aan|voor) )?(?:wie|who|whose|wer|wem|wen|qui)\b")

_TELLS_WHY = re.compile(
    r"\b(?:omdat|doordat|want|daarom|daardoor|dankzij|redenen?|komt door|zodat|vanwege|waardoor|te danken|immers)\b"
)
_TELLS_NUMBER = re.compile(
    rf"\d|\b(?:{'|'.join(NUMBER_WORDS)}|"
    r"honderd\w*|duizend\w*|miljoen\w*|helft|kwart|procent|eeuw)\b"
)
_TELLS_WHO = re.compile(r"(?<=[\w,] )[A-Z][a-zà-ÿ]+ (?:(?:van|de|der|den) )*[A-Z][a-zà-ÿ]+")
_ANY_FUNCTION_WORD = frozenset().union(*FUNCTION_WORDS.values())


@dataclass(frozen=True, slots=True)
class Intent:
    """What a question asks for: how many points a sentence that tells it is worth, 0 to 1."""

    wants_list: bool
    list_length: int  # how many things are asked for, where a number is named; else 0
    wants_one: bool  # a definition, a name, a fact or a yes: the best sentence comes first
    sides: tuple[frozenset[str], ...]  # stems of what is compared; none where nothing is
    worth: Callable[[str], float]


def intent_of(question: str) -> Intent:
    """What a question asks for.

    >>> intent_of("Waarom is dat zo?").worth("Dat komt doordat niemand luistert.")
    1.0
    """
    asked = fold(question)
    cues: list[Callable[[str], bool]] = []
    if _ASKS_WHY.search(asked):
        cues.append(lambda text: _TELLS_WHY.search(fold(text)) is not None)
    if _ASKS_NUMBER.search(asked):
        cues.append(lambda text: _TELLS_NUMBER.search(fold(text)) is not None)
    if _ASKS_WHO.search(asked):
        cues.append(lambda text: _TELLS_WHO.search(text) is not None)
    return Intent(
        wants_list=_ASKS_LIST.search(asked) is not None,
        list_length=_list_length(asked),
        wants_one=_ASKS_HOW.search(asked) is None and _ASKS_LIST.search(asked) is None,
        sides=_sides(asked),
        worth=lambda text: float(any(cue(" ".join(text.split())) for cue in cues)),
    )


def _sides(asked: str) -> tuple[frozenset[str], ...]:
    """The stems of each side of a comparison in a folded question.

    >>> [sorted(side) for side in _sides("wat is het verschil tussen een merk en een klant?")]
    [['merk'], ['klant']]
    """
    match = _COMPARES.search(asked)
    if match is None:
        return ()
    sides = [
        frozenset(stem(word) for word in content_words(side) if word not in _ANY_FUNCTION_WORD)
        for side in match.groups()
    ]
    return tuple(side - other for side, other in (sides, sides[::-1]) if side - other)


def _list_length(asked: str) -> int:
    """The number of things a folded question asks for: "welke vijf punten" gives 5."""
    for word in re.findall(r"\w+", asked):
        if word in NUMBER_WORDS:
            return NUMBER_WORDS.index(word) + 2
        if word.isdecimal() and len(word) <= 2:
            return int(word)
    return 0
