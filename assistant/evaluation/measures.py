"""From outcomes to measures, their intervals and the risk-coverage curve; docs/evaluation.md defines each.

Rankings are measured by ir_measures under the names of the field; the rest is ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from assistant.errors import AssistantError
from assistant.evaluation.evaluate import Outcome

try:
    import ir_measures
except ImportError:
    raise AssistantError("Measuring needs ir_measures, which is not installed. Run: pip install ir_measures") from None

RANKING = {
    "Success@5": ir_measures.Success(rel=2) @ 5,
    "R@5": ir_measures.R(rel=2) @ 5,
    "RR@10": ir_measures.RR(rel=2) @ 10,
    "nDCG@10": ir_measures.nDCG @ 10,
}
Measures = dict[str, float | None]
_RESAMPLES = 1_000


def measures(outcomes: Sequence[Outcome]) -> Measures:
    """Every measure over some outcomes; None where there is nothing to measure."""
    answerable = [one for one in outcomes if one.is_answerable]
    answered = [one for one in answerable if not one.is_refused]
    refused = [one for one in outcomes if one.is_refused]
    shown = sum(one.excerpts for one in answered)
    return {
        "questions": len(outcomes),
        **ranking_measures({one.id: one.relevance for one in answerable}, {one.id: one.ranking for one in answerable}),
        "gold shown": _share(one.shows_gold for one in answerable),
        "excerpts": shown / len(answered) if answered else None,
        "precision": sum(one.right_excerpts for one in answered) / shown if shown else None,
        "refusal recall": _share(one.is_refused for one in outcomes if not one.is_answerable),
        "refusal precision": _share(not one.is_answerable for one in refused),
        "wrong refusals": _share(one.is_refused for one in answerable),
        "inexact": sum(one.inexact for one in outcomes),
    }


def ranking_measures(
    relevance: dict[str, dict[str, int]], rankings: dict[str, dict[str, float]]
) -> dict[str, float | None]:
    """The measures of rankings, by question, then by passage; None where no question is answerable."""
    if not relevance:
        return dict.fromkeys(RANKING)
    found = ir_measures.calc_aggregate(list(RANKING.values()), relevance, rankings)
    return {name: float(found[measure]) for name, measure in RANKING.items()}


def intervals(outcomes: Sequence[Outcome], names: Iterable[str], *, seed: int = 0) -> dict[str, tuple[float, float]]:
    """The 95% interval of some measures by the bootstrap: percentiles over resampled questions (Efron 1979)."""
    random = np.random.default_rng(seed)
    samples: dict[str, list[float]] = {name: [] for name in names}
    values = {name: _VALUES[name](outcomes) for name in samples}
    for _ in range(_RESAMPLES):
        chosen = random.integers(len(outcomes), size=len(outcomes))
        for name, (above, below) in values.items():
            if (total := below[chosen].sum()) > 0:
                samples[name].append(float(above[chosen].sum() / total))
    return {
        name: (float(np.percentile(drawn, 2.5)), float(np.percentile(drawn, 97.5)))
        for name, drawn in samples.items()
        if drawn
    }


def risk_and_coverage(outcomes: Sequence[Outcome]) -> list[tuple[float, float, float]]:
    """For each threshold, from the highest on: (threshold, coverage, risk) (El-Yaniv and Wiener 2010).

    Coverage is the share of all questions that are answered; risk the share of those answers that are
    wrong: the question is unanswerable, or no gold quote is shown.
    """
    ranked = sorted(outcomes, key=lambda one: -one.confidence)
    points = []
    wrong = 0
    for answered, one in enumerate(ranked, start=1):
        wrong += not (one.is_answerable and one.would_show_gold)
        if answered == len(ranked) or ranked[answered].confidence < one.confidence:
            points.append((one.confidence, answered / len(ranked), wrong / answered))
    return points


def refusals_by_threshold(outcomes: Sequence[Outcome]) -> list[tuple[float, float, float]]:
    """For each threshold 0, 0.05 ... 1: (threshold, refusal recall, wrong refusals)."""
    found = []
    for threshold in (round(0.05 * step, 2) for step in range(21)):
        refused = [one.confidence < threshold or one.confidence == 0 for one in outcomes]
        pairs = list(zip(outcomes, refused, strict=True))
        right = _share(no for one, no in pairs if not one.is_answerable)
        wrong = _share(no for one, no in pairs if one.is_answerable)
        found.append((threshold, right or 0.0, wrong or 0.0))
    return found


def _share(values: Iterable[bool]) -> float | None:
    counted = list(values)
    return sum(counted) / len(counted) if counted else None


def _ratio(
    above: Callable[[Outcome], float], below: Callable[[Outcome], float]
) -> Callable[[Sequence[Outcome]], tuple[np.ndarray, np.ndarray]]:
    def values(outcomes: Sequence[Outcome]) -> tuple[np.ndarray, np.ndarray]:
        return np.array([above(one) for one in outcomes], float), np.array([below(one) for one in outcomes], float)

    return values


# Each as a ratio of sums over questions, so that it can be taken anew of any sample of them.
_VALUES = {
    "gold shown": _ratio(lambda one: one.shows_gold, lambda one: one.is_answerable),
    "precision": _ratio(
        lambda one: one.right_excerpts * (one.is_answerable and not one.is_refused),
        lambda one: one.excerpts * (one.is_answerable and not one.is_refused),
    ),
    "excerpts": _ratio(
        lambda one: one.excerpts * (one.is_answerable and not one.is_refused),
        lambda one: one.is_answerable and not one.is_refused,
    ),
    "refusal recall": _ratio(lambda one: one.is_refused and not one.is_answerable, lambda one: not one.is_answerable),
    "wrong refusals": _ratio(lambda one: one.is_refused and one.is_answerable, lambda one: one.is_answerable),
}
INTERVALS = tuple(_VALUES)
