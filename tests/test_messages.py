"""The assistant's own words: the same in every language, with titles quoted once."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from string import Formatter

import pytest

from assistant import Assistant
from assistant.language import LANGUAGES
from assistant.messages import message, titles

MESSAGES = tomllib.loads(files("assistant").joinpath("data/messages.toml").read_text(encoding="utf-8"))
MARKS = "‘’“”‚„«»\"'"


def parts(text: str) -> set[str]:
    """The names in braces of a message."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_language_of_a_question_has_messages() -> None:
    """There are messages in just the languages that a question can be in."""
    assert set(MESSAGES) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_messages(language: str) -> None:
    """Every language has the same messages as Dutch, none empty, each with the same parts to fill in."""
    assert set(MESSAGES[language]) == set(MESSAGES["nl"])
    for name, text in MESSAGES[language].items():
        assert text
        if name != "quotes":
            assert parts(text) == parts(MESSAGES["nl"][name])
            assert "\n" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_frame_names_the_essays(language: str) -> None:
    """What stands above an answer names the essays and ends in a colon."""
    frame = message(language, "frame", essays="‘Lef’")
    assert "‘Lef’" in frame
    assert frame.endswith(":")


def test_a_language_without_messages_is_answered_in_dutch() -> None:
    """Where there are no messages in a language, the Dutch ones stand in."""
    assert message("es", "greeting") == message("nl", "greeting")
    assert titles("es", ["a", "b"]) == titles("nl", ["a", "b"])


def test_a_title_with_braces_is_a_title() -> None:
    """Braces in a title are shown, not filled in."""
    assert "{topics}" in message("nl", "refused", topics=titles("nl", ["{topics}"]))


@pytest.mark.parametrize(
    ("language", "names", "said"),
    [
        ("nl", [], ""),
        ("nl", ["Lef"], "‘Lef’"),
        ("nl", ["Lef", "Klant"], "‘Lef’ en ‘Klant’"),
        ("nl", ["Lef", "Klant", "Merk"], "‘Lef’, ‘Klant’ en ‘Merk’"),
        ("en", ["Lef", "Klant", "Merk"], "‘Lef’, ‘Klant’ and ‘Merk’"),
        ("de", ["Lef", "Klant"], "‚Lef‘ und ‚Klant‘"),
        ("fr", ["Lef", "Klant"], "« Lef » et « Klant »"),
    ],
    ids="none one two three en de fr".split(),
)
def test_titles_are_joined_as_a_sentence_joins_them(language: str, names: list[str], said: str) -> None:
    """Titles stand in the quotation marks of the language, with its word for "and" before the last."""
    assert titles(language, names).replace("\u00a0", " ").replace("\u202f", " ") == said


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("“Is wat je zegt wel echt?”", "‘Is wat je zegt wel echt?’"),
        ("‘Lef’", "‘Lef’"),
        ('"Lef"', "‘Lef’"),
        ("Opboksen tegen ‘social media goeroes’", "“Opboksen tegen ‘social media goeroes’”"),
        ("‘Lef’ en ‘moed’", "“‘Lef’ en ‘moed’”"),
        ("Het “echte” verhaal", "‘Het “echte” verhaal’"),
    ],
    ids="double single straight ends-in-one both-ends within".split(),
)
def test_a_title_with_quotation_marks_is_not_quoted_twice(title: str, said: str) -> None:
    """A title that is a quotation loses its own marks; one that holds a quotation stands in other marks."""
    assert titles("nl", [title]) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_title_of_the_essays_is_quoted_twice(assistant: Assistant, language: str) -> None:
    """No title of these essays gets the same mark twice in a row, in any language."""
    for title in {passage.title for passage in assistant.retriever.index.passages}:
        said = titles(language, [title])
        assert not re.search(rf"([{MARKS}])\1", said), said
        assert said.strip(MARKS + " \u00a0\u202f") in title
