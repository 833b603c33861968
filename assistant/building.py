"""Writes what hangs on all essays of an index together: the build, and the manifest that describes it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.bm25 import Bm25, WordCounts, array_files
from assistant.compounds import Compounds
from assistant.documents import Listing, reader_fingerprint
from assistant.embedder import Embedder
from assistant.gathering import Gathered, GatheredEssay
from assistant.index import FIRST_SENTENCE, LEXICAL_PASSAGES, LEXICAL_PIECES, STORE, WORDS, made_with
from assistant.index_files import Written
from assistant.lexical import pieces, terms
from assistant.parts import VectorFile, read_apart
from assistant.settings import Settings
from assistant.stores.faiss import FaissStore

_ADDED_AT_ONCE = 8_192  # vectors
_QUERIES = 200  # sentences that the recall of a large store is measured with


def write_build(folder: Path, beside: Path, gathered: Gathered, counts: WordCounts, dimension: int) -> FaissStore:
    """Write the words, the lexical indexes and the vector store of the essays in `folder` into `beside`.

    The vectors of all essays, of that dimension, must be on the disk.
    """
    words = dict(sorted(gathered.words.items()))
    apart: Counter[str] = Counter()
    for essay in gathered.essays:
        found = read_apart((folder / essay.document_name).read_bytes())
        apart.update({word: count for word, count in found.items() if word in words})
    (beside / WORDS).write_bytes(as_bytes({"words": words, "apart": dict(sorted(apart.items()))}))
    np.save(beside / FIRST_SENTENCE, np.array(gathered.first_sentence, np.int64))
    parts = Compounds(words).parts
    for name, expand in ((LEXICAL_PASSAGES, lambda word: terms(word, parts)), (LEXICAL_PIECES, pieces)):
        Bm25.build(counts, expand, array_files(beside, name)).save(beside, name)
    essays = gathered.with_passages
    store = FaissStore.of(
        lambda: _vectors(folder, essays),
        sum(essay.passages for essay in essays),
        dimension,
        _queries(folder, essays),
    )
    store.save(beside / STORE)
    return store


def _vectors(folder: Path, essays: Iterable[GatheredEssay]) -> Iterator[NDArray[np.float32]]:
    """The vectors of all passages, some thousands at a time."""
    batch: list[NDArray[np.float32]] = []
    for essay in essays:
        batch.append(VectorFile(folder / essay.vectors_name).passages())
        if sum(map(len, batch)) >= _ADDED_AT_ONCE:
            yield np.concatenate(batch)
            batch = []
    if batch:
        yield np.concatenate(batch)


def _queries(folder: Path, essays: Sequence[GatheredEssay]) -> NDArray[np.float32]:
    """The vectors of some sentences from all over the essays: short texts, as questions are."""
    chosen = essays[:: max(1, len(essays) // _QUERIES)]
    middles = [(essay, essay.sentences // 2) for essay in chosen]
    return np.concatenate([VectorFile(folder / essay.vectors_name).sentences(at, at + 1) for essay, at in middles])


def manifest_of_build(
    beside: Path, gathered: Gathered, store: FaissStore, listing: Listing, embedder: Embedder, settings: Settings
) -> dict[str, Any]:
    """What the manifest of the build in `beside` says: what it was made of and with, and what every file must be."""
    essays = {
        essay.source: {
            "file": asdict(essay.state),
            "document": essay.document,
            "vectors": essay.vectors,
            "passages": essay.passages,
            "notes": list(essay.notes),
        }
        for essay in gathered.essays
    }
    others = {
        source: {"file": asdict(state), what: reason}
        for what, left_out in (("unread", gathered.unread), ("twin", gathered.twins))
        for source, (state, reason) in left_out.items()
    }
    return made_with(embedder.identity, settings) | {
        "reader": reader_fingerprint(),
        "corpus_toml": listing.metadata_sha256,
        "examples": list(listing.examples),
        "skipped": [asdict(one) for one in listing.skipped],
        "counts": {
            "documents": len(essays),
            "passages": len(gathered.first_sentence) - 1,
            "sentences": gathered.first_sentence[-1],
        },
        "languages": dict(sorted(Counter(essay.language for essay in gathered.essays).items())),
        "store": {"kind": store.kind, "recall": round(store.recall, 4)},
        "essays": {source: essays.get(source) or others[source] for source in listing.files},
        "parts": dict(sorted(gathered.parts.items())),
        "files": {path.name: Written.at(path) for path in sorted(beside.iterdir())},
    }


def as_bytes(value: object) -> bytes:
    """A value as JSON in ASCII, so that any name of a file can be written."""
    return json.dumps(value, separators=(",", ":")).encode("ascii")
