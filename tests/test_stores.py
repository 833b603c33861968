"""Vector stores: every one of them is held to the same rules, and its scores to brute force."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import assistant.stores.faiss
from assistant.stores.faiss import FaissStore, nearest

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
def test_round_trip(kind: Any, tmp_path: Path, number: int) -> None:
    """A store read from its file finds the same, and the same vectors give the same bytes."""
    vectors, question = unit_vectors(number), unit_vectors(1, seed=1)[0]
    store = filled(kind, vectors)
    store.save(tmp_path / "one")
    filled(kind, vectors).save(tmp_path / "other")
    again = kind.open(tmp_path / "one")
    assert len(again) == number
    for before, after in zip(store.search(question, 5), again.search(question, 5), strict=True):
        assert before.tolist() == after.tolist()
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


@every_store
@pytest.mark.parametrize("raw", [b"", b"hello", b"\x00" * 1_000], ids=["empty", "text", "zeros"])
def test_no_store(kind: Any, tmp_path: Path, raw: bytes) -> None:
    """A file that is no store is a ValueError in one line."""
    (tmp_path / "store").write_bytes(raw)
    with pytest.raises(ValueError, match=ONE_LINE):
        kind.open(tmp_path / "store")


@every_store
def test_truncated_store(kind: Any, tmp_path: Path) -> None:
    """Half a store is a ValueError."""
    filled(kind, unit_vectors(10)).save(tmp_path / "store")
    raw = (tmp_path / "store").read_bytes()
    (tmp_path / "store").write_bytes(raw[: len(raw) // 2])
    with pytest.raises(ValueError, match=ONE_LINE):
        kind.open(tmp_path / "store")


# Many vectors


def clustered(number: int, dimension: int = 32) -> np.ndarray:
    """Vectors in some clusters, as those of real passages are."""
    middles = np.random.default_rng(2).normal(size=(40, dimension))
    spread = np.random.default_rng(3).normal(size=(number, dimension))
    vectors = (middles[np.arange(number) % len(middles)] + 0.6 * spread).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> tuple[FaissStore, np.ndarray, np.ndarray]:
    """A store that is too large to compare with all of it, its vectors, and queries."""
    monkeypatch.setattr(assistant.stores.faiss, "MAX_FLAT", 2_000)
    vectors, queries = clustered(8_000), clustered(8_060)[8_000:]

    def batches() -> list[np.ndarray]:
        return [vectors[:3_000], vectors[3_000:3_001], vectors[3_001:]]

    return FaissStore.of(batches, len(vectors), vectors.shape[1], queries), vectors, queries


def test_few_vectors_are_compared_one_by_one() -> None:
    """A store of few vectors is flat: nothing can be missed."""
    vectors = unit_vectors(100)
    store = FaissStore.of(lambda: [vectors[:60], vectors[60:]], 100, 384, vectors[:5])
    assert (store.kind, store.recall, len(store)) == ("flat", 1.0, 100)
    assert store.search(vectors[70], 1)[0].tolist() == [70]


def test_recall_of_cells(many: tuple[FaissStore, np.ndarray, np.ndarray]) -> None:
    """A large store looks into so many cells that it finds what it must, and tells how much that is."""
    store, vectors, queries = many
    exact = np.argsort(-queries @ vectors.T, axis=1)[:, :100]
    found = np.array([store.search(query, 100)[0] for query in queries])
    share = float(np.mean([len(set(one) & set(other)) / 100 for one, other in zip(found, exact, strict=True)]))
    assert "IVF" in store.kind
    assert share == pytest.approx(store.recall, abs=1e-6)
    assert store.recall >= assistant.stores.faiss.MIN_RECALL


def test_cells_give_cosines(many: tuple[FaissStore, np.ndarray, np.ndarray]) -> None:
    """The similarities of a large store are the cosines, but for what half precision rounds off."""
    store, vectors, queries = many
    positions, scores = store.search(queries[0], 50)
    assert scores == pytest.approx(vectors[positions] @ queries[0], abs=1e-3)
    assert (np.diff(scores) <= 0).all()


def test_cells_survive_saving(many: tuple[FaissStore, np.ndarray, np.ndarray], tmp_path: Path) -> None:
    """A large store that was saved looks as far as it did before, on the disk as in memory."""
    store, _, queries = many
    store.save(tmp_path / "store")
    for size in (0, 10**9):
        assistant.stores.faiss._READ_FROM_DISK, before = size, assistant.stores.faiss._READ_FROM_DISK
        try:
            again = FaissStore.open(tmp_path / "store")
        finally:
            assistant.stores.faiss._READ_FROM_DISK = before
        assert again.kind == store.kind
        for query in queries:
            assert again.search(query, 20)[0].tolist() == store.search(query, 20)[0].tolist()


def test_exact_neighbours() -> None:
    """`nearest` gives what comparing with everything gives, however the vectors come."""
    vectors, queries = unit_vectors(50, 8), unit_vectors(3, 8, seed=5)
    found = nearest(lambda: [vectors[:7], vectors[7:30], vectors[30:]], queries, 10)
    assert found.tolist() == np.argsort(-queries @ vectors.T, axis=1)[:, :10].tolist()
    assert nearest(lambda: [vectors[:4]], queries, 10).shape == (3, 4)
