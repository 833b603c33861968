"""The index: the same bytes twice, whole after a crash, and never used when it is not what it should be."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant import indexer
from assistant.chunker import chunk
from assistant.documents import Corpus, read_corpus
from assistant.embedder import Embedder
from assistant.errors import (
    CorpusError,
    EssayIndexError,
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
    IndexWriteError,
)
from assistant.indexer import Index, build, is_current, open_index, read_manifest, save, text_with_headings
from assistant.lexical import folded_words, stem
from assistant.settings import Settings
from assistant.types import Passage

ROOT = Path(__file__).parent.parent
SETTINGS = Settings()
FILES = (
    "documents.json passages.json passages.faiss sentences.npy tokens.npy first-token.npy "
    "lexical-passages.npz lexical-pieces.npz words.json manifest.json"
).split()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A folder with the shortest of the essays and a file without a sentence."""
    folder = tmp_path_factory.mktemp("corpus")
    shutil.copy(ROOT / "corpus" / "engagementsmarketing.txt", folder)
    (folder / "leeg.txt").write_text("")
    (folder / "corpus.toml").write_text('examples = ["Wat is engagementsmarketing?"]\n')
    return read_corpus(folder)


@pytest.fixture(scope="module")
def written(corpus: Corpus, embedder: Embedder) -> dict[str, bytes]:
    """The files of an index of that folder."""
    return build(corpus, embedder, SETTINGS)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> dict[str, bytes]:
    """The files of an index of another folder."""
    folder = tmp_path_factory.mktemp("changed")
    (folder / "essay.txt").write_text("Lef\n\nLef is nodig. Zonder lef gebeurt er niets.\n")
    return build(read_corpus(folder), embedder, SETTINGS)


@pytest.fixture
def folder(tmp_path: Path, written: dict[str, bytes]) -> Path:
    """A folder with a saved index, free to be damaged."""
    save(written, tmp_path / "index")
    return tmp_path / "index"


def build_of(folder: Path) -> Path:
    return folder / (folder / "current").read_text()


def problem(kind: type[EssayIndexError], folder: Path, embedder: Embedder, settings: Settings = SETTINGS) -> str:
    """The one line that an index is refused with: it names the folder and the command that builds it."""
    with pytest.raises(EssayIndexError) as error:
        open_index(folder, embedder, settings)
    assert type(error.value) is kind
    assert "\n" not in str(error.value)
    assert str(folder) in str(error.value)
    assert f"python -m assistant index --into {folder}" in str(error.value)
    return str(error.value)


def same(one: Index, other: Index) -> bool:
    arrays = ("sentence_vectors", "tokens", "first_token", "first_sentence")
    return (
        one.manifest == other.manifest
        and one.documents == other.documents
        and one.passages == other.passages
        and one.store.to_bytes() == other.store.to_bytes()
        and all(np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays)
    )


# Building


def test_same_bytes(corpus: Corpus, written: dict[str, bytes], embedder: Embedder) -> None:
    """Building twice gives the same bytes in every file."""
    again = build(corpus, embedder, SETTINGS)
    assert list(written) == FILES
    assert [name for name in written if again[name] != written[name]] == []


def test_progress(corpus: Corpus, embedder: Embedder) -> None:
    """Progress begins at nought and ends with all passages."""
    told: list[tuple[int, int]] = []
    build(corpus, embedder, SETTINGS, lambda done, total: told.append((done, total)))
    total = sum(len(chunk(document, SETTINGS)) for document in corpus.documents)
    assert (told[0], told[-1]) == ((0, total), (total, total))
    assert told == sorted(told)


def test_manifest(corpus: Corpus, written: dict[str, bytes]) -> None:
    """The manifest tells what the index was made of and with, and how much there is."""
    manifest = json.loads(written["manifest.json"])
    assert manifest["corpus"] == corpus.hashes
    assert manifest["examples"] == ["Wat is engagementsmarketing?"]
    assert manifest["counts"]["documents"] == 2
    assert set(manifest["files"]) == set(FILES) - {"manifest.json"}


