"""Brings an index up to date with a folder of essays: only what is new or changed is read and embedded again.

First every essay that the index does not have is read and cut into passages, then those without vectors are
embedded, a few essays at a time; each essay's files are on the disk when it is done, so that a run that is
stopped goes on where it was. Last comes what hangs on all essays together, in a build of its own. Nothing is
collected on the way that grows with the essays but a few numbers of each.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.bm25 import Bm25, WordCounts, array_files
from assistant.chunker import chunk
from assistant.compounds import Compounds
from assistant.documents import FileState, Listing, Skipped, no_essay, read_file, reader_fingerprint
from assistant.duplicates import Duplicates
from assistant.embedder import Embedder, Identity
from assistant.errors import AssistantError, CorpusError, EssayIndexError, UnreadableError
from assistant.index import (
    FIRST_SENTENCE,
    FORMAT,
    LEXICAL_PASSAGES,
    LEXICAL_PIECES,
    STORE,
    WORDS,
    check_match,
    made_with,
)
from assistant.index_files import DOCUMENTS, VECTORS, Written, finish, new_build, read_manifest, sweep, write, writing
from assistant.lexical import pieces, terms
from assistant.parts import (
    VectorFile,
    document_bytes,
    key_of,
    read_apart,
    read_document,
    read_words,
    split_vectors,
    vectors_bytes,
    vectors_key,
    words_of,
)
from assistant.progress import ProgressWriter
from assistant.settings import Settings
from assistant.stores.faiss import FaissStore
from assistant.types import Metadata, Passage

_EMBEDDED_AT_ONCE = 128  # passages: enough to sort by length, and seconds of work that a stop may lose
_ADDED_AT_ONCE = 8_192  # vectors
_QUERIES = 200  # sentences that the recall of a large store is measured with
_DAMAGE_IS_LOOKED_FOR = 256_000_000  # bytes of an old index up to which all of it is checked before it is used again


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done to bring an index up to date."""

    documents: int
    passages: int
    sentences: int
    new: int  # essays, renamed ones not counted
    changed: int
    renamed: int
    removed: int
    embedded: int  # passages
    left_out: tuple[Skipped, ...]  # files that could not be read, with the reason
    notes: tuple[tuple[str, str], ...]  # of a source what its owner should know
    store: str  # what sort of vector store was chosen
    recall: float  # of that store against comparing with all vectors


@dataclass(slots=True)
class _Essay:
    """An essay on its way into the index."""

    source: str
    state: FileState
    document: str  # keys of its files
    vectors: str
    passages: int
    sentences: int
    language: str
    notes: tuple[str, ...]

    @property
    def document_name(self) -> str:
        return f"{DOCUMENTS}/{self.document}.json"

    @property
    def vectors_name(self) -> str:
        return f"{VECTORS}/{self.vectors}.safetensors"


@dataclass(slots=True)
class _Gathered:
    """What is known when every essay was read."""

    essays: list[_Essay] = field(default_factory=list)
    unread: dict[str, tuple[FileState, str]] = field(default_factory=dict)  # by source, with the reason
    twins: dict[str, tuple[FileState, str]] = field(default_factory=dict)  # of another essay
    parts: dict[str, Written] = field(default_factory=dict)
    words: Counter[str] = field(default_factory=Counter)
    first_sentence: list[int] = field(default_factory=lambda: [0])


def is_current(folder: Path, listing: Listing, model: Identity, settings: Settings) -> bool:
    """Whether a folder holds an index of just these essays, made with what is in use now."""
    try:
        manifest = read_manifest(folder)
        check_match(manifest, made_with(model, settings), folder)
    except EssayIndexError:
        return False
    known = {source: one["file"]["sha256"] for source, one in manifest["essays"].items()}
    return (
        known == {source: state.sha256 for source, state in listing.files.items()}
        and manifest["corpus_toml"] == listing.metadata_sha256
        and manifest["reader"] == reader_fingerprint()
        and manifest["skipped"] == [asdict(one) for one in listing.skipped]
    )


def known_files(folder: Path) -> dict[str, FileState]:
    """What the index in a folder knows of the essays' files; nothing where there is no index."""
    return {source: FileState(**one["file"]) for source, one in _before(folder).get("essays", {}).items()}


