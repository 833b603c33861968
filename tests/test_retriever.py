"""Hits: what they hold, how many come back, which questions can be searched for, and opening an index."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant import Assistant, Retriever
from assistant.embedder import Embedder
from assistant.errors import EssayIndexError, IndexDamagedError, IndexMismatchError, IndexMissingError, QuestionError
from assistant.language import LANGUAGES
from assistant.lexical import stem
from assistant.retriever import token_weights
from assistant.settings import Settings
from assistant.steps import Steps
from assistant.structure import heading_text
from assistant.types import Hit

QUESTION = "wat is betekenismarketing?"
OTHER_LANGUAGES = {
    "en": "What is the author's opinion of social media gurus?",
    "de": "Was ist der Unterschied zwischen Verwunderung und Erstaunen?",
    "fr": "Pourquoi le marketing participatif est-il populaire ?",
}


@pytest.fixture(scope="module")
def retriever(assistant: Assistant) -> Retriever:
    return assistant.retriever


@pytest.fixture
def one_model(monkeypatch: pytest.MonkeyPatch, embedder: Embedder) -> None:
    """Retriever.open takes the model that is loaded already."""
    monkeypatch.setattr("assistant.retriever.Embedder", lambda settings, report: embedder)


def check_hits(hits: list[Hit]) -> None:
    """Every score is a number, and none is higher than the one before it."""
    scores = [hit.score for hit in hits]
    assert np.isfinite(scores).all()
    assert all(one >= other for one, other in pairwise(scores))


# --- What a hit holds


@pytest.mark.parametrize("question", [QUESTION, "lef", *OTHER_LANGUAGES.values()], ids=["nl", "word", *OTHER_LANGUAGES])
def test_a_hit_says_where_its_words_stand(retriever: Retriever, question: str) -> None:
    """The text of a hit stands in its essay at its very offsets, under its title and its headings."""
    hits = retriever.retrieve(question)
    check_hits(hits)
    assert len({hit.passage.id for hit in hits}) == len(hits) == 5
    for passage in (hit.passage for hit in hits):
        document = retriever.index.documents[passage.source]
        assert document.text[passage.start : passage.end] == passage.text
        above = [block for block in document.blocks if block.start < passage.end]
        names = {
            kind: [heading_text(document.text[block.start : block.end]) for block in above if block.kind == kind]
            for kind in ("post", "heading")
        }
        assert passage.title == (names["post"][-1] if names["post"] else document.title)
        assert set(passage.headings) <= set(names["heading"])
        assert retriever.index.passages[passage.id] is passage


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Waarom wilde iedereen een Macintosh?", "Als geëngageerde mensen gaan samenwerken"),
        ("verwondering en verbazing", "Hoe te verwonderen: vervolg op ‘Socrates’"),
        ("Who founded Wikipedia?", "Als geëngageerde mensen gaan samenwerken"),
        ("Was bedeutet betekenismarketing?", "Pleidooi voor échte marketing"),
        ("Pourquoi les consommateurs sont-ils infidèles aux marques ?", "Engagement? U boeit en bindt niet."),
    ],
    ids="why keyword en de fr".split(),
)
def test_the_best_hit_is_from_the_essay_that_answers(retriever: Retriever, question: str, title: str) -> None:
    """A question in any of the languages is led to the essay that speaks of it."""
    assert retriever.retrieve(question, top_k=1)[0].passage.title == title


@pytest.mark.parametrize(
    ("question", "correct"),
    [
        ("betekenismarkting", "betekenismarketing"),
        ("wat is particpatiemarketing", "wat is participatiemarketing"),
        ("crowdfundign", "crowdfunding"),
        ("enggementsmarketing", "engagementsmarketing"),
        ("gunfakter", "gunfactor"),
        ("dolhoof", "doolhof"),
    ],
)
def test_a_typing_error_is_forgiven(retriever: Retriever, question: str, correct: str) -> None:
    """A question with a typing error finds the passage that the word without it stands in."""
    word = correct.split()[-1]
    assert word in retriever.retrieve(question, top_k=1)[0].passage.text.lower()


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("betekenismarkting", "betekenismarketing"),
        ("Wat is particpatiemarketing?", "Wat is participatiemarketing?"),
        ("Wat zegt Kotlr?", "Wat zegt Kotler?"),
        ("lef marketing", "lefmarketing"),
        ("crowd funding", "crowdfunding"),
        ("What is crowdfundign?", "What is crowdfunding?"),
        ("betekenis marketing", "betekenismarketing"),
        ("Wat is lefmarketing?", "Wat is lefmarketing?"),
        ("wat is een aardappel", "wat is een aardappel"),
        ("asdfghjkl", "asdfghjkl"),
    ],
    ids="word sentence name in-two in-two-english en stop-word none everyday gibberish".split(),
)
def test_a_question_is_searched_for_as_it_was_meant(retriever: Retriever, question: str, meant: str) -> None:
    """A typing error is mended before the search, all its vectors included; a word that somebody uses is not."""
    search = retriever.search(question)
    assert search.question == meant
    assert all(0 <= start < end <= len(meant) for start, end in search.vectors.spans)
    assert search.hits == retriever.search(meant).hits


def test_a_typing_error_is_forgiven_by_pieces_of_words(retriever: Retriever) -> None:
    """Where no word of a question is in the essays, the pieces of words still add to the scores."""
    steps = Steps(mending=False)
    without = replace(steps, pieces=False)
    question = "enggementsmarketing"
    assert retriever.search(question, steps=steps).question == question
    assert retriever.search(question, steps=steps).hits != retriever.search(question, steps=without).hits


# --- Steps


def test_the_parts_of_a_compound_are_searched_for(retriever: Retriever) -> None:
    """A compound brings its parts among the terms; without that step there is the word alone."""
    question = "wat is klantmarketing"
    whole = retriever.search(question, steps=Steps(compounds=False)).terms
    both = retriever.search(question).terms
    assert len(whole) == 1
    assert set(whole) < set(both)
    assert {stem("klant"), stem("marketing")} <= set(both)


@pytest.mark.parametrize("step", "dense lexical compounds pieces word_by_word".split())
def test_each_step_has_a_say(retriever: Retriever, step: str) -> None:
    """A step that is switched off changes the scores; all of them are taken unless one is."""
    question = "wat is klantmarketing voor participatiemarketing?"
    assert retriever.search(question, steps=Steps()).hits == retriever.search(question).hits
    assert retriever.search(question, steps=Steps(**{step: False})).hits != retriever.search(question).hits


class OutOfReach:
    """An index of words that may not be looked into."""

    def __init__(self, vocabulary: frozenset[str]) -> None:
        self.vocabulary = vocabulary

    def scores(self, words: object) -> Any:
        raise LookupError("looked up by its words")


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_looked_up_in_the_language_of_the_essays_alone(retriever: Retriever, language: str) -> None:
    """A question in another language is searched for by its meaning, since its words mean nothing in the essays."""
    closed: Any = OutOfReach(retriever.index.lexical_passages.vocabulary)
    index = replace(retriever.index, lexical_passages=closed, lexical_pieces=closed)
    by_meaning = Retriever(index, retriever.embedder, Settings())
    question = OTHER_LANGUAGES.get(language, QUESTION)
    assert retriever.search(question).language == language
    assert retriever.search(question).is_lexical == (language == "nl")
    if language == "nl":
        with pytest.raises(LookupError):
            by_meaning.retrieve(question)
    else:
        assert by_meaning.retrieve(question) == retriever.retrieve(question)


# --- How many


PARTS = "wat is betekenismarketing?|hoe begin je aan participatie?|wat is lef?|hoe hoog is de Eiffeltoren?".split("|")


@pytest.mark.parametrize("question", PARTS)
def test_a_score_is_the_sum_of_its_parts(retriever: Retriever, question: str) -> None:
    """What the vectors and what the words add make the score of a hit; words add something to some hit."""
    hits = retriever.retrieve(question, 10)
    for hit in hits:
        assert hit.dense + hit.lexical == pytest.approx(hit.score, abs=1e-5)
    assert any(hit.lexical for hit in hits)


def test_without_the_words_the_lexical_part_is_nothing(retriever: Retriever) -> None:
    """A hit's lexical part is 0 where the words had no say, and what is left of the score is the same ranking."""
    hits = retriever.search(QUESTION, 10, steps=Steps(lexical=False)).hits
    assert {hit.lexical for hit in hits} == {0.0}
    assert [hit.dense for hit in hits] == [hit.score for hit in hits]
    foreign = retriever.retrieve(OTHER_LANGUAGES["en"])
    assert {(hit.lexical, hit.words) for hit in foreign} == {(0.0, ())}


