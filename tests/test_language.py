"""The language of a question."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language import FUNCTION_WORDS, LANGUAGES, detect_language, language_of_text, load, words
from assistant.lexical import fold
from assistant.vocabulary import Vocabulary

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
# Words that no list has, typing errors, names and loan words beside what tells the language.
HARDER = {
    "waarm is dat zo": "nl",
    "betekensmarketing": "nl",
    "Waarom wint particpatiemarkting?": "nl",
    "Wie was Steve Jobs?": "nl",
    "wat is de customer journey?": "nl",
    "WAAROM WINT PARTICIPATIEMARKETING?": "nl",
    "nog meer?": "nl",
    "en waarom": "nl",
    "hoe dan?": "nl",
    "Who was Steve Jobs?": "en",
    "why not?": "en",
    "tell me more": "en",
    "participation society": "en",
    "what about verwondering in marketing?": "en",
    "Wer war Steve Jobs?": "de",
    "und warum": "de",
    "noch mehr?": "de",
    "WARUM IST DAS SO?": "de",
    "Was ist Crowdfunding in den Niederlanden?": "de",
    "pourquoi pas ?": "fr",
    "l’émerveillement": "fr",
    "D'où vient-il ?": "fr",
    "financement participatif": "fr",
    "Qui est Bernie Sanders ?": "fr",
}
NOTHING = {"question-mark": "?", "empty": "", "spaces": "   ", "number": "2012", "emoji": "🙂", "emojis": "🙂🙂 !?"}


@pytest.mark.parametrize(("question", "language"), (QUESTIONS | HARDER).items())
def test_language_of_a_question(question: str, language: str) -> None:
    """A question is in the language in which its words are commonest, else in the one that its letters show."""
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


ANSWERED_IN_DUTCH = pytest.mark.xfail(
    strict=True, reason="a short English question with a Dutch term is answered in Dutch"
)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What is lef?", "en"),
        ("Was ist Verwondering?", "de"),
        pytest.param("what's lef?", "en", marks=ANSWERED_IN_DUTCH),
        pytest.param("what is verwondering", "en", marks=ANSWERED_IN_DUTCH),
    ],
)
def test_a_dutch_term_in_another_language(question: str, language: str) -> None:
    """Who asks in English what a Dutch word means asks in English."""
    assert detect_language(question, is_dutch={"lef", "verwondering"}.__contains__) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_essays_are_asked_about_words_in_lower_case(language: str) -> None:
    """Whether the essays know a word is asked of each word in lower case, but of no function word."""
    asked: list[str] = []

    def is_dutch(word: str) -> bool:
        asked.append(word)
        return False

    detect_language("Bernie SANDERS", is_dutch=is_dutch)
    assert asked == ["bernie", "sanders"]
    detect_language(f"Bernie {min(FUNCTION_WORDS[language])}", is_dutch=is_dutch)
    assert asked == ["bernie", "sanders", "bernie"]


@pytest.mark.parametrize(
    "question", ["что такое маркетинг", "¿Qué es el marketing?", "マーケティングとは", "x" * 3_000]
)
def test_other_languages(question: str) -> None:
    """A question in no language of ours gets one that messages are written in."""
    assert detect_language(question) in LANGUAGES


@given(st.text(max_size=60) | st.lists(st.sampled_from(sorted(QUESTIONS)), max_size=3).map(" ".join))
def test_any_text_has_a_language(text: str) -> None:
    """Whatever is asked, it is in a language of ours, and in the same when asked again."""
    assert detect_language(text) in LANGUAGES
    assert detect_language(text) == detect_language(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_function_words_are_written_as_words_are_read(language: str) -> None:
    """Each function word is one word, or one with an apostrophe or a hyphen, in lower case."""
    for word in FUNCTION_WORDS[language]:
        assert word == word.lower()
        assert "".join(words(word)) == word.replace("-", "")


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
def test_share_of_questions_in_the_right_language(length: str, least: float, essay_words: Counter[str]) -> None:
    """Of the test half of languages.jsonl 98% of whole questions are in the right language, 90% of one or two words."""
    lines = map(json.loads, LANGUAGE_SET.read_text(encoding="utf-8").splitlines())
    asked = [one for one in lines if one["split"] == "test" and one["length"] == length]
    essays = Vocabulary(essay_words)
    right = [
        detect_language(one["question"], is_dutch=lambda word: fold(word) in essays) == one["language"] for one in asked
    ]
    assert sum(right) / len(asked) >= least


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("De molen staat al eeuwen aan het water, en zijn wieken hebben sinds de oorlog niet meer gedraaid.", "nl"),
        ("The mill has stood by the water for ages, and its sails have not turned since the war was over.", "en"),
        ("El molino está junto al agua desde hace siglos, y sus aspas no han girado desde la guerra.", "es"),
        ("Die meul staan al eeue by die water, en sy wieke het nie meer gedraai nie sedert die oorlog.", "af"),
        ("De molen", "nl"),
        ("", "nl"),
        ("1739 " * 100, "nl"),
    ],
    ids="dutch english spanish afrikaans few-words empty numbers".split(),
)
def test_language_of_a_text(text: str, language: str) -> None:
    """The language of a document is told among many, the same each time; a text that says too little is Dutch."""
    assert [language_of_text(text) for _ in range(3)] == [language] * 3


def test_all_essays_are_dutch() -> None:
    """None of our Dutch essays is taken for another language."""
    for name in ("corpus", "tests/data/other_corpus", "tests/data/calibration_corpus"):
        for path in (Path(__file__).parent.parent / name).glob("*.txt"):
            assert language_of_text(path.read_text(encoding="utf-8")) == "nl", path
