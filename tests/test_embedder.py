"""Vectors of questions, passages, sentences in their context, and tokens."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import assistant.embedder
from assistant.bundled_model import bundled_model_folder
from assistant.chunker import chunk
from assistant.documents import read_corpus
from assistant.embedder import Embedder, load_embedder
from assistant.errors import ModelError
from assistant.sentences import split_sentences
from assistant.settings import Settings
from assistant.types import Passage, Sentence

CORPUS = Path(__file__).parent.parent / "corpus"
QUESTIONS = {
    "plain": "wat is betekenismarketing?",
    "accents": "Is dít écht coöperatief, één à twee?",
    "combining": "e\u0301e\u0301n",
    "ligatures": "ĳs en ﬁets ½",
    "emoji": "lef 🙂👨\u200d💻 tonen",
    "no-break-space": "de\u00a0klant  staat\tniet",
    "other-letters": "что такое マーケティング",
    "quotes": "‘Wat’ is “dit” – …?",
}


@pytest.fixture(scope="module")
def passages() -> list[Passage]:
    """The passages of one essay."""
    [document] = [one for one in read_corpus(CORPUS).documents if one.source == "lefmarketing.txt"]
    return chunk(document, Settings())


def passage_of(text: str) -> Passage:
    sentences = tuple(Sentence(start, end, "", (), 0) for start, end in split_sentences(text))
    return Passage(0, "essay.txt", "", 0, len(text), (), text, sentences)


def by_hand(embedder: Embedder, passage: Passage) -> list[np.ndarray]:
    """The token vectors of each sentence of a passage, from sentence-transformers' own output."""
    text = "passage: " + passage.text
    tokens = embedder._model.encode(text, output_value="token_embeddings").float().cpu().numpy()
    places = embedder._model.tokenizer(text, return_offsets_mapping=True, truncation=True)["offset_mapping"]
    shift = len("passage: ") - passage.start
    return [
        np.array(
            [
                vector
                for vector, (start, end) in zip(tokens, places, strict=True)
                if start < end and start < sentence.end + shift and end > sentence.start + shift
            ]
        )
        for sentence in passage.sentences
    ]


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))


