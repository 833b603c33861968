"""Making an index: only what is new or changed is made, and whatever happens the last good index counts."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant import building, gathering, index, index_files, indexer, kept
from assistant.documents import list_corpus
from assistant.embedder import Embedder, PassageVectors
from assistant.errors import CorpusError, IndexWriteError
from assistant.index import open_index, verify
from assistant.index_files import read_manifest, writing
from assistant.indexer import Outcome, is_current, update_index
from assistant.kept import known_files
from assistant.lexical import folded_words, stem
from assistant.parts import text_with_headings
from assistant.progress import Progress, ProgressWriter
from assistant.settings import Settings
from assistant.types import Passage

SETTINGS = Settings()
ESSAYS = {
    "lef.txt": "Lef\n\nLef is nodig. Zonder lef gebeurt er niets.\n",
    "molen.txt": "De molen\n\nDe molen draait op wind. Zonder wind staat de molen stil.\n",
    "sub/brug.txt": "De brug\n\nDe brug ligt over de rivier. Schepen varen eronder door.\n",
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder of three short essays, free to be changed."""
    folder = write(tmp_path / "corpus", ESSAYS)
    for name in ESSAYS:
        os.utime(folder / name, (1_000, 1_000))  # written long ago: the times of new files are not remembered
    return folder


@pytest.fixture
def folder(tmp_path: Path, corpus: Path, embedder: Embedder) -> Path:
    """An index of them, free to be damaged."""
    update(corpus, tmp_path / "index", embedder)
    return tmp_path / "index"


@pytest.fixture
def embedded(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of the passages that the model is given, as they come."""
    texts: list[str] = []
    real = embedder.embed_passages

    def embed(passages: Sequence[Passage], *rest: Any) -> PassageVectors:
        texts.extend(passage.text for passage in passages)
        return real(passages, *rest)

    monkeypatch.setattr(embedder, "embed_passages", embed)
    return texts


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def update(corpus: Path, folder: Path, embedder: Embedder, **options: Any) -> Outcome:
    return update_index(list_corpus(corpus, SETTINGS, known_files(folder)), folder, embedder, SETTINGS, **options)


class Near(list[Any]):
    """Vectors that equal others that are nearly the same: beside other texts a model gives other last digits."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Near) and all(
            one.shape == two.shape and np.abs(one.astype(np.float32) - two).max() <= most
            for one, two, most in zip(self, other, [1, 1e-3] * len(self), strict=False)
        )

    __hash__ = None  # type: ignore[assignment]


def contents(folder: Path, embedder: Embedder) -> list[Any]:
    """All that questions are answered from."""
    index = open_index(folder, embedder, SETTINGS)
    numbers = range(len(index.passages))
    return [
        dict(index.documents),
        list(index.passages),
        index.words,
        index.apart,
        Near(part for number in numbers for part in (index.tokens_of(number)[0], index.sentence_vectors_of(number))),
        [index.lexical_pieces.scores([piece]).tolist() for piece in sorted(index.lexical_pieces.vocabulary)],
        [index.lexical_passages.scores([term]).tolist() for term in sorted(index.lexical_passages.vocabulary)],
    ]


def files(folder: Path) -> dict[str, bytes]:
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found.pop("lock")
    return found


# --- What is made


def test_same_bytes(corpus: Path, folder: Path, tmp_path: Path, embedder: Embedder) -> None:
    """Making an index twice gives the same bytes in every file."""
    update(corpus, tmp_path / "other", embedder)
    assert files(tmp_path / "other") == files(folder)


def test_words(index_folder: Path, embedder: Embedder) -> None:
    """Every word of the passages and their headings is counted, by the alphabet."""
    index = open_index(index_folder, embedder, SETTINGS)
    counts = Counter(word for passage in index.passages for word in folded_words(text_with_headings(passage)))
    assert index.words == counts
    assert list(index.words) == sorted(index.words)
    assert index.words["marketing"] > index.words["lefmarketing"] > 0


def test_words_apart(tmp_path: Path, embedder: Embedder) -> None:
    """Of the words that the essays use it is counted how often they also stand as two, in whatever essay."""
    essays = {"a.txt": "Kop\n\nDe wind molen draait.", "b.txt": "Kop\n\nEen windmolen; de wind-molen, wind molens."}
    update(write(tmp_path / "corpus", essays), tmp_path / "index", embedder)
    assert open_index(tmp_path / "index", embedder, SETTINGS).apart == {"windmolen": 2}


