"""Opening an index: what was written, and never anything that is not what it should be."""

from __future__ import annotations

import contextlib
import copy
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant import index as index_module
from assistant.chunker import chunk
from assistant.documents import list_corpus, read_corpus
from assistant.embedder import Embedder, Identity
from assistant.errors import EssayIndexError, IndexDamagedError, IndexMismatchError, IndexMissingError
from assistant.index import open_index, verify
from assistant.index_files import read_manifest
from assistant.indexer import update_index
from assistant.lexical import stem
from assistant.parts import text_with_headings
from assistant.settings import Settings
from assistant.types import Passage

ROOT = Path(__file__).parent.parent
SETTINGS = Settings()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """An index of the shortest of the essays and of a file without a sentence."""
    corpus, folder = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("made")
    shutil.copy(ROOT / "corpus" / "engagementsmarketing.txt", corpus)
    (corpus / "leeg.txt").write_text("")
    update_index(list_corpus(corpus), folder, embedder, SETTINGS)
    return folder


@pytest.fixture
def folder(tmp_path: Path, made: Path) -> Path:
    """That index, free to be damaged."""
    return Path(shutil.copytree(made, tmp_path / "index"))


def build_of(folder: Path) -> Path:
    return folder / (folder / "current").read_text()


def files(folder: Path) -> list[Path]:
    """Every file that its manifest vouches for."""
    return sorted([*build_of(folder).iterdir(), *folder.glob("documents/*"), *folder.glob("vectors/*")])


NAMES = "manifest.json words.json passages.faiss first-sentence.npy lexical-passages.rows.npy".split()
KINDS = {
    **{name: f"build-*/{name}" for name in NAMES},
    "document": "documents/*.json",
    "vectors": "vectors/*.safetensors",
}


def problem(kind: type[EssayIndexError], folder: Path, embedder: Embedder, settings: Settings = SETTINGS) -> str:
    """The one line that an index is refused with: it names the folder and the command that builds it."""
    with pytest.raises(EssayIndexError) as error:
        open_index(folder, embedder, settings)
    assert type(error.value) is kind
    assert "\n" not in str(error.value)
    assert str(folder) in str(error.value)
    assert f"python -m assistant index --into {folder}" in str(error.value)
    return str(error.value)


# --- What is in it


def test_offsets_of_the_real_index(index_folder: Path, embedder: Embedder) -> None:
    """In the opened index of corpus/ every text is its file's, and every offset is exact."""
    index = open_index(index_folder, embedder, SETTINGS)
    documents = read_corpus(ROOT / "corpus").documents
    assert list(index.documents.values()) == list(documents)
    assert list(index.passages) == [
        replace(passage, id=number)
        for number, passage in enumerate(passage for document in documents for passage in chunk(document, SETTINGS))
    ]
    for document in documents:
        assert document.text.encode() == (ROOT / "corpus" / document.source).read_bytes()
    for passage in index.passages:
        text = index.documents[passage.source].text
        assert text[passage.start : passage.end] == passage.text
        for sentence in passage.sentences:
            assert passage.start <= sentence.start < sentence.end <= passage.end
            assert text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end]


def test_arrays_fit(index_folder: Path, embedder: Embedder) -> None:
    """An index has vectors for each passage, each of its sentences and their tokens, and their bounds fit."""
    index = open_index(index_folder, embedder, SETTINGS)
    assert len(index.store) == len(index.passages) == len(index.first_sentence) - 1
    assert np.diff(index.first_sentence).tolist() == [len(passage.sentences) for passage in index.passages]
    for passage in index.passages:
        tokens, bounds = index.tokens_of(passage.id)
        assert index.sentence_vectors_of(passage.id).shape == (len(passage.sentences), embedder.dimension)
        assert (bounds[0], bounds[-1]) == (0, len(tokens))
        assert (np.diff(bounds) > 0).all()
        assert (tokens.dtype, tokens.shape[1]) == (np.int8, embedder.dimension)
    for lexical in (index.lexical_passages, index.lexical_pieces):
        assert lexical.scores(()).shape == (len(index.passages),)