def update_index(
    listing: Listing,
    folder: Path,
    embedder: Embedder,
    settings: Settings,
    progress: ProgressWriter | None = None,
    *,
    retry: bool = True,
    rebuild: bool = False,
) -> Outcome:
    """Bring the index in a folder up to date with the essays, and make it the one that counts.

    With `retry` files that could not be read the last time are tried again though they did not change. With
    `rebuild` nothing of the old index is used again.

    Raises:
        CorpusError: no file of the corpus holds a sentence.
        IndexWriteError: there is no room or no permission, or another program is writing it; the index that
            counted before still does.
    """
    progress = progress or ProgressWriter()
    try:
        with writing(folder):
            outcome = _Update(listing, folder, embedder, settings, progress, retry=retry, rebuild=rebuild).run()
    except AssistantError as error:
        progress.failed(str(error))
        raise
    progress.done()
    return outcome


class _Update:
    """One run of bringing an index up to date."""

    def __init__(
        self,
        listing: Listing,
        folder: Path,
        embedder: Embedder,
        settings: Settings,
        progress: ProgressWriter,
        *,
        retry: bool,
        rebuild: bool,
    ) -> None:
        self._listing = listing
        self._folder = folder
        self._embedder = embedder
        self._settings = settings
        self._progress = progress
        self._retry = retry
        self._rebuild = rebuild
        self._before = {} if rebuild else _before(folder)
        self._known = {name: Written(*written) for name, written in self._before.get("parts", {}).items()}
        self._looks_for_damage = sum(one.size for one in self._known.values()) <= _DAMAGE_IS_LOOKED_FOR

    def run(self) -> Outcome:
        """Read, embed, and write the build."""
        for name in (DOCUMENTS, VECTORS):
            (self._folder / name).mkdir(exist_ok=True)
        with TemporaryFile(dir=self._folder) as file, new_build(self._folder) as beside:
            counts = WordCounts(file)
            gathered = self._read(counts)
            if not gathered.first_sentence[1:]:
                raise CorpusError(self._nothing_to_quote(gathered))
            embedded = self._embed(gathered)
            store = self._write_build(beside, gathered, counts)
            manifest = self._manifest(beside, gathered, store)
            finish(beside, _json(manifest))
        sweep(self._folder)
        return self._outcome(gathered, embedded, store)

    # --- Reading

    def _read(self, counts: WordCounts) -> _Gathered:
        """Every essay read and cut into passages, unless the index has it already."""
        gathered, duplicates, reader = _Gathered(), Duplicates(), reader_fingerprint()
        files, unread = self._listing.files, self._unread_before(reader)
        for number, (source, state) in enumerate(files.items()):
            self._progress("reading", number, len(files))
            if (reason := unread.get((source, state.sha256))) and not self._retry:
                gathered.unread[source] = (state, reason)
                continue
            metadata = self._listing.metadata.get(source, Metadata())
            key = self._document_key(reader, source, state, metadata)
            raw = None if self._rebuild else self._kept(f"{DOCUMENTS}/{key}.json")
            try:
                if raw is None:
                    key, state, raw = self._read_anew(reader, source, metadata)
            except UnreadableError as error:
                gathered.unread[source] = (state, str(error))
                continue
            document, passages = read_document(raw)
            texts = (document.text[one.start : one.end] for passage in passages for one in passage.sentences)
            if twin := duplicates.add(document, texts):
                gathered.twins[source] = (state, f"has the same text as {twin}, which is read")
                continue
            gathered.essays.append(
                _Essay(
                    source=source,
                    state=state,
                    document=key,
                    vectors=vectors_key(self._embedder.fingerprint, passages) if passages else "",
                    passages=len(passages),
                    sentences=sum(len(passage.sentences) for passage in passages),
                    language=document.language,
                    notes=document.notes,
                )
            )
            gathered.parts[gathered.essays[-1].document_name] = Written.of(raw)
            for passage, words in zip(passages, read_words(raw), strict=True):
                counts.add(words)
                gathered.words.update(words)
                gathered.first_sentence.append(gathered.first_sentence[-1] + len(passage.sentences))
        self._progress("reading", len(files), len(files))
        return gathered

    def _unread_before(self, reader: str) -> dict[tuple[str, str], str]:
        """Why files could not be read the last time, by source and checksum, where they are read as they were then."""
        before = self._before if self._before.get("reader") == reader else {}
        return {
            (source, one["file"]["sha256"]): one["unread"]
            for source, one in before.get("essays", {}).items()
            if "unread" in one
        }

    def _document_key(self, reader: str, source: str, state: FileState, metadata: Metadata) -> str:
        sizes = (self._settings.min_passage_chars, self._settings.max_passage_chars)
        return key_of(FORMAT, reader, source, state.sha256, asdict(metadata), sizes)

    def _read_anew(self, reader: str, source: str, metadata: Metadata) -> tuple[str, FileState, bytes]:
        """The key of an essay's document, the file as it was read, and the document's bytes, written to the disk."""
        document, state = read_file(self._listing, source, self._settings)
        passages = chunk(document, self._settings)
        raw = document_bytes(document, passages, words_of(passages))
        key = self._document_key(reader, source, state, metadata)
        write(self._folder / DOCUMENTS / f"{key}.json", raw)
        return key, state, raw

    def _kept(self, name: str) -> bytes | None:
        """The bytes of an essay's document that the index has, None where it has none or a damaged one."""
        try:
            raw = (self._folder / name).read_bytes()
            if name not in self._known:  # of a run that was stopped
                read_document(raw)
        except (OSError, ValueError):
            return None
        return raw if self._known.get(name, Written.of(raw)) == Written.of(raw) else None

    def _nothing_to_quote(self, gathered: _Gathered) -> str:
        if not gathered.essays:
            unread = [Skipped(source, reason) for source, (_, reason) in gathered.unread.items()]
            return no_essay(self._listing.folder, [*self._listing.skipped, *unread])
        return (
            f"The {len(gathered.essays)} files in {self._listing.folder} hold no sentence that could be quoted. "
            "See what was left out and why: python -m assistant index --explain"
        )

    # --- Embedding

    def _embed(self, gathered: _Gathered) -> int:
        """The number of passages that were embedded, and the vectors of all of them on the disk."""
        wanted = {essay.vectors: essay for essay in gathered.essays if essay.passages}
        missing = []
        for essay in wanted.values():
            written = None if self._rebuild else self._kept_vectors(essay)
            if written is None:
                missing.append(essay)
            else:
                gathered.parts[essay.vectors_name] = written
        total, done = sum(essay.passages for essay in missing), 0
        self._progress("embedding", done, total)
        for group in _groups(missing):
            texts = [self._passages(essay) for essay in group]
            passages = [passage for own in texts for passage in own]

            def count(number: int) -> None:
                nonlocal done
                done += number
                self._progress("embedding", done, total)

            vectors = self._embedder.embed_passages(passages, count)
            for essay, own in zip(group, split_vectors(vectors, passages, list(map(len, texts))), strict=True):
                gathered.parts[essay.vectors_name] = write(self._folder / essay.vectors_name, vectors_bytes(own))
            _give_back_memory()
        return total

    def _kept_vectors(self, essay: _Essay) -> Written | None:
        """What the file of an essay's vectors is that the index has, None where it has none or a damaged one."""
        path, known = self._folder / essay.vectors_name, self._known.get(essay.vectors_name)
        try:
            if known is not None and not self._looks_for_damage:
                return known if path.stat().st_size == known.size else None
            written = Written.at(path)
            VectorFile(path)
        except (OSError, ValueError):
            return None
        return written if known in (None, written) else None

    def _passages(self, essay: _Essay) -> Sequence[Passage]:
        return read_document((self._folder / essay.document_name).read_bytes())[1]

    # --- Writing

    def _write_build(self, beside: Path, gathered: _Gathered, counts: WordCounts) -> FaissStore:
        """What hangs on all essays together."""
        self._progress("writing", 0, len(gathered.essays))
        words = dict(sorted(gathered.words.items()))
        apart: Counter[str] = Counter()
        for essay in gathered.essays:
            found = read_apart((self._folder / essay.document_name).read_bytes())
            apart.update({word: count for word, count in found.items() if word in words})
        (beside / WORDS).write_bytes(_json({"words": words, "apart": dict(sorted(apart.items()))}))
        np.save(beside / FIRST_SENTENCE, np.array(gathered.first_sentence, np.int64))
        parts = Compounds(words).parts
        for name, expand in ((LEXICAL_PASSAGES, lambda word: terms(word, parts)), (LEXICAL_PIECES, pieces)):
            Bm25.build(counts, expand, array_files(beside, name)).save(beside, name)
        with_passages = [essay for essay in gathered.essays if essay.passages]
        store = FaissStore.of(
            lambda: self._vectors(with_passages),
            sum(essay.passages for essay in with_passages),
            self._embedder.dimension,
            self._queries(with_passages),
        )
        store.save(beside / STORE)
        return store

    def _vectors(self, essays: Iterable[_Essay]) -> Iterator[NDArray[np.float32]]:
        """The vectors of all passages, some thousands at a time."""
        batch: list[NDArray[np.float32]] = []
        for essay in essays:
            batch.append(VectorFile(self._folder / essay.vectors_name).passages())
            if sum(map(len, batch)) >= _ADDED_AT_ONCE:
                yield np.concatenate(batch)
                batch = []
        if batch:
            yield np.concatenate(batch)

    def _queries(self, essays: Sequence[_Essay]) -> NDArray[np.float32]:
        """The vectors of some sentences from all over the essays: short texts, as questions are."""
        chosen = essays[:: max(1, len(essays) // _QUERIES)]
        middles = [(essay, essay.sentences // 2) for essay in chosen]
        return np.concatenate(
            [VectorFile(self._folder / essay.vectors_name).sentences(at, at + 1) for essay, at in middles]
        )

    def _manifest(self, beside: Path, gathered: _Gathered, store: FaissStore) -> dict[str, Any]:
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
        return made_with(self._embedder.identity, self._settings) | {
            "reader": reader_fingerprint(),
            "corpus_toml": self._listing.metadata_sha256,
            "examples": list(self._listing.examples),
            "skipped": [asdict(one) for one in self._listing.skipped],
            "counts": {
                "documents": len(essays),
                "passages": len(gathered.first_sentence) - 1,
                "sentences": gathered.first_sentence[-1],
            },
            "languages": dict(sorted(Counter(essay.language for essay in gathered.essays).items())),
            "store": {"kind": store.kind, "recall": round(store.recall, 4)},
            "essays": {source: essays.get(source) or others[source] for source in self._listing.files},
            "parts": dict(sorted(gathered.parts.items())),
            "files": {path.name: Written.at(path) for path in sorted(beside.iterdir())},
        }

    def _outcome(self, gathered: _Gathered, embedded: int, store: FaissStore) -> Outcome:
        before = {source: one["file"]["sha256"] for source, one in self._before.get("essays", {}).items()}
        now = {essay.source: essay.state.sha256 for essay in gathered.essays}
        gone = {source: digest for source, digest in before.items() if source not in self._listing.files}
        added = [digest for source, digest in now.items() if source not in before]
        moved = sum((Counter(added) & Counter(gone.values())).values())
        left_out = [Skipped(source, reason) for source, (_, reason) in (gathered.unread | gathered.twins).items()]
        return Outcome(
            documents=len(gathered.essays),
            passages=len(gathered.first_sentence) - 1,
            sentences=gathered.first_sentence[-1],
            new=len(added) - moved,
            changed=sum(before[source] != digest for source, digest in now.items() if source in before),
            renamed=moved,
            removed=len(gone) - moved,
            embedded=embedded,
            left_out=tuple(sorted((*self._listing.skipped, *left_out), key=lambda one: one.source)),
            notes=tuple((essay.source, note) for essay in gathered.essays for note in essay.notes),
            store=store.kind,
            recall=store.recall,
        )


def _before(folder: Path) -> dict[str, Any]:
    """The manifest of the index that is there, nothing where there is none that this version reads."""
    try:
        manifest = read_manifest(folder)
    except EssayIndexError:
        return {}
    return manifest if manifest.get("format") == FORMAT else {}


def _groups(essays: Iterable[_Essay]) -> Iterator[list[_Essay]]:
    """Essays with about so many passages together as are embedded at once."""
    group: list[_Essay] = []
    for essay in essays:
        if group and sum(one.passages for one in group) + essay.passages > _EMBEDDED_AT_ONCE:
            yield group
            group = []
        group.append(essay)
    if group:
        yield group


def _give_back_memory() -> None:
    """Give what is free back to the system: tensors of ever other sizes leave gaps, which glibc keeps for itself."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii")  # so that any name of a file can be written
