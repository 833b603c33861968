"""The words that a question begins with, in the languages that questions come in."""

from __future__ import annotations

import re

# Each a regular expression: the word, with the preposition that may stand before it.
QUESTION_WORDS = {
    "nl": (
        r"(?:(?:aan|bij|door|in|met|naar|om|onder|op|over|tegen|tot|uit|van|voor) )?(?:wat|wie|welke?)|wiens|"
        r"waar(?:aan|bij|door|in|mee|om|op|over|toe|uit|van|voor)?|wanneer|hoe|hoeveel|hoezo"
    ),
    "en": r"(?:(?:at|by|for|from|in|of|on|to|with) )?(?:what|whom?|whose|which)|why|how|where|when",
    "de": (
        r"(?:(?:an|auf|aus|bei|durch|für|in|mit|über|von|zu) )?(?:was|we[rmn]|welche[rsnm]?)|warum|wieso|weshalb|"
        r"wie|wann|wo|woher|wohin|womit|wovon|wodurch|worin"
    ),
    "fr": (
        r"(?:(?:à|avec|dans|de|par|pour|sur) )?(?:qui|quoi|quels?|quelles?)|ce que|c['’]est quoi|"
        r"qu['’]est-ce(?: qu[ei])?|que|pourquoi|comment|combien|où|quand"
    ),
}
IN_ANY_LANGUAGE = "|".join(QUESTION_WORDS.values())


def begins(language: str) -> re.Pattern[str]:
    """What the questions of a language begin with, whole words, small or capital.

    >>> begins("nl").match("Op welke manier?").group(), begins("nl").match("Welkom!")
    ('Op welke', None)
    """
    return re.compile(rf"(?:{QUESTION_WORDS[language]})(?!\w)", re.IGNORECASE)
