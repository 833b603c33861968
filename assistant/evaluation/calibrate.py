"""Fits the weights of the choice of sentences and of the refusal: `python -m assistant.evaluation.calibrate`.

On the development questions of three corpora, so that no one corpus decides: the shipped essays,
tests/data/calibration_corpus and tests/data/other_corpus. The choice of sentences is fitted on the practice
essays in pairs too, which are many; the refusal is not, since their questions are meaner than what people ask:
half of them are about what the one essay says and the other does not. Test questions are never looked at.
Beside the weights it prints how well those of the others do on each corpus, which is what another corpus can
expect. It takes some ten minutes on two cores.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.background import load_background
from assistant.cli import ensure_index
from assistant.evaluation.pairs import write_corpora
from assistant.evaluation.questions import places_of, read_questions
from assistant.framing import without_frame
from assistant.refusal import weigh
from assistant.retriever import Retriever
from assistant.scoring import WEIGHTS, signs_of
from assistant.settings import Settings
from assistant.shelf import Shelf
from assistant.small_talk import request
from assistant.types import Sentence, Span

SETS = {
    "essays": (Path("corpus"), Path("tests/questions.jsonl")),
    "calibration": (Path("tests/data/calibration_corpus"), Path("tests/data/calibration_questions.jsonl")),
    "other": (Path("tests/data/other_corpus"), Path("tests/data/other_questions.jsonl")),
}
_PAIRS = "pairs"
_ALSO = 0.3  # what a sentence counts that says a part of the answer, against 1 for one that answers
_RIDGE = 2.0  # of the weights of signs
_LOOKED_UP = [4, 5]  # fields of Evidence that need the question's words in the essays' language
_WRONG_REFUSALS = 0.05  # share of answerable questions at which right refusals are compared
_SHARE = 0.6  # of the shorter of a sentence and a quote that both must hold
Floats = NDArray[np.float64]


@dataclass(slots=True)
class Row:
    """One development question."""

    corpus: str
    is_answerable: bool
    is_lexical: bool
    evidence: tuple[float, ...]
    signs: Floats  # (sentences, signs)
    relevance: Floats  # (sentences,): 1 for one that answers, less for one that says a part


def main() -> None:
    """Print the weights for assistant/scoring.py and assistant/refusal.py, and how well they do."""
    with TemporaryDirectory() as folder:
        pairs = [(_PAIRS, corpus, questions) for corpus, questions in write_corpora(Path(folder))]
        sets = [*((name, *paths) for name, paths in SETS.items()), *pairs]
        rows = [row for one in sets for row in read_rows(*one, Settings.from_environment())]
    _print_signs([row for row in rows if row.is_answerable and row.relevance.max(initial=0) == 1])
    _print_refusal(rows)


def read_rows(name: str, corpus: Path, questions: Path, settings: Settings) -> Iterator[Row]:
    """The signs and the evidence of every development question to a corpus that stands alone."""
    with TemporaryDirectory() as folder:
        ensure_index(corpus, Path(folder), settings)
        retriever = Retriever.open(folder, settings)
        background = load_background(retriever.embedder, settings)
        shelf = Shelf(retriever.index)
        for question in read_questions(questions):
            if question.split != "development" or question.turns or request(question.question):
                continue
            search = retriever.search(without_frame(question.question))
            signs = signs_of(search, retriever.index, shelf)
            gold, also = (
                places_of(question, quotes, retriever.index.documents) for quotes in (question.gold, question.also)
            )
            relevance = [
                1.0
                if _is_at(shelf.sentences[number], shelf.documents[number].source, gold)
                else _ALSO * _is_at(shelf.sentences[number], shelf.documents[number].source, also)
                for number in signs.numbers
            ]
            yield Row(
                name,
                question.is_answerable,
                search.is_lexical,
                weigh(search, retriever, background).values(),
                signs.values.astype(np.float64),
                np.array(relevance),
            )


def _is_at(sentence: Sentence, source: str, places: Sequence[tuple[str, Span]]) -> bool:
    """Whether a sentence and one of some quotes hold most of each other."""
    return any(
        where == source
        and min(sentence.end, span.end) - max(sentence.start, span.start)
        >= _SHARE * min(sentence.end - sentence.start, span.end - span.start)
        for where, span in places
    )


def fit_signs(rows: Sequence[Row]) -> Floats:
    """The weights under which the sentences that answer win from the others of their question."""

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, slope = _RIDGE * float(weights @ weights), 2 * _RIDGE * weights
        for row in rows:
            scores = row.signs @ weights
            likely = np.exp(scores - scores.max())
            likely /= likely.sum()
            wanted = row.relevance / row.relevance.sum()
            total -= float(wanted @ np.log(likely + 1e-300))
            slope = slope + row.signs.T @ (likely - wanted)
        return total, slope

    found: Any = minimize(loss, np.zeros(len(WEIGHTS)), jac=True, method="L-BFGS-B")
    return np.asarray(found.x, np.float64)


def _print_signs(rows: Sequence[Row]) -> None:
    print("WEIGHTS = {")
    for name, weight in zip(WEIGHTS, fit_signs(rows), strict=True):
        print(f'    "{name}": {weight:.2f},')
    print("}")
    for corpus in (*SETS, _PAIRS):
        held = [row for row in rows if row.corpus == corpus]
        weights = fit_signs([row for row in rows if row.corpus != corpus])
        first = [row.relevance[np.argmax(row.signs @ weights)] for row in held]
        ranks = [1 + int((row.signs @ weights > (row.signs @ weights)[row.relevance == 1].max()).sum()) for row in held]
        print(
            f"# {corpus}, by the others: best sentence answers {np.mean(np.array(first) == 1):.3f}, "
            f"at least in part {np.mean(np.array(first) > 0):.3f}, RR {np.mean(1 / np.array(ranks)):.3f}"
        )


def _print_refusal(rows: Sequence[Row]) -> None:
    for group, is_lexical in (("essays", True), ("others", False)):
        chosen = [row for row in rows if row.is_lexical == is_lexical and row.corpus in SETS]
        intercept, weights = fit_refusal(chosen, is_lexical=is_lexical)
        print(f'    "{group}": ({", ".join(f"{number:.2f}" for number in (intercept, *weights))}),')
        for corpus in (*SETS, _PAIRS):
            held = [row for row in rows if row.is_lexical == is_lexical and row.corpus == corpus]
            fitted = fit_refusal([row for row in chosen if row.corpus != corpus], is_lexical=is_lexical)
            scores = np.array([row.evidence for row in held]) @ fitted[1] + fitted[0]
            answerable = np.array([row.is_answerable for row in held])
            least = np.quantile(scores[answerable], _WRONG_REFUSALS)
            print(
                f"# {corpus}, by the others: {answerable.sum()} answerable, {(~answerable).sum()} not: "
                f"AUC {roc_auc_score(answerable, scores):.3f}, "
                f"right refusals {(scores[~answerable] < least).mean():.3f} at {_WRONG_REFUSALS:.0%} wrong ones"
            )


def fit_refusal(rows: Sequence[Row], *, is_lexical: bool) -> tuple[float, Floats]:
    """The intercept and the weights of a logistic regression; each class counts half."""
    values = np.array([row.evidence for row in rows])
    answerable = np.array([row.is_answerable for row in rows])
    if not is_lexical:
        values[:, _LOOKED_UP] = 0.0
    mean, deviation = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-9)
    model = LogisticRegression(class_weight="balanced", max_iter=1_000).fit((values - mean) / deviation, answerable)
    weights = np.where(values.std(axis=0) > 1e-9, model.coef_[0] / deviation, 0.0)
    return float(model.intercept_[0] - mean @ weights), weights


if __name__ == "__main__":
    main()