def test_parts_of_compounds_are_searched(tmp_path: Path, embedder: Embedder) -> None:
    """A compound is found by its parts where the essays use these as words of their own, and elsewhere not."""
    lines = {"a": "Zij bouwden een windmolen.", "b": "De molen draait op wind.", "c": "Ook een papegaai."}
    essays = {f"{name}.txt": f"Essay\n\n{line}\n" for name, line in lines.items()}
    update(write(tmp_path / "corpus", essays), tmp_path / "index", embedder)
    lexical = open_index(tmp_path / "index", embedder, SETTINGS).lexical_passages
    assert lexical.contains(stem("molen")).tolist() == [True, True, False]
    assert lexical.contains(stem("windmolen")).tolist() == [True, False, False]
    assert not lexical.contains(stem("gaai")).any()


@pytest.mark.parametrize(
    "text", ["", "Alleen een titel", "Titel\n\nDeel dit bericht"], ids=["empty", "title", "furniture"]
)
def test_nothing_to_quote(tmp_path: Path, embedder: Embedder, text: str) -> None:
    """A corpus without a sentence is an error that names the folder and the command that shows why."""
    with pytest.raises(CorpusError) as error:
        update(write(tmp_path / "corpus", {"essay.txt": text}), tmp_path / "index", embedder)
    assert str(tmp_path / "corpus") in str(error.value)
    assert "index --explain" in str(error.value)


def test_no_essay_that_can_be_read(tmp_path: Path, embedder: Embedder) -> None:
    """A corpus of which no file can be read is an error with the reasons."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_bytes(b"\0\1\2" * 500)
    with pytest.raises(CorpusError, match=r"a\.txt") as error:
        update(tmp_path / "corpus", tmp_path / "index", embedder)
    assert "\n" not in str(error.value)


def test_progress(corpus: Path, tmp_path: Path, embedder: Embedder) -> None:
    """Each stage begins at nought and ends with all there is."""
    told: list[Progress] = []
    update(corpus, tmp_path / "index", embedder, progress=ProgressWriter(show=told.append))
    for stage, total in (("reading", 3), ("embedding", 3)):
        counted = [step.done for step in told if step.stage == stage]
        assert (counted[0], counted[-1]) == (0, total)
        assert counted == sorted(counted)
    assert [step.stage for step in told] == sorted((step.stage for step in told), key="reading embedding writing".find)


# --- What changed


CHANGES: dict[str, tuple[Callable[[Path], Any], list[str], dict[str, int]]] = {
    "nothing": (lambda corpus: None, [], {}),
    "touched": (lambda corpus: os.utime(corpus / "lef.txt", (1, 1)), [], {}),
    "changed": (
        lambda corpus: (corpus / "lef.txt").write_text("Lef\n\nMoed is ook goed.\n"),
        ["Moed is ook goed."], {"changed": 1},
    ),
    "new": (
        lambda corpus: (corpus / "zee.txt").write_text("De zee\n\nDe zee is diep.\n"),
        ["De zee is diep."], {"new": 1},
    ),
    "removed": (lambda corpus: (corpus / "lef.txt").unlink(), [], {"removed": 1}),
    "renamed": (lambda corpus: (corpus / "lef.txt").rename(corpus / "sub" / "durf.txt"), [], {"renamed": 1}),
    "named by corpus.toml": (
        lambda corpus: (corpus / "corpus.toml").write_text('["lef.txt"]\ntitle = "Durf"\nauthor = "Ik"\n'), [], {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_only_what_is_new_is_embedded(
    corpus: Path, folder: Path, tmp_path: Path, embedder: Embedder, embedded: list[str], change: str
) -> None:
    """After any change only new text meets the model, and the index is as one that is made afresh."""
    make, texts, counts = CHANGES[change]
    make(corpus)
    outcome = update(corpus, folder, embedder)
    assert embedded == texts
    assert outcome.embedded == len(texts)
    told = {name: getattr(outcome, name) for name in ("new", "changed", "renamed", "removed")}
    assert told == dict.fromkeys(told, 0) | counts
    update(corpus, tmp_path / "afresh", embedder)
    assert contents(folder, embedder) == contents(tmp_path / "afresh", embedder)
    assert len(files(folder)) == len(files(tmp_path / "afresh"))  # nothing of the old one is left behind


def test_rebuilding_uses_nothing_again(corpus: Path, folder: Path, embedder: Embedder, embedded: list[str]) -> None:
    """Where all is to be made anew, all is."""
    before = files(folder)
    assert update(corpus, folder, embedder, rebuild=True).embedded == 3
    assert len(embedded) == 3
    assert files(folder) == before


def test_another_way_of_reading(
    corpus: Path, folder: Path, embedder: Embedder, embedded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new version of the reader reads every file again, and embeds only what became another text."""
    for module in (building, gathering, indexer):
        monkeypatch.setattr(module, "reader_fingerprint", lambda: "another")
    assert not is_current(folder, list_corpus(corpus), embedder.identity, SETTINGS)
    read: list[str] = []
    real = gathering.read_file
    monkeypatch.setattr(gathering, "read_file", lambda *what: (read.append(what[1]), real(*what))[1])
    update(corpus, folder, embedder)
    assert read == list(ESSAYS)
    assert embedded == []
    assert is_current(folder, list_corpus(corpus), embedder.identity, SETTINGS)


