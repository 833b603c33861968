"""Fits the weights of the refusal: `python -m assistant.evaluation.calibrate`.

On the development questions of two corpora, so that no one corpus decides: the shipped essays and
tests/data/calibration_corpus. The test questions and tests/data/other_corpus are never looked at. The
intercept is then moved so that at confidence 0.5 the given share of the answerable development questions
is refused.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.background import load_background
from assistant.cli import ensure_index
from assistant.evaluation.questions import read_questions
from assistant.refusal import weigh
from assistant.retriever import Retriever
from assistant.settings import Settings

_SETS = (
    (Path("corpus"), Path("tests/questions.jsonl")),
    (Path("tests/data/calibration_corpus"), Path("tests/data/calibration_questions.jsonl")),
)
_LOOKED_UP = [3, 4]  # fields of Evidence that need the question's words in the essays' language
_REGULARISATION = 1.0  # on standardised values: few questions, four weights


def main() -> None:
    """Print the weights for assistant/refusal.py."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--wrong-refusals", type=float, default=0.06, help="share of answerable questions (default 0.06)"
    )
    options = parser.parse_args()
    rows = _rows(Settings.from_environment())
    for group, is_lexical in (("essays", True), ("others", False)):
        chosen = [row for row in rows if row[1] == is_lexical]
        values = np.array([row[0] for row in chosen])
        answerable = np.array([row[2] for row in chosen])
        if not is_lexical:
            values[:, _LOOKED_UP] = 0.0
        mean, deviation = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-9)
        model = LogisticRegression(C=_REGULARISATION).fit((values - mean) / deviation, answerable)
        weights = np.where(values.std(axis=0) > 0, model.coef_[0] / deviation, 0.0)
        scores = values @ weights
        intercept = -float(np.quantile(scores[answerable], options.wrong_refusals))
        refused = scores + intercept < 0
        print(f'    "{group}": ({", ".join(f"{number:.2f}" for number in (intercept, *weights))}),')
        print(
            f"      # {answerable.sum()} answerable, {(~answerable).sum()} unanswerable: "
            f"AUC {roc_auc_score(answerable, scores):.3f}, wrong refusals {refused[answerable].mean():.2f}, "
            f"right refusals {refused[~answerable].mean():.2f}"
        )


def _rows(settings: Settings) -> list[tuple[tuple[float, ...], bool, bool]]:
    """The evidence, whether the words could be looked up, and whether the essays answer, question by question."""
    rows = []
    for corpus, questions in _SETS:
        with TemporaryDirectory() as folder:
            ensure_index(corpus, Path(folder), settings)
            retriever = Retriever.open(folder, settings)
            background = load_background(retriever.embedder, settings)
            for question in read_questions(questions):
                if question.split == "development":
                    search = retriever.search(question.question)
                    evidence = weigh(search, retriever, background)
                    rows.append((evidence.values(), search.is_lexical, question.is_answerable))
    return rows


if __name__ == "__main__":
    main()
