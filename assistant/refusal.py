"""Whether the essays speak of what is asked.

No similarity says so by itself: those of one question lie close together, whatever it asks. So the best
passage is held against sentences about everything else (data/background), as a whole and word by
word, and the words of the question against the words that the essays use. A logistic regression weighs
them; `python -m assistant.evaluation.calibrate` fits it anew on the calibration questions.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from assistant.background import Background
from assistant.compounds import without_link
from assistant.frequency import zipf
from assistant.intents import intent_of
from assistant.language import FUNCTION_WORDS, LANGUAGES
from assistant.lexical import STOP_WORDS, fold, stem
from assistant.retriever import Retriever, Search
from assistant.steps import ALL, Steps
from assistant.vocabulary import Vocabulary

_ASIDE = 1.0  # log-odds above the threshold from which on the essays speak of it without a doubt
_COMPOUND_CHARS = 8  # a shorter word is hardly a compound
_PART_CHARS = 4  # a part that is shorter is found by chance
_HALF_KNOWN = 0.6  # a word that is known less well than this is not the essays'
_USED = 1.5  # Zipf frequency below which a word in the lists may be an error, or nothing: "aaaaaaaaaa"
_COMMON = 2.4  # that most words of a longer question reach, and those of "lorem ipsum dolor sit amet" do not
_SURE = 0.64  # confidence from which one word that somebody uses is enough: the others are errors
_FEW = 2  # content words that may all be rare
_RARE = 3.5  # Zipf frequency below which a word is a term: "kwantumfysica", not "baas"
_NEAREST = 5  # background sentences that a question is held against as a whole
_COMPARED = 50  # background sentences that it is held against word by word
_NO_WORDS = -0.1  # contrast of a question without a content word, such as "???"
_WORD = re.compile(r"[^\W_]+")
_SUPERLATIVE = re.compile(r"ste?$")
_INVERTED = re.compile(r"\b(\w+) (?:je|jij|u|ik|we|wij|jullie|hij|zij|ze|men)\b", re.IGNORECASE)  # "bak je": a verb


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against an answer in the essays."""

    match: float  # weighted MaxSim of the best sentence, about 0.6 to 0.95
    near: float  # cosine of the nearest passage, about 0.8 to 0.9
    contrast: float  # of the worst matched content word (cosine in that passage minus that in the background) / words
    background: float  # mean cosine of the nearest background sentences, about 0.75 to 0.9
    known: float  # share of the content words that the essays use, weighted by rarity, 0 to 1
    strange_name: float  # how unknown the least known name or number is, 0 to 1
    contrasts: Mapping[str, float] = field(default_factory=dict)  # of each content word, as it is written

    def values(self) -> tuple[float, ...]:
        """The numbers in the order of the weights."""
        return (self.match, self.near, self.contrast, self.background, self.known, self.strange_name)


# Intercept, then a weight for each field of Evidence; fitted by assistant/evaluation/calibrate.py.
_WEIGHTS = {
    "essays": (-25.04, 16.99, 15.72, 30.02, -3.02, 2.97, -1.70),  # for a question in the essays' language
    "others": (-15.88, 18.54, 13.10, 49.17, -11.07, 0.00, 0.00),  # its words cannot be looked up in the essays
}

_USUAL = (0.85, 0.86, 0.01, 0.83, 0.9, 0.1)  # what an answerable question has, for a step that is switched off


def confidence(evidence: Evidence, *, is_lexical: bool, steps: Steps = ALL) -> float:
    """Between 0 and 1: how sure it is that the essays speak of what is asked."""
    intercept, *weights = _WEIGHTS["essays" if is_lexical else "others"]
    counts = (True, True, steps.background, steps.background, steps.vocabulary, steps.vocabulary)
    values = [one if counted else usual for one, usual, counted in zip(evidence.values(), _USUAL, counts, strict=True)]
    total = intercept + sum(weight * value for weight, value in zip(weights, values, strict=True))
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


def log_odds(sure: float) -> float:
    """The logarithm of the odds of a confidence between 0 and 1."""
    bounded = min(max(sure, 1e-12), 1 - 1e-12)
    return math.log(bounded / (1 - bounded))


def is_aside(sure: float, threshold: float) -> bool:
    """Whether a question is answered so near the threshold that the reader is told so."""
    return 0 < threshold < 1 and log_odds(sure) < log_odds(threshold) + _ASIDE


def makes_sense(search: Search, vocabulary: Vocabulary, sure: float = 0.0) -> bool:
    """Whether a question has a content word, and most of them are words that somebody uses.

    One is enough where it is `sure` (a confidence) that the essays speak of it.
    """
    empty = STOP_WORDS | FUNCTION_WORDS.get(search.language, frozenset())
    words = [word for word in _WORD.findall(search.question) if fold(word) not in empty]
    least = _USED if len(words) <= _FEW else _COMMON
    used = [
        word
        for word in words
        if any(zipf(word.lower(), language) >= least for language in LANGUAGES)
        or _is_half_known(fold(word), vocabulary)
        or _is_compound(word.lower())
        or word[:1].isdigit()
    ]
    return bool(words) and (2 * len(used) > len(words) or (sure >= _SURE and bool(used)))


