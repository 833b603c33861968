"""A question without what it is packed in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.framing import without_frame


@pytest.mark.parametrize(
    ("question", "bare"),
    [
        ("Kun je uitleggen wat lefmarketing is?", "Wat is lefmarketing?"),
        ("Kunt u mij alstublieft vertellen wat lefmarketing precies inhoudt?", "Wat houdt lefmarketing in?"),
        ("Zou u kunnen toelichten waardoor de verdediging instortte?", "Waardoor de verdediging instortte?"),
        ("Zou je mij willen uitleggen wie Bernie Sanders is?", "Wie is Bernie Sanders?"),
        ("weet jij wat crowdfunding is", "Wat is crowdfunding"),
        ("Leg eens uit wat identiteitsmarketing is.", "Wat is identiteitsmarketing."),
        ("Ik vraag me af waarom banken falen", "Waarom banken falen"),
        ("Ik wil graag weten wat lef betekent", "Wat betekent lef"),
        ("Mijn vraag is: waarom werkt reclame niet?", "Waarom werkt reclame niet?"),
        ("Can you explain what meaning marketing is?", "What is meaning marketing?"),
        ("I'd like to know why banks fail", "Why banks fail"),
        ("Do you know who Bernie Sanders is?", "Who is Bernie Sanders?"),
        ("Könntest du mir erklären, was Lefmarketing ist?", "Was ist Lefmarketing?"),
        ("Können Sie mir sagen, warum Banken scheitern?", "Warum Banken scheitern?"),
        ("Pourriez-vous m'expliquer ce qu'était un vicus ?", "Qu'est-ce que un vicus?"),
        ("J'aimerais savoir pourquoi les banques échouent", "Pourquoi les banques échouent"),
        ("Waarom faalt engagement volgens de auteur?", "Waarom faalt engagement?"),
        ("Wat is volgens de column de beste manier?", "Wat is de beste manier?"),
        ("What is engagement according to the author?", "What is engagement?"),
        ("Warum scheitern Banken laut dem Autor?", "Warum scheitern Banken?"),
        ("Pourquoi les banques échouent selon l'auteur ?", "Pourquoi les banques échouent?"),
        ("Kun je uitleggen wat lef is volgens de schrijver?", "Wat is lef?"),
    ],
)
def test_what_a_question_is_packed_in_goes(question: str, bare: str) -> None:
    """Who is asked, how politely, and where the answer should stand are no part of the question."""
    assert without_frame(question) == bare


@pytest.mark.parametrize(
    "question",
    [
        "Wat is lefmarketing?",
        "Wat staat er in de tekst?",
        "Hoe ziet men lef volgens het stuk over lefmarketing?",
        "Kun je een merk vertrouwen?",
        "Kun je de tekst samenvatten?",
        "Vertel iets over lef",
        "Weet jij of banken falen?",
        "Waarom heeft de schrijver moeite met reclame?",
        "In de tekst",
        "volgens de auteur",
        "",
        "???",
    ],
)
def test_what_belongs_to_a_question_stays(question: str) -> None:
    """A question that is in no frame, or that would be nothing without it, stays as it is."""
    assert without_frame(question) == question


@pytest.mark.parametrize(
    "question", ["Kun je me uitleggen wat {} is?", "Wat is {} volgens de schrijver?", "weet je wat {} is"]
)
@pytest.mark.parametrize("term", ["participatiemarketing", "identiteitsmarketing"])
def test_the_frame_changes_no_answer(assistant: Assistant, question: str, term: str) -> None:
    """However politely a question is put, it gets the same quotes, and nobody is told that it was taken for another."""
    plain, packed = assistant.ask(f"Wat is {term}?"), assistant.ask(question.format(term))
    assert packed.citations[0].quote == plain.citations[0].quote
    assert packed.understood == ""


@given(st.text(max_size=200))
def test_any_text_keeps_something(question: str) -> None:
    """Whatever is asked, a question with a word keeps one."""
    assert bool(without_frame(question).strip()) == bool(question.strip())
