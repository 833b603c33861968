"""The measures, computed by hand on outcomes made by hand."""

from __future__ import annotations

import importlib.util
import sys
from itertools import permutations
from math import log2
from typing import Any

import pytest
from outcomes import outcome

from assistant import AssistantError
from assistant.evaluation import measures as module
from assistant.evaluation.measures import (
    INTERVALS,
    RANKING,
    intervals,
    measures,
    ranking_measures,
    refusals_by_threshold,
    risk_and_coverage,
)

THIRD = 1 / log2(3)  # what a passage of relevance 1 adds to the nDCG from the second place

OUTCOMES = [
    # answered with its gold, which is also the first hit; a passage with a part of the answer is not found
    outcome(
        1, relevance={"1": 2, "3": 1}, ranking={"1": 0.9, "2": 0.8}, would_show_gold=True, excerpts=2, right_excerpts=1
    ),
    # answered without gold, in part by what says a part; one gold passage of two is the second hit
    outcome(2, relevance={"1": 2, "2": 2}, ranking={"5": 0.9, "1": 0.8}, excerpts=3, right_excerpts=2),
    # refused, although the gold would be shown; its passage is the seventh hit
    outcome(
        3,
        is_refused=True,
        relevance={"7": 2},
        ranking={str(place): 1 - place / 10 for place in range(1, 9)},
        would_show_gold=True,
        excerpts=4,
        right_excerpts=4,
    ),
    # refused; no passage holds the gold
    outcome(4, is_refused=True),
    # unanswerable: refused rightly, and answered with a quote that is not where it says
    outcome(5, is_answerable=False, is_refused=True, excerpts=1),
    outcome(6, is_answerable=False, excerpts=2, inexact=1),
]


def test_nothing_to_measure() -> None:
    """Without outcomes the counts are 0 and every measure is none."""
    found = measures([])
    assert (found.pop("questions"), found.pop("inexact")) == (0, 0)
    assert set(found.values()) == {None}
    assert set(measures(OUTCOMES)) == {*found, "questions", "inexact"}


def test_the_measures_are_those_computed_by_hand() -> None:
    """Each measure over some outcomes is what its definition gives."""
    assert measures(OUTCOMES) == {
        "questions": 6,
        "Success@5": pytest.approx(2 / 4),  # 1 and 2, of the four that are answerable
        "R@5": pytest.approx((1 + 1 / 2) / 4),  # of 2, one gold passage of two
        "RR@10": pytest.approx((1 + 1 / 2 + 1 / 7) / 4),
        "nDCG@10": pytest.approx((2 / (2 + THIRD) + 2 * THIRD / (2 + 2 * THIRD) + 1 / log2(8)) / 4),
        "gold shown": pytest.approx(1 / 4),  # 1; 3 was refused
        "excerpts": pytest.approx((2 + 3) / 2),  # 1 and 2, the answerable ones that were answered
        "precision": pytest.approx((1 + 2) / (2 + 3)),
        "refusal recall": pytest.approx(1 / 2),  # 5, of 5 and 6
        "refusal precision": pytest.approx(1 / 3),  # 5, of 3, 4 and 5
        "wrong refusals": pytest.approx(2 / 4),  # 3 and 4
        "inexact": 1,
    }


@pytest.mark.parametrize(
    ("chosen", "nones"),
    [
        (OUTCOMES[4:], {*RANKING, "gold shown", "excerpts", "precision", "wrong refusals"}),
        (OUTCOMES[:2], {"refusal recall", "refusal precision"}),
        (OUTCOMES[2:4], {"excerpts", "precision", "refusal recall"}),
    ],
    ids=["none-answerable", "none-refused", "none-answered"],
)
def test_a_measure_of_nothing_is_none(chosen: list[Any], nones: set[str]) -> None:
    """A measure is none where there is nothing that it could be the share of, and a number elsewhere."""
    found = measures(chosen)
    assert {name for name, value in found.items() if value is None} == nones


@pytest.mark.parametrize(
    ("relevance", "ranking", "expected"),
    [
        ({"1": 2}, {}, (0, 0, 0, 0)),
        ({}, {"1": 1.0}, (0, 0, 0, 0)),
        ({"1": 1}, {"1": 1.0}, (0, 0, 0, 1)),
        ({"1": 2, "2": 1}, {"2": 0.9, "1": 0.8}, (1, 1, 1 / 2, (1 + 2 * THIRD) / (2 + THIRD))),
        ({"6": 2}, {str(place): -place for place in range(1, 11)}, (0, 0, 1 / 6, 1 / log2(7))),
        ({"11": 2}, {str(place): -place for place in range(1, 12)}, (0, 0, 0, 0)),
        ({str(place): 2 for place in range(1, 11)}, {str(place): -place for place in range(1, 11)}, (1, 1 / 2, 1, 1)),
    ],
    ids="nothing-found no-gold-passage only-a-part part-first sixth eleventh ten-of-them".split(),
)
def test_a_ranking_is_measured(
    relevance: dict[str, int], ranking: dict[str, float], expected: tuple[float, ...]
) -> None:
    """Success, recall and rank count passages with gold; nDCG also those with a part, for half."""
    found = ranking_measures({"vraag": relevance}, {"vraag": ranking})
    assert tuple(found) == ("Success@5", "R@5", "RR@10", "nDCG@10")
    assert tuple(found.values()) == pytest.approx(expected)


