"""The assistant's own words, from data/messages.toml: frames, refusals and friendly lines."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

from assistant.errors import SettingsError

_replaced: dict[str, dict[str, Any]] = {}  # by language: the strings of the owner's own file


@cache
def _messages() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("assistant").joinpath("data/messages.toml").read_text(encoding="utf-8"))


def replace_messages(path: Path) -> None:
    """Let the strings of a file stand in for the assistant's own.

    Raises:
        SettingsError: the file cannot be read, or it names a language or a string that there is not.
    """
    tables = read_messages(path)
    _replaced.clear()
    _replaced.update(tables)


def read_messages(path: Path) -> dict[str, dict[str, Any]]:
    """The strings of a file that may stand in for the assistant's own, by language and name.

    Raises:
        SettingsError: the file cannot be read, or it names a language or a string that there is not.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"ASSISTANT_MESSAGES is {path}, which cannot be read as TOML: {error}.") from None
    own = _messages()
    for language, strings in tables.items():
        if language not in own or not isinstance(strings, dict):
            raise SettingsError(f"{path}: [{language}] was not expected. The tables are {', '.join(own)}.")
        for name, string in strings.items():
            if type(string) is not type(own[language].get(name)):
                raise SettingsError(
                    f"{path}, [{language}]: {name} = {string!r} was not expected. The strings are "
                    f"{', '.join(own[language])}; see assistant/data/messages.toml."
                )
            if problem := _problem(string, own[language][name]):
                raise SettingsError(f"{path}, [{language}]: {name} = {string!r} {problem}.")
    return tables


def _problem(string: object, own: object) -> str:
    """What is wrong with a string that stands in for another; "" where nothing is."""
    if not isinstance(string, str):
        right = isinstance(string, list) and len(string) == 2 and all(isinstance(one, str) for one in string)
        return "" if right else "is not what was expected: two strings, such as " + repr(own)
    try:
        given, known = (
            [field + (f":{form}" if form else "") for _, field, form, _ in Formatter().parse(text) if field is not None]
            for text in (string, str(own))
        )
    except ValueError as error:
        return f"has a brace too many or too few ({error})"
    if strange := set(given) - set(known):
        return f"has {{{min(strange)}}}, which cannot be filled in there; expected are those of {own!r}"
    if "understood" in known and not string.partition("{understood}")[0].strip():
        return "begins with the question; some words must stand before it"
    return ""


def _string(language: str, name: str) -> Any:
    own = _messages()
    known = language if language in own else "nl"
    return _replaced.get(known, {}).get(name, own[known][name])


def message(language: str, name: str, **parts: str) -> str:
    """A message in a language; in Dutch where there is none in that language."""
    return str(_string(language, name)).format(**parts)


def titles(language: str, names: Sequence[str]) -> str:
    """Titles in quotation marks, joined as a sentence joins them.

    >>> titles("nl", ["Verdwalen", "Lef."])
    '‘Verdwalen’ en ‘Lef’'
    """
    quoted = [_quoted(name, *_string(language, "quotes")) for name in names]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {_string(language, 'and')} {quoted[-1]}"


def _quoted(name: str, opening: str, closing: str) -> str:
    """A title in quotation marks: in others than its own, and without a full stop that would end the sentence."""
    inner = name[1:-1]
    if name[:1] in '“‘"' and name[-1:] in '”’"' and not set('“‘”"') & set(inner):
        name = inner  # the whole title is a quotation
    if "‘" in name or "“" in name:
        opening, closing = ("“", "”") if "‘" in name else ("‘", "’")
    return opening + name.removesuffix(".") + closing