@pytest.mark.parametrize(
    "text", ["", "Alleen een titel", "Titel\n\nDeel dit bericht"], ids=["empty", "title", "furniture"]
)
def test_nothing_to_quote(tmp_path: Path, embedder: Embedder, text: str) -> None:
    """A corpus without a sentence is an error that names the folder and the command that shows why."""
    (tmp_path / "essay.txt").write_text(text)
    with pytest.raises(CorpusError) as error:
        build(read_corpus(tmp_path), embedder, SETTINGS)
    assert str(tmp_path) in str(error.value)
    assert "index --explain" in str(error.value)


# Saving and opening


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
    """The arrays of an index have a row for each passage and sentence, and their bounds fit."""
    index = open_index(index_folder, embedder, SETTINGS)
    sentences = sum(len(passage.sentences) for passage in index.passages)
    assert len(index.store) == len(index.passages) == len(index.first_sentence) - 1
    assert index.sentence_vectors.shape == (sentences, embedder.dimension)
    assert len(index.first_token) - 1 == index.first_sentence[-1] == sentences
    assert index.first_token[-1] == len(index.tokens)
    assert np.diff(index.first_sentence).tolist() == [len(passage.sentences) for passage in index.passages]
    for lexical in (index.lexical_passages, index.lexical_pieces):
        assert lexical.scores(()).shape == (len(index.passages),)


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


def test_words(index_folder: Path, embedder: Embedder) -> None:
    """words.json counts every word of the passages and their headings, by the alphabet."""
    index = open_index(index_folder, embedder, SETTINGS)
    counts = Counter(word for passage in index.passages for word in folded_words(text_with_headings(passage)))
    assert index.words == counts
    assert list(index.words) == sorted(index.words)
    assert index.words["marketing"] > index.words["lefmarketing"] > 0


def test_parts_of_compounds_are_searched(tmp_path: Path, embedder: Embedder) -> None:
    """A compound is found by its parts where the essays use these as words of their own, and elsewhere not."""
    for name, line in {
        "a": "Zij bouwden een windmolen.",
        "b": "De molen draait op wind.",
        "c": "Ook een papegaai.",
    }.items():
        (tmp_path / f"{name}.txt").write_text(f"Essay\n\n{line}\n")
    save(build(read_corpus(tmp_path), embedder, SETTINGS), tmp_path / "index")
    lexical = open_index(tmp_path / "index", embedder, SETTINGS).lexical_passages
    assert lexical.contains(stem("molen")).tolist() == [True, True, False]
    assert lexical.contains(stem("windmolen")).tolist() == [True, False, False]
    assert not lexical.contains(stem("gaai")).any()


def test_round_trip(folder: Path, written: dict[str, bytes], embedder: Embedder) -> None:
    """The files on the disk are the bytes that were written, and opening twice gives the same."""
    assert {path.name: path.read_bytes() for path in build_of(folder).iterdir()} == written
    assert same(open_index(folder, embedder, SETTINGS), open_index(folder, embedder, SETTINGS))


def test_saving_again(folder: Path, written: dict[str, bytes]) -> None:
    """Saving the same index again changes nothing."""
    before = {path: path.stat().st_ino for path in build_of(folder).iterdir()}
    save(written, folder)
    assert {path: path.stat().st_ino for path in build_of(folder).iterdir()} == before
    assert sorted(path.name for path in folder.iterdir()) == [build_of(folder).name, "current"]


def test_saving_over_a_damaged_build(folder: Path, written: dict[str, bytes], embedder: Embedder) -> None:
    """Saving the same index again makes a damaged build whole."""
    (build_of(folder) / "tokens.npy").write_bytes(b"")
    save(written, folder)
    open_index(folder, embedder, SETTINGS)


def test_old_builds_are_cleaned_up(folder: Path, changed: dict[str, bytes], embedder: Embedder) -> None:
    """Once a new build counts, the old one is gone; other files in the folder stay."""
    (folder / "README.md").write_text("index")
    old = build_of(folder)
    new = save(changed, folder)
    assert not old.exists()
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", new.name, "current"]
    assert list(open_index(folder, embedder, SETTINGS).documents) == ["essay.txt"]


