"""The words of the chat page: every language has all of them, and each visitor gets one."""

from __future__ import annotations

from string import Formatter

import pytest

from assistant.language import LANGUAGES
from assistant.page_texts import languages, page_language, texts

TABLES = ("page", "replies", "why", "script", "panel")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_page_speaks_every_language_that_answers_do() -> None:
    """The page and the answers have the same languages, Dutch first."""
    assert languages()[0] == "nl"
    assert set(languages()) == set(LANGUAGES)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("table", TABLES)
def test_every_language_has_every_word(language: str, table: str) -> None:
    """A language has the keys of Dutch, none of them empty, with the same parts to be filled in."""
    dutch, own = texts("nl", table), texts(language, table)
    assert list(own) == list(dutch)
    for key, text in own.items():
        assert text
        assert fields(text) == fields(dutch[key])
    assert texts(language, "script")["language"] == language


@pytest.mark.parametrize("language", [language for language in languages() if language != "nl"])
def test_a_translation_is_one(language: str) -> None:
    """No sentence of another language is the Dutch one."""
    for table in TABLES:
        same = {key for key, text in texts(language, table).items() if " " in text and text == texts("nl", table)[key]}
        assert same == set()


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        (None, None, "nl"),
        (None, "", "nl"),
        (None, "en-US,en;q=0.9,nl;q=0.8", "en"),
        (None, "pl,nl;q=0.2,fr-CH;q=0.5", "fr"),
        (None, "DE", "de"),
        (None, "en;q=0,fr;q=0.1", "fr"),
        (None, "zh,*;q=0.5", "nl"),
        (None, "en;q=x,;;=,de;q=nan,fr;q=0.1", "fr"),
        ("de", "fr", "de"),
        ("pl", "fr", "fr"),
        ("../nl", None, "nl"),
    ],
)
def test_a_visitor_gets_a_language_that_the_page_has(wanted: str | None, accepted: str | None, language: str) -> None:
    """The address decides, then the browser's preference by its weights, then Dutch; nonsense is passed over."""
    assert page_language(wanted, accepted) == language