def test_the_same_text_twice(corpus: Path, folder: Path, embedder: Embedder, embedded: list[str]) -> None:
    """A copy of an essay is left out and told; when the first one goes, the copy takes its place without the model."""
    shutil.copy(corpus / "lef.txt", corpus / "zelfde.txt")
    outcome = update(corpus, folder, embedder)
    assert [(one.source, "lef.txt" in one.reason) for one in outcome.left_out] == [("zelfde.txt", True)]
    assert "zelfde.txt" not in open_index(folder, embedder, SETTINGS).documents
    (corpus / "lef.txt").unlink()
    assert update(corpus, folder, embedder).left_out == ()
    assert "zelfde.txt" in open_index(folder, embedder, SETTINGS).documents
    assert embedded == []


def test_one_bad_file(corpus: Path, folder: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that cannot be read is left out and told; it is read again when it changed or when that is asked for."""
    (corpus / "kapot.txt").write_bytes(b"\0\1\2" * 500)
    outcome = update(corpus, folder, embedder)
    assert [one.source for one in outcome.left_out] == ["kapot.txt"]
    assert outcome.documents == 3
    assert is_current(folder, list_corpus(corpus), embedder.identity, SETTINGS)
    read: list[str] = []
    real = gathering.read_file
    monkeypatch.setattr(gathering, "read_file", lambda *what: (read.append(what[1]), real(*what))[1])
    assert update(corpus, folder, embedder, retry=False).left_out == outcome.left_out
    assert read == []
    update(corpus, folder, embedder)
    assert read == ["kapot.txt"]
    (corpus / "kapot.txt").write_text("Heel\n\nNu is het bestand heel.\n")
    assert update(corpus, folder, embedder, retry=False).left_out == ()


def test_a_file_that_changes_while_it_is_read(
    corpus: Path, folder: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read is what the index says it holds, so that the change is seen the next time."""
    listing = list_corpus(corpus)
    (corpus / "lef.txt").write_text("Lef\n\nIntussen is er iets anders geschreven.\n")
    update_index(listing, folder, embedder, SETTINGS, rebuild=True)
    index = open_index(folder, embedder, SETTINGS)
    assert "Intussen" in index.documents["lef.txt"].text
    assert not is_current(folder, listing, embedder.identity, SETTINGS)
    assert is_current(folder, list_corpus(corpus), embedder.identity, SETTINGS)


def test_a_file_that_is_gone_when_it_is_read(corpus: Path, folder: Path, embedder: Embedder) -> None:
    """A file that was listed and then removed is left out."""
    (corpus / "zee.txt").write_text("De zee\n\nDe zee is diep.\n")
    listing = list_corpus(corpus)
    (corpus / "zee.txt").unlink()
    outcome = update_index(listing, folder, embedder, SETTINGS)
    assert [one.source for one in outcome.left_out] == ["zee.txt"]


# --- Is it up to date?


@pytest.mark.parametrize("change", ["changed", "new", "removed", "renamed", "named by corpus.toml"])
def test_is_current(corpus: Path, folder: Path, embedder: Embedder, change: str) -> None:
    """An index is up to date for the essays and settings that it was made of, and for no others."""
    assert is_current(folder, list_corpus(corpus), embedder.identity, SETTINGS)
    assert not is_current(folder, list_corpus(corpus), embedder.identity, replace(SETTINGS, max_passage_chars=2_000))
    assert not is_current(folder / "nergens", list_corpus(corpus), embedder.identity, SETTINGS)
    CHANGES[change][0](corpus)
    assert not is_current(folder, list_corpus(corpus), embedder.identity, SETTINGS)


def test_damaged_index_is_not_current(corpus: Path, folder: Path, embedder: Embedder) -> None:
    """An index without a manifest that can be read is not up to date."""
    next(folder.glob("build-*/manifest.json")).write_text("{}")
    assert not is_current(folder, list_corpus(corpus), embedder.identity, SETTINGS)


def test_other_format(corpus: Path, folder: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index of another format is made again, whatever it holds, and is never misread."""
    for module in (gathering, index, kept):
        monkeypatch.setattr(module, "FORMAT", 99)
    assert not is_current(folder, list_corpus(corpus), embedder.identity, SETTINGS)
    update(corpus, folder, embedder)
    assert read_manifest(folder)["format"] == 99
    assert len(open_index(folder, embedder, SETTINGS).documents) == 3


# --- Damage


@pytest.mark.parametrize("kind", ["documents", "vectors"])
@pytest.mark.parametrize("damage", ["missing", "cut-off", "changed"])
def test_only_what_is_damaged_is_made_again(
    corpus: Path, folder: Path, embedder: Embedder, embedded: list[str], kind: str, damage: str
) -> None:
    """An index with a damaged file is mended by making that file again."""
    before = files(folder)
    path = sorted((folder / kind).iterdir())[1]
    raw = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(raw[:-9] if damage == "cut-off" else raw[:-9] + bytes([raw[-9] ^ 1]) + raw[-8:])
    assert len(verify(folder)) == 1
    update(corpus, folder, embedder)
    assert len(embedded) == (kind == "vectors")
    assert files(folder) == before
    assert verify(folder) == []


# --- A stop at any moment


class Stop(BaseException):
    """What stops a program, as Ctrl+C does: nothing catches it."""


def failing(monkeypatch: pytest.MonkeyPatch, number: int, error: BaseException) -> list[Path]:
    """Let the write of that number (from 1) fail; the list gathers what was written."""
    real, written = os.fsync, []

    def fsync(descriptor: int) -> None:
        written.append(Path())
        if len(written) == number:
            raise error
        real(descriptor)

    monkeypatch.setattr(index_files.os, "fsync", fsync)
    return written


def stopped_update(corpus: Path, folder: Path, embedder: Embedder) -> BaseException | None:
    """What an update ends with."""
    try:
        update(corpus, folder, embedder)
    except (Stop, IndexWriteError) as error:
        return error
    return None


def steps(corpus: Path, folder: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> int:
    with monkeypatch.context() as counting:
        written = failing(counting, -1, Stop())
        update(corpus, folder, embedder, rebuild=True)
    return len(written)


@pytest.mark.parametrize("error", [Stop(), OSError(errno.ENOSPC, "No space left on device")], ids=["stop", "full-disk"])
def test_a_stop_at_any_moment(
    corpus: Path,
    folder: Path,
    tmp_path: Path,
    embedder: Embedder,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
) -> None:
    """A run that is stopped or meets a full disk leaves the old index or the new one, and the next run ends well."""
    number = steps(corpus, folder, embedder, monkeypatch)
    old = contents(folder, embedder)
    CHANGES["changed"][0](corpus)
    CHANGES["new"][0](corpus)
    update(corpus, tmp_path / "afresh", embedder)
    new = contents(tmp_path / "afresh", embedder)
    assert number > 15
    for place in range(1, number + 3):
        shutil.rmtree(tmp_path / "try", ignore_errors=True)
        shutil.copytree(folder, tmp_path / "try")
        with monkeypatch.context() as stopped:
            failing(stopped, place, error)
            told = stopped_update(corpus, tmp_path / "try", embedder)
        if isinstance(told, IndexWriteError):
            assert all(part in str(told) for part in (str(tmp_path / "try"), "No space left", "MB", "still works"))
            assert "\n" not in str(told)
        assert contents(tmp_path / "try", embedder) in (old, new)
        update(corpus, tmp_path / "try", embedder)
        assert contents(tmp_path / "try", embedder) == new
        assert verify(tmp_path / "try") == []
        assert not list((tmp_path / "try").rglob(".writing-*"))


def test_a_stopped_run_goes_on_where_it_was(
    corpus: Path, tmp_path: Path, embedder: Embedder, embedded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was embedded before a stop is not embedded again."""
    monkeypatch.setattr(indexer, "_EMBEDDED_AT_ONCE", 1)
    real, done = indexer.vectors_bytes, 0

    def stop(vectors: PassageVectors) -> bytes:
        nonlocal done
        done += 1
        if done == 3:
            raise Stop
        return real(vectors)

    with monkeypatch.context() as stopped:
        stopped.setattr(indexer, "vectors_bytes", stop)
        assert isinstance(stopped_update(corpus, tmp_path / "index", embedder), Stop)
    assert len(embedded) == 3
    update(corpus, tmp_path / "index", embedder)
    assert len(embedded) == 4
    assert len(open_index(tmp_path / "index", embedder, SETTINGS).documents) == 3


def test_two_writers(corpus: Path, folder: Path, embedder: Embedder) -> None:
    """While one program writes an index, another one that would is told so in one line, and harms nothing."""
    before = files(folder)
    with writing(folder), pytest.raises(IndexWriteError, match="Another program is writing") as error:
        update(corpus, folder, embedder)
    assert "\n" not in str(error.value)
    before["progress.json"] = (folder / "progress.json").read_bytes() if (folder / "progress.json").exists() else b""
    assert {**files(folder), "progress.json": before["progress.json"]} == before


def test_folder_that_cannot_be_made(corpus: Path, tmp_path: Path, embedder: Embedder) -> None:
    """A folder that cannot be made is an error that names it."""
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexWriteError) as error:
        update(corpus, tmp_path / "file" / "index", embedder)
    assert str(tmp_path / "file" / "index") in str(error.value)


# --- What is left lying


def test_builds_that_are_open_stay(corpus: Path, folder: Path, embedder: Embedder) -> None:
    """A build that somebody has open stays until it is closed: its questions are answered to the end."""
    index = open_index(folder, embedder, SETTINGS)
    CHANGES["removed"][0](corpus)
    update(corpus, folder, embedder)
    assert len(list(folder.glob("build-*"))) == 2
    assert index.documents["lef.txt"].text == ESSAYS["lef.txt"]
    assert np.isfinite(index.tokens_of(0)[0]).all()
    del index
    import gc

    gc.collect()
    update(corpus, folder, embedder)
    assert len(list(folder.glob("build-*"))) == 1
    assert len(list((folder / "documents").iterdir())) == 2


def test_folders_of_others_stay(corpus: Path, folder: Path, embedder: Embedder) -> None:
    """Files and folders that are none of an index's are never removed, whatever their names."""
    (folder / "build-tools").mkdir()
    (folder / "build-tools" / "work.txt").write_text("years of it")
    (folder / "README.md").write_text("index")
    CHANGES["changed"][0](corpus)
    update(corpus, folder, embedder)
    assert (folder / "build-tools" / "work.txt").is_file()
    assert (folder / "README.md").is_file()


def test_manifest(corpus: Path, folder: Path) -> None:
    """The manifest tells what the index was made of and with, and how much there is."""
    (corpus / "corpus.toml").write_text('examples = ["Wat is lef?"]\n')
    manifest = read_manifest(folder)
    assert list(manifest["essays"]) == list(ESSAYS)
    assert manifest["counts"] == {"documents": 3, "passages": 3, "sentences": 6}
    assert manifest["languages"] == {"nl": 3}
    assert manifest["store"] == {"kind": "flat", "recall": 1.0}
    json.dumps(manifest)
