"""Which sentences of the essays say what something is: "Ontlezing is de daling van ...", "Dat heet verschralen".

The question may be in any of the languages; the sentences are the essays', so theirs is Dutch.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from assistant.language import ANY_FUNCTION_WORD
from assistant.lexical import content_words, fold, stem

# A question that asks what something or who somebody is, folded.
_ASKS = re.compile(
    r"^(?:en |maar |zeg )?(?:wat (?:is|zijn|was|waren|beteken(?:t|d|en)|hou(?:dt?|den)|bedoel(?:t|d|en)?|"
    r"versta(?:at|an)?|noem(?:t|en)?|wordt)|waar staa(?:t|n) .*\bvoor|what (?:is|are|was|were|does|do)|what's|"
    r"was (?:ist|sind|war|waren|bedeutet|bedeuten|versteht|hei(?:ss|ß)t)|"
    r"qu'est[- ]ce qu(?:e|')|c'est quoi|que (?:signifie|veut dire)|"
    r"(?:geef |de |een )*(?:definitie|betekenis|uitleg|omschrijving)|(?:the |a )?(?:definition|meaning)|"
    r"leg|omschrijf|beschrijf|definieer|define|explain|"
    r"wie (?:is|zijn|was|waren)|who (?:is|are|was|were)|wer (?:ist|sind|war|waren)|qui (?:est|sont|etait|etaient))\b|"
    r"\b(?:wat is dat|c'est quoi)\W*$|^(?:can|could) you (?:explain|describe|define)\b|"
    r"^(?:kun|kunt|kan|zou|wil) (?:je|jij|u)\b.* (?:uitleggen|omschrijven|beschrijven|toelichten|verduidelijken)\W*$"
)
_MAX_TERM_WORDS = 3
_OF_A_KEYWORD = 0.4  # a bare keyword asks for a definition too, but also for whatever else there is
# Words of such a question that are no part of the term.
_FRAME = frozenset(
    "houdt houden bedoelt bedoeld bedoelen verstaat verstaan noemt noemen genoemd betekenis definitie begrip term "
    "woord definition meaning meant mean means word concept bedeutet bedeuten bedeutung begriff signifie mot betekend "
    "houd versta bedoel noem leg uitleg omschrijf omschrijving beschrijf beschrijving definieer define explain staat "
    "staan uitleggen omschrijven beschrijven toelichten verduidelijken describe what's versteht heisst heißt "
    "eigentlich veut dire nou alweer".split()
)

_BE = r"(?:is|zijn|was|waren|betekent|betekende)"
_DETERMINER = r"(?:een|het|de|die|niets|geen|iets|wat|wanneer|als|dat|alle|elke?|om)"
_RELATIVE = r"(?:dat|die|waarbij|waarin|waarmee|waardoor|waarvan|waarvoor)"
_SAYS = (
    rf"(?:{_BE}(?: \w+)? {_DETERMINER}\b|{_BE} (?:\w+ ){{0,2}}\w+,? {_RELATIVE}\b|"
    r"houdt in|gaat (?:om|over)|draait om|begint|staat voor|noemen we|noem ik|betekent|heet)"
)
_NAMES = r"(?:noem|noemt|noemen|noemde|heet|heten|gedoopt|versta|verstaat|verstaan|bedoel|bedoelt|bedoelen|begrip|term)"
# A sentence that says what the sentence before it has named.
_SAYS_OF_IT = re.compile(
    rf"^(?:en )?(?:dat|dit|het|hij|zij|daarmee|daaronder|hiermee)\b(?: \w+)? (?:{_SAYS}|bedoel|versta)|"
    r"^zo (?:heet|noem)|^(?:ik|we|men) (?:noem|bedoel|versta)\w* (?:dat|dit|het|daarmee|daaronder)\b"
)
# A sentence that says what anything is.
_SAYS_OF_ANYTHING = re.compile(rf"^(?:(?:een|de|het|dit|zo'n) )?[\w'-]+(?: [\w'-]+)? {_BE} (?:\w+ )?(?:een|het|de)\b")
_MARK = "xterm{}x"  # what a word of the term becomes: its forms are told by their stems, not by their letters

_stem = lru_cache(20_000)(stem)


def definition_cue(question: str, *, same_language: bool = True) -> Callable[[str, str], float] | None:
    """How surely a sentence, given with the one before it, defines what a question asks for, 0 to 1.

    A bare keyword counts less than a question. None where neither asks for a definition. Where the question is not in
    the language of the sentences, half the points are for a definition of anything.

    >>> cue = definition_cue("Wat is ontlezing?")
    >>> cue("Ontlezing is de daling van de leestijd.", ""), cue("Zo heet de daling.", "Ontlezing neemt toe.")
    (1.0, 1.0)
    >>> cue("Ontlezing is zorgelijk.", "")
    0.0
    """
    asked = fold(question).replace("’", "'")
    term = [word for word in content_words(question) if word not in ANY_FUNCTION_WORD | _FRAME]
    is_asked, is_keyword = _ASKS.search(asked) is not None, len(asked.split()) == len(term)
    if not term or len(term) > _MAX_TERM_WORDS or not (is_asked or is_keyword):
        return None
    most = 1.0 if is_asked else _OF_A_KEYWORD
    stems = [_stem(word) for word in term]
    words = r"\W+(?:\w+\W+){0,2}".join(_MARK.format(number) for number in range(len(stems)))
    defines = re.compile(
        rf"{words}(?:\W+\w+)?\W+(?:dat |dit )?{_SAYS}|"
        rf"{words}(?:, | \(|: |; )(?:(?:een|de|het|dat is|dat wil zeggen|oftewel|ofwel|of)\b|"
        rf"(?:\w+ ){{0,3}}\w+,? {_RELATIVE}\b)|"
        rf"\b{_NAMES}\b.{{0,120}}{words}|{words}.{{0,40}}\b(?:genoemd|heet|verstaan|bedoeld|bedoel|versta)\b"
    )
    named = re.compile(words)

    def marked(text: str) -> str:
        def mark(match: re.Match[str]) -> str:
            found = _stem(match.group())
            return _MARK.format(stems.index(found)) if found in stems else match.group()

        return re.sub(r"[^\W_]+", mark, fold(" ".join(text.split())))

    def cue(text: str, before: str) -> float:
        sentence = marked(text)
        if defines.search(sentence) or (_SAYS_OF_IT.search(sentence) and named.search(marked(before))):
            return most
        return most / 2 if not same_language and _SAYS_OF_ANYTHING.search(sentence) else 0.0

    return cue
