"""What the tests share: the real model, the essays and the assistant over them, and an essay about a mill."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser.running import running
from hypothesis import settings as hypothesis_settings
from mill import MILL, MILL_METADATA

from assistant.assistant import Assistant
from assistant.chunker import chunk
from assistant.cli import ensure_index
from assistant.documents import list_corpus, read_corpus
from assistant.embedder import Embedder, load_embedder
from assistant.index import open_index
from assistant.indexer import update_index
from assistant.lexical import folded_words
from assistant.parts import text_with_headings
from assistant.retriever import Retriever
from assistant.server import create_app
from assistant.settings import Settings
from assistant.shelf import Shelf
from assistant.types import Document, Passage

CORPUS = Path(__file__).parent.parent / "corpus"

# The same examples at every run, however slow the machine, and nothing left behind in the repository.
hypothesis_settings.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis_settings.load_profile("steady")


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """A log that a test has set up ends with it: its stream is closed by then."""
    loggers = logging.getLogger(), logging.getLogger("assistant")
    handlers, levels = set(loggers[0].handlers), [logger.level for logger in loggers]
    yield
    for handler in set(loggers[0].handlers) - handlers:
        loggers[0].removeHandler(handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture(scope="session")
def essay_passages() -> tuple[Passage, ...]:
    """The passages of corpus/, made without a model."""
    return tuple(passage for document in read_corpus(CORPUS).documents for passage in chunk(document, Settings()))


@pytest.fixture(scope="session")
def essay_words(essay_passages: tuple[Passage, ...]) -> Counter[str]:
    """How often each folded word occurs in the essays, as the index counts them."""
    return Counter(word for passage in essay_passages for word in folded_words(text_with_headings(passage)))


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The bundled model, the one that `Assistant.open` and `ensure_index` use too."""
    return load_embedder(Settings())


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a fresh index of corpus/. Read only: a test that changes an index copies it first."""
    folder = tmp_path_factory.mktemp("index")
    ensure_index(CORPUS, folder, Settings())
    return folder


@pytest.fixture(scope="session")
def assistant(index_folder: Path) -> Assistant:
    """The assistant over the index of corpus/."""
    return Assistant.open(index_folder, Settings())


@pytest.fixture(scope="session")
def site(assistant: Assistant) -> Iterator[str]:
    """The address of the real thing: model, essays, server."""
    with running(create_app(assistant)) as url:
        yield url


@pytest.fixture
def client(site: str) -> Iterator[httpx.Client]:
    """A client of the server at `site`."""
    with httpx.Client(base_url=site, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def mill(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Retriever:
    """An index of an essay that was made for its breaks."""
    folder = tmp_path_factory.mktemp("mill")
    (folder / "molen.txt").write_text(MILL, encoding="utf-8")
    (folder / "corpus.toml").write_text(MILL_METADATA, encoding="utf-8")
    index = tmp_path_factory.mktemp("mill-index")
    update_index(list_corpus(folder), index, embedder, Settings())
    return Retriever(open_index(index, embedder, Settings()), embedder, Settings())


@dataclass(frozen=True)
class Pages:
    """As much of an index as a shelf is made of: no vectors, so no model."""

    documents: dict[str, Document]
    passages: list[Passage]

    @property
    def first_sentence(self) -> list[int]:
        """Where each passage's sentences begin."""
        return list(accumulate((len(passage.sentences) for passage in self.passages), initial=0))


@pytest.fixture
def pages_of(tmp_path: Path) -> Callable[..., Pages]:
    """A function that makes the pages of essays, given by the names of their files, and of a corpus.toml."""

    def make(metadata: str = "", **essays: str) -> Pages:
        for name, text in essays.items():
            (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
        (tmp_path / "corpus.toml").write_text(metadata, encoding="utf-8")
        documents = {document.source: document for document in read_corpus(tmp_path).documents}
        found: list[Passage] = []
        for document in documents.values():
            found += chunk(document, Settings(), first_id=len(found))
        return Pages(documents, found)

    return make


@pytest.fixture
def shelf_of(pages_of: Callable[..., Any]) -> Callable[..., Shelf]:
    """A function that makes a shelf of essays, as `pages_of` makes pages."""
    return lambda metadata="", **essays: Shelf(pages_of(metadata, **essays))
