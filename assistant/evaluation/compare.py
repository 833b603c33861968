"""Plain variants side by side, and each of our steps switched off in turn: the ablation of docs/evaluation.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from assistant.assistant import Assistant
from assistant.bm25 import Bm25
from assistant.compounds import Compounds
from assistant.evaluation.evaluate import DEPTH, evaluate
from assistant.evaluation.measures import Measures, measures, ranking_measures
from assistant.evaluation.questions import Question
from assistant.fusion import Scores, fuse
from assistant.index import Index
from assistant.lexical import content_words, pieces, stems, terms
from assistant.parts import text_with_headings
from assistant.retriever import Retriever
from assistant.steps import ALL, Steps

Ranker = Callable[[str], Scores]  # from a question to the score of every passage

# What is switched off, and what that is called.
_WITHOUT = {
    "dense": "dense search",
    "lexical": "lexical search",
    "compounds": "parts of compounds",
    "pieces": "pieces of words",
    "word_by_word": "late interaction",
    "mending": "typing errors mended",
}
_WITHOUT_IN_ANSWERS = {
    "intents": "the kind of answer",
    "growth": "neighbouring sentences",
    "background": "the background",
    "vocabulary": "the essays' vocabulary",
    "conversation": "the turns before",
}


def rankers(index: Index) -> dict[str, Ranker]:
    """Plain lexical rankings of the passages of an index, by their names."""
    texts = [text_with_headings(passage) for passage in index.passages]
    parts = Compounds(index.words).parts

    def with_parts(text: str) -> list[str]:
        return terms(text, parts)

    kinds: dict[str, Callable[[str], list[str]]] = {
        "BM25, words": content_words,
        "BM25, stems": stems,
        "BM25, stems and parts of compounds": with_parts,
        "BM25, pieces of words": pieces,
    }
    found: dict[str, Ranker] = {}
    for name, split in kinds.items():
        bm25 = Bm25.of(split(text) for text in texts)
        found[name] = lambda question, bm25=bm25, split=split: bm25.scores(split(question))  # type: ignore[misc]
    return found


def dense_ranker(retriever: Retriever) -> Ranker:
    """The cosine of each passage's vector to a question's."""
    return lambda question: retriever.similarities(retriever.embedder.embed_question(question))


def fused_ranker(one: Ranker, other: Ranker) -> Ranker:
    """Two rankings, half and half."""
    return lambda question: fuse((0.5, one(question)), (0.5, other(question)))


def compare_rankings(
    retriever: Retriever, asked: Mapping[str, str], relevance: dict[str, dict[str, int]]
) -> dict[str, Measures]:
    """The measures of each ranking: plain ones, ours, and ours without each step.

    `asked` gives the questions by their names, `relevance` by the same names that of passages by their id.
    """
    plain = rankers(retriever.index)
    dense = dense_ranker(retriever)
    plain |= {
        "dense": dense,
        "BM25 with stems and dense, fused": fused_ranker(plain["BM25, stems"], dense),
    }
    rows: dict[str, Measures] = {}
    for name, ranker in plain.items():
        rankings = {key: _best(ranker(question)) for key, question in asked.items()}
        rows[name] = ranking_measures(relevance, rankings)
    for name, steps in _variants(_WITHOUT).items():
        found = {key: retriever.search(question, DEPTH, steps=steps).hits for key, question in asked.items()}
        rows[name] = ranking_measures(
            relevance, {key: {str(hit.passage.id): hit.score for hit in hits} for key, hits in found.items()}
        )
    return rows


def compare_answers(assistant: Assistant, questions: Sequence[Question]) -> dict[str, Measures]:
    """The measures of the answers, ours and ours without each step."""
    rows: dict[str, Measures] = {}
    before = assistant.steps
    try:
        for name, steps in _variants({**_WITHOUT, **_WITHOUT_IN_ANSWERS}).items():
            assistant.steps = steps
            rows[name] = measures(evaluate(assistant, questions))
    finally:
        assistant.steps = before
    return rows


def _variants(without: Mapping[str, str]) -> dict[str, Steps]:
    """All steps, and all but one of those named."""
    return {"ours": ALL} | {f"ours without {what}": replace(ALL, **{step: False}) for step, what in without.items()}


def _best(scores: Scores) -> dict[str, float]:
    order = np.argsort(-scores, kind="stable")[:DEPTH]
    return {str(int(number)): float(scores[number]) for number in order}
