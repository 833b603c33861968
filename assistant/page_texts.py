"""The words of the chat page, from data/page.toml, and which language a visitor reads them in."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

OWN = "nl"  # the essays' language, and the page's for a visitor who asks for none that it has


@cache
def _tables() -> dict[str, dict[str, dict[str, Any]]]:
    return tomllib.loads(files("assistant").joinpath("data/page.toml").read_text(encoding="utf-8"))


def languages() -> tuple[str, ...]:
    """The codes of the page's languages, Dutch first."""
    return tuple(_tables())


def texts(language: str, table: str) -> dict[str, Any]:
    """One table of the words of a language: "page", "replies", "why", "script" or "panel"."""
    return _tables()[language][table]


def page_language(wanted: str | None, accepted: str | None) -> str:
    """The language of the page: the one wanted by the address, else the browser's first that the page has.

    `accepted` is the Accept-Language header (RFC 9110, 12.5.4); a quality that is no number counts as 0.

    >>> page_language(None, "pl,fr-CH;q=0.8,en;q=0.9"), page_language("de", "fr"), page_language(None, "pl")
    ('en', 'de', 'nl')
    """
    if wanted in languages():
        return str(wanted)
    ranked = []
    for entry in (accepted or "").lower().split(","):
        tag, *parameters = [part.strip() for part in entry.split(";")]
        quality = next((part.removeprefix("q=") for part in parameters if part.startswith("q=")), "1")
        ranked.append((_number(quality), tag.partition("-")[0]))
    known = [(quality, tag) for quality, tag in ranked if quality > 0 and tag in languages()]
    return max(known, key=lambda one: one[0])[1] if known else OWN


def _number(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0
