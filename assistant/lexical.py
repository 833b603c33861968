"""The words of a text as the lexical search compares them: folded, without stop words, as stems and as pieces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.metadata import version
from threading import local

import Stemmer

from assistant.language import FUNCTION_WORDS

STEMMER = {"algorithm": "dutch", "name": "Kraaij-Pohlmann", "version": f"PyStemmer {version('PyStemmer')}"}
WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
# Words that a question is made of and that say nothing of its subject, beside the function words.
_QUESTION_WORDS = frozenset(
    "waarom waar wanneer wie wat welk welke hoe hoeveel waarmee waardoor waarvoor waarvan waarin hoezo noem geef leg "
    "uit vertel zeg beschrijf omschrijf betekent betekenen bedoelt bedoeld bedoelen schrijver auteur essay essays "
    "tekst artikel volgens eens even graag iets alles verschil voorbeeld voorbeelden soort soorten manier manieren "
    "dingen ding onder andere wel toch eigenlijk precies kort kun kunt kan je jij u ons onze hun zo'n heel erg zoal "
    "allemaal per alleen sinds tijdens omdat doordat zodat terwijl zoals want dus echter immers "
    "whom please tell what's explain describe".split()
)
_DIGITS = {
    word: str(number)
    for number, word in enumerate("twee drie vier vijf zes zeven acht negen tien elf twaalf".split(), start=2)
}
STOP_WORDS = FUNCTION_WORDS["nl"] | _QUESTION_WORDS
_thread = local()


def fold(text: str) -> str:
    """Lower case without accents, for matching only: "Wél" gives "wel", a ligature "ĳ" gives "ij"."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def folded_words(text: str) -> list[str]:
    """All folded words of a text, in order, stop words among them."""
    return _PART.findall(fold(text))


def content_words(text: str) -> list[str]:
    """The folded words of a text that are not stop words, in order; a hyphenated word also gives its parts."""
    found: list[str] = []
    for match in WORD.finditer(fold(text)):
        word = match.group()
        parts = _PART.findall(word)
        for part in parts if len(parts) > 1 else [word]:
            if part not in STOP_WORDS and (len(part) > 1 or part.isdigit()):
                found.append(part)
    return found


def stem(word: str) -> str:
    """The Kraaij-Pohlmann stem of a folded word.

    >>> stem("merken"), stem("organisaties"), stem("organisatie")
    ('merk', 'organiseer', 'organiseer')
    """
    return _stem(word)


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    if not hasattr(_thread, "stemmer"):  # a stemmer may not be shared between threads
        _thread.stemmer = Stemmer.Stemmer("dutch")
    return str(_thread.stemmer.stemWord(word))


def stems(text: str) -> list[str]:
    """The stems of a text's content words, in order; a number word as its digits, since essays write both."""
    return [_DIGITS.get(word) or stem(word) for word in content_words(text)]


def terms(text: str, parts: Callable[[str], Iterable[str]]) -> list[str]:
    """The stems of a text's content words, each followed by those of the word's parts, if it is a compound.

    >>> terms("het organisatiedoel", lambda word: ("organisatie", "doel"))
    ['organisatiedoel', 'organiseer', 'doel']
    """
    return [term for word in content_words(text) for term in (_DIGITS.get(word) or stem(word), *map(stem, parts(word)))]


def pieces(text: str) -> list[str]:
    """Every four and five letters of a text's content words, with marks where a word begins and ends.

    They forgive inflection, compounds and typing errors at once (docs/evaluation.md has the measurement).

    >>> pieces("een brug")
    ['^bru', 'brug', 'rug$', '^brug', 'brug$']
    """
    found: list[str] = []
    for word in content_words(text):
        marked = f"^{word}$"
        for size in (4, 5):
            found.extend(marked[at : at + size] for at in range(len(marked) - size + 1))
        if len(marked) < 4:
            found.append(marked)
    return found
