"""Brings an index up to date with a folder of essays: only what is new or changed is read and embedded again.

First every essay that the index does not have is read and cut into passages (`gathering`), then those without
vectors are embedded, a few essays at a time; each essay's files are on the disk when it is done, so that a run
that is stopped goes on where it was. Last comes what hangs on all essays together, in a build of its own
(`building`). Nothing is collected on the way that grows with the essays but a few numbers of each.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile

from assistant.bm25 import WordCounts
from assistant.building import as_bytes, manifest_of_build, write_build
from assistant.documents import Listing, Skipped, no_essay, reader_fingerprint
from assistant.embedder import Embedder, Identity
from assistant.errors import AssistantError, CorpusError, EssayIndexError
from assistant.gathering import Gathered, GatheredEssay, Gatherer
from assistant.index import check_match, made_with
from assistant.index_files import DOCUMENTS, VECTORS, finish, new_build, read_manifest, sweep, write, writing
from assistant.kept import Kept
from assistant.parts import read_document, split_vectors, vectors_bytes
from assistant.progress import ProgressWriter
from assistant.settings import Settings
from assistant.types import Passage

_EMBEDDED_AT_ONCE = 128  # passages: enough to sort by length, and seconds of work that a stop may lose


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
        self._kept = Kept(folder, rebuild=rebuild)

    def run(self) -> Outcome:
        """Read, embed, and write the build."""
        for name in (DOCUMENTS, VECTORS):
            (self._folder / name).mkdir(exist_ok=True)
        gatherer = Gatherer(self._listing, self._folder, self._settings, self._kept, self._embedder.fingerprint)
        with TemporaryFile(dir=self._folder) as file, new_build(self._folder) as beside:
            counts = WordCounts(file)
            gathered = gatherer.gather(counts, self._progress, retry=self._retry)
            if not gathered.with_passages:
                raise CorpusError(self._nothing_to_quote(gathered))
            embedded = self._embed(gathered)
            self._progress("writing", 0, len(gathered.essays))
            store = write_build(self._folder, beside, gathered, counts, self._embedder.dimension)
            manifest = manifest_of_build(beside, gathered, store, self._listing, self._embedder, self._settings)
            finish(beside, as_bytes(manifest))
        sweep(self._folder)
        return self._outcome(gathered, embedded, kind=store.kind, recall=store.recall)

    def _nothing_to_quote(self, gathered: Gathered) -> str:
        if not gathered.essays:
            unread = [Skipped(source, reason) for source, (_, reason) in gathered.unread.items()]
            return no_essay(self._listing.folder, [*self._listing.skipped, *unread])
        return (
            f"The {len(gathered.essays)} files in {self._listing.folder} hold no sentence that could be quoted. "
            "See what was left out and why: python -m assistant index --explain"
        )

    def _embed(self, gathered: Gathered) -> int:
        """The number of passages that were embedded, and the vectors of all of them on the disk."""
        wanted = {essay.vectors: essay for essay in gathered.with_passages}
        missing = []
        for essay in wanted.values():
            written = self._kept.vectors(essay.vectors_name)
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

    def _passages(self, essay: GatheredEssay) -> Sequence[Passage]:
        return read_document((self._folder / essay.document_name).read_bytes())[1]

    def _outcome(self, gathered: Gathered, embedded: int, *, kind: str, recall: float) -> Outcome:
        before = {source: one["file"]["sha256"] for source, one in self._kept.manifest.get("essays", {}).items()}
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
            store=kind,
            recall=recall,
        )


def _groups(essays: Iterable[GatheredEssay]) -> Iterator[list[GatheredEssay]]:
    """Essays with about so many passages together as are embedded at once."""
    group: list[GatheredEssay] = []
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
