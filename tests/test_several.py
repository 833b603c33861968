"""Messages that ask more than one thing: each question is answered after those before it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.several import MOST, questions_in

TOWER = "Hoe hoog is de Eiffeltoren?"


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("Wat is lef? En waarom werkt het?", ("Wat is lef?", "Waarom werkt het?")),
        ("Wat is lef en wie heeft het?", ("Wat is lef?", "Wie heeft het?")),
        ("wat lef precies is en waarom het werkt", ("Wat is lef?", "Waarom het werkt?")),
        ("Wat is lef en wie was de bedenker?", ("Wat is lef?", "Wie was de bedenker?")),
        ("Wat is lef en op welke manier werkt het?", ("Wat is lef?", "Op welke manier werkt het?")),
        ("What is courage and who was the first?", ("What is courage?", "Who was the first?")),
        ("Wie funktioniert Lef und was ist Mut?", ("Wie funktioniert Lef?", "Was ist Mut?")),
        ("Wat is lef, wat is moed en wat is durf?", ("Wat is lef?", "Wat is moed?", "Wat is durf?")),
        ("wat is lef. wat is moed", ("Wat is lef?", "Wat is moed?")),
        ("waarom faalt het, hoe kan het beter?", ("Waarom faalt het?", "Hoe kan het beter?")),
        ("C'est quoi le lef et comment ça marche ?", ("C'est quoi le lef?", "Comment ça marche?")),
        ("Wat is crowdfunding, en waarom werkt het", ("Wat is crowdfunding?", "Waarom werkt het?")),
        ("Wat is lef? Wie heeft het? Hoe begin je?", ("Wat is lef?", "Wie heeft het?", "Hoe begin je?")),
        ("Is reclame duur? En werkt het?", ("Is reclame duur?", "Werkt het?")),
        ("What is identity marketing and who invented it?", ("What is identity marketing?", "Who invented it?")),
        ("Was ist Lefmarketing und warum braucht man es?", ("Was ist Lefmarketing?", "Warum braucht man es?")),
        ("Qu'est-ce que la marque et pourquoi ?", ("Qu'est-ce que la marque?", "Pourquoi?")),
    ],
)
def test_each_question_alone(message: str, questions: tuple[str, ...]) -> None:
    """A question mark, or "en wat" between two questions, parts a message into its questions."""
    assert questions_in(message) == questions


@pytest.mark.parametrize(
    "message",
    [
        "Wat is lef?",
        "Wat is echt en wat niet?",
        "Wat is het verschil tussen lef en wat anderen doen?",
        "Wat gebeurt er, wanneer het misgaat?",
        "Hoe weet je wat klanten willen en wat ze doen?",
        "Hoe weet je op welke manier het werkt en wat het kost?",
        "Wat is het verschil tussen wat je zegt en wat je doet?",
        "Hoe en waarom werkt crowdfunding?",
        "Wat zijn de voordelen en de nadelen van Twitter?",
        "Ik schrijf over marketing. Wat is lef?",
        "Wat is lef? Toch?",
        "Wat is lef? Waarom? Hoe? Wie?",
        "Waarom?",
        "Wie is wie?",
        "???",
        "",
    ],
)
def test_one_question_stays_whole(message: str) -> None:
    """A question within a question, a tag, a statement before it and more than a few questions part nothing."""
    assert questions_in(message) == (message,)


@given(st.text(alphabet="wat is lef?en hoe ", max_size=80))
def test_any_message_has_a_few(message: str) -> None:
    """Whatever is sent, it is one message or a few questions."""
    assert 1 <= len(questions_in(message)) <= MOST


def test_both_questions_are_answered(assistant: Assistant) -> None:
    """Each question of a message brings its best excerpt, in their order, and no sentence twice."""
    answer = assistant.ask("Wat is betekenismarketing en wat is identiteitsmarketing?")
    firsts = [
        assistant.ask(f"Wat is {one}?").citations[0].quote for one in ("betekenismarketing", "identiteitsmarketing")
    ]
    assert [one.quote for one in answer.citations if one.quote in firsts] == firsts
    places = sorted((one.source, one.start, one.end) for one in answer.citations)
    assert all(one[0] != other[0] or one[2] <= other[1] for one, other in pairwise(places))


def test_a_question_leans_on_the_one_before_it(assistant: Assistant) -> None:
    """ "Waarom werkt het?" is read with the topic of the question before it, and the reader is told so."""
    answer = assistant.ask("Wat is participatiemarketing? En waarom wint het aan populariteit?")
    assert "Waarom wint participatiemarketing aan populariteit?" in answer.understood
    assert answer.understood in answer.frame


def test_what_is_not_answered_is_said(assistant: Assistant) -> None:
    """Where the essays answer one question of two, the answer says which one they do not."""
    answer = assistant.ask(f"Wat is crowdfunding? En {TOWER[0].lower()}{TOWER[1:]}")
    assert not answer.refused
    assert answer.unanswered == (TOWER,)
    assert answer.frame.splitlines()[0] == f"Op ‘{TOWER}’ geven de essays geen antwoord."


def test_a_question_for_an_opinion_costs_itself_alone(assistant: Assistant) -> None:
    """Where one of two questions asks for an opinion, the other is answered."""
    answer = assistant.ask("Wat is identiteitsmarketing? En wat vind jij ervan?")
    assert answer.citations
    assert "‘Wat vind jij ervan?’" in answer.frame
    assert assistant.ask("Wat vind jij ervan? En wat vind jij van lef?").kind == "opinion"


def test_there_are_no_more_excerpts_than_there_may_be(index_folder: Path) -> None:
    """Where the settings leave no excerpt for each question, the message is answered as one."""
    brief = Assistant.open(index_folder, replace(Settings(), max_excerpts=1))
    assert len(brief.ask("Wat is betekenismarketing en wat is identiteitsmarketing?").citations) == 1


def test_a_mended_question_is_told(assistant: Assistant) -> None:
    """Where a typing error in one of the questions was mended, the answer says how all were understood."""
    answer = assistant.ask("Wat is particpatiemarketing? En wat is identiteitsmarketing?")
    assert answer.understood == "Wat is participatiemarketing? Wat is identiteitsmarketing?"


@pytest.mark.parametrize("message", [f"{TOWER} En wie bouwde hem?", f"{TOWER} En hoeveel inwoners heeft Utrecht?"])
def test_none_answered_is_a_refusal(assistant: Assistant, message: str) -> None:
    """Where no question is answered, or one only leans on another that is not, the message is refused as a whole."""
    answer = assistant.ask(message)
    assert answer.refused
    assert not answer.citations
