"""The fitting of weights, on rows made up so that the right weights are known, and the rows of a small corpus."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.evaluation.calibrate import Row, fit_refusal, fit_signs, read_rows
from assistant.refusal import Evidence
from assistant.scoring import WEIGHTS
from assistant.settings import Settings

SIGNS = list(WEIGHTS)
FIELDS = [name for name in Evidence.__slots__ if name != "contrasts"]


def signs(*sentences: dict[str, float], relevance: Sequence[float]) -> Row:
    """A question whose sentences have these signs, and no others."""
    values = np.array([[sentence.get(name, 0.0) for name in SIGNS] for sentence in sentences])
    return Row("essays", True, True, (), values, np.array(relevance))


def evidence(*, is_answerable: bool, **told: float) -> Row:
    """A question with this evidence, and none of the rest."""
    values = tuple(told.get(name, 0.0) for name in FIELDS)
    return Row("essays", is_answerable, True, values, np.zeros((0, len(SIGNS))), np.zeros(0))


def sigmoid(number: float) -> float:
    return 1 / (1 + exp(-number))


# --- The signs of sentences


def test_no_rows_fit_no_signs() -> None:
    """Without rows every weight is 0, where the ridge holds it."""
    assert fit_signs([]).tolist() == [0.0] * len(SIGNS)


@pytest.mark.parametrize(("relevance", "wanted"), [((1, 0), 1), ((1, 0.3), 1 / 1.3), ((1, 1), 1 / 2)])
def test_the_weight_of_one_sign_by_hand(relevance: Sequence[float], wanted: float) -> None:
    """With one sign the slope of the loss is 4 w - (wanted - sigmoid(w)), and it is 0 at the weight found."""
    found = dict(zip(SIGNS, fit_signs([signs({"intent": 1}, {}, relevance=relevance)]), strict=True))
    weight = found.pop("intent")
    assert 4 * weight == pytest.approx(wanted - sigmoid(weight), abs=1e-4)
    assert list(found.values()) == pytest.approx([0.0] * len(found), abs=1e-4)


def test_a_sign_counts_as_it_tells_the_answer() -> None:
    """A sign of answers weighs up, a sign of other sentences down, one that all have or that tells nothing not."""
    rows = [
        signs({"match": 1, "item": 1, "heading": one}, {"leans": 1, "item": 1, "heading": other}, relevance=(1, 0))
        for one, other in [(0, 1), (1, 0)] * 10
    ]
    found = dict(zip(SIGNS, fit_signs(rows), strict=True))
    assert found["match"] > 0.5
    assert found["leans"] == pytest.approx(-found["match"], abs=1e-3)
    assert found["item"] == pytest.approx(0, abs=1e-3)
    assert found["heading"] == pytest.approx(0, abs=1e-3)


def test_more_questions_outweigh_the_ridge() -> None:
    """What many questions show weighs more than what one shows."""
    row = signs({"match": 1}, {}, relevance=(1, 0))
    weights = [float(fit_signs([row] * number)[SIGNS.index("match")]) for number in (1, 10, 100)]
    assert weights == sorted(weights)
    assert weights[-1] > 3 * weights[0]


def test_a_part_of_the_answer_is_better_than_none() -> None:
    """A sentence that says a part of the answer wins from others, and loses from one that answers."""
    rows = [signs({"match": 1}, {"intent": 1}, {"leans": 1}, relevance=(1, 0.3, 0))] * 20
    found = dict(zip(SIGNS, fit_signs(rows), strict=True))
    assert found["match"] > found["intent"] > found["leans"]


# --- The refusal


def test_the_refusal_tells_what_it_was_fitted_on() -> None:
    """Where one kind of evidence tells all, the sum is above 0 for what is answerable and below for what is not."""
    rows = [evidence(is_answerable=number > 9, match=number / 20) for number in range(20)]
    intercept, weights = fit_refusal(rows, is_lexical=True)
    sums = np.array([row.evidence for row in rows]) @ weights + intercept
    assert (sums > 0).tolist() == [row.is_answerable for row in rows]
    assert weights[0] > 0
    assert weights[1:].tolist() == [0.0] * (len(FIELDS) - 1)


def test_evidence_against_weighs_down() -> None:
    """What unanswerable questions have more of gets a weight below 0."""
    rows = [evidence(is_answerable=number > 9, strange_name=-number / 20) for number in range(20)]
    assert fit_refusal(rows, is_lexical=True)[1][FIELDS.index("strange_name")] < 0


def test_each_class_counts_half() -> None:
    """Evidence that tells nothing leaves it at even odds, however many more questions are answerable."""
    rows = [evidence(is_answerable=number < 18, match=number % 2) for number in range(20)]
    intercept, weights = fit_refusal(rows, is_lexical=True)
    assert intercept + weights[0] / 2 == pytest.approx(0, abs=1e-3)
    assert weights[0] == pytest.approx(0, abs=1e-3)


def test_the_size_of_numbers_makes_no_difference() -> None:
    """Evidence in hundredths gets a weight a hundred times as large."""
    large, small = (
        fit_refusal(
            [evidence(is_answerable=number % 3 > 0, match=(number % 7) / size) for number in range(42)], is_lexical=True
        )
        for size in (1, 100)
    )
    assert small[1][0] == pytest.approx(100 * large[1][0], rel=1e-3)
    assert small[0] == pytest.approx(large[0], abs=1e-3)


def test_words_that_cannot_be_looked_up_have_no_weight() -> None:
    """For questions in other languages the words of the essays weigh nothing, whatever they seem to tell."""
    rows = [evidence(is_answerable=number > 9, known=number, strange_name=-number, match=number) for number in range(9)]
    rows += [evidence(is_answerable=True, known=9, strange_name=-9, match=9)]
    weights = dict(zip(FIELDS, fit_refusal(rows, is_lexical=False)[1], strict=True))
    assert weights["known"] == weights["strange_name"] == 0
    assert weights["match"] > 0
    assert min(abs(fit_refusal(rows, is_lexical=True)[1][[0, 4, 5]])) > 0


def test_what_all_have_alike_has_no_weight() -> None:
    """Evidence that is the same for every question tells nothing and weighs nothing."""
    rows = [evidence(is_answerable=number > 4, match=number / 12, near=0.3) for number in range(12)]
    assert fit_refusal(rows, is_lexical=True)[1][FIELDS.index("near")] == 0


# --- Rows

ESSAY = (
    "De molen\n\nDe molen maalt het graan van het dorp tot meel. De molen werkt alleen als er wind is. "
    "Zonder wind staan de wieken van de molen stil. De molenaar woont naast de molen.\n"
)
ANSWER = "Zonder wind staan de wieken van de molen stil."
PART = "De molen werkt alleen als er wind is."


def asked(text: str, **told: Any) -> dict[str, Any]:
    usual = {"id": text, "language": "nl", "kind": "fact", "split": "development", "gold": []}
    return usual | {"question": text} | told


def test_the_rows_of_a_corpus(tmp_path: Path) -> None:
    """Each development question that stands alone is a row; its sentences count 1, 0.3 or nothing.

    Test questions, follow-ups and what asks for no sentence of an essay are left out.
    """
    gold, also = ([{"source": "molen.txt", "quote": quote}] for quote in (ANSWER, PART))
    questions = [
        asked("wanneer staan de wieken van de molen stil?", gold=gold, also=also),
        asked("wanneer draait de molen niet?", gold=gold, split="test"),
        asked("en zonder wind?", gold=gold, turns=["wat doet de molen?"]),
        asked("schrijf een gedicht over de molen"),
        asked("who discovered penicillin?", language="en"),
    ]
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "molen.txt").write_text(ESSAY, encoding="utf-8")
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, questions)), encoding="utf-8")
    first, second = read_rows("molen", tmp_path / "corpus", path, Settings())
    assert (first.corpus, first.is_answerable, first.is_lexical) == ("molen", True, True)
    assert (second.is_answerable, second.is_lexical) == (False, False)
    assert sorted(first.relevance.tolist()) == [0, 0, 0.3, 1]
    assert set(second.relevance.tolist()) == {0}
    for row in (first, second):
        assert row.signs.shape == (4, len(SIGNS))
        assert len(row.evidence) == len(FIELDS)
    assert first.evidence[0] > second.evidence[0]
