"""From hits to excerpts: which sentences answer the question, and in which order they are shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.growing import Grower
from assistant.index import Index
from assistant.intents import intent_of
from assistant.lexical import fold
from assistant.retriever import Search
from assistant.scoring import scores, signs_of
from assistant.settings import Settings
from assistant.shelf import Shelf, asks, leans
from assistant.steps import ALL, Steps
from assistant.types import Document, Sentence

_MARGIN = 1.75  # a sentence this much below the best one is left out; docs/evaluation.md has the figures
_ALIKE = 0.8  # share of words in common from which on two excerpts say the same


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

    def overlaps(self, other: Excerpt) -> bool:
        """Whether two excerpts have a sentence in common."""
        same = self.document.source == other.document.source
        return same and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Span:
    """A run of sentences by their numbers, both ends included."""

    first: int
    last: int
    score: float

    def holds(self, number: int) -> bool:
        """Whether a sentence is in it."""
        return self.first <= number <= self.last


class Reader:
    """Chooses sentences from an index."""

    def __init__(self, index: Index, settings: Settings) -> None:
        self._index = index
        self._settings = settings
        self._shelf = Shelf(index)
        self._grower = Grower(self._shelf, settings.max_excerpt_sentences)

    def read(self, search: Search, *, already_shown: str = "", steps: Steps = ALL) -> list[Excerpt]:
        """The excerpts that answer a question, in the order in which they are shown.

        A sentence that stands in `already_shown` is not chosen again.
        """
        found = scores(signs_of(search, self._index, self._shelf, steps))
        if not found:
            return []
        shown = frozenset(number for number in found if already_shown and self._shelf.text(number) in already_shown)
        ranked = sorted(found.keys() - shown, key=lambda number: (-found[number], number))
        intent = intent_of(search.question, language=search.language)
        telling = [number for number in ranked if not asks(self._shelf.text(number))]
        spans: list[Span] = []
        chosen = telling or ranked
        for number in chosen:
            if found[number] < found[chosen[0]] - _MARGIN or len(spans) >= self._settings.max_excerpts:
                break
            self._add(spans, number, found, shown, steps, wants_list=intent.wants_list)
        for side in intent.sides:
            self._add_side(spans, side, intent.sides, telling, found, shown, steps)
        return self._in_order(self._joined(spans), best_first=intent.wants_one, reads_on=bool(intent.sides))

    def _add(
        self,
        spans: list[Span],
        number: int,
        found: dict[int, float],
        shown: Collection[int],
        steps: Steps,
        *,
        wants_list: bool = False,
    ) -> None:
        """Add the excerpt around a sentence, unless it says nothing alone or nothing new."""
        shelf, score = self._shelf, found[number]
        if shelf.is_heading(number) and not (wants_list and shelf.is_listed(number)):
            if not shelf.stands_above(number):
                return
            number += 1  # a heading says nothing alone: what stands under it does
            found[number] = max(score, found.get(number, score))
        if number in shown or any(span.holds(number) for span in spans) or self._is_said(number, spans):
            return
        first, last = self._grower.grow(number, found) if steps.growth else (number, number)
        first, last = self._trimmed(first, last, number, spans, shown)
        spans.append(Span(first, last, score))
        for one in shelf.rest_of_list(last):
            if len(spans) < self._settings.max_excerpts and not any(span.holds(one) for span in spans):
                spans.append(Span(one, one, score))

    def _add_side(
        self,
        spans: list[Span],
        side: frozenset[str],
        sides: Sequence[frozenset[str]],
        telling: Sequence[int],
        found: dict[int, float],
        shown: Collection[int],
        steps: Steps,
    ) -> None:
        """Add a sentence about one side of a comparison, where no excerpt names it yet."""
        if any(self._names(span, side) for span in spans):
            return
        number = next((one for one in telling if self._names(Span(one, one, 0.0), side)), None)
        if number is None:
            return
        if len(spans) >= self._settings.max_excerpts:
            idle = [span for span in spans if not any(self._names(span, other) for other in sides)]
            if not idle:
                return
            spans.remove(min(idle, key=lambda span: span.score))
        self._add(spans, number, found, shown, steps)

    def _names(self, span: Span, side: frozenset[str]) -> bool:
        """Whether a run of sentences names something, or stands under a heading that does."""
        return any(
            side & (self._shelf.stems(one) | self._shelf.stems_above(one)) for one in range(span.first, span.last + 1)
        )

    def _is_said(self, number: int, spans: Sequence[Span]) -> bool:
        """Whether an excerpt says the same in nearly the same words: essays repeat sentences."""
        return any(self._is_alike(number, one) for span in spans for one in range(span.first, span.last + 1))

    def _is_alike(self, one: int, other: int) -> bool:
        mine, yours = self._shelf.stems(one), self._shelf.stems(other)
        if not mine and not yours:
            return fold(self._shelf.text(one)) == fold(self._shelf.text(other))
        return len(mine & yours) >= _ALIKE * len(mine | yours)

    def _trimmed(
        self, first: int, last: int, number: int, spans: Sequence[Span], shown: Collection[int]
    ) -> tuple[int, int]:
        """A run around a sentence without the neighbours that are shown already, and those beyond them."""

        def is_new(one: int) -> bool:
            return one not in shown and not any(span.holds(one) for span in spans) and not self._is_said(one, spans)

        left = right = number
        while left > first and is_new(left - 1):
            left -= 1
        while right < last and is_new(right + 1):
            right += 1
        return left, right

    def _joined(self, spans: Sequence[Span]) -> list[Span]:
        """The spans, those that touch made one where that is not too long."""
        joined: list[Span] = []
        for span in sorted(spans, key=lambda one: one.first):
            if joined and joined[-1].last + 1 == span.first and self._shelf.follows(span.first - 1):
                before = joined[-1]
                if span.last - before.first + 1 <= self._settings.max_excerpt_sentences:
                    joined[-1] = Span(before.first, span.last, max(span.score, before.score))
                    continue
            joined.append(span)
        return joined

    def _in_order(self, spans: Sequence[Span], *, best_first: bool, reads_on: bool) -> list[Excerpt]:
        """The excerpts post by post, the post with the best one first, and within a post as it reads.

        With `best_first` the best one comes first of all, such as the sentence that defines something; where it
        leans on the sentence before it ("Daarom ...") and that is shown too, that one comes before it. With
        `reads_on`, as for two sides, what is shown of the text right before it does so in any case.
        """
        shelf = self._shelf
        posts = {span: (shelf.documents[span.first].source, shelf.sentences[span.first].title) for span in spans}
        best: dict[tuple[str, str], float] = {}
        for span, post in posts.items():
            best[post] = max(span.score, best.get(post, -np.inf))
        opening = self._opening(spans, reads_on=reads_on) if best_first else []
        ordered = sorted(
            spans,
            key=lambda span: (
                span not in opening,
                -best[posts[span]],
                posts[span][0],
                shelf.sentences[span.first].start,
            ),
        )
        return [
            Excerpt(
                document=shelf.documents[span.first],
                sentences=tuple(shelf.sentences[span.first : span.last + 1]),
                quote=shelf.quote(span.first, span.last),
                score=span.score,
            )
            for span in ordered
        ]

    def _opening(self, spans: Sequence[Span], *, reads_on: bool) -> list[Span]:
        """The best span, and those right before it that it leans on; with `reads_on` any right before it."""
        top = max((span.score for span in spans), default=0.0)
        opening = [span for span in spans if span.score == top]
        for span in opening:  # which grows on the way
            if reads_on or leans(self._shelf.text(span.first)):
                before = [one for one in spans if one.last + 1 == span.first and self._shelf.follows(one.last)]
                opening += [one for one in before if one not in opening]
        return opening