def test_the_shared_words_stand_in_the_passage_or_above_it(retriever: Retriever) -> None:
    """Each word named stands so in the passage, its title or its headings, and no word is named twice."""
    for question in PARTS:
        for hit in retriever.retrieve(question, 10):
            text = "\n".join([hit.passage.title, *hit.passage.headings, hit.passage.text])
            assert all(word in text for word in hit.words)
            assert len({word.lower() for word in hit.words}) == len(hit.words)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("wat is lef?", "lef"),
        ("hoe begin je aan participatie?", "participatiemarketing"),
        ("organisatie", "organisaties"),
    ],
    ids=["itself", "part", "inflection"],
)
def test_a_word_is_shared_in_another_form_too(retriever: Retriever, question: str, word: str) -> None:
    """An inflection and a compound of a question's word are told as shared; function words never are."""
    words = {word.lower() for hit in retriever.retrieve(question, 20) for word in hit.words}
    assert word in words
    assert words.isdisjoint("wat is hoe je aan de het een".split())


@pytest.mark.parametrize("top_k", [1, 5, 20, 30, 10_000], ids="one five twenty thirty more-than-there-are".split())
def test_as_many_hits_as_asked_for(retriever: Retriever, top_k: int) -> None:
    """There are `top_k` different hits, best first, or all that the essays have."""
    hits = retriever.retrieve(QUESTION, top_k)
    check_hits(hits)
    assert len(hits) == len({hit.passage.id for hit in hits}) == min(top_k, len(retriever.index.passages))


