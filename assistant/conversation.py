"""What a question means after the questions before it.

Pronouns, ellipsis and bare question words tell that a question points back. Without a language model
nobody knows to what; so each way to read it is written out, and the caller compares how well the essays
answer them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from assistant.framing import without_frame
from assistant.frequency import zipf
from assistant.language import LANGUAGES, detect_language
from assistant.lexical import fold
from assistant.messages import message
from assistant.pointing import IS, PREPOSITION, VERB_NEXT, WORD, content, has_pointer, names, one_of, replaced
from assistant.question_words import IN_ANY_LANGUAGE
from assistant.small_talk import request, small_talk, without_small_talk
from assistant.types import History

_AND = re.compile(rf"^{one_of('en maar of and but or und aber oder et mais ou')}\b[,\s]*(?:dan\b\s*)?", re.IGNORECASE)
_AND_ABOUT = re.compile(
    rf"^(?:{one_of('en maar and but und aber et mais')}\b\W*)?"
    r"(?:hoe zit het(?: dan)? met|wat (?:dacht je )?van|what about|how about|was ist mit|wie ist es mit|et pour|"
    r"qu'en est-il de)\s+",
    re.IGNORECASE,
)
_QUESTION_WORDS = one_of(
    "wat wie waar\\w* wanneer welke? hoe\\w* waarom is zijn kun kan heeft hebben moet mag wordt what who when where "
    "which how why are can does do did was wer wann wo welche\\w* warum ist sind kann qui que quand où quel\\w* "
    "comment pourquoi est"
)
_ASKED = re.compile(rf"(?:{IN_ANY_LANGUAGE})(?!\w)", re.IGNORECASE)
_ASKS = re.compile(rf"{_QUESTION_WORDS}\b|{_ASKED.pattern}", re.IGNORECASE)
_SAYS = one_of("zegt vindt bedoelt denkt schrijft noemt says? thinks? means? writes?")
_SAYS_PERSON = re.compile(rf"\b(?:{_SAYS} (hij|zij|s?he)|(hij|zij|s?he) {_SAYS})\b", re.IGNORECASE)
_OF_PERSON = re.compile(rf"(?i:(?!wh?at {IS}\b)).* [A-Z]|.*\b(?i:{one_of('wie who wer qui')})\b")
_BEFORE_MORE = one_of(
    "en heb_je zijn_er is_er is_there weet_je kun_je kunt_u can_you kannst_du peux-tu vertel geef noem and any tell_me "
    "give_me und gibt_es et encore nog me mij er dan hier daar wat iets something etwas noch"
)
_MORE_ITSELF = one_of(
    "nog_iets noch_etwas meer more mehr plus verder anderen? others? what_else else anything_else weitere? "
    "autre_chose encore ga_door go_on continue weiter"
)
_AFTER_MORE = one_of(
    "hierover daarover erover over vertellen geven noemen beispiele exemples voorbeelden examples dan about_it dazu "
    "zijn_er is_there te"
)
_MORE = re.compile(rf"^(?:{_BEFORE_MORE}\W+)*{_MORE_ITSELF}(?:\W+{_AFTER_MORE})*\W*$", re.IGNORECASE)
_MIXES = {"nl": "van", "en": "of", "de": "von", "fr": "de"}
_MAX_TURNS_BACK = 10
_PARTICIPLE = re.compile(r"(?:ge\w{3,}(?:d|t|en)|(?:be|ver|ont)\w{3,}[dt])")
_EVERYDAY = 5.4  # Zipf frequency from which on a word ("get", "mensen") is no topic
_TERM = 3.8  # below which a word ("crowdfunding") is a subject of its own, not a part of one ("nadelen")
_TERM_BEHIND_ARTICLE = 2.5  # the same behind an article, where parts stand: "de valkuilen", but "de gunfactor"
_FEW_WORDS = 2  # content words; a question with more hardly ever leans on another
_MOST_WORDS = 4  # and with more than these it never does
# What speaks for reading a question with what went before, in the log-odds of `refusal.confidence`.
_POINTING, _LONG, _SILENT = 1.5, 0.0, -1.5


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a question."""

    text: str
    prior: float = 0.0  # log-odds for this reading before the essays are asked
    is_follow_up: bool = False  # what went before is part of it
    is_more: bool = False  # it asks for more than was shown


def readings(question: str, history: History, *, max_chars: int = 1_000) -> tuple[Reading, ...]:
    """The ways to read a question, itself first where it can stand alone; none longer than `max_chars`.

    >>> from assistant.types import Turn
    >>> [one.text for one in readings("Hoe begin je daaraan?", [Turn("wat is participatiemarketing?")])]
    ['Hoe begin je daaraan?', 'Hoe begin je aan participatiemarketing?']
    """
    alone = Reading(question)
    own = content(question)
    earlier = _earlier(history, max_chars) if len(own) <= _MOST_WORDS else ""
    if not earlier or WORD.search(question) is None:
        return (alone,)
    if _MORE.match(fold(question)):
        return (Reading(earlier, is_follow_up=True, is_more=True),)
    if points_back(question):
        prior = _POINTING if len(own) <= _FEW_WORDS else _LONG
    elif len(own) <= _FEW_WORDS:
        prior = _SILENT
    else:
        return (alone,)
    found = [
        Reading(text, prior - place, True)  # the likeliest first: each other one must be answered better
        for place, text in enumerate(_with(question, earlier, own))
        if len(text) <= max_chars
    ]
    return tuple(found) if found and not own else (alone, *found)


