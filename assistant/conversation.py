"""What a question means within a conversation: small talk, a follow-up, or a question of its own."""

from __future__ import annotations

import re
from typing import Literal

from assistant.lexical import content_words, fold
from assistant.types import History

SmallTalk = Literal["greeting", "thanks", "goodbye"]

_GREETING = (
    r"(?:hallo+|hoi+|hey+|hee+|hi+|dag|goede?(?:morgen|middag|navond|n ?avond|dag)|goeie(?:morgen|middag|navond)|"
    r"moi|"
    r"hello|good (?:morning|afternoon|evening|day)|guten (?:tag|morgen|abend)|moin|servus|bonjour|bonsoir|salut|"
    r"hoe gaat het(?: met (?:je|u|jou))?|alles goed|how are you|wie geht'?s|ca va)"
)
_THANKS = (
    r"(?:(?:heel erg |hartelijk |heel hartelijk |super )?(?:bedankt|dank ?je ?wel|dank ?u ?wel|dank ?je|dank ?u|merci)"
    r"(?: voor (?:je|uw|de|het) \w+| hoor)?|"
    r"top|super|fijn|mooi|prima|ok(?:e|ay)?|thanks?(?: you)?(?: (?:so|very) much)?|"
    r"thx|danke(?: schon)?|vielen dank|merci(?: beaucoup)?)"
)
_GOODBYE = r"(?:doei+|tot ziens|dag hoor|tot later|houdoe|bye+(?: bye+)?|goodbye|tschuss|auf wiedersehen|au revoir)"


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern})(?: (?:assistent|allemaal|daar|there|allen|{pattern}))*")


_PATTERNS: dict[SmallTalk, re.Pattern[str]] = {
    "greeting": _whole(_GREETING),
    "thanks": _whole(_THANKS),
    "goodbye": _whole(_GOODBYE),
}

_OWN_WORDS = {
    "en": set("hello thanks thank thx good morning afternoon evening bye goodbye how there".split()),
    "de": set("guten moin servus danke vielen tschuss wiedersehen".split()),
    "fr": set("bonjour bonsoir salut revoir beaucoup va".split()),
}

# A question that points back: it has a pronoun, or begins with "and ...", and names little itself.
_POINTS_BACK = re.compile(
    r"^(?:en|maar|and|but|und|aber|et|mais)\b|"
    r"\b(?:dat|dit|die|deze|daar(?:aan|mee|door|om|bij|voor|van|naast|na|in|op|uit|tegen|toe|over)?|ervan|eraan|ermee|"
    r"hij|zij|ze|hem|haar|hun|zijn mening|it|that|this|these|those|they|them|he|she|his|her|their|"
    r"das|dies|diese|er|sie|ihn|ihm|ihr|davon|damit|daran|dazu|cela|ca|ceci|celui|il|elle|ils|elles|lui|leur)\b"
)
_MAX_OWN_WORDS = 2  # content words; a question with more stands on its own, whatever pronouns it has


def small_talk(question: str) -> SmallTalk | None:
    """The kind of small talk that the whole of a message is, or None.

    >>> small_talk("Hoi!"), small_talk("dank je wel"), small_talk("hoi, wat is lefmarketing?")
    ('greeting', 'thanks', None)
    """
    said = " ".join(re.findall(r"[\w']+", fold(question).replace("’", "'")))
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.fullmatch(said)), None)


def small_talk_language(question: str) -> str:
    """The language to answer small talk in: Dutch, unless it holds a word that only another language has.

    >>> small_talk_language("hallo"), small_talk_language("thanks!"), small_talk_language("Guten Tag")
    ('nl', 'en', 'de')
    """
    said = set(re.findall(r"[a-z']+", fold(question)))
    return next((language for language, own in _OWN_WORDS.items() if said & own), "nl")


def standalone(question: str, history: History) -> str:
    """The question as it is understood after the earlier turns: with the last question where it points back.

    >>> from assistant.types import Turn
    >>> standalone("En hoe begin je daaraan?", [Turn("wat is participatiemarketing?")])
    'wat is participatiemarketing? En hoe begin je daaraan?'
    """
    earlier = next((turn.question for turn in reversed(history) if small_talk(turn.question) is None), "")
    if not earlier or len(content_words(question)) > _MAX_OWN_WORDS:
        return question
    return f"{earlier} {question}" if _POINTS_BACK.search(fold(question)) else question
