"""What growth is measured with: the same essays and vectors each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import growth
from made_up_essays import WORDS, write_essays


def test_made_up_essays(tmp_path: Path) -> None:
    """An essay is the same whatever the number of essays, no two are the same, and each is as long as it should be."""
    write_essays(tmp_path / "few", 3)
    write_essays(tmp_path / "more", 12)
    few = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "few").rglob("*.txt")}
    more = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "more").rglob("*.txt")}
    assert len(more) == len(set(more.values())) == 12
    assert few.items() <= more.items()
    assert all(WORDS <= len(text.split()) <= 1.2 * WORDS for text in more.values())


def test_synthetic_vectors() -> None:
    """Synthetic vectors have unit length, lie in clusters, and are the same for the same seed."""
    middles = np.random.default_rng(0).normal(size=(3, 64)).astype(np.float32)
    vectors = growth.synthetic(middles, 60, seed=1)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(vectors, growth.synthetic(middles, 60, seed=1))
    cosines = vectors @ vectors.T
    assert np.sort(cosines, axis=1)[:, -2].min() > 0.5
    assert np.median(cosines) < 0.3
