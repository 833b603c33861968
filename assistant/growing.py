"""From a sentence to an excerpt: which neighbours it needs to be understood, and which answer with it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from assistant.shelf import Shelf, asks, is_open, is_scrap, leans

_MAX_LIST_CHARS = 800  # a longer list is not quoted whole


class Grower:
    """Grows excerpts on a shelf."""

    def __init__(self, shelf: Shelf, max_sentences: int) -> None:
        """An excerpt has at most `max_sentences`, the items of a list not counted.

        The last place is kept for a sentence that the others need.
        """
        self._shelf = shelf
        self._max_sentences = max_sentences
        self._usual = max(1, max_sentences - 1)

    def grow(self, number: int, scores: Mapping[int, float]) -> tuple[int, int]:
        """The first and the last sentence of the excerpt around one sentence."""
        shelf = self._shelf
        if shelf.sentences[number].is_item:
            return self._grow_item(number)
        first = last = number
        if shelf.text(number).endswith(":"):
            last = self._end_of_list(number)
        elif asks(shelf.text(number)) and shelf.follows(number) and self._has_room(first, last):
            last = number + 1
        first, last = self._rounded(first, last)
        while last >= number and self._length(first, last) < self._usual:
            beside = [
                one
                for one, place in ((last + 1, last), (first - 1, first - 1))
                if self._reads_on(place)
                and not is_scrap(shelf.text(one))
                and not (one > last and asks(shelf.text(one)))  # it would end unanswered
                and not (one < first and self._hangs(self._with_what_it_leans_on(one, last)))
            ]
            if not beside:
                break
            better = max(beside, key=lambda one: scores.get(one, -math.inf))
            first, last = min(first, better), max(last, better)
        if last > number and shelf.text(last).endswith(":"):
            is_list = shelf.follows(last) and shelf.sentences[last + 1].is_item
            last = self._end_of_list(last) if is_list else last - 1
        return self._rounded(first, last)

    def _rounded(self, first: int, last: int) -> tuple[int, int]:
        """An excerpt with what its first sentence leans on and the end of what it opens, where there is room."""
        first = self._with_what_it_leans_on(first, last)
        while is_open(self._shelf.quote(first, last)) and self._shelf.same_block(last) and self._has_room(first, last):
            last += 1
        return first, last

    def _reads_on(self, number: int) -> bool:
        """Whether a sentence and the next one read on: of one section, and no list between them."""
        sentences = self._shelf.sentences
        return self._shelf.same_block(number) or (
            self._shelf.follows(number) and not sentences[number].is_item and not sentences[number + 1].is_item
        )

    def _with_what_it_leans_on(self, first: int, last: int) -> int:
        """Where an excerpt begins that brings along the sentences that its first one cannot do without.

        The place that is kept is taken only where nothing hangs then.
        """
        begin = first
        while self._hangs(begin) and self._has_room(begin, last):
            begin -= 1
        return begin + (begin < first and self._hangs(begin) and self._length(begin, last) > self._usual)

    def _hangs(self, first: int) -> bool:
        """Whether a sentence leans on the one before it, so that an excerpt had better not begin with it."""
        return leans(self._shelf.text(first)) and self._shelf.follows(first - 1)

    def _has_room(self, first: int, last: int) -> bool:
        """Whether an excerpt may have one sentence more."""
        return self._length(first, last) < self._max_sentences

    def _length(self, first: int, last: int) -> int:
        """How many sentences an excerpt has; the items of a list are not counted."""
        return sum(not self._shelf.sentences[one].is_item for one in range(first, last + 1))

    def _grow_item(self, number: int) -> tuple[int, int]:
        """A list item with its whole list and what announces it.

        Where the list is long, with its own block, and the name above it where it has one ("• Autonome computer").
        """
        shelf = self._shelf
        first = last = number
        while shelf.follows(first - 1) and shelf.sentences[first - 1].is_item:
            first -= 1
        while shelf.follows(last) and shelf.sentences[last + 1].is_item:
            last += 1
        if shelf.follows(first - 1) and shelf.text(first - 1).endswith(":"):
            first -= 1
        if shelf.sentences[last].end - shelf.sentences[first].start <= _MAX_LIST_CHARS:
            return self._with_what_it_leans_on(first, last), last
        if shelf.is_label(number):
            number += 1
        first = last = number
        while last - first + 1 < self._usual and shelf.same_block(last):
            last += 1
        while last - first + 1 < self._usual and first and shelf.same_block(first - 1):
            first -= 1
        return first - shelf.is_label(first - 1), last

    def _end_of_list(self, number: int) -> int:
        """The last item of the list that a sentence with a colon announces; else the next sentence."""
        shelf = self._shelf
        last = number
        while shelf.follows(last) and shelf.sentences[last + 1].is_item:
            if shelf.sentences[last + 1].end - shelf.sentences[number].start > _MAX_LIST_CHARS and last > number:
                break
            last += 1
        if last > number or not shelf.follows(number) or not self._has_room(number, number):
            return last
        return number + 1