def test_fewer_hits_are_the_first_of_more(retriever: Retriever) -> None:
    """Asking for one hit gives the best of five."""
    assert retriever.retrieve(QUESTION, 1) == retriever.retrieve(QUESTION, 5)[:1]


@pytest.mark.parametrize("top_k", [0, -1, -10_000], ids="zero minus-one far-below".split())
def test_no_hits_cannot_be_asked_for(retriever: Retriever, top_k: int) -> None:
    """A `top_k` below 1 is refused with a line that names it."""
    with pytest.raises(QuestionError, match=f"top_k is {top_k}"):
        retriever.retrieve(QUESTION, top_k)


# --- Which questions


@pytest.mark.parametrize("question", ["", " ", " \t\r\n\u00a0\u3000 "], ids="nothing space white-space".split())
def test_an_empty_question_is_refused(retriever: Retriever, question: str) -> None:
    """A question without a character that is not white space is refused with a line that says so."""
    with pytest.raises(QuestionError, match="empty"):
        retriever.retrieve(question)


def test_the_limit_comes_from_the_settings(retriever: Retriever) -> None:
    """A question may have just as many characters as the settings say, white space around it not counted."""
    short = Retriever(retriever.index, retriever.embedder, Settings(max_question_chars=12))
    assert short.retrieve("  wat  is  lef?\n") == retriever.retrieve("wat is lef?")
    assert len(short.retrieve("wat is lef??")) == 5
    with pytest.raises(QuestionError, match=r"13 characters; at most 12"):
        short.retrieve("wat is lef???")


@pytest.mark.parametrize(
    "question",
    [
        "lef",
        "a",
        "de",
        "1",
        "😀",
        "😀👨‍💻🇳🇱" * 20,
        "?!… — «»",
        "\x00\x01\x07\x1b[2J",
        "wat\x00is\x07lef",
        "\u202ewat is lef\u202c",
        "\u0301\u0301",
        "中文",
        "\u200b\u200b",
        "\ufeff",
        "lefmarketing " * 76,
        "x" * 1000,
        "😀" * 1000,
        "❶",
    ],
    ids=(
        "word letter function-word digit emoji emojis punctuation control control-within direction accents chinese "
        "zero-width byte-order-mark long long-word many-emojis dingbat"
    ).split(),
)
def test_an_odd_question_is_searched_for_like_any_other(retriever: Retriever, question: str) -> None:
    """Whatever stands in a question, it gets hits with scores that are numbers, best first."""
    hits = retriever.retrieve(question)
    assert len(hits) == 5
    check_hits(hits)


@pytest.mark.parametrize("question", ["\ud800", "wat is \udcff lef?"], ids="alone within".split())
def test_half_a_character_is_no_bug(retriever: Retriever, question: str) -> None:
    """Half of a character, as a terminal or JSON may bring in, gives hits or a QuestionError, never another error."""
    with contextlib.suppress(QuestionError):
        check_hits(retriever.retrieve(question))


