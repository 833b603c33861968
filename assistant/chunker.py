"""From a document to passages: runs of neighbouring sentences of 800 to 1,100 characters.

The cuts are chosen together, as the cheapest way through the sentences of one post: a cut is free above
a heading, costs something between paragraphs, more inside one, and most inside a list; a passage costs
what it lacks to the least length, and far more what it has beyond the most.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.lines import BULLET
from assistant.sentences import split_sentences
from assistant.settings import Settings
from assistant.structure import heading_text
from assistant.types import Block, Document, Passage, Sentence

# Costs in the currency of one missing character; chosen by reading the passages they give.
_PER_PASSAGE = 40.0
_BETWEEN_PARAGRAPHS = 60.0
_WITHIN_PARAGRAPH = 250.0
_WITHIN_LIST = 500.0
_MAX_SENTENCES = 60  # of one passage: the essays here have 17 at most; a list of ten thousand words must end, too
_PER_EXTRA_CHAR = 5.0
_BULLET_ALONE = re.compile(r" ?[^\w\s]$")


@dataclass(frozen=True, slots=True)
class _Atom:
    """The length of a sentence and what it costs to begin a passage with it.

    White space counts once and a bullet not at all, so that a text has the same passages in every format.
    """

    chars: int
    above: int  # characters between the sentence before it and itself: a space, or a heading
    cut_cost: float


def sentences_of(document: Document) -> list[list[Sentence]]:
    """The sentences of a document in runs that no removed line, post or title interrupts."""
    runs: list[list[Sentence]] = [[]]
    title, path = document.title, dict[int, str]()
    for index, block in enumerate(document.blocks):
        text = document.text[block.start : block.end]
        if block.kind in ("title", "post", "removed"):
            runs.append([])
            if block.kind == "post":
                title = heading_text(text)
            if block.kind != "removed":
                path = {}
            continue
        headings = tuple(path[level] for level in sorted(path))
        if block.kind == "heading":
            path = {level: name for level, name in path.items() if level < block.level}
            path[block.level] = heading_text(text)
            if not _numbered(text):
                continue
            headings = tuple(path[level] for level in sorted(path) if level < block.level)
        runs[-1].extend(_sentences_of_block(document, block, index, title, headings))
    return [run for run in runs if run]


def chunk(document: Document, settings: Settings, *, first_id: int = 0) -> list[Passage]:
    """The passages of a document in reading order; their ids count on from `first_id`.

    Every sentence lies in exactly one passage; `document.text[p.start:p.end] == p.text` for each `p`.
    """
    passages: list[Passage] = []
    for run in sentences_of(document):
        atoms = [_atom(document, run, index) for index in range(len(run))]
        for first, last in _cheapest_cuts(atoms, settings.min_passage_chars, settings.max_passage_chars):
            sentences = tuple(run[first:last])
            start, end = sentences[0].start, sentences[-1].end
            headings = tuple(dict.fromkeys(name for sentence in sentences for name in sentence.headings))
            passages.append(
                Passage(
                    id=first_id + len(passages),
                    source=document.source,
                    title=sentences[0].title,
                    start=start,
                    end=end,
                    headings=headings,
                    text=document.text[start:end],
                    sentences=sentences,
                )
            )
    return passages


def _numbered(text: str) -> bool:
    return BULLET.match(text) is not None and text.lstrip("(")[:1].isdigit()


def _sentences_of_block(
    document: Document, block: Block, index: int, title: str, headings: tuple[str, ...]
) -> list[Sentence]:
    """The sentences of a paragraph, or of a list item without its bullet (a number stays: it says something)."""
    start = block.start
    is_item = block.kind in ("item", "heading")
    text = document.text[block.start : block.end]
    if is_item and (bullet := BULLET.match(text)) and not _numbered(text):
        start += bullet.end()
    return [
        Sentence(begin, end, title, headings, index, is_item)
        for begin, end in split_sentences(document.text, start, block.end)
    ]


def _atom(document: Document, run: list[Sentence], index: int) -> _Atom:
    """What the sentence at `index` of a run adds to a passage."""
    one = run[index]
    between = " ".join(document.text[run[index - 1].end : one.start].split()) if index else ""
    between = _BULLET_ALONE.sub("", between)
    chars = len(" ".join(document.text[one.start : one.end].split()))
    return _Atom(chars, len(between) + 2 if between else 1, _cut_cost(document, run, index))


def _cut_cost(document: Document, run: list[Sentence], index: int) -> float:
    """What it costs to begin a passage with the sentence at `index` of a run."""
    if index == 0:
        return 0.0
    before, sentence = run[index - 1], run[index]
    if sentence.headings != before.headings:
        return 0.0
    if sentence.is_item and (before.is_item or document.text[before.end - 1] == ":"):
        return _WITHIN_LIST
    return _WITHIN_PARAGRAPH if sentence.block == before.block else _BETWEEN_PARAGRAPHS


def _cheapest_cuts(atoms: list[_Atom], min_chars: int, max_chars: int) -> list[tuple[int, int]]:
    """The way to cut a run into passages that costs least, as (first, last + 1) pairs of indices."""
    best: list[tuple[float, int]] = [(0.0, 0)]  # cost of cutting up to here, and where its last passage begins
    for last in range(1, len(atoms) + 1):
        ways = []
        length = 0
        for first in range(last - 1, max(-1, last - 1 - _MAX_SENTENCES), -1):
            length += atoms[first].chars + (atoms[first + 1].above if first + 1 < last else 0)
            if length > max_chars and first < last - 1:
                break
            missing, extra = max(0, min_chars - length), max(0, length - max_chars)
            cost = _PER_PASSAGE + 0.5 * missing + _PER_EXTRA_CHAR * extra + atoms[first].cut_cost
            ways.append((best[first][0] + cost, first))
        best.append(min(ways))
    cuts: list[tuple[int, int]] = []
    last = len(atoms)
    while last:
        first = best[last][1]
        cuts.append((first, last))
        last = first
    return cuts[::-1]
