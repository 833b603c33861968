"""Several rankings of the same passages made into one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


def standardise(scores: Scores) -> Scores:
    """The scores with mean 0 and standard deviation 1; all 0 where they do not differ.

    >>> standardise(np.array([1, 2, 3], np.float32)).round(2).tolist()
    [-1.2200000286102295, 0.0, 1.2200000286102295]
    """
    deviation = scores.std() if len(scores) else 0.0
    if deviation < 1e-9:
        return np.zeros_like(scores, np.float32)
    return np.asarray((scores - scores.mean()) / deviation, np.float32)


def fuse(*legs: tuple[float, Scores]) -> Scores:
    """The weighted sum of rankings, each standardised first, since their scales have nothing in common."""
    return np.asarray(sum(weight * standardise(scores) for weight, scores in legs), np.float32)