def missing_words(search: Search, evidence: Evidence, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The words of a question that the essays neither use nor mean, as of half a comparison."""
    compared = frozenset().union(*intent_of(search.question).sides)
    verbs = frozenset(_INVERTED.findall(search.question))

    def is_telling(word: str) -> bool:
        word_or_base = {word.lower(), _SUPERLATIVE.sub("", word.lower())}  # "vaakst" is as common as "vaak"
        is_rare = max(zipf(form, search.language) for form in word_or_base) < _RARE
        is_name = _is_name(word, search.language, is_first=search.question.startswith(word))
        return is_rare or is_name or stem(fold(word)) in compared

    return tuple(
        word
        for word, contrast in evidence.contrasts.items()
        if search.is_lexical
        and contrast < 0
        and word not in verbs
        and not _is_half_known(fold(word), vocabulary)
        and is_telling(word)
    )


def _is_half_known(word: str, vocabulary: Vocabulary) -> bool:
    """Whether the essays use a word, or one of which it is part, or most of its parts; an error is no excuse."""
    return word in vocabulary or (len(word) >= _COMPOUND_CHARS and vocabulary.knows(word) >= _HALF_KNOWN)


def _is_compound(word: str) -> bool:
    """Whether a word that nobody's list has is made of two that somebody uses: "guerrillamarketing"."""

    def is_used(part: str) -> bool:
        return len(part) >= _PART_CHARS and any(zipf(part, language) >= _COMMON for language in LANGUAGES)

    return any(
        is_used(tail) and any(head not in tail and is_used(head) for head in without_link(word[:cut]))
        for cut in range(_PART_CHARS, len(word) - _PART_CHARS + 1)
        if (tail := word[cut:])
    )


def weigh(search: Search, retriever: Retriever, background: Background) -> Evidence:
    """The evidence for a question that was looked up."""
    passages = [search.matches[hit.passage.id].max(axis=0) for hit in search.hits]
    best = max(passages, key=lambda passage: float(passage @ search.weights))
    similar = background.sentences @ search.vectors.vector
    nearest = np.argsort(-similar)[:_COMPARED]
    in_background = background.match(search.vectors, nearest)
    vocabulary, rarity = retriever.vocabulary, retriever.index.lexical_passages.idf
    empty = STOP_WORDS | FUNCTION_WORDS.get(search.language, frozenset())
    split = _split_compounds(search.question, vocabulary)
    contrasts: dict[str, float] = {}
    known: list[tuple[float, float]] = []  # rarity, how well known
    names: list[float] = []  # how well known
    for found in _WORD.finditer(search.question):
        word = fold(found.group())
        tokens = [
            number
            for number, (start, end) in enumerate(search.vectors.spans)
            if end > found.start() and start < found.end()
        ]
        if word in empty or len(word) < 2 or not tokens:
            continue
        contrasts[found.group()] = float((best[tokens] - in_background[tokens]).mean())
        known.append((rarity(stem(word)), max(vocabulary.knows(word), split.get(found.start(), 0.0))))
        if _is_name(found.group(), search.language, is_first=found.start() == 0):
            names.append(known[-1][1])
    return Evidence(
        match=max(float((search.matches[hit.passage.id] @ search.weights).max()) for hit in search.hits),
        near=search.near,
        contrast=min(contrasts.values(), default=_NO_WORDS) / max(len(contrasts), 1),
        background=float(np.mean(similar[nearest[:_NEAREST]])),
        known=sum(rare * how for rare, how in known) / sum(rare for rare, _ in known) if known else 0.0,
        strange_name=1 - min(names, default=1.0),
        contrasts=contrasts,
    )


def _split_compounds(question: str, vocabulary: Vocabulary) -> dict[int, float]:
    """Where words stand that are known when written as one ("betekenis marketing"), and how well."""
    found = list(_WORD.finditer(question))
    known: dict[int, float] = {}
    for one, other in pairwise(found):
        how = vocabulary.recognises(fold(one.group() + other.group()))
        for word in (one, other):
            known[word.start()] = max(how, known.get(word.start(), 0.0))
    return known


def _is_name(word: str, language: str, *, is_first: bool) -> bool:
    """Whether a word of a question is a name, an abbreviation or a number, by its looks."""
    if any(char.isdigit() for char in word) or (word.isupper() and len(word) > 1):
        return True
    return word[:1].isupper() and not is_first and language != "de"  # in German every noun has a capital
