"""The numbers that a word processor shows before the items of a list."""

from __future__ import annotations

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"))
_ROMAN_SMALL = ((9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_KINDS = {  # by the names of Word and of OpenDocument
    "decimal": "1", "decimalZero": "1", "lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I",
}  # fmt: skip


def shown_number(number: int, kind: str) -> str:
    """A number as a list shows it; "" for a kind that shows none.

    >>> shown_number(4, "1"), shown_number(28, "a"), shown_number(4, "upperRoman"), shown_number(4, "bullet")
    ('4', 'ab', 'IV', '')
    """
    kind = _KINDS.get(kind, kind)
    if kind == "1":
        return str(number)
    if kind in ("a", "A"):
        return _letters(number) if kind == "a" else _letters(number).upper()
    if kind in ("i", "I"):
        return _roman(number) if kind == "i" else _roman(number).upper()
    return ""


def _letters(number: int) -> str:
    shown = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        shown = chr(ord("a") + rest) + shown
    return shown


def _roman(number: int) -> str:
    if not 0 < number < 4_000:
        return str(number)
    shown = ""
    for worth, letters in _ROMAN + _ROMAN_SMALL:
        times, number = divmod(number, worth)
        shown += letters * times
    return shown
