"""Settings come from the environment, and a wrong one is said in one line."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace
from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import Settings


def problem(environment: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as error:
        Settings.from_environment(environment)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_defaults() -> None:
    """An empty environment gives the defaults, and the defaults are allowed."""
    assert Settings.from_environment({}) == Settings()
    Settings().check()


def test_other_variables_are_not_read() -> None:
    """Variables of other programs say nothing."""
    assert Settings.from_environment({"PORT": "1", "PATH": "/bin", "MY_ASSISTANT_PORT": "1"}) == Settings()


def test_every_field_is_read() -> None:
    """Every field is read from the variable of its name, as its own kind of value."""
    for field in fields(Settings):
        default = getattr(Settings(), field.name)
        text = {"sites": "https://iets.nl"}.get(field.name, "iets")
        given = "0.25" if isinstance(default, float) else str(default + 1) if isinstance(default, int) else text
        settings = Settings.from_environment({"ASSISTANT_" + field.name.upper(): given})
        value = getattr(settings, field.name)
        assert value == type(default)(given)
        assert settings == replace(Settings(), **{field.name: value})


def test_home_folder() -> None:
    """A tilde at the beginning of a path is the home folder."""
    assert Settings.from_environment({"ASSISTANT_INDEX": "~/index"}).index == Path.home() / "index"


def test_home_folder_of_nobody() -> None:
    """The home folder of a user who is not there is an error that names the variable."""
    assert "ASSISTANT_INDEX" in problem({"ASSISTANT_INDEX": "~zo-heet-niemand/index"})


def test_no_model() -> None:
    """An empty model is an error that says what was expected."""
    said = problem({"ASSISTANT_MODEL": ""})
    assert "ASSISTANT_MODEL is empty" in said
    assert "'bundled'" in said


@pytest.mark.parametrize("given", ["tachtig", "", "80.5", "0x50", "8080;"])
def test_no_number(given: str) -> None:
    """Something else than a whole number is an error that names the variable, what came and what was expected."""
    said = problem({"ASSISTANT_PORT": given})
    assert all(part in said for part in ("ASSISTANT_PORT", repr(given), "a whole number", "7860", "unset"))


@pytest.mark.parametrize("given", ["veel", "", "0,5", "50%", "half"])
def test_no_fraction(given: str) -> None:
    """Something else than a number, with a comma too, is an error that does not ask for a whole one."""
    said = problem({"ASSISTANT_CAUTION": given})
    usual = str(Settings().caution)
    assert all(part in said for part in ("ASSISTANT_CAUTION", repr(given), "a number was expected", usual, "unset"))


@pytest.mark.parametrize(
    ("given", "is_on"), [("1", True), (" Yes ", True), ("on", True), ("0", False), ("FALSE", False)]
)
def test_a_switch_is_on_or_off(given: str, is_on: bool) -> None:
    """A switch takes a handful of words for on and off."""
    assert Settings.from_environment({"ASSISTANT_LOG_JSON": given}).log_json is is_on


@pytest.mark.parametrize("given", ["", "2", "-1", "ja", "maybe"])
def test_no_switch(given: str) -> None:
    """Anything else for a switch is an error: "no" must never be read as on."""
    said = problem({"ASSISTANT_LOG_QUESTIONS": given})
    assert all(part in said for part in ("ASSISTANT_LOG_QUESTIONS", repr(given), "1 or 0", "unset"))


@pytest.mark.parametrize("given", ["0", "1", "0.0", "0.75", "1e-3", " .5 "])
def test_caution(given: str) -> None:
    """Caution is a number from 0 to 1."""
    assert Settings.from_environment({"ASSISTANT_CAUTION": given}).caution == float(given)


@pytest.mark.parametrize("given", ["-0.01", "1.01", "50", "nan", "inf", "-inf"])
def test_caution_out_of_range(given: str) -> None:
    """Caution below 0, above 1 or no number at all is an error that says the range."""
    said = problem({"ASSISTANT_CAUTION": given})
    assert "ASSISTANT_CAUTION" in said
    assert "between 0 and 1" in said


def test_own_messages() -> None:
    """The path of one's own messages is taken as it is given, and nothing is read before it is needed."""
    assert Settings().messages == ""
    assert Settings.from_environment({"ASSISTANT_MESSAGES": "er niet/x.toml"}).messages == "er niet/x.toml"


def test_unknown_variable() -> None:
    """A variable that names no setting is an error that lists those there are."""
    said = problem({"ASSISTANT_PROT": "8080"})
    assert said.startswith("ASSISTANT_PROT ")
    assert all("ASSISTANT_" + field.name.upper() in said for field in fields(Settings))


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("min_passage_chars", 100, 1_100),
        ("max_passage_chars", 800, 4_000),
        ("max_question_chars", 10, 100_000),
        ("max_excerpts", 1, 20),
        ("max_excerpt_sentences", 1, 10),
        ("port", 0, 65_535),
        ("questions_per_minute", 0, 1_000_000),
        ("questions_per_minute_in_all", 0, 1_000_000),
        ("requests_per_minute", 0, 1_000_000),
        ("requests_per_minute_in_all", 0, 1_000_000),
        ("requests_at_once", 0, 1_000_000),
        ("requests_at_once_in_all", 0, 1_000_000),
        ("questions_at_once", 1, 64),
        ("questions_waiting", 1, 100_000),
        ("feedback_days", 1, 3_650),
    ],
)
def test_range(name: str, low: int, high: int) -> None:
    """A number may be the least and the most that is allowed; one further is an error that names both."""
    variable = "ASSISTANT_" + name.upper()
    for value in (low, high):
        assert getattr(Settings.from_environment({variable: str(value)}), name) == value
    for value in (low - 1, high + 1):
        assert str(value) in problem({variable: str(value)})
    assert variable in problem({variable: str(high + 1)})


def test_every_number_has_a_range() -> None:
    """No number can be set to one below nought."""
    for field in fields(Settings):
        if isinstance(getattr(Settings(), field.name), int | float):
            problem({"ASSISTANT_" + field.name.upper(): "-1"})


def test_passage_sizes_belong_together() -> None:
    """The least size of a passage may not be above the most, whichever of the two was set."""
    assert "ASSISTANT_MIN_PASSAGE_CHARS" in problem({"ASSISTANT_MAX_PASSAGE_CHARS": "700"})
    both = {"ASSISTANT_MAX_PASSAGE_CHARS": "700", "ASSISTANT_MIN_PASSAGE_CHARS": "700"}
    assert Settings.from_environment(both).max_passage_chars == 700


def test_settings_are_frozen() -> None:
    """Settings cannot be changed once they are read."""
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]
