"""Messages that ask more than one thing: "Wat is X? En waarom werkt het?", "Wat is X en wie bedacht het?"."""

from __future__ import annotations

import re

from assistant.framing import plain_order
from assistant.language import ANY_FUNCTION_WORD
from assistant.lexical import content_words
from assistant.question_words import QUESTION_WORDS, begins

MOST = 3  # questions in one message that are answered one by one
_JOINS = re.compile(r"(?:en|maar|of|and|but|und|aber|et|mais),?\s+", re.IGNORECASE)
_AND = {"nl": "en", "en": "and", "de": "und", "fr": "et"}
_BEGINS = {language: begins(language) for language in _AND}
_AFTER_COMMA = {"nl": "wat|wie|waarom|hoe|welke", "en": "what|why|how"}  # the others begin clauses too: ", wanneer"
_BETWEEN = {
    language: re.compile(
        rf"(?:,?\s+{word}|[.;])\s+(?=(?:{QUESTION_WORDS[language]})(?!\w))|"
        rf",\s+(?=(?:{_AFTER_COMMA.get(language, '(?!)')})(?!\w))",
        re.IGNORECASE,
    )
    for language, word in _AND.items()
}
_OF_TWO = re.compile(r"\b(?:tussen|between|zwischen|entre)\b(?!.*\b(?:en|and|und|et)\b)", re.IGNORECASE)
_ELLIPSIS = re.compile(r"\s+(?:niet|wel|not|nicht|pas)\W*")  # "wat is echt en wat niet?"
_TAG = re.compile(r"(?:toch|of niet|niet waar|nietwaar|hè|klopt dat|right|isn't it|oder|nicht wahr|n'est-ce pas)\W*")


def questions_in(message: str) -> tuple[str, ...]:
    """The questions of a message, in order; the message itself where it asks one thing, or more than `MOST`.

    >>> questions_in("Wat is lef? En waarom werkt het?"), questions_in("Wat is lef en wie heeft het?")
    (('Wat is lef?', 'Waarom werkt het?'), ('Wat is lef?', 'Wie heeft het?'))
    >>> questions_in("Hoe weet je wat men wil en wat men doet?")
    ('Hoe weet je wat men wil en wat men doet?',)
    """
    found = [part for part in _by_sign(message) if not _TAG.fullmatch(part.lower())]
    if len(found) == 1:
        found = _by_and(found[0])
    return tuple(map(plain_order, found)) if 1 < len(found) <= MOST and _names(found[0]) else (message,)


def _by_sign(message: str) -> list[str]:
    """The parts of a message up to each question mark, where each of them asks something."""
    found = [part.strip() for part in re.findall(r"[^?]+\?*", message) if re.search(r"\w", part)]
    parts = found[:1] + [_capital(_JOINS.sub("", part, count=1) if _JOINS.match(part) else part) for part in found[1:]]
    asks = all(part.endswith("?") or any(word.match(part) for word in _BEGINS.values()) for part in parts)
    return parts if asks else [message]


def _by_and(question: str) -> list[str]:
    """The parts of a question on both sides of "en wat", where neither has another question within it."""
    # One language at a time: "was" asks in German and is a verb in Dutch and English.
    for language, between in _BETWEEN.items():
        parts = between.split(question.strip(" ?!."))
        if len(parts) > 1 and all(_asks_one_thing(part, language) for part in parts):
            return [_capital(part.rstrip(" ?!.")) + "?" for part in parts]
    return [question]


def _asks_one_thing(part: str, language: str) -> bool:
    first = _BEGINS[language].match(part)
    if first is None or _OF_TWO.search(part) or _ELLIPSIS.fullmatch(part, first.end()):
        return False
    return not re.search(rf"\s{_BEGINS[language].pattern}", part[first.end() :], re.IGNORECASE)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _names(question: str) -> bool:
    """Whether a question has a word that names something, so that the next one can lean on it."""
    return any(word not in ANY_FUNCTION_WORD for word in content_words(question))
