"""Rankings made comparable and added up."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.fusion import fuse, standardise


def scores(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_standardised() -> None:
    """Standardised scores have mean 0 and standard deviation 1 and keep their order."""
    given = np.random.default_rng(0).normal(5, 3, 100).astype(np.float32)
    found = standardise(given)
    assert found.dtype == np.float32
    assert found.mean() == pytest.approx(0, abs=1e-5)
    assert found.std() == pytest.approx(1, abs=1e-5)
    assert (np.argsort(found) == np.argsort(given)).all()


@pytest.mark.parametrize("values", [(), (3.0,), (2.0, 2.0, 2.0)], ids=["none", "one", "all-the-same"])
def test_scores_that_do_not_differ(values: tuple[float, ...]) -> None:
    """Scores that do not differ say nothing: all become 0."""
    assert standardise(scores(*values)).tolist() == [0.0] * len(values)


def test_scale_does_not_matter() -> None:
    """A ranking counts by its weight, not by the scale of its scores."""
    dense, lexical = scores(0.80, 0.85, 0.81), scores(0, 3, 12)
    assert fuse((0.5, dense), (0.5, lexical)) == pytest.approx(
        fuse((0.5, dense * 1_000 + 7), (0.5, lexical / 50)), abs=1e-4
    )


def test_weights() -> None:
    """The fused score is the weighted sum of the standardised scores."""
    first, second = scores(1, 2, 3, 9), scores(4, 0, 0, 1)
    expected = 0.6 * standardise(first) + 0.4 * standardise(second)
    assert fuse((0.6, first), (0.4, second)) == pytest.approx(expected, abs=1e-6)
    assert fuse((1.0, first), (0.0, second)) == pytest.approx(standardise(first))


def test_ranking_without_an_opinion() -> None:
    """A ranking whose scores are all the same leaves the order to the others."""
    assert fuse((0.5, scores(3, 1, 2)), (0.5, scores(0, 0, 0))).argsort().tolist() == [1, 2, 0]
