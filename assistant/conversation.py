"""What a question means within a conversation: small talk, a follow-up, or a question of its own."""

from __future__ import annotations

import re
from typing import Literal

from assistant.language import FUNCTION_WORDS
from assistant.lexical import content_words, fold
from assistant.types import History

SmallTalk = Literal["greeting", "thanks", "goodbye"]

_PHRASES: dict[SmallTalk, frozenset[str]] = {
    "greeting": frozenset(
        (
            "hallo,hoi,"
            "hoi hoi,hey,hee,hi,dag,goedemorgen,goede morgen,goedemiddag,goede middag,goedenavond,goede avond,"
            "goedendag,goede dag,goeiemorgen,goeiemiddag,goeienavond,moi,hello,"
            "good morning,good afternoon,good evening,"
            "good day,guten tag,guten morgen,guten abend,moin,servus,bonjour,bonsoir,salut,hoe gaat het,"
            "hoe gaat het met je,hoe gaat het met u,hoe gaat het met jou,alles goed,alles goed met je,how are you,"
            "wie geht's,wie geht es dir,ca va"
        ).split(",")
    ),
    "thanks": frozenset(
        (
            "bedankt,hartelijk bedankt,heel erg bedankt,super bedankt,dank je,dank je wel,dankjewel,dank u,dank u wel,"
            "dankuwel,hartelijk dank,merci,merci beaucoup,bedankt voor je hulp,bedankt voor je antwoord,"
            "bedankt voor de hulp,bedankt voor het antwoord,bedankt voor uw hulp,top,super,fijn,mooi,prima,ok,oke,okay,"
            "thanks,thank you,thank you so much,thank you very much,"
            "thanks a lot,thanks so much,thanks very much,thx,danke,danke schon,vielen dank"
        ).split(",")
    ),
    "goodbye": frozenset(
        "doei,tot ziens,dag hoor,tot later,houdoe,bye,bye bye,goodbye,tschuss,auf wiedersehen,au revoir".split(",")
    ),
}
_FILLERS = frozenset("assistent allemaal daar there allen hoor iedereen all".split())
_LONGEST_PHRASE = max(len(phrase.split()) for phrases in _PHRASES.values() for phrase in phrases)
_STRETCHED = re.compile(r"(\w)\1{2,}")  # "hoiiii", "heyyy"
_WORDS = re.compile(r"[\w']+")
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
_ANY_FUNCTION_WORD = frozenset().union(*FUNCTION_WORDS.values())
_MAX_TURNS_BACK = 10
_MAX_OWN_WORDS = 2  # content words; a question with more stands on its own, whatever pronouns it has


def small_talk(question: str) -> SmallTalk | None:
    """The kind of small talk that the whole of a message is, or None; of several kinds the first.

    >>> small_talk("Hoi!"), small_talk("dank je wel"), small_talk("hoi, wat is lefmarketing?")
    ('greeting', 'thanks', None)
    """
    said = _said(question)
    kind, at = _leading_small_talk(said)
    return kind if at == len(said) else None


def without_small_talk(question: str) -> str:
    """A question without the greeting or the thanks before it.

    >>> without_small_talk("Bedankt! En wat is lef?")
    'En wat is lef?'
    """
    _, count = _leading_small_talk(_said(question))
    found = list(_WORDS.finditer(question))
    if not count or count >= len(found) or not re.search(r"[,.!?;:–-]", question[: found[count].start()]):
        return question
    return question[found[count].start() :]


def _said(question: str) -> list[str]:
    """The words of a message as phrases are written here."""
    return [_STRETCHED.sub(r"\1", word) for word in _WORDS.findall(fold(question).replace("’", "'"))]


def _leading_small_talk(said: list[str]) -> tuple[SmallTalk | None, int]:
    """The kind of the first phrase of small talk, and how many words the small talk takes at the beginning."""
    kind: SmallTalk | None = None
    at = 0
    while at < len(said):
        if at and said[at] in _FILLERS:
            at += 1
            continue
        for size in range(min(_LONGEST_PHRASE, len(said) - at), 0, -1):
            phrase = " ".join(said[at : at + size])
            match = next((one for one, phrases in _PHRASES.items() if phrase in phrases), None)
            if match is not None:
                kind, at = kind or match, at + size
                break
        else:
            break
    return kind, at


def small_talk_language(question: str) -> str:
    """The language to answer small talk in: Dutch, unless it holds a word that only another language has.

    >>> small_talk_language("hallo"), small_talk_language("thanks!"), small_talk_language("Guten Tag")
    ('nl', 'en', 'de')
    """
    said = set(re.findall(r"[a-z']+", fold(question)))
    return next((language for language, own in _OWN_WORDS.items() if said & own), "nl")


def standalone(question: str, history: History, *, max_chars: int = 1_000) -> str:
    """The question as it is understood after the earlier turns: with the last question where it points back.

    Where both are longer than `max_chars` together, the earlier one is cut.

    >>> from assistant.types import Turn
    >>> standalone("En hoe begin je daaraan?", [Turn("wat is participatiemarketing?")])
    'wat is participatiemarketing? En hoe begin je daaraan?'
    """
    if not _points_back(question):
        return question
    said: list[str] = []  # the questions that this one leans on, the latest first
    for turn in reversed(history[-_MAX_TURNS_BACK:]):
        earlier = " ".join(turn.question.split())
        if not earlier or small_talk(earlier) is not None:
            continue
        said.append(without_small_talk(earlier))
        if not _points_back(said[-1]):
            break
    room = max(0, max_chars - len(question) - 1)
    before = " ".join(reversed(said))[:room].strip()
    return f"{before} {question}" if before else question


def _points_back(question: str) -> bool:
    """Whether a question names little itself and has a word that stands for what was named before."""
    own = [word for word in content_words(question) if word not in _ANY_FUNCTION_WORD]
    return len(own) <= _MAX_OWN_WORDS and _POINTS_BACK.search(fold(question)) is not None
