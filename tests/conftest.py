"""What the tests share: the real model, a real index of the essays, and the assistant over it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from assistant.assistant import Assistant
from assistant.cli import ensure_index
from assistant.embedder import Embedder, load_embedder
from assistant.settings import Settings

CORPUS = Path(__file__).parent.parent / "corpus"

# The same examples at every run, however slow the machine, and nothing left behind in the repository.
hypothesis_settings.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis_settings.load_profile("steady")


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
