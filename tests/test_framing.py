"""A question without what it is packed in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.framing import is_asking, without_frame


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
        ("weet je misschien wat crowdfunding is?", "Wat is crowdfunding?"),
        ("kunnen jullie in eigen woorden uitleggen wat lef is", "Wat is lef"),
        ("volgende vraag: wat is lef", "Wat is lef"),
        ("i dont understand what courage is", "What is courage"),
        ("peux tu m'expliquer ce qu'est le lef ?", "Qu'est-ce que le lef?"),
        ("Leg uit wat het verschil is tussen lef en moed", "Wat is het verschil tussen lef en moed"),
        ("Leg uit wat de schrijver bedoelt met lef", "Wat bedoelt de schrijver met lef"),
        ("Leg uit wat offertes zijn", "Wat zijn offertes"),
        ("kun je zeggen wat er gebeurt als een merk liegt?", "Wat er gebeurt als een merk liegt?"),
        ("kun je zeggen wat lef is en waarom het werkt?", "Wat lef is en waarom het werkt?"),
        ("mag ik iets vragen? wat is lef?", "wat is lef?"),
        ("wat is lef? alvast bedankt!", "wat is lef?"),
        ("wat is lef aub", "wat is lef"),
        ("3. Wat is lef?", "Wat is lef?"),
        ("wat is melatonine voor stof", "wat is melatonine"),
        ("Wat voor stof is melatonine?", "Wat is melatonine?"),
        ("leg het begrip lef uit", "Wat is lef"),
        ("kun je me de gunfactor kort uitleggen?", "Wat is de gunfactor?"),
        ("omschrijf identiteitsmarketing", "Wat is identiteitsmarketing"),
        ("de betekenis van het woord lef", "Wat is lef"),
        ("geef een definitie van echte marketing", "Wat is echte marketing"),
        ("what's crowdfunding?", "What is crowdfunding?"),
        ("Opdracht 2 Wat is lef?", "Wat is lef?"),
    ],
)
def test_what_a_question_is_packed_in_goes(question: str, bare: str) -> None:
    """Who is asked, how politely, and where the answer should stand are no part of the question."""
    assert without_frame(question) == bare


@pytest.mark.parametrize(
    "question",
    [
        "Wat is lefmarketing?",
        "Wat doen klanten graag?",
        "leg dat eens uit",
        "betekenis marketing",
        "leg de voordelen van lef uit",
        "what's the difference between a and b",
        "Wat is belangrijk voor klanten?",
        "Wat voor marketing is dat?",
        "2 redenen waarom het faalt",
        "Wat gebeurt er als een merk niet eerlijk is?",
        "alsjeblieft",
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [("wat is lef", True), ("en waarom?", True), ("kun je zeggen wat lef is", True), ("lef", False), ("watten", False)],
)
def test_what_begins_a_question(text: str, expected: bool) -> None:
    """A question word, alone or behind "en" or a frame, begins a question; a word that starts like one does not."""
    assert is_asking(text) == expected


@given(st.text(max_size=200))
def test_any_text_keeps_something(question: str) -> None:
    """Whatever is asked, a question with a word keeps one."""
    assert bool(without_frame(question).strip()) == bool(question.strip())
