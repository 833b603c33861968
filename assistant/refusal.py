"""Whether the essays speak of what is asked."""

from __future__ import annotations

import numpy as np

from assistant.indexer import Index
from assistant.retriever import Search

_BACKGROUND = 5
THRESHOLD = 0.5


def confidence(search: Search, index: Index) -> float:
    """Between 0 and 1: how sure it is that the essays speak of what is asked."""
    background = np.sort(index.background @ search.vectors.vector)[::-1]
    contrast = float(search.sentence_similarities.max() - background[:_BACKGROUND].mean())
    return float(1 / (1 + np.exp(-60 * contrast)))
