"""What the tests share: the essays' passages and words, the real model, a real index and the assistant over it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from assistant.assistant import Assistant
from assistant.chunker import chunk
from assistant.cli import ensure_index
from assistant.documents import read_corpus
from assistant.embedder import Embedder, load_embedder
from assistant.indexer import text_with_headings
from assistant.lexical import folded_words
from assistant.settings import Settings
from assistant.types import Passage

CORPUS = Path(__file__).parent.parent / "corpus"

# The same examples at every run, however slow the machine, and nothing left behind in the repository.
hypothesis_settings.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis_settings.load_profile("steady")


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
