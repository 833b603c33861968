"""The assistant's own words, from data/messages.toml: frames, refusals and friendly lines."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _messages() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("assistant").joinpath("data/messages.toml").read_text(encoding="utf-8"))


def message(language: str, name: str, **parts: str) -> str:
    """A message in a language; in Dutch where there is none in that language."""
    messages = _messages()
    return str(messages.get(language, messages["nl"])[name]).format(**parts)


def titles(language: str, names: Sequence[str]) -> str:
    """Titles in quotation marks, joined as a sentence joins them.

    >>> titles("nl", ["Verdwalen", "Lef."])
    '‘Verdwalen’ en ‘Lef’'
    """
    messages = _messages().get(language, _messages()["nl"])
    quoted = [_quoted(name, *messages["quotes"]) for name in names]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {messages['and']} {quoted[-1]}"


def _quoted(name: str, opening: str, closing: str) -> str:
    """A title in quotation marks: in others than its own, and without a full stop that would end the sentence."""
    inner = name[1:-1]
    if name[:1] in '“‘"' and name[-1:] in '”’"' and not set('“‘”"') & set(inner):
        name = inner  # the whole title is a quotation
    if "‘" in name or "“" in name:
        opening, closing = ("“", "”") if "‘" in name else ("‘", "’")
    return opening + name.removesuffix(".") + closing
