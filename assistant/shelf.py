"""The sentences of an index in one row: their words, who stands beside whom, and which lists they make."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar, overload

from assistant.index import Index
from assistant.lexical import pieces, stems
from assistant.types import Document, Sentence

T = TypeVar("T")
_SENTENCE_ENDS = (".", "!", "?", "…", ":", ";", "")
_FULL_WORDS = 4  # a sentence with fewer is an outcry: it says nothing alone
_NAME_WORDS = 10  # an item with as many tells something itself
_REMEMBERED = 20_000  # sentences whose stems and pieces are kept at hand
_SECTION = 60  # sentences around a heading among which the other headings of its list are looked for

_LEANS = re.compile(
    r"[\"'“‘(]*(?:"
    r"(?:dat|dit|deze|die|zij|ze|hij|hem|hun|haar|zo|zulke?|zodat|zodoende|terwijl|want|maar|en|of|ook|dus|toch|immers|"
    r"bovendien|echter|namelijk|daarentegen|dan|toen|beide|beiden|anders|juist|nee|ja|vooral|vervolgens|kortom|"
    r"overigens|desondanks|evenmin|evenzo|hetzelfde|laatstgenoemde|eerstgenoemde|sterker nog|geen van beide|"
    r"(?:daar|hier|er)(?:mee|door|om|bij|voor|van|naast|na|in|op|uit|tegen|toe|over|aan|naar|tussen|onder)?|"
    r"zo'n|zoals|met andere woorden|met dat|met die|op die|op deze|op dat|in dat|in die|in dit|bij dat)\b"
    r"|het (?:is|was|zijn|waren|gaat|ging|geeft|lijkt|heeft|had|vormde?|maakt|kan|wordt|werd|gebeurt|begint|draait|"
    r"doet|betekent|leert|creëert|legt|zal|zou|moet|komt|blijft|kost|helpt|werkt|zit|staat|ligt|bestaat)\b)",
    re.IGNORECASE,
)
# A pronoun among the first words stands for somebody whom the sentence before names.
_LEANS_EARLY = re.compile(
    r"[\"'“‘(]*(?:[\w-]+,? ){1,6}(?:ze|zij|hij|hem)\b|(?:als|wie|wanneer) (?:je|u|we|ik|men) (?:dat|dit|die)\b",
    re.IGNORECASE,
)
_ELISION = re.compile(r"‘(?:m|t|s|n|k|r)\b")  # "zit ‘m in de plek", typed with the wrong quotation mark
_OPENERS = {"“": "”", "‘": "’", "„": "”", "«": "»", "(": ")"}


class Shelf:
    """Every sentence of an index by its number, in the order of the passages."""

    def __init__(self, index: Index) -> None:
        """The sentences of an opened index, read when they are asked for."""
        self._index = index
        self._at = lru_cache(maxsize=_REMEMBERED)(self._found_at)
        self.sentences: Sequence[Sentence] = _Row(len(self), lambda number: self._at(number)[0])
        self.documents: Sequence[Document] = _Row(len(self), lambda number: self._at(number)[1])
        remember = lru_cache(maxsize=_REMEMBERED)
        self.stems = remember(lambda number: frozenset(stems(self.text(number))))
        self.pieces = remember(lambda number: frozenset(pieces(self.text(number))))
        self.stems_above = remember(self._stems_above)

    def __len__(self) -> int:
        return int(self._index.first_sentence[-1])

    def _found_at(self, number: int) -> tuple[Sentence, Document]:
        """A sentence and the document that it stands in."""
        passage = self._index.passages[bisect_right(self._index.first_sentence, number) - 1]
        place = number - self._index.first_sentence[passage.id]
        return passage.sentences[place], self._index.documents[passage.source]

    def _stems_above(self, number: int) -> frozenset[str]:
        """The stems of the title and the headings above a sentence."""
        sentence = self.sentences[number]
        return frozenset(stems(" ".join([sentence.title, *sentence.headings])))

    def text(self, number: int) -> str:
        """The words of a sentence."""
        sentence = self.sentences[number]
        return self.documents[number].text[sentence.start : sentence.end]

    def quote(self, first: int, last: int) -> str:
        """The words of neighbouring sentences, with all that stands between them."""
        return self.documents[first].text[self.sentences[first].start : self.sentences[last].end]

    def follows(self, number: int) -> bool:
        """Whether the next sentence stands right after this one, with no heading or removed line between."""
        if number < 0 or number + 1 >= len(self.sentences):
            return False
        if not self.same_essay(number, number + 1):
            return False
        one, other = self.sentences[number], self.sentences[number + 1]
        if one.title != other.title or one.headings != other.headings:
            return False
        return not self.documents[number].blocks[one.block + 1 : other.block]

    def same_essay(self, number: int, other: int) -> bool:
        """Whether two sentences stand in one document."""
        return self.documents[number].source == self.documents[other].source

    def same_block(self, number: int) -> bool:
        """Whether the next sentence belongs to the same paragraph or item."""
        return self.follows(number) and self.sentences[number].block == self.sentences[number + 1].block

    def is_heading(self, number: int) -> bool:
        """Whether a sentence is a numbered heading, which counts as an item where a list is announced."""
        return self.documents[number].blocks[self.sentences[number].block].kind == "heading"

    def is_listed(self, number: int) -> bool:
        """Whether a numbered heading is one of a list that a sentence with a colon announces."""
        return any(self.text(one - 1).endswith(":") and self.follows(one - 1) for one in self.headings_beside(number))

    def headings_beside(self, number: int) -> list[int]:
        """The numbered headings of the same section, this one among them."""
        one = self.sentences[number]
        return [
            other
            for other in range(max(0, number - _SECTION), min(len(self.sentences), number + _SECTION))
            if self.same_essay(other, number)
            and self.sentences[other].title == one.title
            and self.sentences[other].headings == one.headings
            and self.is_heading(other)
        ]

    def rest_of_list(self, last: int) -> list[int]:
        """Where an excerpt ends with a numbered heading of a list: the other headings of that list."""
        return [one for one in self.headings_beside(last) if one != last] if self.is_heading(last) else []

    def is_label(self, number: int) -> bool:
        """Whether a sentence is an item that names, in some words without a full stop, what the next item tells."""
        if not self.follows(number) or not (self.sentences[number].is_item and self.sentences[number + 1].is_item):
            return False
        name, told = self.text(number), self.text(number + 1)
        is_name = len(name.split()) < _NAME_WORDS and name[-1] not in ".,;:!?…"
        return is_name and len(told.split()) >= _FULL_WORDS and told[0].isupper() and told.endswith(".")

    def stands_above(self, number: int) -> bool:
        """Whether a heading has a sentence of its own section under it."""
        following = number + 1
        return (
            following < len(self.sentences)
            and self.same_essay(following, number)
            and len(self.sentences[following].headings) > len(self.sentences[number].headings)
        )

    def items_around(self, number: int) -> int:
        """How many items the list has that a sentence is an item of; numbered headings are counted too."""
        first = last = number
        while self.follows(first - 1) and self.sentences[first - 1].is_item:
            first -= 1
        while self.follows(last) and self.sentences[last + 1].is_item:
            last += 1
        blocks = {self.sentences[one].block for one in range(first, last + 1)}
        return max(len(blocks), len(self.headings_beside(number)) if self.is_heading(number) else 0)


class _Row(Sequence[T]):
    """Things by their numbers, each found when it is asked for."""

    def __init__(self, length: int, find: Callable[[int], T]) -> None:
        self._length = length
        self._find = find

    @overload
    def __getitem__(self, number: int) -> T: ...
    @overload
    def __getitem__(self, number: slice) -> list[T]: ...
    def __getitem__(self, number: int | slice) -> T | list[T]:
        if isinstance(number, slice):
            return [self._find(one) for one in range(*number.indices(self._length))]
        if not 0 <= number < self._length:
            raise IndexError(number)
        return self._find(number)

    def __len__(self) -> int:
        return self._length


def leans(text: str) -> bool:
    """Whether a sentence cannot be understood without the one before it.

    >>> leans("Dat is bij engagementsmarketing anders."), leans("Het verschil zit in het hart.")
    (True, False)
    """
    plain = text.replace("’", "'")
    return len(plain.split()) < _FULL_WORDS or (_LEANS.match(plain) or _LEANS_EARLY.match(plain)) is not None


def asks(text: str) -> bool:
    """Whether a sentence is a question.

    >>> asks("Zuur?"), asks("‘Waarom?’ vroeg hij.")
    (True, False)
    """
    return text.rstrip("\"'”’»)] ").endswith("?")


def is_scrap(text: str) -> bool:
    """Whether some words are no sentence but a caption, a label or a link: few, and without a sign at their end.

    >>> is_scrap("Verwante onderwerpen"), is_scrap("Dat werkte."), is_scrap("Zo begon het")
    (True, False, True)
    """
    return len(text.split()) < _FULL_WORDS and text.rstrip("\"'”’»)] ")[-1:] not in _SENTENCE_ENDS


def is_open(quote: str) -> bool:
    """Whether a quotation or a parenthesis opens in some words and does not close.

    >>> is_open("Hij zei: ‘Kom."), is_open("Foto's van ‘toen’.")
    (True, False)
    """
    waiting: list[str] = []
    for place, char in enumerate(quote):
        if waiting and char == waiting[-1] and not (char == "’" and quote[place + 1 : place + 2].isalpha()):
            waiting.pop()
        elif char in _OPENERS and not _ELISION.match(quote, place):
            waiting.append(_OPENERS[char])
    return bool(waiting)
