"""Example questions: out of the essays' own headings, whatever the essays are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.cli import ensure_index
from assistant.examples import MAX_CHARS, heading_questions
from assistant.retriever import Retriever
from assistant.settings import Settings
from assistant.types import Passage

DATA = Path(__file__).parent / "data"


def headings_of(passages: list[Passage]) -> set[str]:
    return {name for passage in passages for name in (passage.title, *passage.headings)}


@pytest.mark.parametrize("corpus", ["other_corpus", "calibration_corpus"])
def test_any_essays_give_examples_that_are_answered_from_under_their_heading(corpus: str, tmp_path: Path) -> None:
    """Of essays that this program has never seen, four questions are offered, each from another essay."""
    settings = Settings()
    ensure_index(DATA / corpus, tmp_path, settings)
    assistant = Assistant.open(tmp_path, settings)
    assert len(assistant.examples) == 4
    sources = []
    for question in assistant.examples:
        answer = assistant.ask(question)
        assert answer.kind == "answer"
        sources.append(answer.citations[0].source)
    assert len(set(sources)) >= 3


def test_the_essays_at_hand_give_questions_of_their_own(assistant: Assistant) -> None:
    """The shipped essays name no list: each example is a heading that asks, or asks about a heading."""
    assert assistant.retriever.index.manifest["examples"] == []
    found = dict(heading_questions(assistant.retriever.index))
    assert len(assistant.examples) == 4
    for question in assistant.examples:
        assert found[question] in headings_of(list(assistant.retriever.index.passages))


def test_what_an_essay_speaks_of_most_comes_first(assistant: Assistant) -> None:
    """Of one essay, a heading with a word that its text comes back to goes before one that any essay could have."""
    headings = [heading for _, heading in heading_questions(assistant.retriever.index)]
    for telling, empty in [("Lefmarketing", "De voorconclusie"), ("Verdwalen", "Op zoek naar de kern")]:
        assert headings.index(telling) < headings.index(empty)


def test_a_heading_that_asks_stays_as_it_is_and_another_is_asked_about(mill: Retriever) -> None:
    """A question is taken over word for word; a heading is asked about, without the number before it."""
    index = mill.index
    passages = [replace(passage, title="Waarom draait de molen nog?") for passage in index.passages]
    found = {heading: question for question, heading in heading_questions(replace(index, passages=tuple(passages)))}
    assert found["Waarom draait de molen nog?"] == "Waarom draait de molen nog?"
    assert found["1. De wieken en hun zeilen"] == "Wat zeggen de essays over ‘De wieken en hun zeilen’?"


def test_a_single_word_of_the_essays_needs_no_quotation_marks(mill: Retriever) -> None:
    """A heading of one word that the essay uses in its text is asked about as that word."""
    passages = tuple(replace(passage, title="Molen", headings=()) for passage in mill.index.passages)
    questions = [question for question, _ in heading_questions(replace(mill.index, passages=passages))]
    assert questions == ["Wat zeggen de essays over molen?"]


def test_a_heading_that_says_nothing_or_too_much_is_no_example(mill: Retriever) -> None:
    """Function words alone and headings too long for a button are passed over."""
    passages = tuple(
        replace(passage, title="Wat is dat en hoe?", headings=("molen " * 20,)) for passage in mill.index.passages
    )
    assert list(heading_questions(replace(mill.index, passages=passages))) == []
    assert all(len(heading) <= MAX_CHARS + 6 for _, heading in heading_questions(mill.index))
