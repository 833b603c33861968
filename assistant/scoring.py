"""How well each sentence of the hits answers the question.

The signs below are added up with weights that `python -m assistant.evaluation.calibrate` fits to the
development questions: a conditional logit, in which the sentences of one question compete with each
other (McFadden 1974; as a loss for rankings ListNet, Cao et al. 2007).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.definitions import definition_cue
from assistant.embedder import Vectors
from assistant.fusion import Scores, standardise
from assistant.index import Index
from assistant.intents import intent_of
from assistant.lexical import pieces
from assistant.retriever import Search
from assistant.shelf import Shelf, asks, leans
from assistant.steps import ALL, Steps

# The weight of each sign; but for two fitted by assistant/evaluation/calibrate.py.
WEIGHTS = {
    "match": 0.29,  # MaxSim, each token of the question measured against the other sentences
    "in context": 0.78,  # MaxSim of the sentence read together with the one before it
    "own": 0.16,  # share of the question that no other sentence of its passage matches better
    "sentence": 0.37,  # cosine of the sentence's vector to the question's
    "passage": 0.58,  # the score of its passage
    "pieces": 0.06,  # share of the question's pieces of words
    "heading": 0.58,  # share of the question that the title and the headings name
    "intent": 0.97,  # tells the kind of thing that is asked for
    "defines": 2.5,  # says what is asked about is; set, not fitted: such a sentence comes first
    "item": 1.23,  # is an item, where a list is asked for
    "right list": 2.5,  # of a list of as many things as are asked for; set, not fitted: few questions show it
    "question": -0.81,  # asks instead of telling
    "after question": 0.29,  # stands behind a sentence that asks
    "leans": -0.02,  # cannot be understood alone
}


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs of some sentences."""

    numbers: tuple[int, ...]  # of the sentences in the index
    values: NDArray[np.float32]  # (sentences, signs), in the order of `WEIGHTS`


def scores(signs: Signs) -> dict[int, float]:
    """The score of each sentence, by its number."""
    total = signs.values @ np.array(list(WEIGHTS.values()), np.float32)
    return dict(zip(signs.numbers, map(float, total), strict=True))


def signs_of(search: Search, index: Index, shelf: Shelf, steps: Steps = ALL) -> Signs:
    """The signs of every sentence of the hits."""
    numbers: list[int] = []
    matches: list[Scores] = []
    in_context: list[Scores] = []
    own: list[Scores] = []
    vectors: list[Vectors] = []
    of_passage: list[float] = []
    for hit in search.hits:
        first, last = index.first_sentence[hit.passage.id : hit.passage.id + 2]
        numbers.extend(range(first, last))
        match = search.matches[hit.passage.id]
        matches.append(match)
        in_context.append(np.maximum(match, np.concatenate([match[:1], match[:-1]])) @ search.weights)
        own.append((match == match.max(axis=0)) @ search.weights)
        vectors.append(index.sentence_vectors_of(hit.passage.id))
        of_passage.extend([hit.score] * int(last - first))
    if not numbers:
        return Signs((), np.zeros((0, len(WEIGHTS)), np.float32))
    by_token = np.concatenate(matches)  # (sentences, tokens of the question)
    usual, spread = by_token.mean(axis=0), by_token.std(axis=0) + 1e-6
    texts = [shelf.text(number) for number in numbers]
    intent = intent_of(search.question if steps.intents else "", language=search.language)
    items = [shelf.sentences[number].is_item and intent.wants_list for number in numbers]
    values = {
        "match": ((by_token - usual) / spread) @ search.weights,
        "in context": standardise(np.concatenate(in_context)),
        "own": standardise(np.concatenate(own)),
        "sentence": standardise(np.concatenate(vectors) @ search.vectors.vector),
        "passage": standardise(np.array(of_passage, np.float32)),
        "pieces": _shared_pieces(search, shelf, numbers),
        "heading": _named_above(search, shelf, index, numbers),
        "intent": [intent.worth(text) for text in texts],
        "defines": _defines(search, shelf, numbers) if steps.intents else [0.0] * len(numbers),
        "item": items,
        "right list": [
            is_item and shelf.items_around(number) == intent.list_length
            for number, is_item in zip(numbers, items, strict=True)
        ],
        "question": [asks(text) for text in texts],
        "after question": [shelf.follows(number - 1) and asks(shelf.text(number - 1)) for number in numbers],
        "leans": [leans(text) for text in texts],
    }
    return Signs(tuple(numbers), np.array([values[name] for name in WEIGHTS], np.float32).T)


def _shared_pieces(search: Search, shelf: Shelf, numbers: Sequence[int]) -> Scores:
    """The share of a question's pieces of words that each sentence has, standardised; 0 in another language."""
    asked = frozenset(pieces(search.question)) if search.is_lexical else frozenset()
    if not asked:
        return np.zeros(len(numbers), np.float32)
    return standardise(np.array([len(asked & shelf.pieces(number)) / len(asked) for number in numbers], np.float32))


def _defines(search: Search, shelf: Shelf, numbers: Sequence[int]) -> list[float]:
    """How surely each sentence defines what the question asks for, 0 to 1."""
    cue = definition_cue(search.question, same_language=search.is_lexical)
    if cue is None:
        return [0.0] * len(numbers)
    before = {number: shelf.text(number - 1) if shelf.follows(number - 1) else "" for number in numbers}
    return [cue(shelf.text(number), before[number]) for number in numbers]


def _named_above(search: Search, shelf: Shelf, index: Index, numbers: Sequence[int]) -> list[float]:
    """The share of a question's words, weighted by rarity, that stand in the headings above each sentence."""
    rarity = (
        {word: index.lexical_passages.idf(word) for word in dict.fromkeys(search.terms)} if search.is_lexical else {}
    )
    whole = sum(rarity.values()) or 1.0
    above = [shelf.stems_above(number) for number in numbers]
    return [sum(rare for word, rare in rarity.items() if word in words) / whole for words in above]
