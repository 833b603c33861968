"""Vector stores: every one of them is held to the same rules, and its scores to brute force."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import assistant.stores
from assistant.stores.faiss import FaissStore

STORES = {"faiss": FaissStore}
ONE_LINE = r"\A[^\n]+\Z"
every_store = pytest.mark.parametrize("kind", STORES.values(), ids=STORES)


def unit_vectors(number: int, dimension: int = 384, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(number, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def filled(kind: Any, vectors: np.ndarray) -> Any:
    store = kind(vectors.shape[1])
    store.add(vectors)
    return store


def test_every_store_is_tested() -> None:
    """Every module of assistant/stores/ has its store in this test."""
    folder = Path(assistant.stores.__file__).parent
    assert set(STORES) == {path.stem for path in folder.glob("*.py")} - {"__init__"}


@every_store
@pytest.mark.parametrize("top_k", [1, 5, 100], ids=["one", "five", "all"])
def test_against_brute_force(kind: Any, top_k: int) -> None:
    """The nearest vectors come best first, with their cosine similarities."""
    vectors, question = unit_vectors(100), unit_vectors(1, seed=1)[0]
    cosines = vectors @ question
    positions, scores = filled(kind, vectors).search(question, top_k)
    assert positions.tolist() == np.argsort(-cosines)[:top_k].tolist()
    assert scores == pytest.approx(cosines[positions], abs=1e-5)
    assert (np.diff(scores) <= 0).all()
    assert (positions.dtype, scores.dtype) == (np.int64, np.float32)


@every_store
@given(number=st.integers(1, 40), top_k=st.integers(1, 50), seed=st.integers(0, 1_000))
def test_any_store_against_brute_force(kind: Any, number: int, top_k: int, seed: int) -> None:
    """Whatever the vectors, the scores are the highest cosines."""
    vectors, question = unit_vectors(number, 8, seed), unit_vectors(1, 8, seed + 1)[0]
    _, scores = filled(kind, vectors).search(question, top_k)
    assert scores == pytest.approx(np.sort(vectors @ question)[::-1][:top_k], abs=1e-5)


@every_store
def test_vector_finds_itself(kind: Any) -> None:
    """A stored vector is its own nearest, with similarity 1."""
    vectors = unit_vectors(20)
    positions, scores = filled(kind, vectors).search(vectors[7], 1)
    assert positions.tolist() == [7]
    assert scores[0] == pytest.approx(1, abs=1e-5)


@every_store
def test_empty_store(kind: Any) -> None:
    """An empty store finds nothing."""
    store = kind(384)
    positions, scores = store.search(unit_vectors(1)[0], 5)
    assert (len(store), positions.shape, scores.shape) == (0, (0,), (0,))
    assert (positions.dtype, scores.dtype) == (np.int64, np.float32)


@every_store
@pytest.mark.parametrize(
    ("top_k", "found"), [(10, 3), (3, 3), (0, 0), (-1, 0)], ids=["more", "all", "none", "negative"]
)
def test_number_found(kind: Any, top_k: int, found: int) -> None:
    """No more vectors are found than there are, and none is made up."""
    positions, scores = filled(kind, unit_vectors(3)).search(unit_vectors(1, seed=1)[0], top_k)
    assert len(positions) == len(scores) == found
    assert set(positions.tolist()) <= {0, 1, 2}


@every_store
def test_positions_count_on(kind: Any) -> None:
    """Vectors added later get the positions after those that are there."""
    vectors = unit_vectors(10)
    store = filled(kind, vectors[:6])
    store.add(vectors[6:])
    assert len(store) == 10
    assert store.search(vectors[8], 1)[0].tolist() == [8]


@every_store
@pytest.mark.parametrize("number", [0, 1, 50], ids=["empty", "one", "fifty"])
def test_round_trip(kind: Any, number: int) -> None:
    """A store made of its bytes finds the same, and the same vectors give the same bytes."""
    vectors, question = unit_vectors(number), unit_vectors(1, seed=1)[0]
    store = filled(kind, vectors)
    again = kind.from_bytes(store.to_bytes())
    assert len(again) == number
    for before, after in zip(store.search(question, 5), again.search(question, 5), strict=True):
        assert before.tolist() == after.tolist()
    assert again.to_bytes() == store.to_bytes() == filled(kind, vectors).to_bytes()


@every_store
@pytest.mark.parametrize("raw", [b"", b"hello", b"\x00" * 1_000], ids=["empty", "text", "zeros"])
def test_no_store(kind: Any, raw: bytes) -> None:
    """Bytes that are no store are a ValueError in one line."""
    with pytest.raises(ValueError, match=ONE_LINE):
        kind.from_bytes(raw)


@every_store
def test_truncated_store(kind: Any) -> None:
    """Half a store is a ValueError."""
    raw = filled(kind, unit_vectors(10)).to_bytes()
    with pytest.raises(ValueError, match=ONE_LINE):
        kind.from_bytes(raw[: len(raw) // 2])
