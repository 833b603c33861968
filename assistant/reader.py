"""From hits to excerpts: which sentences answer the question, and which neighbours they need.

A sentence is scored by how well its words match the question's, one by one (MaxSim), by the rare stems
it shares with the question and by the score of its passage. The best sentences grow into excerpts: one
that leans on the sentence before it brings that one along, one that ends in a colon its list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.fusion import Scores, standardise
from assistant.indexer import Index
from assistant.intents import intent_of
from assistant.lexical import fold, stems
from assistant.retriever import Search
from assistant.settings import Settings
from assistant.steps import ALL, Steps
from assistant.types import Document, Sentence

# Weights chosen on the development questions; docs/evaluation.md has the figures.
_LEXICAL = 0.2  # of the stems shared with the question
_PASSAGE = 0.3  # of the passage's score
_HEADING = 0.5  # of the share of the question that the title and the headings name
_INTENT = 0.5  # of a sentence that tells the kind of thing that is asked for
_RIGHT_LENGTH = 3.0  # times that, where it has as many items as are asked for
_LIST = 0.8  # of a sentence that announces a list, where a list is asked for
_QUESTION = 0.5  # taken from a sentence that asks instead of telling
_SHORT = 0.75  # taken from a very short sentence
_FULL_WORDS = 4  # a sentence with fewer is an outcry: it says nothing alone
_FULL_CHARS = 60  # from here on a sentence is not short
_MARGIN = 2.0  # a sentence this much below the best one is left out
_FORWARD = 0.8  # the next sentence comes along where its score is at most this much below
_SECTION = 60  # sentences around a heading among which the other headings of its list are looked for
_MAX_LIST_CHARS = 800  # a longer list is not quoted whole

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


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Neighbouring sentences that are shown together."""

    document: Document
    sentences: tuple[Sentence, ...]
    quote: str  # its words when it was chosen
    score: float  # of its best sentence

    @property
    def start(self) -> int:
        """Where it begins in its document."""
        return self.sentences[0].start

    @property
    def end(self) -> int:
        """Where it ends in its document."""
        return self.sentences[-1].end


