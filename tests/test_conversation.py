"""Small talk, follow-ups and questions of their own."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation import small_talk, small_talk_language, standalone
from assistant.types import Turn

TALK = {
    "greeting": (
        "hallo|Hoi!|hoi hoi|hey|Goedemorgen|goede dag|goedenavond!|hallo daar|hoe gaat het?|hoi, alles goed?|👋 hoi|"
        "hello|Hi there!|good morning|Guten Tag|guten Abend!|moin|bonjour|Bonsoir !|salut|ça va ?"
    ),
    "thanks": (
        "bedankt|dankjewel|dank je wel|Dank u!|heel erg bedankt|bedankt voor je hulp|top, bedankt|ok|oké!|"
        "thanks|Thank you|thanks so much|thx!|danke|Danke schön!|vielen Dank|merci|merci beaucoup"
    ),
    "goodbye": "doei|Doeiii!|houdoe|tot ziens|Tot later!|bye|bye bye|goodbye|Tschüss!|auf Wiedersehen|au revoir",
}


@pytest.mark.parametrize(
    ("phrase", "kind"), [(phrase, kind) for kind, phrases in TALK.items() for phrase in phrases.split("|")]
)
def test_small_talk_is_told_by_the_whole_message(phrase: str, kind: str) -> None:
    """A message that is all greeting, thanks or goodbye is small talk of that kind."""
    assert small_talk(phrase) == kind


@pytest.mark.parametrize(
    "question",
    [
        "hoi, wat is lefmarketing?",
        "Hallo! Waarom is lef nodig?",
        "bedankt, en wat is de gunfactor?",
        "hello, what is betekenismarketing?",
        "bonjour, qu'est-ce que le lefmarketing ?",
        "dag van de arbeid",
        "hi-hat",
        "de mooie top",
        "top 3 CRM systemen",
        "lef",
        "",
        "?",
        "👋",
        "\x00",
    ],
)
def test_a_question_is_no_small_talk(question: str) -> None:
    """A message with anything else in it than small talk is a question."""
    assert small_talk(question) is None


@pytest.mark.parametrize(
    ("phrase", "language"),
    [
        ("hoi", "nl"),
        ("hallo", "nl"),
        ("dank je wel!", "nl"),
        ("tot ziens", "nl"),
        ("Hello there", "en"),
        ("thank you!", "en"),
        ("Good bye", "en"),
        ("Guten Morgen", "de"),
        ("Danke schön", "de"),
        ("Auf Wiedersehen", "de"),
        ("Bonjour !", "fr"),
        ("merci beaucoup", "fr"),
        ("au revoir", "fr"),
    ],
)
def test_small_talk_is_answered_in_its_own_language(phrase: str, language: str) -> None:
    """A word that only one language has decides; without one it is Dutch."""
    assert small_talk_language(phrase) == language


@pytest.mark.parametrize("word", ["merci", "bye", "super bedankt", "dank je", "hoi", "dag"])
def test_much_small_talk_is_told_at_once(word: str) -> None:
    """A message of many greetings with something else at its end takes no time to speak of."""
    began = time.perf_counter()
    assert small_talk(f"{word} " * (34 if word == "bye" else 22) + "lefmarketing") is None
    assert time.perf_counter() - began < 0.2


@given(st.text(max_size=80))
def test_any_message_can_be_told_apart(message: str) -> None:
    """Whatever a message holds, it is small talk of a known kind or none, and its language is known."""
    assert small_talk(message) in ("greeting", "thanks", "goodbye", None)
    assert small_talk_language(message) in ("nl", "en", "de", "fr")


# --- Follow-ups

TOPIC = "wat is participatiemarketing?"


@pytest.mark.parametrize(
    "question",
    [
        "En hoe begin je daaraan?",
        "waarom is dat zo?",
        "Wie heeft het bedacht en hoe heet die?",
        "en de nadelen?",
        "maar waarom?",
        "Wat vindt hij?",
        "and why is that?",
        "who started it?",
        "Und warum?",
        "wie funktioniert das?",
        "et pourquoi ?",
        "comment fait-on cela ?",
    ],
)
def test_a_question_that_points_back_is_understood_with_the_last_one(question: str) -> None:
    """A short question with a pronoun, or one that begins with "and", is put behind the last question."""
    assert standalone(question, [Turn("wat is lef?"), Turn(TOPIC, "Uit ...")]) == f"{TOPIC} {question}"


@pytest.mark.parametrize(
    "question",
    [
        "Wat is betekenismarketing?",
        "lefmarketing",
        "Wat zegt Kotler in dat boek over marketing?",
        "En wat is het verschil tussen verwondering en verbazing in het hart?",
        "What is engagementsmarketing?",
    ],
)
def test_a_new_topic_stands_on_its_own(question: str) -> None:
    """A question that names its subject is understood as it is, whatever was asked before."""
    assert standalone(question, [Turn(TOPIC)]) == question


def test_small_talk_is_no_topic() -> None:
    """A follow-up after thanks points back to the question before the thanks."""
    question = "en hoe begin je daaraan?"
    assert standalone(question, [Turn(TOPIC), Turn("bedankt!"), Turn("hoi")]) == f"{TOPIC} {question}"


@pytest.mark.parametrize(
    "history",
    [(), [Turn("hoi")], [Turn("")], [Turn("", "Uit ...")]],
    ids="none talk empty answer".split(),
)
def test_without_a_topic_there_is_nothing_to_point_back_to(history: list[Turn]) -> None:
    """A question that points back to nothing is understood as it is."""
    assert standalone("waarom is dat zo?", history) == "waarom is dat zo?"


def test_the_answers_before_are_never_searched() -> None:
    """Only earlier questions say what is meant; the words of earlier answers do not."""
    assert "crowdfunding" not in standalone("waarom is dat?", [Turn(TOPIC, "crowdfunding [1]")])


@given(st.text(max_size=60), st.lists(st.builds(Turn, st.text(max_size=60), st.text(max_size=20)), max_size=4))
def test_any_question_after_any_history_keeps_its_words(question: str, history: list[Turn]) -> None:
    """Whatever came before, the question itself stands at the end of what is searched for."""
    assert standalone(question, history).endswith(question)
