"""The background sentences and their vectors, kept in the cache folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant import background
from assistant.background import Background, background_sentences, load_background
from assistant.embedder import Embedder
from assistant.settings import Settings

FEW = ["De zon is een ster.", "Een fiets heeft twee wielen.", "Brood wordt van meel gemaakt."]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three background sentences, so that they are read at once."""
    monkeypatch.setattr(background, "background_sentences", lambda: FEW)


@pytest.fixture
def cache(tmp_path: Path) -> Settings:
    return replace(Settings(), cache=tmp_path / "cache")


def same(one: Background, other: Background) -> bool:
    names = ("sentences", "tokens", "first_token")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def test_sentences() -> None:
    """The background is more than a thousand different sentences, one a line, without comments."""
    sentences = background_sentences()
    assert len(sentences) > 1_000
    assert len(set(sentences)) == len(sentences)
    assert all(sentence == sentence.strip() and not sentence.startswith("#") for sentence in sentences)
    assert all(sentence[-1] in ".?!" for sentence in sentences)


@pytest.mark.usefixtures("few")
def test_made_once(embedder: Embedder, cache: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The vectors are made at the first call, with a word about it, and then come out of the cache folder."""
    said: list[str] = []
    first = load_background(embedder, cache, said.append)
    assert len(said) == 1
    assert "3 background sentences" in said[0]
    assert len(list(cache.cache.iterdir())) == 1
    monkeypatch.setattr(embedder, "embed_texts", None)
    assert same(load_background(embedder, cache, said.append), first)
    assert len(said) == 1


@pytest.mark.usefixtures("few")
def test_shapes(embedder: Embedder, cache: Settings) -> None:
    """There is a unit vector for each sentence, and the tokens of each."""
    made = load_background(embedder, cache)
    assert made.sentences.shape == (3, embedder.dimension)
    assert np.linalg.norm(made.sentences, axis=1) == pytest.approx(1, abs=1e-5)
    assert made.first_token.tolist()[-1] == len(made.tokens)
    assert (np.diff(made.first_token) > 0).all()


@pytest.mark.usefixtures("few")
def test_match_against_brute_force(embedder: Embedder, cache: Settings) -> None:
    """Each token of a question is matched with the nearest token of the sentences named, and no other."""
    made = load_background(embedder, cache)
    question = embedder.embed_question("hoeveel wielen heeft een fiets?")
    for nearest in ([0], [1], [2, 0]):
        best = np.full(len(question.tokens), -1.0)
        for number in nearest:
            for token in made.tokens[made.first_token[number] : made.first_token[number + 1]].astype(np.float64):
                best = np.maximum(best, question.tokens @ (token / np.linalg.norm(token)))
        assert made.match(question, np.array(nearest)) == pytest.approx(best, abs=1e-5)
    fiets, zon = (made.match(question, np.array([number])).mean() for number in (1, 0))
    assert fiets > zon


def encrypted(raw: bytes) -> bytes:
    """A zip file in whose directory the bit is set that says that its first member is encrypted."""
    flags = raw.index(b"PK\x01\x02") + 8
    return raw[:flags] + bytes([raw[flags] | 1]) + raw[flags + 1 :]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda raw: b"",
    "half": lambda raw: raw[: len(raw) // 2],
    "other": lambda raw: b"hello",
    "changed": lambda raw: raw[:200] + b"\0" + raw[201:],
    "encrypted": encrypted,
}


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("kind", DAMAGE)
def test_damaged_file(embedder: Embedder, cache: Settings, kind: str) -> None:
    """A kept file that is half-written or damaged is made again."""
    first = load_background(embedder, cache)
    [path] = cache.cache.iterdir()
    path.write_bytes(DAMAGE[kind](path.read_bytes()))
    said: list[str] = []
    assert same(load_background(embedder, cache, said.append), first)
    assert len(said) == 1
    assert same(load_background(embedder, cache, said.append), first)
    assert len(said) == 1


@pytest.mark.usefixtures("few")
def test_file_of_something_else(embedder: Embedder, cache: Settings) -> None:
    """A kept file with other arrays in it is made again."""
    first = load_background(embedder, cache)
    [path] = cache.cache.iterdir()
    np.savez(path, sentences=first.sentences)
    assert same(load_background(embedder, cache), first)


@pytest.mark.usefixtures("few")
def test_other_model_or_sentences(embedder: Embedder, cache: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another model, other prompts and other sentences each have vectors of their own."""
    load_background(embedder, cache)
    with monkeypatch.context() as other:
        other.setattr(embedder, "fingerprint", "other")
        load_background(embedder, cache)
    monkeypatch.setattr(background, "background_sentences", lambda: FEW[:2])
    assert load_background(embedder, cache).sentences.shape[0] == 2
    assert len(list(cache.cache.iterdir())) == 3


@pytest.mark.usefixtures("few")
def test_cache_that_cannot_be_written(embedder: Embedder, tmp_path: Path) -> None:
    """Where nothing can be kept the background is made all the same, and that is said."""
    (tmp_path / "file").write_text("")
    said: list[str] = []
    made = load_background(embedder, replace(Settings(), cache=tmp_path / "file" / "cache"), said.append)
    assert len(made.sentences) == 3
    assert len(said) == 2
    assert "at the next start" in said[1]


@pytest.mark.usefixtures("few")
def test_full_disk(embedder: Embedder, cache: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full leaves no file that counts."""

    def refuse(path: Path, raw: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", refuse)
        first = load_background(embedder, cache)
    assert list(cache.cache.glob("*.npz")) == []
    assert same(load_background(embedder, cache), first)