def test_folders_of_others_stay(tmp_path: Path, written: dict[str, bytes]) -> None:
    """A folder that is no build of ours is never deleted, whatever its name."""
    (tmp_path / "build-tools").mkdir()
    (tmp_path / "build-tools" / "work.txt").write_text("years of it")
    save(written, tmp_path)
    assert (tmp_path / "build-tools" / "work.txt").is_file()


# A crash while writing


def failing(monkeypatch: pytest.MonkeyPatch, number: int, error: BaseException) -> None:
    """Let writing the file of that number (from 1) fail when half of it is written."""
    real, done = indexer._write, 0

    def write(path: Path, raw: bytes) -> None:
        nonlocal done
        done += 1
        if done == number:
            path.write_bytes(raw[: len(raw) // 2])
            raise error
        real(path, raw)

    monkeypatch.setattr(indexer, "_write", write)


@pytest.mark.parametrize("number", range(1, len(FILES) + 2))
def test_full_disk(
    folder: Path, changed: dict[str, bytes], embedder: Embedder, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A disk that is full at any file is an error in one line; the old index is whole, and a later try works."""
    before = open_index(folder, embedder, SETTINGS)
    with monkeypatch.context() as full:
        failing(full, number, OSError(28, "No space left on device"))
        with pytest.raises(IndexWriteError) as error:
            save(changed, folder)
    assert "\n" not in str(error.value)
    assert all(part in str(error.value) for part in (str(folder), "No space left on device", "MB", "still works"))
    assert same(open_index(folder, embedder, SETTINGS), before)
    assert not list(folder.glob(".writing-*"))
    save(changed, folder)
    assert list(open_index(folder, embedder, SETTINGS).documents) == ["essay.txt"]
    assert sorted(path.name for path in folder.iterdir()) == [build_of(folder).name, "current"]


def test_number_of_files(tmp_path: Path, written: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above lets every file fail: saving writes each of them and `current`."""
    names: list[str] = []
    real = indexer._write
    monkeypatch.setattr(indexer, "_write", lambda path, raw: (names.append(path.name), real(path, raw)))
    save(written, tmp_path)
    assert names == [*FILES, "current.new"]


@pytest.mark.parametrize("number", range(1, len(FILES) + 2))
def test_killed(
    folder: Path, changed: dict[str, bytes], embedder: Embedder, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """After a program that was stopped at any file the old index is whole, and a later try works."""
    before = open_index(folder, embedder, SETTINGS)
    with monkeypatch.context() as killed:
        failing(killed, number, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            save(changed, folder)
    assert same(open_index(folder, embedder, SETTINGS), before)
    save(changed, folder)
    assert list(open_index(folder, embedder, SETTINGS).documents) == ["essay.txt"]


@pytest.mark.parametrize("number", [1, 2])
def test_move_that_fails(
    folder: Path, changed: dict[str, bytes], embedder: Embedder, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Where a finished build or `current` cannot be moved into place, the old index still counts."""
    before, real, done = open_index(folder, embedder, SETTINGS), os.replace, 0

    def move(source: Path, target: Path) -> None:
        nonlocal done
        done += 1
        if done == number:
            raise PermissionError(13, "Permission denied")
        real(source, target)

    monkeypatch.setattr(os, "replace", move)
    with pytest.raises(IndexWriteError, match="Permission denied"):
        save(changed, folder)
    assert same(open_index(folder, embedder, SETTINGS), before)


def test_folder_that_cannot_be_made(tmp_path: Path, written: dict[str, bytes]) -> None:
    """A folder that cannot be made is an error that names it."""
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexWriteError) as error:
        save(written, tmp_path / "file" / "index")
    assert str(tmp_path / "file" / "index") in str(error.value)


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


@pytest.mark.parametrize("name", FILES)
def test_missing_file(folder: Path, embedder: Embedder, name: str) -> None:
    """A file that is missing is an error that names it."""
    (build_of(folder) / name).unlink()
    assert name in problem(IndexDamagedError, folder, embedder)


@pytest.mark.parametrize("name", FILES[:-1])
@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_file(folder: Path, embedder: Embedder, name: str, damage: str) -> None:
    """A file that is half-written or changed by a byte is an error that names it."""
    path = build_of(folder) / name
    path.write_bytes(DAMAGE[damage](path.read_bytes()))
    assert name in problem(IndexDamagedError, folder, embedder)


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


def test_changed_manifest_never_crashes(folder: Path, written: dict[str, bytes], embedder: Embedder) -> None:
    """A manifest changed by a byte either makes no difference or is refused as an index that cannot be used."""
    raw, path = written["manifest.json"], build_of(folder) / "manifest.json"
    for place in range(0, len(raw), 7):
        path.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        with contextlib.suppress(EssayIndexError):
            open_index(folder, embedder, SETTINGS)


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest["counts"].update(passages=1),
        lambda manifest: manifest["files"].pop("documents.json"),
        lambda manifest: manifest.update(model=["bundled"]),
    ],
    ids=["count", "file-left-out", "other-kind"],
)
def test_changed_manifest(
    folder: Path, written: dict[str, bytes], embedder: Embedder, change: Callable[[dict[str, Any]], None]
) -> None:
    """A manifest that is not the one that was written is an error."""
    manifest = json.loads(written["manifest.json"])
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
    other.name, other.fingerprint = "intfloat/multilingual-e5-base", "other"
    said = problem(IndexMismatchError, folder, other)
    assert "'bundled'" in said
    assert "'intfloat/multilingual-e5-base'" in said


def test_other_weights(folder: Path, embedder: Embedder) -> None:
    """An index of other weights under the same name is refused."""
    other = copy.copy(embedder)
    other.fingerprint = "other"
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
    monkeypatch.setattr(indexer, "FORMAT", indexer.FORMAT + 1)
    assert f"has format {indexer.FORMAT - 1}" in problem(IndexMismatchError, folder, embedder)


def test_other_stemmer(folder: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index of another stemmer is refused, since its words would not be found."""
    monkeypatch.setattr(indexer, "STEMMER", {"algorithm": "dutch", "name": "Porter", "version": "1"})
    assert "Porter" in problem(IndexMismatchError, folder, embedder)


# Is it up to date?


def test_is_current(folder: Path, corpus: Corpus, embedder: Embedder) -> None:
    """An index is up to date for the essays and settings that it was made of, and for no others."""
    assert is_current(folder, corpus, embedder, SETTINGS)
    assert not is_current(folder, corpus, embedder, replace(SETTINGS, max_passage_chars=2_000))
    assert not is_current(folder / "nergens", corpus, embedder, SETTINGS)


@pytest.mark.parametrize("change", ["essay", "new", "gone", "toml"])
def test_changed_essay(tmp_path: Path, folder: Path, corpus: Corpus, embedder: Embedder, change: str) -> None:
    """A changed, new or missing essay and a changed corpus.toml each make the index old."""
    copied = Path(shutil.copytree(corpus.folder, tmp_path / "corpus"))
    assert is_current(folder, read_corpus(copied), embedder, SETTINGS)
    if change == "essay":
        (copied / "engagementsmarketing.txt").open("a").write(" ")
    elif change == "new":
        (copied / "nieuw.txt").write_text("Een zin.")
    elif change == "gone":
        (copied / "leeg.txt").unlink()
    else:
        (copied / "corpus.toml").write_text("")
    assert not is_current(folder, read_corpus(copied), embedder, SETTINGS)


def test_damaged_index_is_not_current(folder: Path, corpus: Corpus, embedder: Embedder) -> None:
    """An index without a manifest that can be read is not up to date."""
    (build_of(folder) / "manifest.json").write_text("{}")
    assert not is_current(folder, corpus, embedder, SETTINGS)
