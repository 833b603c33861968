"""The vector store of every index: FAISS, inner product. The only module that imports faiss.

Up to `MAX_FLAT` vectors a question is compared with every one of them. Beyond that they are kept in half
precision in the cells of a k-means (IVF: Jégou et al. 2011, "Product quantization for nearest neighbor search",
section IV), and a question looks into the nearest cells only: into as many as it takes to find
`MIN_RECALL` of what comparing with all of them finds, which is measured for each index on sentences of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

MAX_FLAT = 50_000  # vectors; docs/growth.md: up to here comparing with all takes less than embedding a question
MIN_RECALL = 0.99  # of the nearest `_DEPTH`, on average
_DEPTH = 100
_TRAINED_PER_CELL = 40  # vectors that k-means sees for each cell; FAISS warns below 39
_SEED = 1_234  # of what is drawn for it
_READ_FROM_DISK = 200_000_000  # bytes from which on a store is mapped, not read

Batches = Callable[[], Iterable[NDArray[np.float32]]]  # the same vectors in the same order each time


class FaissStore:
    """Vectors in a FAISS index, flat or in cells."""

    def __init__(self, dimension: int) -> None:
        self._index: faiss.Index = faiss.IndexFlatIP(dimension)
        self.recall = 1.0  # of the nearest `_DEPTH` against a flat index, as it was measured when it was made

    @classmethod
    def of(cls, batches: Batches, count: int, dimension: int, queries: NDArray[np.float32]) -> FaissStore:
        """The store of `count` vectors that come in batches, flat or in cells by their number.

        `queries`, shape (n, dimension), are vectors such as questions have; the recall is measured with them.
        """
        store = cls(dimension)
        if count > MAX_FLAT:
            store._index = _in_cells(batches, count, dimension)
            store.recall = _look_far_enough(store._index, batches, queries)
        else:
            for vectors in batches():
                store.add(vectors)
        return store

    @property
    def kind(self) -> str:
        """What sort of index it is, for a person."""
        if isinstance(self._index, faiss.IndexIVF):
            return f"IVF of {self._index.nlist:,} cells in half precision, {self._index.nprobe} searched"
        return "flat"

    def add(self, vectors: NDArray[np.float32]) -> None:
        """Append vectors of unit length, shape (n, dimension)."""
        self._index.add(np.ascontiguousarray(vectors, np.float32))

    def search(self, vector: NDArray[np.float32], top_k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The positions of the nearest vectors, best first, and their cosine similarities; both (k,).

        Fewer than `top_k` where there are no more, or where the cells that were searched hold no more.
        """
        wanted = min(top_k, len(self))
        if wanted <= 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        scores, positions = self._index.search(np.ascontiguousarray(vector, np.float32)[None, :], wanted)
        found = positions[0] >= 0
        return positions[0][found], scores[0][found]

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def save(self, path: Path) -> None:
        """Write the whole store as one file; the same vectors give the same bytes."""
        faiss.write_index(self._index, str(path))

    @classmethod
    def open(cls, path: Path) -> FaissStore:
        """The store that `save` wrote.

        Raises:
            ValueError: the file is no FAISS index.
        """
        flags = faiss.IO_FLAG_MMAP_IFC if path.stat().st_size > _READ_FROM_DISK else 0
        try:
            index = faiss.read_index(str(path), flags)
        except RuntimeError as error:
            raise ValueError(f"not a FAISS index: {str(error).splitlines()[0]}") from None
        store = cls(int(index.d))
        store._index = index
        return store


def _in_cells(batches: Batches, count: int, dimension: int) -> faiss.IndexIVF:
    """The vectors in the cells of a k-means over a sample of them."""
    cells = 2 ** round(np.log2(4 * np.sqrt(count)))  # FAISS's guidelines: between 4 and 16 times the root
    sample = np.sort(np.random.default_rng(_SEED).choice(count, min(count, cells * _TRAINED_PER_CELL), replace=False))
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension), dimension, cells, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    index.train(np.concatenate(list(_rows(batches, sample))))
    for vectors in batches():
        index.add(np.ascontiguousarray(vectors, np.float32))
    return index


def _rows(batches: Batches, numbers: NDArray[np.int64]) -> Iterator[NDArray[np.float32]]:
    """The vectors of some numbers, given in rising order."""
    first = 0
    for vectors in batches():
        start, end = np.searchsorted(numbers, [first, first + len(vectors)])
        yield vectors[numbers[start:end] - first]
        first += len(vectors)


def _look_far_enough(index: faiss.IndexIVF, batches: Batches, queries: NDArray[np.float32]) -> float:
    """Let searches look into as many cells as the recall asks for, and give that recall."""
    exact = nearest(batches, queries, _DEPTH)
    index.nprobe, recall = 4, 0.0
    while recall < MIN_RECALL and index.nprobe < index.nlist:
        index.nprobe = min(2 * index.nprobe, index.nlist)
        found = index.search(np.ascontiguousarray(queries, np.float32), exact.shape[1])[1]
        recall = recall_of(found, exact)
    return recall


def nearest(batches: Batches, queries: NDArray[np.float32], depth: int) -> NDArray[np.int64]:
    """The positions of the nearest vectors of each query, by comparing with them all; shape (n, depth)."""
    heap, first = faiss.ResultHeap(len(queries), depth, keep_max=True), 0
    for vectors in batches():
        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(np.ascontiguousarray(vectors, np.float32))
        scores, positions = flat.search(np.ascontiguousarray(queries, np.float32), min(depth, len(vectors)))
        heap.add_result(scores, positions + first)
        first += len(vectors)
    heap.finalize()
    return np.asarray(heap.I[:, : min(depth, first)])


def recall_of(found: NDArray[np.int64], exact: NDArray[np.int64]) -> float:
    """The share of the nearest vectors that was found, averaged over the queries; both (n, depth)."""
    return float(
        np.mean([len(set(one.tolist()) & set(other.tolist())) for one, other in zip(found, exact, strict=True)])
        / exact.shape[1]
    )
