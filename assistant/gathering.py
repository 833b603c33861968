"""Reads every essay of a folder and cuts it into passages, unless the index has it already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from assistant.bm25 import WordCounts
from assistant.chunker import chunk
from assistant.documents import FileState, Listing, read_file, reader_fingerprint
from assistant.duplicates import Duplicates
from assistant.errors import UnreadableError
from assistant.index import FORMAT
from assistant.index_files import DOCUMENTS, VECTORS, Written, write
from assistant.kept import Kept
from assistant.parts import document_bytes, key_of, read_document, read_words, vectors_key, words_of
from assistant.progress import ProgressWriter
from assistant.settings import Settings
from assistant.types import Document, Metadata, Passage


@dataclass(frozen=True, slots=True)
class GatheredEssay:
    """An essay on its way into the index; its document is on the disk."""

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
        """Where its text and passages are, below the folder of the index."""
        return f"{DOCUMENTS}/{self.document}.json"

    @property
    def vectors_name(self) -> str:
        """Where its vectors are or will be."""
        return f"{VECTORS}/{self.vectors}.safetensors"


@dataclass(slots=True)
class Gathered:
    """What is known when every essay was read: some numbers of each, and the words of all."""

    essays: list[GatheredEssay] = field(default_factory=list)
    unread: dict[str, tuple[FileState, str]] = field(default_factory=dict)  # by source, with the reason
    twins: dict[str, tuple[FileState, str]] = field(default_factory=dict)  # of another essay
    parts: dict[str, Written] = field(default_factory=dict)  # the essays' files, as they are found or written
    words: Counter[str] = field(default_factory=Counter)
    first_sentence: list[int] = field(default_factory=lambda: [0])

    @property
    def with_passages(self) -> list[GatheredEssay]:
        """The essays that hold a sentence which can be quoted."""
        return [essay for essay in self.essays if essay.passages]


class Gatherer:
    """Reads the essays of a listing, and puts what it reads into the folder of an index."""

    def __init__(self, listing: Listing, folder: Path, settings: Settings, kept: Kept, model: str) -> None:
        self._listing = listing
        self._folder = folder
        self._settings = settings
        self._kept = kept
        self._model = model  # its fingerprint
        self._reader = reader_fingerprint()

    def gather(self, counts: WordCounts, progress: ProgressWriter, *, retry: bool) -> Gathered:
        """Every essay, its words added to `counts`; with `retry` also what could not be read the last time."""
        gathered, duplicates, files = Gathered(), Duplicates(), self._listing.files
        unread = {} if retry else self._kept.unread(self._reader)
        for number, (source, state) in enumerate(files.items()):
            progress("reading", number, len(files))
            if reason := unread.get((source, state.sha256)):
                gathered.unread[source] = (state, reason)
                continue
            try:
                key, state, raw = self._essay(source, state)
            except UnreadableError as error:
                gathered.unread[source] = (state, str(error))
                continue
            document, passages = read_document(raw)
            texts = (document.text[one.start : one.end] for passage in passages for one in passage.sentences)
            if twin := duplicates.add(document, texts):
                gathered.twins[source] = (state, f"has the same text as {twin}, which is read")
                continue
            essay = self._gathered(source, state, key, document, passages)
            gathered.essays.append(essay)
            gathered.parts[essay.document_name] = Written.of(raw)
            for passage, words in zip(passages, read_words(raw), strict=True):
                counts.add(words)
                gathered.words.update(words)
                gathered.first_sentence.append(gathered.first_sentence[-1] + len(passage.sentences))
        progress("reading", len(files), len(files))
        return gathered

    def _essay(self, source: str, state: FileState) -> tuple[str, FileState, bytes]:
        """The key of an essay's document, its file as it was read, and the document, which is on the disk."""
        metadata = self._listing.metadata.get(source, Metadata())
        key = self._key(source, state, metadata)
        raw = self._kept.document(f"{DOCUMENTS}/{key}.json")
        if raw is None:
            document, state = read_file(self._listing, source, self._settings)
            passages = chunk(document, self._settings)
            raw = document_bytes(document, passages, words_of(passages))
            key = self._key(source, state, metadata)  # the file may have changed since it was listed
            write(self._folder / DOCUMENTS / f"{key}.json", raw)
        return key, state, raw

    def _key(self, source: str, state: FileState, metadata: Metadata) -> str:
        sizes = (self._settings.min_passage_chars, self._settings.max_passage_chars)
        return key_of(FORMAT, self._reader, source, state.sha256, asdict(metadata), sizes)

    def _gathered(
        self, source: str, state: FileState, key: str, document: Document, passages: Sequence[Passage]
    ) -> GatheredEssay:
        return GatheredEssay(
            source=source,
            state=state,
            document=key,
            vectors=vectors_key(self._model, passages) if passages else "",
            passages=len(passages),
            sentences=sum(len(passage.sentences) for passage in passages),
            language=document.language,
            notes=document.notes,
        )