def test_vectors_are_those_of_the_model(index_folder: Path, embedder: Embedder) -> None:
    """The vectors of a passage in the index are those that the model gives it; sentences in half precision."""
    index = open_index(index_folder, embedder, SETTINGS)
    for number in (0, len(index.passages) // 2, len(index.passages) - 1):
        vectors = embedder.embed_passages([index.passages[number]])
        assert index.store.search(vectors.passages[0], 1)[0].tolist() == [number]
        assert index.sentence_vectors_of(number) == pytest.approx(vectors.sentences, abs=1e-3)
        assert np.abs(index.tokens_of(number)[0].astype(int) - vectors.tokens).max() <= 1


def test_passages_by_number(index_folder: Path, embedder: Embedder) -> None:
    """Passages can be asked for by number, from the end, in slices, and one after another; beyond them is none."""
    passages = open_index(index_folder, embedder, SETTINGS).passages
    whole = list(passages)
    assert [passages[number] for number in range(len(passages))] == whole
    assert passages[-1] == whole[-1]
    assert passages[3:9:2] == whole[3:9:2]
    with pytest.raises(IndexError):
        passages[len(whole)]


@pytest.mark.parametrize(
    ("word", "where"),
    [
        ("ontrouw", lambda passage: "Structurele ontrouw" in passage.headings),
        ("opboksen", lambda passage: "lef" in passage.source),
    ],
    ids=["heading", "title"],
)
def test_headings_are_searched(
    index_folder: Path, embedder: Embedder, word: str, where: Callable[[Passage], bool]
) -> None:
    """A word of a title or heading is found in the passages under it."""
    index = open_index(index_folder, embedder, SETTINGS)
    assert index.lexical_passages.contains(stem(word)).tolist() == [where(passage) for passage in index.passages]
    assert not any(word in passage.text.lower() for passage in index.passages)


def test_a_passage_is_searched_with_its_headings() -> None:
    """Lexical search sees the title, the headings in their order, and the text; what is empty adds no word."""
    passage = Passage(0, "a.txt", "Lef", 3, 9, ("Een", "Twee"), "De tekst.", ())
    assert text_with_headings(passage) == "Lef\nEen\nTwee\nDe tekst."
    assert text_with_headings(replace(passage, title="", headings=())).split() == ["De", "tekst."]


# No index


def test_missing_folder(tmp_path: Path, embedder: Embedder) -> None:
    """A folder that is not there holds no index."""
    problem(IndexMissingError, tmp_path / "nergens", embedder)


@pytest.mark.parametrize("files", [(), ("README.md", ".gitignore")], ids=["empty", "as-it-is-kept-in-git"])
def test_empty_folder(tmp_path: Path, embedder: Embedder, files: tuple[str, ...]) -> None:
    """A folder as it comes with the program holds no index yet."""
    for name in files:
        (tmp_path / name).write_text("")
    assert "which is no index" not in problem(IndexMissingError, tmp_path, embedder)


def test_foreign_folder(tmp_path: Path, embedder: Embedder) -> None:
    """A folder with other files holds no index, and one of them is named, since the name may be wrong."""
    (tmp_path / "foto.jpg").write_text("")
    assert "'foto.jpg'" in problem(IndexMissingError, tmp_path, embedder)


def test_file_instead_of_a_folder(tmp_path: Path, embedder: Embedder) -> None:
    """A file holds no index."""
    (tmp_path / "index").write_text("")
    problem(IndexMissingError, tmp_path / "index", embedder)


# A damaged index


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "emptied": lambda raw: b"",
    "cut-off": lambda raw: raw[:-1],
    "longer": lambda raw: raw + b"\n",
    "changed": lambda raw: raw[: len(raw) // 2] + bytes([raw[len(raw) // 2] ^ 1]) + raw[len(raw) // 2 + 1 :],
}


def test_every_file_is_vouched_for(folder: Path, embedder: Embedder) -> None:
    """A file that is missing is an error that names it, whichever it is."""
    for path in files(folder):
        raw = path.read_bytes()
        path.unlink()
        assert path.name in problem(IndexDamagedError, folder, embedder)
        path.write_bytes(raw)
    open_index(folder, embedder, SETTINGS)


@pytest.mark.parametrize("name", [name for name in KINDS if name != "manifest.json"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_file(folder: Path, embedder: Embedder, name: str, damage: str) -> None:
    """A file that is half-written or changed by a byte is an error that names it."""
    path = next(folder.glob(KINDS[name]))
    path.write_bytes(DAMAGE[damage](path.read_bytes()))
    assert path.name in problem(IndexDamagedError, folder, embedder)
    assert [path.name in line for line in verify(folder)] == [True]


def test_a_large_index_is_checked_by_sizes(folder: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an index that is too large to be read whole at each start, `verify` finds what opening does not."""
    monkeypatch.setattr(index_module, "_CHECKED_WHOLE", 1_000)
    path = next(folder.glob("vectors/*"))
    raw = path.read_bytes()
    path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    index = open_index(folder, embedder, SETTINGS)
    assert len(list(index.passages)) == len(index.store)
    assert [path.name in line for line in verify(folder)] == [True]
    path.write_bytes(raw[:-1])
    problem(IndexDamagedError, folder, embedder)


def test_damage_after_opening(folder: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    """An essay whose file is gone when it is needed is an error of the index, not a crash."""
    index = open_index(folder, embedder, SETTINGS)
    shutil.rmtree(folder / "documents")
    with pytest.raises(IndexDamagedError, match="documents/"):
        list(index.passages)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"{}", b"[]", b"\xff", b'{"files": 5}'],
    ids=["empty", "cut-off", "no-files", "list", "bytes", "number"],
)
def test_manifest_of_something_else(folder: Path, embedder: Embedder, raw: bytes) -> None:
    """A manifest that is none is an error."""
    (build_of(folder) / "manifest.json").write_bytes(raw)
    assert "manifest.json" in problem(IndexDamagedError, folder, embedder)
    with pytest.raises(IndexDamagedError):
        read_manifest(folder)


def test_changed_manifest_never_crashes(folder: Path, embedder: Embedder) -> None:
    """A manifest changed by a byte either makes no difference or is refused as an index that cannot be used."""
    path = build_of(folder) / "manifest.json"
    raw = path.read_bytes()
    for place in range(0, len(raw), 7):
        path.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        with contextlib.suppress(EssayIndexError):
            open_index(folder, embedder, SETTINGS)


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest["counts"].update(passages=1),
        lambda manifest: manifest["files"].pop("words.json"),
        lambda manifest: manifest.update(model=["bundled"]),
    ],
    ids=["count", "file-left-out", "other-kind"],
)
def test_changed_manifest(folder: Path, embedder: Embedder, change: Callable[[dict[str, Any]], None]) -> None:
    """A manifest that is not the one that was written is an error."""
    manifest = read_manifest(folder)
    change(manifest)
    (build_of(folder) / "manifest.json").write_text(json.dumps(manifest))
    problem(IndexDamagedError, folder, embedder)


@pytest.mark.parametrize("name", ["build-0123456789abcdef", "", "hello", "../index", "build-\x00"])
def test_current_points_nowhere(folder: Path, embedder: Embedder, name: str) -> None:
    """A `current` that names no build is an error."""
    (folder / "current").write_text(name)
    assert "is missing" in problem(IndexDamagedError, folder, embedder)


def test_current_is_no_text(folder: Path, embedder: Embedder) -> None:
    """A `current` that is no text is an error."""
    (folder / "current").write_bytes(b"\xff\xfe")
    problem(IndexDamagedError, folder, embedder)


# An index of another model or setting


def test_other_model(folder: Path, embedder: Embedder) -> None:
    """An index of another model is refused; both models are named."""
    other = copy.copy(embedder)
    other.identity = Identity("intfloat/multilingual-e5-base", "other")
    said = problem(IndexMismatchError, folder, other)
    assert "'bundled'" in said
    assert "'intfloat/multilingual-e5-base'" in said


def test_other_weights(folder: Path, embedder: Embedder) -> None:
    """An index of other weights under the same name is refused."""
    other = copy.copy(embedder)
    other.identity = Identity(embedder.name, "other")
    assert "other weights or prompts" in problem(IndexMismatchError, folder, other)


@pytest.mark.parametrize(
    "change",
    [{"query_prompt": ""}, {"passage_prompt": "p: "}, {"min_passage_chars": 500}, {"max_passage_chars": 2_000}],
    ids=lambda change: next(iter(change)),
)
def test_other_settings(folder: Path, embedder: Embedder, change: dict[str, Any]) -> None:
    """An index made with other prompts or passage sizes is refused, and both are shown."""
    [(name, value)] = change.items()
    said = problem(IndexMismatchError, folder, embedder, replace(SETTINGS, **change))
    assert f"{name!r}: {value!r}" in said
    assert f"{name!r}: {getattr(SETTINGS, name)!r}" in said


def test_settings_that_do_not_matter(folder: Path, embedder: Embedder) -> None:
    """Settings that the index does not remember may change."""
    open_index(folder, embedder, replace(SETTINGS, max_excerpts=1, port=1, host="0.0.0.0", cache=folder))


def test_other_format(folder: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index of another format is refused, whatever else it says."""
    monkeypatch.setattr(index_module, "FORMAT", index_module.FORMAT + 1)
    assert f"has format {index_module.FORMAT - 1}" in problem(IndexMismatchError, folder, embedder)


def test_other_stemmer(folder: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index of another stemmer is refused, since its words would not be found."""
    monkeypatch.setattr(index_module, "STEMMER", {"algorithm": "dutch", "name": "Porter", "version": "1"})
    assert "Porter" in problem(IndexMismatchError, folder, embedder)
