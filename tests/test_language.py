"""The language of a question."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.language import LANGUAGES, detect_language, load, words

QUESTIONS = {
    "Wat is betekenismarketing?": "nl",
    "Waarom wint participatiemarketing aan populariteit?": "nl",
    "WAT IS LEF?": "nl",
    "wie is Philip Kotler": "nl",
    "leg uit": "nl",
    "Wat betekent 'engagement'?": "nl",
    "Hoe zit het met social media en marketing?": "nl",
    "verwondering verbazing": "nl",
    "De klant staat niet centraal": "nl",
    "What is meaning marketing?": "en",
    "Who is Philip Kotler?": "en",
    "what is participatiemarketing?": "en",
    "Explain engagement": "en",
    "difference between wonder and surprise": "en",
    "How does a company become lost?": "en",
    "Was ist Identitätsmarketing?": "de",
    "Warum ist Verwunderung wichtig?": "de",
    "Unterschied zwischen Staunen und Verwunderung": "de",
    "Qu'est-ce que le marketing identitaire ?": "fr",
    "Pourquoi la participation gagne-t-elle ?": "fr",
    "C’est quoi l’engagement ?": "fr",
}
NOTHING = {"question-mark": "?", "empty": "", "spaces": "   ", "number": "2012", "emoji": "🙂", "emojis": "🙂🙂 !?"}


@pytest.mark.parametrize(("question", "language"), QUESTIONS.items())
def test_language_of_a_question(question: str, language: str) -> None:
    """A question is in the language of its function words, else in the one that its letters show."""
    assert detect_language(question) == language


@pytest.mark.parametrize("question", NOTHING.values(), ids=NOTHING)
def test_nothing_to_go_by(question: str) -> None:
    """Where nothing decides, the question is taken for Dutch."""
    assert detect_language(question) == "nl"


@pytest.mark.parametrize("question", ["Bernie Sanders", "lefmarketing", "crowdfunding"])
def test_words_of_the_essays(question: str) -> None:
    """Bare keywords that the essays know are Dutch, whatever a detector makes of them."""
    assert detect_language(question, is_dutch=lambda word: True) == "nl"


def test_words_of_the_essays_in_another_language() -> None:
    """A question in English stays English, also where every word that it asks about is the essays'."""
    assert detect_language("what is lefmarketing", is_dutch=lambda word: True) == "en"


@pytest.mark.parametrize(
    "question", ["что такое маркетинг", "¿Qué es el marketing?", "マーケティングとは", "x" * 3_000]
)
def test_other_languages(question: str) -> None:
    """A question in no language of ours gets one that messages are written in."""
    assert detect_language(question) in LANGUAGES


def test_words() -> None:
    """Words are in lower case with straight apostrophes, without digits and signs."""
    assert words("C’est 5 km, 's avonds: ÉÉN foto's!") == ["c'est", "km", "s", "avonds", "één", "foto's"]


def test_threads() -> None:
    """Eight threads at once get the answers that one gets alone."""
    load()
    questions = [*QUESTIONS, *NOTHING.values(), "crowdfunding", "Bernie Sanders", "hello"] * 4
    alone = [detect_language(question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(detect_language, questions)) == alone


LANGUAGE_SET = Path(__file__).parent / "data" / "languages.jsonl"


@pytest.mark.parametrize(("length", "least"), [("whole", 0.98), ("short", 0.90)])
def test_share_of_questions_in_the_right_language(length: str, least: float, assistant: Assistant) -> None:
    """Of the test half of languages.jsonl 98% of whole questions are in the right language, 90% of one or two words."""
    lines = map(json.loads, LANGUAGE_SET.read_text(encoding="utf-8").splitlines())
    asked = [one for one in lines if one["split"] == "test" and one["length"] == length]
    right = [detect_language(one["question"], is_dutch=assistant.retriever.knows) == one["language"] for one in asked]
    assert sum(right) / len(asked) >= least
