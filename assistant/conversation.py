"""What a question means after the questions before it.

Pronouns, ellipsis and bare question words tell that a question points back. Without a language model
nobody knows to what; so each way to read it is written out, and the caller compares how well the essays
answer them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.framing import without_frame
from assistant.frequency import zipf
from assistant.language import FUNCTION_WORDS, LANGUAGES, detect_language
from assistant.lexical import STOP_WORDS, fold
from assistant.messages import message
from assistant.small_talk import small_talk, without_small_talk
from assistant.types import History

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_EMPTY = STOP_WORDS.union(*FUNCTION_WORDS.values()) | frozenset(
    "qu'est-ce est-ce mee nog dan wel vandaan a-t-il".split()
)
_NOUNS = frozenset("verschil schrijver auteur voorbeeld soort manier author".split())  # empty, but "het" is theirs


def _one_of(words: str) -> str:
    """A pattern for any of some words."""
    return f"(?:{'|'.join(word.replace('_', ' ') for word in words.split())})"


_AND = re.compile(rf"^{_one_of('en maar of and but or und aber oder et mais ou')}\b[,\s]*(?:dan\b\s*)?", re.IGNORECASE)
_AND_ABOUT = re.compile(
    rf"^(?:{_one_of('en maar and but und aber et mais')}\b\W*)?"
    r"(?:hoe zit het(?: dan)? met|wat (?:dacht je )?van|what about|how about|was ist mit|wie ist es mit|et pour|"
    r"qu'en est-il de)\s+",
    re.IGNORECASE,
)
_QUESTION_WORDS = _one_of(
    "wat wie waar\\w* wanneer welke? hoe\\w* waarom is zijn kun kan heeft hebben moet mag wordt what who when where "
    "which how why are can does do did was wer wann wo welche\\w* warum ist sind kann qui que quand où quel\\w* "
    "comment pourquoi est"
)
_ASKS = re.compile(rf"^{_QUESTION_WORDS}\b", re.IGNORECASE)
# Pronouns that stand for a thing or a person; the second kind may also stand before its noun ("dat boek").
_ALONE = r"(?<![\w-])"
_APART = r"(?![\w-])"
_PRONOUN = _one_of("hij zij ze hem it they them he she him es ihn ihm cela ça ca ceci celui-ci il elle ils elles lui")
_DETERMINER = _one_of("het dat dit die deze that this these those das dies diese dieser")
_ADVERB = re.compile(
    rf"{_ALONE}(?:daar|hier|er)"
    rf"({_one_of('aan mee door om bij voor van naast na in op uit tegen toe over achter onder tussen')}){_APART}",
    re.IGNORECASE,
)
_POSSESSIVES = _one_of("haar hun diens its his her their seine? ihre? leur")
_PLACES = _one_of("daar hier one dafür davon damit daran dazu darum dabei darüber")
_OTHER_POINTERS = re.compile(
    rf"{_ALONE}(?:{_POSSESSIVES}|{_PLACES}){_APART}|-t-{_one_of('il elle on')}\b|"
    rf"^{_one_of('comment pourquoi où quand qui')} l[ea]s? \w+(?:er|ir|re)\b|"
    rf"\ber\b(?:\W+\w+){{1,4}}\W+{_one_of('mee aan in over van voor bij op uit door toe tegen')}\W*$",
    re.IGNORECASE,
)
_BEFORE_MORE = _one_of(
    "en heb_je zijn_er is_er is_there weet_je kun_je kunt_u can_you kannst_du peux-tu vertel geef noem and any tell_me "
    "give_me und gibt_es et encore nog me mij er dan hier daar wat iets something etwas noch"
)
_MORE_ITSELF = _one_of(
    "nog_iets noch_etwas meer more mehr plus verder anderen? others? what_else else anything_else weitere? "
    "autre_chose encore ga_door go_on continue weiter"
)
_AFTER_MORE = _one_of(
    "hierover daarover erover over vertellen geven noemen beispiele exemples voorbeelden examples dan about_it dazu "
    "zijn_er is_there te"
)
_MORE = re.compile(rf"^(?:{_BEFORE_MORE}\W+)*{_MORE_ITSELF}(?:\W+{_AFTER_MORE})*\W*$", re.IGNORECASE)
_MIXES = {"nl": "van", "en": "of", "de": "von", "fr": "de"}
_PREPOSITIONS = {"mee": "met", "toe": "tot"}
_MAX_TURNS_BACK = 10
_PARTICIPLE = re.compile(r"(?:ge\w{3,}(?:d|t|en)|(?:be|ver|ont)\w{3,}[dt])")
_VERB_NEXT = re.compile(r"(?:hoe|waar\w*|wanneer|wie|wat|who|wer|was|wann|wo|warum|wieso)\s+", re.IGNORECASE)
_EVERYDAY = 5.4  # Zipf frequency from which on a word ("get", "mensen") is no topic
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
    if not earlier or _WORD.search(question) is None:
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
    """Whether a question has a word that stands for something named before, or begins with "and"."""
    return (
        _AND.match(question) is not None
        or _AND_ABOUT.match(question) is not None
        or _OTHER_POINTERS.search(question) is not None
        or bool(_replaced(question, "x"))
    )


def content(question: str) -> list[str]:
    """The words of a question that name something, in order, as they are written."""
    return [match.group() for match in _WORD.finditer(question) if _names(match.group())]


def _names(word: str) -> bool:
    """Whether a word names something, other than "is", "the" or "eraan"."""
    return fold(word).replace("’", "'") not in _EMPTY and _ADVERB.fullmatch(word) is None


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
        question = without_frame(without_small_talk(asked))
        own = content(question)
        leans = len(own) <= _FEW_WORDS and points_back(question)
        if _MORE.match(fold(question)) or _WORD.search(question) is None:
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
    rest = _AND_ABOUT.sub("", question)
    if rest == question:
        rest = _AND.sub("", question)
    is_ellipsis = rest != question and not _ASKS.match(rest) and not _replaced(rest, topic)
    rest = rest.strip(" ?!.")
    if not own:
        if replaced := _replaced(question, topic):
            return [replaced]
        return [f"{question.strip(' ?!.')}: {earlier}"]
    if is_ellipsis and len(rest.split()) <= len(content(rest)) + 1:  # "en lefmarketing?", "and the drawbacks?"
        return [earlier.replace(topic, " ".join(content(rest)), 1), f"{rest} {_MIXES[language]} {topic}?"]
    if replaced := _replaced(question, topic):
        return [replaced]
    return [f"{question.strip(' ?!.')} ({topic})?"]


def _topic(question: str) -> str:
    """What a question is about: its rarest word, with the words beside it that name something too."""
    language = detect_language(question)
    runs: list[list[re.Match[str]]] = []
    end = -1
    for match in _WORD.finditer(question):
        if not _names(match.group()) or match.group().isdigit() or zipf(match.group().lower(), language) >= _EVERYDAY:
            continue
        if runs and question[end : match.start()].isspace():
            runs[-1].append(match)
        else:
            runs.append([match])
        end = match.end()
    if not runs:
        return " ".join(content(question)[-1:])
    best = min(runs, key=lambda run: min(zipf(match.group().lower(), language) for match in run))
    if len(best) > 1 and _VERB_NEXT.fullmatch(question[: best[0].start()]) and best[0].group().islower():
        best = best[1:]  # "hoe groeide crowdfunding"
    while len(best) > 1 and _PARTICIPLE.fullmatch(best[-1].group()):
        best.pop()  # "verbazing gebaseerd"
    return question[best[0].start() : best[-1].end()]


def _replaced(question: str, topic: str) -> str:
    """The question with its pronoun replaced by the topic; "" where it has none that stands alone."""
    if match := _ADVERB.search(question):
        preposition = _PREPOSITIONS.get(match.group(1).lower(), match.group(1).lower())
        return question[: match.start()] + f"{preposition} {topic}" + question[match.end() :]
    pronoun = _PRONOUN if detect_language(question) != "de" else f"(?:er|sie|{_PRONOUN})"
    if match := re.search(rf"{_ALONE}{pronoun}{_APART}", question) or re.match(
        rf"{pronoun}\b", question, re.IGNORECASE
    ):
        return question[: match.start()] + topic + question[match.end() :]
    for match in re.finditer(rf"{_ALONE}{_DETERMINER}{_APART}", question, re.IGNORECASE):
        following = _WORD.search(question, match.end())
        if following is None or (fold(following.group()) in _EMPTY and fold(following.group()) not in _NOUNS):
            return question[: match.start()] + topic + question[match.end() :]
    return ""
