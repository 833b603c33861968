"""Whether the essays speak of what is asked.

No similarity says so by itself: those of one question lie close together, whatever it asks. So the best
passage is held against sentences about everything else (data/background), as a whole and word by
word, and the words of the question against the words that the essays use. A logistic regression weighs
them; `python -m assistant.evaluation.calibrate` fits it anew on the calibration questions.
"""

from __future__ import annotations

import math
import re
from dataclasses import astuple, dataclass
from itertools import pairwise

import numpy as np

from assistant.background import Background
from assistant.language import FUNCTION_WORDS
from assistant.lexical import STOP_WORDS, fold, stem
from assistant.retriever import Retriever, Search
from assistant.vocabulary import Vocabulary

THRESHOLD = 0.5  # below this confidence a question is refused
_NEAREST = 5  # background sentences that a question is held against as a whole
_COMPARED = 50  # background sentences that it is held against word by word
_SHARPNESS = 25.0  # of the soft minimum; chosen with the weights, by AUC on the development questions
_NO_WORDS = -0.1  # contrast of a question without a content word, such as "???"
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against an answer in the essays."""

    match: float  # MaxSim of the best passage, about 0.7 to 0.95
    contrast: float  # of the worst matched content words: cosine in that passage minus that in the background
    background: float  # mean cosine of the nearest background sentences, about 0.75 to 0.9
    known: float  # share of the content words that the essays use, weighted by rarity, 0 to 1
    strange_name: float  # how unknown the least known name or number is, 0 to 1

    def values(self) -> tuple[float, ...]:
        """The numbers in the order of the weights."""
        return astuple(self)


# Intercept, then a weight for each field of Evidence; fitted by assistant/evaluation/calibrate.py.
_WEIGHTS = {
    "essays": (-24.30, 3.90, 27.03, 26.61, 1.63, -1.19),  # for a question in the essays' language
    "others": (-5.69, 8.55, 29.11, 0.74, 0.00, 0.00),  # its words cannot be looked up in the essays
}


def confidence(evidence: Evidence, *, is_lexical: bool) -> float:
    """Between 0 and 1: how sure it is that the essays speak of what is asked."""
    intercept, *weights = _WEIGHTS["essays" if is_lexical else "others"]
    total = intercept + sum(weight * value for weight, value in zip(weights, evidence.values(), strict=True))
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


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
    contrasts: list[float] = []
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
        contrasts.append(float((best[tokens] - in_background[tokens]).mean()))
        known.append((rarity(stem(word)), max(vocabulary.knows(word), split.get(found.start(), 0.0))))
        if _is_name(found.group(), search.language, is_first=found.start() == 0):
            names.append(known[-1][1])
    return Evidence(
        match=float(best @ search.weights),
        contrast=_softest(contrasts),
        background=float(np.mean(similar[nearest[:_NEAREST]])),
        known=sum(rare * how for rare, how in known) / sum(rare for rare, _ in known) if known else 0.0,
        strange_name=1 - min(names, default=1.0),
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


def _softest(contrasts: list[float]) -> float:
    """The lowest of some contrasts, the others counting where they are nearly as low (a soft minimum)."""
    if not contrasts:
        return _NO_WORDS
    return -math.log(sum(math.exp(-_SHARPNESS * one) for one in contrasts) / len(contrasts)) / _SHARPNESS


def _is_name(word: str, language: str, *, is_first: bool) -> bool:
    """Whether a word of a question is a name, an abbreviation or a number, by its looks."""
    if any(char.isdigit() for char in word) or (word.isupper() and len(word) > 1):
        return True
    return word[:1].isupper() and not is_first and language != "de"  # in German every noun has a capital