def test_a_question_without_a_ranking_counts_as_not_found() -> None:
    """A question that no passage was found for is one of those that the mean is taken over."""
    found = ranking_measures({"1": {"1": 2}, "2": {"1": 2}}, {"1": {"1": 1.0}})
    assert set(found.values()) == {0.5}


def test_measuring_without_ir_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where ir_measures is not installed, the error gives the command that installs it."""
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    spec = importlib.util.spec_from_file_location("measures_anew", module.__file__)
    assert spec is not None
    assert spec.loader is not None
    with pytest.raises(AssistantError, match="pip install ir_measures"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


# --- Intervals


@pytest.mark.parametrize("name", INTERVALS)
def test_an_interval_holds_its_value(name: str) -> None:
    """The interval of a measure lies around the measure, and the same seed gives the same interval."""
    chosen = [outcome(f"{number}.{copy}", **told(one)) for number, one in enumerate(OUTCOMES) for copy in range(20)]
    low, high = intervals(chosen, [name])[name]
    value = measures(chosen)[name]
    assert value is not None
    assert low < value < high
    assert intervals(chosen, [name])[name] == (low, high)
    assert intervals(chosen, INTERVALS)[name] == (low, high)


def told(one: Any) -> dict[str, Any]:
    """What an outcome says beside its id and its question."""
    return {name: getattr(one, name) for name in one.__slots__ if name not in ("id", "question")}


def test_an_interval_by_hand() -> None:
    """Of two questions one of which is right, a quarter of the samples is all wrong and a quarter all right."""
    assert intervals([outcome(1, would_show_gold=True), outcome(2)], ["gold shown"]) == {"gold shown": (0, 1)}


def test_an_interval_is_of_95_percent() -> None:
    """Of a hundred questions half of which are right, it is the half give or take 1.96 times 0.05."""
    low, high = intervals([outcome(one, would_show_gold=one % 2 == 0) for one in range(100)], ["gold shown"])[
        "gold shown"
    ]
    assert (low, high) == pytest.approx((0.402, 0.598), abs=0.02)


def test_the_interval_of_what_never_differs() -> None:
    """Where every question has the same outcome, the interval is its value alone."""
    chosen = [outcome(number, excerpts=4, right_excerpts=3) for number in range(5)]
    found = intervals(chosen, INTERVALS)
    assert found["precision"] == (0.75, 0.75)
    assert found["excerpts"] == (4, 4)
    assert found["wrong refusals"] == (0, 0)


def test_an_interval_of_nothing_is_left_out() -> None:
    """A measure that has nothing to be the share of has no interval."""
    assert "refusal recall" not in intervals(OUTCOMES[:4], INTERVALS)
    assert set(intervals(OUTCOMES[4:], INTERVALS)) == {"refusal recall"}


def test_more_questions_make_an_interval_narrower() -> None:
    """Sixteen times as many questions give an interval of about a quarter of the width."""

    def width(number: int) -> float:
        low, high = intervals([outcome(one, would_show_gold=one % 2 == 0) for one in range(number)], ["gold shown"])[
            "gold shown"
        ]
        return high - low

    assert width(25) / width(400) == pytest.approx(4, rel=0.2)


# --- Risk and coverage


def test_no_questions_have_no_curve() -> None:
    """Without outcomes there is no point."""
    assert risk_and_coverage([]) == []


def test_risk_and_coverage_with_ties() -> None:
    """Questions with the same confidence are answered together, in whatever order they come."""
    chosen = [
        outcome(1, confidence=0.9, would_show_gold=True),
        outcome(2, confidence=0.7),  # wrong: no gold
        outcome(3, confidence=0.7, would_show_gold=True, is_refused=True),  # what was refused does not matter here
        outcome(4, confidence=0.2, is_answerable=False),  # wrong: nothing answers it
    ]
    for order in permutations(chosen):
        assert risk_and_coverage(order) == [(0.9, 1 / 4, 0), (0.7, 3 / 4, 1 / 3), (0.2, 1, 2 / 4)]


def test_the_curve_of_one_confidence_is_a_point() -> None:
    """Where all questions are as sure, all are answered or none."""
    assert risk_and_coverage([outcome(number, confidence=0.5) for number in range(3)]) == [(0.5, 1, 1)]


def test_the_shares_refused_by_threshold() -> None:
    """Below a threshold is refused, at it answered; what a rule refuses is refused at every threshold."""
    chosen = [
        outcome(1, confidence=0.5),
        outcome(2, confidence=0.2),
        outcome(3, confidence=0.0, is_answerable=False),  # by a rule
        outcome(4, confidence=1.0, is_answerable=False),
    ]
    found = refusals_by_threshold(chosen)
    assert [threshold for threshold, _, _ in found] == [number / 20 for number in range(21)]
    right, wrong = [one for _, one, _ in found], [one for _, _, one in found]
    assert set(right) == {0.5}
    assert (wrong[0], wrong[5], wrong[10], wrong[11], wrong[20]) == (0, 0.5, 0.5, 1, 1)
    assert refusals_by_threshold([])[7][1:] == (0, 0)
