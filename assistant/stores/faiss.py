"""The vector store of every index: FAISS, exact inner product. The only module that imports faiss."""

from __future__ import annotations

import faiss
import numpy as np
from numpy.typing import NDArray


class FaissStore:
    """Vectors in a flat FAISS index: exact, and fast enough for many thousands of passages."""

    def __init__(self, dimension: int) -> None:
        self._index: faiss.Index = faiss.IndexFlatIP(dimension)

    def add(self, vectors: NDArray[np.float32]) -> None:
        """Append vectors of unit length, shape (n, dimension)."""
        self._index.add(np.ascontiguousarray(vectors, np.float32))

    def search(self, vector: NDArray[np.float32], top_k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The positions of the nearest vectors, best first, and their cosine similarities; both (k,)."""
        wanted = min(top_k, len(self))
        if wanted <= 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        scores, positions = self._index.search(np.ascontiguousarray(vector, np.float32)[None, :], wanted)
        return positions[0], scores[0]

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def to_bytes(self) -> bytes:
        """The whole store; the same vectors give the same bytes."""
        return bytes(faiss.serialize_index(self._index))

    @classmethod
    def from_bytes(cls, raw: bytes) -> FaissStore:
        """The store that `to_bytes` wrote.

        Raises:
            ValueError: the bytes are no FAISS index.
        """
        try:
            index = faiss.deserialize_index(np.frombuffer(raw, np.uint8))
        except RuntimeError as error:
            raise ValueError(f"not a FAISS index: {str(error).splitlines()[0]}") from None
        store = cls(int(index.d))
        store._index = index
        return store
