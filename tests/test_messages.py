"""The assistant's own words: the same in every language, replaceable by the owner's, with titles quoted once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from assistant.errors import SettingsError
from assistant.language import LANGUAGES
from assistant.messages import message, replace_messages, titles
from assistant.types import AnswerKind, Passage

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
    assert "‘{topics}’" in message("nl", "absent", topics=titles("nl", ["{topics}"]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_no_has_its_own_words(language: str) -> None:
    """Each kind of refusal has a line and a label, and says its line in no other kind's words."""
    kinds = [kind for kind in get_args(AnswerKind) if kind not in ("answer", "aside", "talk")]
    lines = [message(language, kind, topics="‘Lef’") for kind in (*kinds, "no_more")]
    assert len(set(lines)) == len(lines)
    assert all("‘Lef’" in line for line in lines)
    assert all(message(language, f"label_{kind}") for kind in kinds)


def test_of_a_missing_word_no_more_is_said_than_is_known() -> None:
    """The essays lack the word; whether they speak of the thing in other words, nobody has looked up."""
    assert message("nl", "missing", words="‘lettertype’") == "De essays noemen ‘lettertype’ nergens."


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
def test_no_title_of_the_essays_is_quoted_twice(essay_passages: tuple[Passage, ...], language: str) -> None:
    """No title of these essays gets the same mark twice in a row, in any language."""
    for title in {passage.title for passage in essay_passages}:
        said = titles(language, [title])
        assert not re.search(rf"([{MARKS}])\1", said), said
        assert said.strip(MARKS + " \u00a0\u202f") in title


@pytest.mark.parametrize(
    ("title", "said"),
    [("Lef.", "‘Lef’"), ("Lef?", "‘Lef?’"), ("Lef..", "‘Lef.’"), ("“Lef.”", "‘Lef’"), ("", "‘’")],
    ids="full-stop question two quoted empty".split(),
)
def test_a_full_stop_does_not_end_the_sentence(title: str, said: str) -> None:
    """A title loses a full stop at its end; other signs stay."""
    assert titles("nl", [title]) == said


# The owner's own

Replace = Callable[[str | bytes], None]


@pytest.fixture
def replace(tmp_path: Path) -> Iterator[Replace]:
    """Lets the strings of a file stand in for the assistant's; afterwards all are its own again."""
    file = tmp_path / "strings.toml"

    def replaced_by(text: str | bytes) -> None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        replace_messages(file)

    yield replaced_by
    replaced_by("")


def refusal(replace: Replace, text: str | bytes) -> str:
    """The one line that a file is refused with."""
    with pytest.raises(SettingsError) as error:
        replace(text)
    assert "\n" not in str(error.value)
    assert "strings.toml" in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    "text", ["", "# niets", "[nl]", "[nl]\n[en]\n[de]\n[fr]"], ids="empty comment table tables".split()
)
def test_a_file_without_strings_replaces_none(replace: Replace, text: str) -> None:
    """A file that names no string leaves all of them as they are."""
    replace(text)
    assert message("nl", "greeting") == MESSAGES["nl"]["greeting"]


def test_a_string_of_the_owner_stands_in(replace: Replace) -> None:
    """A string that the file names is said instead; the others and the other languages keep their own."""
    replace('[nl]\nabsent = "Geen idee. Vraag naar {topics}!"')
    assert message("nl", "absent", topics="‘Lef’") == "Geen idee. Vraag naar ‘Lef’!"
    assert message("nl", "greeting") == MESSAGES["nl"]["greeting"]
    assert message("en", "absent", topics="x") == MESSAGES["en"]["absent"].format(topics="x")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_can_be_replaced_by_itself(replace: Replace, language: str) -> None:
    """The assistant's own file is a file that it takes: the one to start from."""
    replace(files("assistant").joinpath("data/messages.toml").read_bytes())
    assert message(language, "frame", essays="x") == MESSAGES[language]["frame"].format(essays="x")
    assert titles(language, ["a", "b"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[nl]\nthanks = "Tot je dienst"', "Tot je dienst"),
        ('[nl]\nthanks = ""', ""),
        ('[nl]\nthanks = "Één {{accolade}}"', "Één {accolade}"),
        ('\ufeff[nl]\nthanks = "é"', "é"),
        ('[nl]\r\nthanks = """a\r\nb"""\r\n', "a\nb"),
    ],
    ids="no-placeholder empty braces byte-order-mark two-lines".split(),
)
def test_what_a_string_may_be(replace: Replace, text: str, said: str) -> None:
    """A string may be empty, leave out its placeholder, hold doubled braces or several lines."""
    replace(text)
    assert message("nl", "thanks") == said