# Questions


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_token_spans_cover_a_question(embedder: Embedder, question: str) -> None:
    """Every visible character of a question lies in the span of a token; spans are in order, inside the question."""
    vectors = embedder.embed_question(question)
    inside = {place for start, end in vectors.spans for place in range(start, end)}
    # A zero-width joiner and a combining accent belong to the character before them.
    visible = {place for place, char in enumerate(question) if not char.isspace() and char not in "\u200d\u0301"}
    assert visible <= inside
    assert list(vectors.spans) == sorted(vectors.spans)
    assert all(0 <= start < end <= len(question) for start, end in vectors.spans)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_question_vectors(embedder: Embedder, question: str) -> None:
    """A question has one vector, and one for each token without the prompt; all float32, of unit length."""
    vectors = embedder.embed_question(question)
    assert vectors.vector.shape == (embedder.dimension,)
    assert vectors.tokens.shape == (len(vectors.spans), embedder.dimension)
    assert vectors.vector.dtype == vectors.tokens.dtype == np.float32
    assert np.linalg.norm(vectors.vector) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(vectors.tokens, axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_weights_of_a_question(embedder: Embedder, question: str) -> None:
    """The bundled model tells of each token of a question what it counts, between 0 and 1."""
    vectors = embedder.embed_question(question)
    assert vectors.weights is not None
    assert vectors.weights.shape == (len(vectors.spans),)
    assert vectors.weights.dtype == np.float32
    assert (vectors.weights >= 0).all()
    assert (vectors.weights <= 1).all()
    assert vectors.weights.any()


def test_a_word_that_says_something_weighs_most(embedder: Embedder) -> None:
    """The heaviest token of a question belongs to the word that it is about."""
    question = "wat is de klant"
    vectors = embedder.embed_question(question)
    assert vectors.weights is not None
    start, end = vectors.spans[int(vectors.weights.argmax())]
    assert "klant".startswith(question[start:end].strip()[:2])


def test_prompt_of_a_question(embedder: Embedder) -> None:
    """A question's vector is that of the model for the question behind its prompt."""
    [expected] = embedder.encode_plain(["query: wat is lef?"])
    assert embedder.embed_question("wat is lef?").vector == pytest.approx(expected, abs=1e-5)


def test_very_long_question(embedder: Embedder) -> None:
    """Of a question longer than the model reads, the tokens are those that it has read."""
    vectors = embedder.embed_question("marketing " * 2_000)
    assert 0 < len(vectors.spans) < 512
    assert len(vectors.tokens) == len(vectors.spans)


# Passages


def test_shapes(embedder: Embedder, passages: list[Passage]) -> None:
    """There is a vector for each passage, each sentence and each token, and the tokens' bounds fit."""
    vectors = embedder.embed_passages(passages)
    sentences = sum(len(passage.sentences) for passage in passages)
    assert vectors.passages.shape == (len(passages), embedder.dimension)
    assert vectors.sentences.shape == (sentences, embedder.dimension)
    assert vectors.first_token.shape == (sentences + 1,)
    assert vectors.first_token[0] == 0
    assert vectors.first_token[-1] == len(vectors.tokens)
    assert (np.diff(vectors.first_token) > 0).all()
    assert (vectors.passages.dtype, vectors.sentences.dtype, vectors.tokens.dtype) == (np.float32, np.float32, np.int8)
    for unit in (vectors.passages, vectors.sentences):
        assert np.linalg.norm(unit, axis=1) == pytest.approx(1, abs=1e-5)


def test_passage_vector(embedder: Embedder, passages: list[Passage]) -> None:
    """A passage's vector is that of the model for the passage behind its prompt, whatever the order of the batch.

    In half precision, where the processor has it.
    """
    expected = embedder.encode_plain(["passage: " + passage.text for passage in passages])
    found = embedder.embed_passages(passages).passages
    assert min(map(cosine, found, expected)) > 0.9999
    assert found == pytest.approx(expected, abs=2e-3)


def test_full_precision(embedder: Embedder, passages: list[Passage], monkeypatch: pytest.MonkeyPatch) -> None:
    """On a processor that cannot multiply in half precision, a passage's vector is the model's own."""
    monkeypatch.setattr("assistant.embedder._half_precision", contextlib.nullcontext)
    expected = embedder.encode_plain(["passage: " + passage.text for passage in passages])
    assert embedder.embed_passages(passages).passages == pytest.approx(expected, abs=1e-4)


def test_sentence_in_its_context(embedder: Embedder, passages: list[Passage]) -> None:
    """A sentence's vector is the mean of its token vectors in the passage; the kept tokens have their directions."""
    chosen = passages[1]
    vectors = embedder.embed_passages([chosen])
    expected = by_hand(embedder, chosen)
    assert np.diff(vectors.first_token).tolist() == [len(tokens) for tokens in expected]
    for number, tokens in enumerate(expected):
        assert cosine(vectors.sentences[number], tokens.mean(axis=0)) > 0.9999
        kept = vectors.tokens[vectors.first_token[number] : vectors.first_token[number + 1]].astype(np.float32)
        assert min(map(cosine, kept, tokens)) > 0.999


def test_context_matters(embedder: Embedder) -> None:
    """The same sentence has another vector after other sentences."""
    both = [passage_of("De zon scheen. Dat is duur."), passage_of("Het huis kost veel geld. Dat is duur.")]
    vectors = embedder.embed_passages(both).sentences
    assert cosine(vectors[1], vectors[3]) < 0.999


def test_passage_longer_than_the_model_reads(embedder: Embedder) -> None:
    """Of a passage of more than 512 tokens each sentence has its vector; one beyond them has the passage's."""
    long = passage_of("Lef is nodig. " + "De klant staat niet centraal bij betekenismarketing. " * 60 + "Dat is alles.")
    vectors = embedder.embed_passages([passage_of("Iets anders."), long])
    assert vectors.sentences.shape == (1 + len(long.sentences), embedder.dimension)
    assert vectors.sentences[-1] == pytest.approx(vectors.passages[1], abs=1e-6)
    assert vectors.sentences[1] != pytest.approx(vectors.passages[1], abs=1e-2)
    assert vectors.first_token[-1] - vectors.first_token[-2] == 1


def test_order_is_kept(embedder: Embedder) -> None:
    """Vectors come in the order of the texts, short and long ones mixed."""
    texts = [f"Dit is zin {number}. " * (1 + number * 7 % 11) for number in range(12)]
    together = embedder.embed_texts(texts).passages
    alone = np.concatenate([embedder.embed_texts([text]).passages for text in texts[:3]])
    assert together[:3] == pytest.approx(alone, abs=2e-3)
    assert cosine(together[0], together[1]) < 0.995


def test_progress(embedder: Embedder) -> None:
    """Progress adds up to the number of passages."""
    told: list[int] = []
    embedder.embed_passages([passage_of(f"Dit is zin {number}.") for number in range(20)], told.append)
    assert sum(told) == 20


def test_two_threads(embedder: Embedder) -> None:
    """Two threads at once get the vectors that one gets alone."""
    questions = [*QUESTIONS.values(), "marketing " * 50]
    alone = [embedder.embed_question(question) for question in questions]

    def embed(part: Sequence[str]) -> list[np.ndarray]:
        return [embedder.embed_question(question).vector for question in part]

    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(embed, [questions, questions]):
            for vector, expected in zip(found, alone, strict=True):
                assert vector == pytest.approx(expected.vector, abs=1e-5)


def test_one_call_at_a_time(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads wait for one another: a fast tokenizer may not be used by two at once."""
    real, busy, most = embedder._model.encode, 0, 0

    def encode(*arguments: Any, **options: Any) -> Any:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        time.sleep(0.02)
        found = real(*arguments, **options)
        busy -= 1
        return found

    monkeypatch.setattr(embedder._model, "encode", encode)
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(embedder.embed_question, "wat is lef?") for _ in range(3)]
        read = pool.submit(embedder.embed_texts, ["Lef is nodig."])
    assert [len(one.result().spans) > 0 for one in asked] == [True] * 3
    assert len(read.result().passages) == 1
    assert most == 1


# Loading


def test_model_in_a_folder(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model in a folder is loaded without asking any host, and is told apart from the bundled one."""

    def refuse(*arguments: object) -> None:
        raise AssertionError(f"a connection to {arguments[1:]}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    folder = str(bundled_model_folder(Settings()))
    other = Embedder(replace(Settings(), model=folder, query_prompt="vraag: "))
    assert (other.name, other.dimension) == (folder, embedder.dimension)
    assert other.fingerprint != embedder.fingerprint
    [expected] = embedder.encode_plain(["vraag: wat is lef?"])
    vectors = other.embed_question("wat is lef?")
    assert vectors.vector == pytest.approx(expected, abs=1e-5)
    assert vectors.weights is None  # only the bundled model has learned what a token counts


def test_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model is loaded once a process, also for threads that ask for it at once; other settings load another."""
    loaded: list[Settings] = []

    def load(settings: Settings, report: object) -> object:
        time.sleep(0.05)
        loaded.append(settings)
        return object()

    monkeypatch.setattr(assistant.embedder, "Embedder", load)
    monkeypatch.setattr(assistant.embedder, "_loaded", {})
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(load_embedder, [Settings()] * 4))) == 1
    other = replace(Settings(), query_prompt="")
    assert load_embedder(other) is load_embedder(other)
    assert loaded == [Settings(), other]


@pytest.mark.parametrize("name", ["", "no such model", "/nergens/model"], ids=["empty-folder", "no-name", "no-folder"])
def test_model_that_cannot_be_loaded(tmp_path: Path, name: str) -> None:
    """A model that cannot be loaded is an error in one line that says what was expected."""
    with pytest.raises(ModelError) as error:
        Embedder(replace(Settings(), model=name or str(tmp_path)))
    assert "\n" not in str(error.value)
    assert all(part in str(error.value) for part in (name or str(tmp_path), "'bundled'", "ASSISTANT_MODEL"))