def points_back(question: str) -> bool:
    """Whether a question has a word that stands for something named before, or begins with "and" and names no topic."""
    rest = _AND.sub("", question)
    asked = _ASKED.match(rest)
    return (
        _AND_ABOUT.match(question) is not None
        or (rest != question and not (asked and _has_term(rest[asked.end() :])))
        or has_pointer(question)
    )


def _earlier(history: History, max_chars: int) -> str:
    """The last question of a conversation as it was understood; "" where there is none."""
    understood = ""
    for turn in history[-_MAX_TURNS_BACK:]:
        asked = " ".join(turn.question.split())
        if not asked or small_talk(asked) is not None:
            continue
        if said := _said_to_be_understood(turn.answer):
            understood = said
            continue
        question = without_small_talk(asked)
        if request(question) is not None:
            continue
        question = without_frame(question)
        own = content(question)
        leans = len(own) <= _FEW_WORDS and points_back(question)
        if _MORE.match(fold(question)) or WORD.search(question) is None:
            continue
        if not understood or (own and not leans):
            understood = question
        else:
            understood = next(iter(_with(question, understood, own)), question)
    return understood[-max_chars:]


def _said_to_be_understood(answer: str) -> str:
    """What the first line of an answer says that the question was taken for; "" where it says nothing of it."""
    first = answer.partition("\n")[0]
    for language in LANGUAGES:
        before, _, after = message(language, "understood", understood="\0").partition("\0")
        if first.startswith(before) and first.endswith(after):
            return first[len(before) : len(first) - len(after)].strip()
    return ""


def _with(question: str, earlier: str, own: list[str]) -> list[str]:
    """A question that points back, with what it may point to written out, the likeliest first."""
    topic = _topic(earlier)
    if not topic:
        return []
    language = detect_language(question if len(question.split()) > 1 else earlier)
    author = _SAYS_PERSON.search(question) if not _OF_PERSON.match(earlier) else None
    if author is not None:  # "wat zegt hij over twitter?" after a question about a thing
        start, end = author.span(author.lastindex or 0)
        name = "the author" if question[start:end].lower().endswith("he") else "de schrijver"
        question = question[:start] + name + question[end:]
        own = [word for word in own if not re.fullmatch(_SAYS, word, re.IGNORECASE)]
    rest = _AND_ABOUT.sub("", question)
    if rest == question:
        rest = _AND.sub("", question)
    is_ellipsis = rest != question and not _ASKS.match(rest) and not replaced(rest, topic)
    rest = rest.strip(" ?!.").removesuffix(" dan")
    if not own:
        if instead := replaced(question, topic):
            return [instead]
        return [f"{question.strip(' ?!.')}: {earlier}"]
    place = re.match(rf"{PREPOSITION}\b", rest, re.IGNORECASE) if is_ellipsis else None
    if place and not re.search(rf"\b{place.group()} {re.escape(topic)}", earlier, re.IGNORECASE):  # "en bij banken?"
        return [re.sub(rf"(?i:\s{place.group()}\b.*)?[ ?!.]*$", lambda _: f" {rest}?", earlier, count=1)]
    if is_ellipsis and len(rest.split()) <= len(content(rest)) + 1:  # "en lefmarketing?", "and the drawbacks?"
        found = [earlier.replace(topic, " ".join(content(rest)), 1), f"{rest} {_MIXES[language]} {topic}?"]
        is_part = re.match(r"(?:de|het|the) ", rest, re.IGNORECASE) and not _has_term(rest)
        return found[::-1] if is_part else found
    if instead := replaced(question, topic):
        return [instead]
    return [question if author else f"{question.strip(' ?!.')} ({topic})?"]


def _has_term(question: str) -> bool:
    """Whether a question names, behind its first word, what is a subject of its own."""
    language = detect_language(question)
    return any(
        names(word) and zipf(word, language) < (_TERM_BEHIND_ARTICLE if before in ("de", "het", "the") else _TERM)
        for before, word in pairwise(WORD.findall(question.lower()))
    )


def _topic(question: str) -> str:
    """What a question is about: its rarest word, with the words beside it that name something too."""
    language = detect_language(question)
    runs: list[list[re.Match[str]]] = []
    end = -1
    for match in WORD.finditer(question):
        if not names(match.group()) or match.group().isdigit() or zipf(match.group().lower(), language) >= _EVERYDAY:
            continue
        if runs and question[end : match.start()].isspace():
            runs[-1].append(match)
        else:
            runs.append([match])
        end = match.end()
    if not runs:
        return " ".join(content(question)[-1:])
    best = min(runs, key=lambda run: min(zipf(match.group().lower(), language) for match in run))
    if len(best) > 1 and VERB_NEXT.fullmatch(question[: best[0].start()]) and best[0].group().islower():
        best = best[1:]  # "hoe groeide crowdfunding"
    while len(best) > 1 and _PARTICIPLE.fullmatch(best[-1].group()):
        best.pop()  # "verbazing gebaseerd"
    return question[best[0].start() : best[-1].end()]