def test_quotes_and_and_are_strings_too(replace: Replace) -> None:
    """The quotation marks and the word for "and" can be replaced as the lines can."""
    replace('[nl]\nand = "plus"\nquotes = ["<", ">"]')
    assert titles("nl", ["a", "b"]) == "<a> plus <b>"
    replace('[nl]\nquotes = ["{", "}"]')
    assert message("nl", "absent", topics=titles("nl", ["a"])) == MESSAGES["nl"]["absent"].format(topics="{a}")


def test_a_language_without_messages_gets_the_owners_dutch(replace: Replace) -> None:
    """Where Dutch stands in for a language, the owner's Dutch does."""
    replace('[nl]\nthanks = "Tot je dienst"')
    assert message("es", "thanks") == "Tot je dienst"


def test_the_last_file_counts(replace: Replace) -> None:
    """A second file takes the place of the first: strings that it does not name are the assistant's own again."""
    replace('[nl]\nthanks = "een"\n[en]\nthanks = "one"\ngreeting = "one"')
    replace('[en]\ngreeting = "two"')
    assert message("en", "greeting") == "two"
    assert message("en", "thanks") == MESSAGES["en"]["thanks"]
    assert message("nl", "thanks") == MESSAGES["nl"]["thanks"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[nl", ["ASSISTANT_MESSAGES", "TOML"]),
        (b"\xff\xfe[nl]", ["ASSISTANT_MESSAGES", "utf-8"]),
        ('[es]\nthanks = "Gracias"', ["[es]", "nl, en, de, fr"]),
        ('thanks = "Graag"', ["[thanks]", "nl, en, de, fr"]),
        ("nl = 3", ["[nl]", "nl, en, de, fr"]),
        ('[nl]\nthenks = "Graag"', ["thenks", "'Graag'", "thanks"]),
        ("[nl]\nthanks = 3", ["thanks", "3"]),
        ('[nl]\nthanks = ["Graag"]', ["thanks", "['Graag']"]),
        ('[nl]\nquotes = "<>"', ["quotes", "'<>'"]),
        ('[nl]\nthenks = """a\nb"""', ["thenks", "messages.toml"]),
        ('[nl]\nabsent = "Vraag {naar}"', ["absent", "{naar}", "{topics}"]),
        ('[nl]\nabsent = "Vraag {}"', ["absent", "{}", "{topics}"]),
        ('[nl]\nabsent = "Vraag {"', ["absent", "brace"]),
        ('[nl]\nabsent = "Vraag {topics:d}"', ["absent", "{topics:d}"]),
    ],
    ids=(
        "no-toml no-utf-8 unknown-language no-table no-table-but-a-number unknown-string number list no-list two-lines "
        "unknown-placeholder empty-placeholder open-brace wrong-format"
    ).split(),
)
def test_a_file_that_cannot_be_used(replace: Replace, text: str | bytes, parts: list[str]) -> None:
    """A file with a mistake is refused in one line that names what came and what was expected."""
    said = refusal(replace, text)
    assert all(part in said for part in parts)


@pytest.mark.parametrize("name", ["niets.toml", "."], ids="missing folder".split())
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    """A file that is not there, or is a folder, is an error of the settings, not a bug."""
    with pytest.raises(SettingsError, match="ASSISTANT_MESSAGES"):
        replace_messages(tmp_path / name)


def test_a_refused_file_changes_nothing(replace: Replace) -> None:
    """Of a file with a mistake no string is taken over, and those of the file before it stay."""
    replace('[nl]\nthanks = "een"')
    refusal(replace, '[nl]\nthanks = "twee"\ngreeting = 3')
    assert message("nl", "thanks") == "een"


@pytest.mark.parametrize(
    "text",
    ['[nl]\nabsent = "{essays}"', '[nl]\nframe = "{topics}"', '[nl]\nthanks = "{words}"'],
    ids="refusal frame thanks".split(),
)
def test_a_placeholder_of_another_string_is_a_mistake(replace: Replace, text: str) -> None:
    """A string may only hold placeholders that it is filled in with."""
    assert "{" in refusal(replace, text)


def test_a_placeholder_with_a_dot_is_a_mistake(replace: Replace) -> None:
    """A placeholder that asks for a part of a string is refused in one line."""
    assert "topics.title" in refusal(replace, '[nl]\nabsent = "{topics.title}"')


@pytest.mark.parametrize("quotes", ['["<"]', '["<", ">", "!"]', "[1, 2]", "[]"], ids="one three numbers none".split())
def test_quotes_are_two_strings(replace: Replace, quotes: str) -> None:
    """The quotation marks are just two strings."""
    assert "quotes" in refusal(replace, f"[nl]\nquotes = {quotes}")
