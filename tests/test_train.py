"""The training of the adapter: low-rank changes of a linear map, and the essays that it is practised on."""

from __future__ import annotations

import json

import pytest
import torch
from torch import nn

from assistant.bundled_model import ADAPTER_SCALE
from assistant.evaluation.train import PRACTICE, LowRank, Text, _tokens_of
from assistant.language import LANGUAGES


@pytest.fixture
def changed() -> LowRank:
    """A map of three numbers to two, and its change."""
    torch.manual_seed(1)
    return LowRank(nn.Linear(3, 2)).eval()


def test_an_untrained_change_changes_nothing(changed: LowRank) -> None:
    """Training begins with the map as it was."""
    states = torch.randn(4, 3)
    assert torch.equal(changed(states), changed.linear(states))


def test_a_trained_change_is_that_of_the_unpacked_weights(changed: LowRank) -> None:
    """What is trained is what is unpacked later: the weights plus the scale times up times down."""
    nn.init.normal_(changed.up)
    states = torch.randn(4, 3)
    weights = changed.linear.weight + ADAPTER_SCALE * changed.up @ changed.down
    assert torch.allclose(changed(states), states @ weights.T + changed.linear.bias, atol=1e-5)


def test_a_change_can_be_switched_off(changed: LowRank) -> None:
    """Without its change the map is as it was."""
    nn.init.normal_(changed.up)
    states = torch.randn(4, 3)
    changed.is_on = False
    assert torch.equal(changed(states), changed.linear(states))


@pytest.mark.parametrize(
    ("span", "expected"),
    [((0, 3), [1]), ((3, 8), [2, 3]), ((0, 10**6), [1, 2, 3]), ((90, 95), [0, 1, 2, 3, 4])],
    ids="one some all none".split(),
)
def test_the_tokens_of_a_sentence(span: tuple[int, int], expected: list[int]) -> None:
    """A sentence has the tokens that lie in it, without the prompt's and the marks'; all where it has none."""
    text = Text(torch.zeros(5, 2), [(-7, -2), (0, 3), (4, 6), (6, 8), (9, 9)])
    assert _tokens_of(text, span) == expected


def test_the_practice_essays_hold_together() -> None:
    """Each essay has questions whose answers are sentences of it, and questions that nothing in it answers."""
    essays = [json.loads(line) for line in PRACTICE.read_text(encoding="utf-8").splitlines()]
    assert len(essays) > 200
    assert len({essay["title"] for essay in essays}) == len(essays)
    for essay in essays:
        assert all(sentence.strip() for passage in essay["passages"] for sentence in passage)
        assert essay["questions"]
        assert essay["unanswerable"]
        for question in essay["questions"]:
            assert question["q"].strip()
            assert question["language"] in LANGUAGES
            assert question["gold"]
            for passage, number in question["gold"]:
                assert 0 <= passage < len(essay["passages"])
                assert 0 <= number < len(essay["passages"][passage])
        assert not any(question.get("gold") for question in essay["unanswerable"])
