"""Vector stores: one file each, all with the same face."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class VectorStore(Protocol):
    """Unit vectors by their position, found again by cosine similarity."""

    def add(self, vectors: NDArray[np.float32]) -> None:
        """Append vectors of unit length, shape (n, dimension)."""

    def search(self, vector: NDArray[np.float32], top_k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The positions of the nearest vectors, best first, and their cosine similarities; both (k,)."""

    def __len__(self) -> int: ...

    def save(self, path: Path) -> None:
        """Write the whole store as one file; the same vectors give the same bytes."""
