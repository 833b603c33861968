"""The signs of an answer: what each tells of a sentence, and how they add up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assistant import Assistant, Retriever
from assistant.scoring import WEIGHTS, Signs, scores, signs_of
from assistant.shelf import Shelf
from assistant.steps import Steps

NEEDED = "Welke drie dingen heeft de molenaar nodig?"
WHY = "Waarom draait de molen nog?"


@pytest.fixture(scope="module")
def shelf(mill: Retriever) -> Shelf:
    """The essay about a mill."""
    return Shelf(mill.index)


def sign(mill: Retriever, shelf: Shelf, name: str, question: str, steps: Steps | None = None) -> dict[str, float]:
    """One sign of every sentence of the hits, by its words."""
    signs = signs_of(mill.search(question), mill.index, shelf, steps or Steps())
    return dict(zip(map(shelf.text, signs.numbers), signs.values[:, list(WEIGHTS).index(name)], strict=True))


def having(values: dict[str, float]) -> set[str]:
    """The first words of the sentences that have a sign."""
    return {" ".join(text.split()[:3]) for text, value in values.items() if value}


# --- Adding up


def test_without_hits_there_are_no_scores(mill: Retriever, shelf: Shelf) -> None:
    """Where nothing was found there are no signs, and no sentence has a score."""
    signs = signs_of(replace(mill.search(NEEDED), hits=()), mill.index, shelf)
    assert signs.values.shape == (0, len(WEIGHTS))
    assert scores(signs) == {}


def test_a_score_is_the_weighted_sum_of_the_signs() -> None:
    """Each sign counts by its own weight."""
    signs = Signs((7, *range(20, 20 + len(WEIGHTS))), np.eye(len(WEIGHTS) + 1, len(WEIGHTS), -1, dtype=np.float32))
    found = scores(signs)
    assert found[7] == 0
    assert [found[number] for number in signs.numbers[1:]] == pytest.approx(list(WEIGHTS.values()))


def test_what_speaks_against_a_sentence_lowers_its_score() -> None:
    """To ask and to lean speak against a sentence; a list of the right length and a definition speak most for it."""
    assert {name for name, weight in WEIGHTS.items() if weight < 0} == {"question", "leans"}
    assert sorted(WEIGHTS, key=WEIGHTS.__getitem__)[-2:] == ["defines", "right list"]


@pytest.mark.parametrize("question", [NEEDED, "What does the miller need?", "???"], ids="nl en signs".split())
def test_each_sentence_of_the_hits_has_its_signs(assistant: Assistant, question: str) -> None:
    """There is a row of numbers for each sentence of each hit, and for no other sentence."""
    retriever = assistant.retriever
    search = retriever.search(question)
    signs = signs_of(search, retriever.index, Shelf(retriever.index))
    bounds = retriever.index.first_sentence
    hits = [range(bounds[hit.passage.id], bounds[hit.passage.id + 1]) for hit in search.hits]
    assert sorted(signs.numbers) == sorted(number for numbers in hits for number in numbers)
    assert signs.values.shape == (len(signs.numbers), len(WEIGHTS))
    assert np.isfinite(signs.values).all()


# --- Each sign


def test_items_count_where_a_list_is_asked_for(mill: Retriever, shelf: Shelf) -> None:
    """List items and numbered headings have a sign where a list is asked for, and none where it is not."""
    items = {"wind die de", "graan van de", "zakken voor het", "1. De wieken", "2. De stenen"}
    assert having(sign(mill, shelf, "item", NEEDED)) == items
    assert having(sign(mill, shelf, "item", WHY)) == set()


def test_a_list_of_the_right_length_counts_more(mill: Retriever, shelf: Shelf) -> None:
    """Of the lists that one is meant which has as many items as are asked for."""
    assert having(sign(mill, shelf, "right list", NEEDED)) == {"wind die de", "graan van de", "zakken voor het"}


@pytest.mark.parametrize("question", ["Welke zeven dingen heeft de molen?", "Welke dingen heeft de molen?"])
def test_no_list_has_the_right_length(mill: Retriever, shelf: Shelf, question: str) -> None:
    """Where no number is named, or none that a list has, no list is meant more than another."""
    assert having(sign(mill, shelf, "right list", question)) == set()


def test_a_question_and_the_sentence_behind_it(mill: Retriever, shelf: Shelf) -> None:
    """A sentence that asks has a sign of its own, and so has the one that stands behind it."""
    assert having(sign(mill, shelf, "question", WHY)) == {"Waarom draait de"}
    assert having(sign(mill, shelf, "after question", WHY)) == {"Omdat de wind"}


def test_a_sentence_that_leans(mill: Retriever, shelf: Shelf) -> None:
    """A sentence that cannot be understood alone has a sign, one that can has none."""
    leaning = having(sign(mill, shelf, "leans", WHY))
    assert {"Dat doet hij", "Zo blijft de", "Hij vertelt kinderen"} <= leaning
    assert not leaning & {"De molenaar maalt", "Twee zware stenen"}


def test_what_is_asked_for_counts(mill: Retriever, shelf: Shelf) -> None:
    """A sentence that tells a reason has a sign where a reason is asked for, unless that step is switched off."""
    assert having(sign(mill, shelf, "intent", WHY)) == {"Omdat de wind"}
    assert having(sign(mill, shelf, "intent", WHY, Steps(intents=False))) == set()
    assert having(sign(mill, shelf, "item", NEEDED, Steps(intents=False))) == set()


def test_what_is_asked_for_depends_on_the_language(mill: Retriever, shelf: Shelf) -> None:
    """German "wie viele" asks for a number; in Dutch "wie" would ask for a person."""
    assert "Twee zware stenen" in having(sign(mill, shelf, "intent", "Wie viele Steine hat die Mühle im Dorf?"))


def test_the_headings_above_a_sentence_count(mill: Retriever, shelf: Shelf) -> None:
    """A sentence under a heading that names what is asked has a larger share of it than one elsewhere."""
    values = sign(mill, shelf, "heading", "Waarvan zijn de wieken?")
    below = next(value for text, value in values.items() if text.startswith("Van linnen"))
    assert 0 < below <= 1
    assert below > max(value for text, value in values.items() if text.startswith("Twee zware"))


@pytest.mark.parametrize("name", ["heading", "pieces"])
def test_words_count_in_the_language_of_the_essays_alone(mill: Retriever, shelf: Shelf, name: str) -> None:
    """In another language a question shares no words with the essays, whatever its letters."""
    values = sign(mill, shelf, name, "What is the name of the mill that has the grote wieken?")
    assert set(values.values()) == {0.0}
    assert len(set(sign(mill, shelf, name, "Waarvan zijn de wieken?").values())) > 1


def test_the_sentence_that_speaks_of_it_matches_best(mill: Retriever, shelf: Shelf) -> None:
    """Compared word by word, the sentence that the words of a question stand in is the best match."""
    question = "Welke stenen draaien over elkaar en pletten de korrels?"
    for name in ("match", "own", "sentence"):
        values = sign(mill, shelf, name, question)
        assert max(values, key=values.__getitem__).startswith("Twee zware stenen"), name


@pytest.mark.parametrize(("name", "expected"), [("match", [1]), ("own", [1]), ("in context", [1, 2])])
def test_a_sentence_is_read_together_with_the_one_before_it(
    mill: Retriever, shelf: Shelf, name: str, expected: list[int]
) -> None:
    """What a sentence says counts for the next one of its passage too, but not for the one before it."""
    assert above_the_others(mill, shelf, name, matching=1) == expected


def test_the_first_sentence_of_a_passage_is_read_alone(mill: Retriever, shelf: Shelf) -> None:
    """What the last sentence of a passage says does not count for its first one."""
    search = mill.search(WHY)
    last = len(search.matches[search.hits[0].passage.id]) - 1
    assert above_the_others(mill, shelf, "in context", matching=last) == [last]


def above_the_others(mill: Retriever, shelf: Shelf, name: str, *, matching: int) -> list[int]:
    """The sentences of the best passage with the highest sign, where one of them alone matches the question."""
    search = mill.search(WHY)
    match = np.zeros_like(search.matches[search.hits[0].passage.id])
    match[matching] = 1
    signs = signs_of(
        replace(search, hits=search.hits[:1], matches={search.hits[0].passage.id: match}), mill.index, shelf
    )
    values = signs.values[:, list(WEIGHTS).index(name)]
    return np.flatnonzero(values == values.max()).tolist()