class Reader:
    """Chooses sentences from an index."""

    def __init__(self, index: Index, settings: Settings) -> None:
        self._index = index
        self._settings = settings
        self._sentences = [sentence for passage in index.passages for sentence in passage.sentences]
        self._documents = [index.documents[passage.source] for passage in index.passages for _ in passage.sentences]

    def read(self, search: Search, *, already_shown: str = "", steps: Steps = ALL) -> list[Excerpt]:
        """The excerpts that answer a question, in the order in which they are shown.

        A sentence that stands in `already_shown` is not chosen again.
        """
        scores = self._scores(search, steps)
        if not scores:
            return []
        ranked = sorted(scores, key=lambda number: (-scores[number], number))
        best = scores[ranked[0]]
        spans: list[tuple[int, int, float]] = []
        shown: set[str] = set()
        for number in ranked:
            if scores[number] < best - _MARGIN:
                break
            if self._is_heading(number) and not self._is_listed(number):
                if not self._stands_above(number):
                    continue
                scores[number + 1] = scores[number]  # a heading says nothing alone: what stands under it does
                number += 1
            if _touches(spans, number, number):
                continue
            key = fold(self._text(number))
            if key in shown or self._text(number) in already_shown:  # essays repeat sentences
                continue
            span = self._grow(number, scores) if steps.growth else (number, number)
            span = self._trimmed(span, number, spans, shown)
            added = [span, *((one, one) for one in self._rest_of_list(span[1]))]
            for first, last in added:
                if not _touches(spans, first, last):
                    spans.append((first, last, scores[number]))
                    shown.update(fold(self._text(one)) for one in range(first, last + 1))
            if len(spans) >= self._settings.max_excerpts:
                break
        return self._in_order(self._joined(spans[: self._settings.max_excerpts]))

    def _scores(self, search: Search, steps: Steps) -> dict[int, float]:
        """The score of every sentence of the hits, by its number in the index."""
        numbers: list[int] = []
        by_word: list[Scores] = []
        of_passage: list[float] = []
        for hit in search.hits:
            first, last = self._index.first_sentence[hit.passage.id : hit.passage.id + 2]
            numbers.extend(range(first, last))
            by_word.append(search.matches[hit.passage.id] @ search.weights)
            of_passage.extend([hit.score] * int(last - first))
        if not numbers:
            return {}
        total = standardise(np.concatenate(by_word)) + _PASSAGE * standardise(np.array(of_passage, np.float32))
        if search.is_lexical:
            total += _LEXICAL * standardise(self._index.lexical_sentences.scores(search.terms)[numbers])
            total += _HEADING * np.array([self._named_above(number, search.terms) for number in numbers], np.float32)
        texts = [self._text(number) for number in numbers]
        intent = intent_of(search.question if steps.intents else "")
        total += _INTENT * np.array([intent.worth(text) for text in texts], np.float32)
        if intent.wants_list:
            lengths = [self._list_length(number) for number in numbers]
            right = [_RIGHT_LENGTH if length == intent.list_length else 1.0 for length in lengths]
            total += _LIST * np.array(
                [worth if length else 0.0 for worth, length in zip(right, lengths, strict=True)], np.float32
            )
        total -= _QUESTION * np.array([asks(text) for text in texts], np.float32)
        total -= _SHORT * np.array([1 - min(len(text), _FULL_CHARS) / _FULL_CHARS for text in texts], np.float32)
        return dict(zip(numbers, map(float, total), strict=True))

    def _grow(self, number: int, scores: dict[int, float]) -> tuple[int, int]:
        """The first and the last sentence of the excerpt around one sentence."""
        if self._sentences[number].is_item:
            return self._grow_item(number)
        first = last = number
        if self._text(number).endswith(":"):
            last = self._end_of_list(number)
        elif asks(self._text(number)) and self._follows(number) and self._has_room(first, last):
            last = number + 1
        first = self._with_what_it_leans_on(first, last)
        while last >= number and self._same_block(last) and self._has_room(first, last):
            following = last + 1
            if not leans(self._text(following)) and scores.get(following, -9.0) < scores[number] - _FORWARD:
                break
            last = following
        if last > number and self._text(last).endswith(":"):
            last = self._end_of_list(last)
        return first, last

    def _trimmed(
        self, span: tuple[int, int], number: int, spans: Sequence[tuple[int, int, float]], shown: set[str]
    ) -> tuple[int, int]:
        """A span around a sentence without the neighbours that are shown already, and those beyond them."""

        def is_new(one: int) -> bool:
            return not _touches(spans, one, one) and fold(self._text(one)) not in shown

        first = last = number
        while first > span[0] and is_new(first - 1):
            first -= 1
        while last < span[1] and is_new(last + 1):
            last += 1
        return first, last

    def _with_what_it_leans_on(self, first: int, last: int) -> int:
        """Where an excerpt begins that brings along the sentences that its first one cannot do without."""
        while leans(self._text(first)) and self._has_room(first, last) and self._follows(first - 1):
            first -= 1
        return first

    def _has_room(self, first: int, last: int) -> bool:
        """Whether an excerpt may have one sentence more; a list is not counted."""
        counted = sum(not self._sentences[one].is_item for one in range(first, last + 1))
        return counted < self._settings.max_excerpt_sentences

    def _grow_item(self, number: int) -> tuple[int, int]:
        """A list item with its whole list and what announces it; with its own block where the list is long."""
        first = last = number
        while self._follows(first - 1) and self._sentences[first - 1].is_item:
            first -= 1
        while self._follows(last) and self._sentences[last + 1].is_item:
            last += 1
        if self._follows(first - 1) and self._text(first - 1).endswith(":"):
            first -= 1
        if self._sentences[last].end - self._sentences[first].start <= _MAX_LIST_CHARS:
            return self._with_what_it_leans_on(first, last), last
        first = last = number
        block, most = self._sentences[number].block, self._settings.max_excerpt_sentences
        while last - first + 1 < most and self._follows(last) and self._sentences[last + 1].block == block:
            last += 1
        while last - first + 1 < most and self._follows(first - 1) and self._sentences[first - 1].block == block:
            first -= 1
        return first, last

    def _end_of_list(self, number: int) -> int:
        """The last item of the list that a sentence with a colon announces; else the next sentence."""
        last = number
        while self._follows(last) and self._sentences[last + 1].is_item:
            if self._sentences[last + 1].end - self._sentences[number].start > _MAX_LIST_CHARS and last > number:
                break
            last += 1
        if last > number or not self._follows(number) or not self._has_room(number, number):
            return last
        return number + 1

    def _is_heading(self, number: int) -> bool:
        """Whether a sentence is a numbered heading, which counts as an item where a list is announced."""
        return self._documents[number].blocks[self._sentences[number].block].kind == "heading"

    def _is_listed(self, number: int) -> bool:
        """Whether a numbered heading is one of a list that a sentence with a colon announces."""
        return bool(self._headings_beside(number)) and any(
            self._text(one - 1).endswith(":") and self._follows(one - 1) for one in self._headings_beside(number)
        )

    def _headings_beside(self, number: int) -> list[int]:
        """The numbered headings of the same section, this one among them."""
        one = self._sentences[number]
        return [
            other
            for other in range(max(0, number - _SECTION), min(len(self._sentences), number + _SECTION))
            if self._documents[other] is self._documents[number]
            and self._sentences[other].title == one.title
            and self._sentences[other].headings == one.headings
            and self._is_heading(other)
        ]

    def _rest_of_list(self, last: int) -> list[int]:
        """Where an excerpt ends with the first numbered heading of a list: the other headings of that list."""
        return [one for one in self._headings_beside(last) if one > last] if self._is_heading(last) else []

    def _stands_above(self, number: int) -> bool:
        """Whether a heading has a sentence of its own section under it."""
        following = number + 1
        return (
            following < len(self._sentences)
            and self._documents[following] is self._documents[number]
            and len(self._sentences[following].headings) > len(self._sentences[number].headings)
        )

    def _list_length(self, number: int) -> int:
        """How many items the list has that a sentence announces with a colon; 0 where it announces none."""
        if not self._text(number).endswith(":"):
            return 0
        blocks = set()
        following = number
        while self._follows(following) and self._sentences[following + 1].is_item:
            following += 1
            blocks.add(self._sentences[following].block)
        return len(blocks) + len(self._rest_of_list(following) if blocks else [])

    def _named_above(self, number: int, stems_asked: Sequence[str]) -> float:
        """The share of a question's words, weighted by rarity, that stand in the headings above a sentence."""
        sentence = self._sentences[number]
        above = set(stems(" ".join([sentence.title, *sentence.headings])))
        rarity = {word: self._index.lexical_passages.idf(word) for word in set(stems_asked)}
        return sum(rarity[word] for word in rarity if word in above) / (sum(rarity.values()) or 1.0)

    def _follows(self, number: int) -> bool:
        """Whether the next sentence stands right after this one, with no heading or removed line between."""
        if number < 0 or number + 1 >= len(self._sentences):
            return False
        if self._documents[number] is not self._documents[number + 1]:
            return False
        one, other = self._sentences[number], self._sentences[number + 1]
        if one.title != other.title or one.headings != other.headings:
            return False
        between = self._documents[number].blocks[one.block + 1 : other.block]
        return not between

    def _same_block(self, number: int) -> bool:
        return self._follows(number) and self._sentences[number].block == self._sentences[number + 1].block

    def _joined(self, spans: Sequence[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
        """The spans, those that touch made one where that is not too long."""
        joined: list[tuple[int, int, float]] = []
        for first, last, score in sorted(spans):
            if joined and joined[-1][1] + 1 == first and self._follows(first - 1):
                before = joined[-1]
                if last - before[0] + 1 <= self._settings.max_excerpt_sentences:
                    joined[-1] = (before[0], last, max(score, before[2]))
                    continue
            joined.append((first, last, score))
        return joined

    def _in_order(self, spans: list[tuple[int, int, float]]) -> list[Excerpt]:
        """The excerpts post by post, the post with the best one first, and within a post as it reads."""
        excerpts = [
            Excerpt(
                document=self._documents[first],
                sentences=tuple(self._sentences[first : last + 1]),
                quote=self._documents[first].text[self._sentences[first].start : self._sentences[last].end],
                score=score,
            )
            for first, last, score in spans
        ]
        best: dict[tuple[str, str], float] = {}
        for excerpt in excerpts:
            key = (excerpt.document.source, excerpt.sentences[0].title)
            best[key] = max(excerpt.score, best.get(key, -np.inf))
        return sorted(
            excerpts,
            key=lambda one: (
                -best[one.document.source, one.sentences[0].title],
                one.document.source,
                one.start,
            ),
        )

    def _text(self, number: int) -> str:
        sentence = self._sentences[number]
        return self._documents[number].text[sentence.start : sentence.end]


def _touches(spans: Sequence[tuple[int, int, float]], first: int, last: int) -> bool:
    """Whether any of the sentences is in one of the spans already."""
    return any(begin <= last and first <= end for begin, end, _ in spans)


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