@pytest.mark.parametrize("question", [QUESTION, "lef", "de", "?!", "de het een", "😀", "wat is lef?"])
def test_the_weights_of_a_question_add_up_to_one(retriever: Retriever, question: str) -> None:
    """The tokens of a question share the same weight between them, however few say something."""
    weights = token_weights(question, retriever.embedder.embed_question(question), "nl")
    assert (weights >= 0).all()
    assert weights.sum() == pytest.approx(1.0, abs=1e-5)


def test_a_content_word_counts_more_than_a_function_word(retriever: Retriever) -> None:
    """The words that a question is about weigh more than those that hold it together."""
    question = "wat is de klant"
    weights = token_weights(question, retriever.embedder.embed_question(question), "nl")
    assert weights[-1] > weights[:-1].max() > 0


def test_a_model_without_weights_has_those_of_the_words(retriever: Retriever) -> None:
    """Where a model has not learned what a token counts, a function word counts two fifths of a content word."""
    question = "wat is de klant"
    vectors = replace(retriever.embedder.embed_question(question), weights=None)
    weights = token_weights(question, vectors, "nl")
    assert weights.sum() == pytest.approx(1.0, abs=1e-5)
    assert weights[0] / weights[-1] == pytest.approx(0.4)
    assert len(set(token_weights("?!", replace(vectors, spans=((0, 1), (1, 2))), "nl").tolist())) == 1


# --- Opening


@pytest.mark.usefixtures("one_model")
@pytest.mark.parametrize("kind", [str, Path])
def test_an_index_opens_by_its_folder(retriever: Retriever, index_folder: Path, kind: Callable[[Path], Any]) -> None:
    """A folder given as text or as a path opens the index in it, with the same hits."""
    opened = Retriever.open(kind(index_folder), Settings())
    assert opened.retrieve(QUESTION) == retriever.retrieve(QUESTION)


def broken_manifest(folder: Path) -> None:
    next(folder.glob("build-*/manifest.json")).write_text("{", encoding="utf-8")


def cut_off_file(folder: Path) -> None:
    path = next(folder.glob("vectors/*.safetensors"))
    path.write_bytes(path.read_bytes()[:-100])


def changed_byte(folder: Path) -> None:
    path = next(folder.glob("documents/*.json"))
    path.write_bytes(path.read_bytes().replace(b"marketing", b"Marketing", 1))


@pytest.mark.usefixtures("one_model")
@pytest.mark.parametrize(
    "damage",
    [
        broken_manifest,
        cut_off_file,
        changed_byte,
        lambda folder: next(folder.glob("build-*/passages.faiss")).unlink(),
        lambda folder: shutil.rmtree(next(folder.glob("build-*"))),
        lambda folder: (folder / "current").write_text("elsewhere"),
    ],
    ids="manifest cut-off changed missing-file missing-build elsewhere".split(),
)
def test_a_damaged_index_is_not_opened(index_folder: Path, tmp_path: Path, damage: Callable[[Path], Any]) -> None:
    """An index of which a file is missing or not what was written is refused with the command that mends it."""
    folder = tmp_path / "index"
    shutil.copytree(index_folder, folder)
    damage(folder)
    with pytest.raises(IndexDamagedError, match="python -m assistant index") as caught:
        Retriever.open(folder, Settings())
    assert isinstance(caught.value, EssayIndexError)
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("one_model")
@pytest.mark.parametrize("kind", "missing empty foreign file".split())
def test_where_there_is_no_index_none_is_opened(tmp_path: Path, kind: str) -> None:
    """A folder without an index is refused with the command that builds one, and left as it is."""
    folder = tmp_path / "index"
    if kind == "file":
        folder.write_text("geen map")
    elif kind != "missing":
        folder.mkdir()
    if kind == "foreign":
        (folder / "vakantie.jpg").write_bytes(b"\xff\xd8")
    with pytest.raises(IndexMissingError, match="python -m assistant index"):
        Retriever.open(folder, Settings())
    assert folder.exists() == (kind != "missing")


@pytest.mark.usefixtures("one_model")
def test_an_index_made_with_other_settings_is_not_opened(index_folder: Path) -> None:
    """An index whose passages were cut to another length is refused, since its hits would be others."""
    with pytest.raises(IndexMismatchError, match="max_passage_chars"):
        Retriever.open(index_folder, Settings(max_passage_chars=900))
