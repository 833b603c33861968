"""Questions to begin with, out of the essays' own titles and headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from assistant.index import Index
from assistant.lexical import content_words, stems
from assistant.messages import message, titles
from assistant.shelf import asks
from assistant.types import Passage

ESSAY_LANGUAGE = "nl"
_MAX_ESSAYS = 100  # from all over the index, whose headings are read
MAX_CHARS = 70  # of a heading: a longer one does not fit on a button
_COUNTED = re.compile(r"^\(?\d{1,3}[.)]\s+")  # "2. Crowdfunding is ingeburgerd": it counts within its essay alone
_MIN_ASKING_WORDS = 3  # "Te oud?" asks nothing alone
_ASKING = 2.0  # how much rather a heading is taken that is a question itself


def heading_questions(index: Index) -> Iterator[tuple[str, str]]:
    """Pairs of a question and the title or heading that it comes from, the most telling first.

    A heading is the more telling, the more passages of its own post speak of one of its words and the fewer
    of the others do: "De conclusie" says little, "Lefmarketing" much. Of two headings with the same word the
    shorter one is the better question. The essays take turns, and within an essay its posts.
    """
    by_source: dict[str, dict[str, list[Passage]]] = {}
    bounds = index.essays.first_passage
    for essay in range(0, len(index.essays), max(1, len(index.essays) // _MAX_ESSAYS)):
        for passage in index.passages[bounds[essay] : bounds[essay + 1]]:
            by_source.setdefault(passage.source, {}).setdefault(passage.title, []).append(passage)
    rows = [_turns([_of_post(post, index) for post in posts.values()]) for posts in by_source.values()]
    yield from ((question, heading) for _, question, heading in _turns(rows))


def _of_post(passages: Sequence[Passage], index: Index) -> list[tuple[float, str, str]]:
    """For each heading of a post how telling it is, the question and the heading; the most telling first."""
    headings = dict.fromkeys(name for passage in passages for name in (passage.title, *passage.headings))
    rated = []
    for heading in headings:
        words = _COUNTED.sub("", heading).strip()
        is_fragment = asks(words) and len(words.split()) < _MIN_ASKING_WORDS
        if content_words(words) and len(words) <= MAX_CHARS and not is_fragment:
            worth = max(_worth(stem, passages, index) for stem in stems(words)) / len(content_words(words))
            rated.append((worth * (_ASKING if asks(words) else 1.0), _question(words, passages), heading))
    return sorted(rated, key=lambda one: -one[0])


def _worth(stem: str, passages: Sequence[Passage], index: Index) -> float:
    held = index.lexical_passages.contains(stem)
    return float(held[[passage.id for passage in passages]].sum()) * index.lexical_passages.idf(stem)


def _question(words: str, passages: Sequence[Passage]) -> str:
    """A heading as a question: as it is where it asks, else what the essays say about it."""
    if asks(words):
        return words
    small = words[:1].lower() + words[1:]
    is_common = " " not in words and any(re.search(rf"\b{re.escape(small)}\b", passage.text) for passage in passages)
    return message(ESSAY_LANGUAGE, "example", topic=small if is_common else titles(ESSAY_LANGUAGE, [words]))


def _turns(rows: Sequence[Sequence[tuple[float, str, str]]]) -> list[tuple[float, str, str]]:
    """The first of each row, then the second of each, and so on; the row with the best first one begins."""
    ordered = sorted((row for row in rows if row), key=lambda row: -row[0][0])
    return [one for turn in zip_longest(*ordered) for one in turn if one is not None]
