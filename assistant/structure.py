"""From the lines of a file to a document: its title, posts, headings, list items and paragraphs.

Nothing here changes the text; every line gets a kind, and a line that gets "removed" gets a reason. What a
file itself says of a line (a heading by its style) goes before what the line looks like.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import PurePosixPath

from assistant.cleaning import is_archive, remove_furniture
from assistant.composing import Composed, compose
from assistant.formats import Extract
from assistant.formats.notes import NOTES_LEVEL
from assistant.lines import BULLET, Line, plain, split_lines
from assistant.types import Block, Document, Metadata

_NUMBERED = re.compile(r"\(?\d{1,2}[.)]\s+\S")
_MARKDOWN = re.compile(r"(#{1,6})\s+\S")
_QUOTED_SENTENCE = re.compile(r"[\"'].*[.!?…][\"']")
_ANNOUNCES = re.compile(r"\b(?:volgende|onderstaande|hieronder|als volgt)\b", re.IGNORECASE)
_MAX_HEADING_CHARS = 90
_MAX_HEADING_WORDS = 14
_MAX_ITEM_CHARS = 200  # of an item that has no bullet
_TITLE_LINES = 15  # the title stands among the first so many lines


def read_document(source: str, content: str | Extract, metadata: Metadata) -> Document:
    """The document that a plain text or the extract of a file holds; every line of it lies in one block.

    `metadata` is what corpus.toml says: it goes before what the file says of itself, which goes before what
    its lines look like. A line that corpus.toml names and the file does not hold becomes a note.
    """
    notes: list[str] = []
    if isinstance(content, str):
        composed = Composed(content, split_lines(content))
    else:
        composed = compose(content)
        notes += content.notes
        metadata = _merged(metadata, content.metadata)
    text, lines = composed.text, composed.lines
    notes += _apply_metadata(lines, metadata)
    title_line = _told_title(lines, metadata)
    if title_line is None:
        title_line = _find_title(lines, metadata)
    posts_are_known = any(line.kind == "post" for line in lines)
    archive = is_archive(lines)
    remove_furniture(lines, above=title_line, single_essay=posts_are_known or not archive)
    _keep_told_headings(lines[(title_line or 0) :])
    if title_line is None and not metadata.title:
        title_line = _guess_title(lines)
    if title_line is not None:
        lines[title_line].kind, lines[title_line].reason = "title", ""
    _mark_told(lines)
    _mark_items(lines, bare=not any(line.told == "item" for line in lines))
    if not any(line.told == "heading" and line.told_level != NOTES_LEVEL for line in lines):
        _mark_headings(lines)
    if archive and not posts_are_known:
        _mark_posts(lines)
    for line in lines:
        line.kind = line.kind or "paragraph"
    return Document(
        source=source,
        text=text,
        title=metadata.title or _title_text(text, lines, title_line) or _title_from_name(source),
        author=metadata.author,
        publisher=metadata.publisher,
        year=metadata.year,
        blocks=tuple(_block(line, text) for line in lines),
        url=metadata.url,
        pages=composed.pages,
        notes=tuple(notes),
    )


def heading_text(text: str) -> str:
    """A heading or title as it is shown: without Markdown marks, on one line."""
    shown = " ".join(text.replace("\u00a0", " ").split())
    return re.sub(r"^#{1,6}\s+|\s+#{1,6}$", "", shown).strip("*_ ")


def _block(line: Line, text: str) -> Block:
    assert line.kind is not None
    return Block(line.start, line.end, line.kind, line.level, line.reason)


def _merged(metadata: Metadata, own: Metadata) -> Metadata:
    """What corpus.toml says, and what the file says of itself where that says nothing."""
    return replace(
        metadata,
        title=metadata.title or own.title,
        author=metadata.author or own.author,
        publisher=metadata.publisher or own.publisher,
        year=metadata.year if metadata.year is not None else own.year,
        url=metadata.url or own.url,
    )


def _apply_metadata(lines: list[Line], metadata: Metadata) -> list[str]:
    """Notes on lines that corpus.toml names and the file lacks; the others get the kind that it says."""
    notes: list[str] = []
    by_text: dict[str, list[Line]] = {}
    for line in lines:
        by_text.setdefault(_unmarked(line.text), []).append(line)
    for key in ("posts", "headings", "keep", "remove"):
        for wanted in getattr(metadata, key):
            found = by_text.get(_unmarked(plain(wanted)), [])
            if not found:
                notes.append(f"corpus.toml, {key}: no line reads {wanted!r}; copy the line from the file")
            for line in found[:1] if key == "posts" else found:
                if key == "posts":
                    line.kind = "post"
                elif key == "headings":
                    line.kind, line.level = "heading", 1
                elif key == "keep":
                    line.kept = True
                else:
                    line.remove("named in corpus.toml")
    return notes


def _told_title(lines: list[Line], metadata: Metadata) -> int | None:
    """The line that the file says is its title: by its style, or as the only heading of the highest level on top."""
    for index, line in enumerate(lines):
        if line.told == "title" and line.kind is None:
            return index
    headings = [index for index, line in enumerate(lines) if line.told == "heading" and line.told_level != NOTES_LEVEL]
    if not headings:
        return None
    levels = [lines[index].told_level for index in headings]
    top = [index for index, level in zip(headings, levels, strict=True) if level == min(levels)]
    is_title = (
        len(top) == 1
        and top[0] == headings[0]
        and (min(levels) == 1 or len(headings) > 1)
        and not any(line.is_prose for line in lines[: top[0]])
        and lines[top[0]].kind is None
    )
    return top[0] if is_title else None


def _keep_told_headings(lines: list[Line]) -> None:
    """Take back what looks like page furniture but is a heading with text below it, such as "Afdrukken"."""
    for line, below in pairwise(lines):
        is_heading = line.told == "heading" and line.kind == "removed" and line.reason != "named in corpus.toml"
        if is_heading and below.kind is None and below.told != "heading":
            line.kind, line.reason = None, ""


def _mark_told(lines: list[Line]) -> None:
    """Headings and items by what the file says of them, the highest heading that is left on the first level."""
    left = [line for line in lines if line.kind is None and line.told is not None]
    highest = min((line.told_level for line in left if line.told == "heading" and line.told_level), default=1)
    for line in left:
        if line.told == "heading":
            line.kind, line.level = "heading", max(1, line.told_level - highest + 1)
        elif line.told == "item":
            line.kind = "item"


def _find_title(lines: list[Line], metadata: Metadata) -> int | None:
    """The line that holds the title of corpus.toml, if one does."""
    wanted = _letters(metadata.title)
    if not wanted:
        return None
    for index, line in enumerate(lines[:_TITLE_LINES]):
        if wanted in _letters(line.text) and len(line.text) <= 2 * len(metadata.title) + 20 and line.kind is None:
            return index
    return None


def _guess_title(lines: list[Line]) -> int | None:
    """The first line that is left, where it reads as a title."""
    for index, line in enumerate(lines[:_TITLE_LINES]):
        if line.kind == "removed":
            continue
        is_title = line.kind is None and len(line.text) <= 150 and not BULLET.match(line.text)
        if is_title and not (line.ends_sentence and line.text.endswith((".", ":", ";"))):
            return index
        return None
    return None


def _mark_items(lines: list[Line], *, bare: bool) -> None:
    """Bulleted and numbered lines, and the bare lines of a list under a colon where a file has no list of its own."""
    left = [line for line in lines if line.kind != "removed"]
    for index, line in enumerate(left):
        if line.kind is not None or not BULLET.match(line.text):
            continue
        if _NUMBERED.match(line.text) and _is_numbered_heading(left, index):
            continue
        line.kind = "item"
    for index, line in enumerate(left):
        if bare and line.kind is None and line.text.endswith(":"):
            run = _bare_items(left, index + 1)
            for item in run if len(run) > 1 else []:
                item.kind = "item"


def _is_numbered_heading(lines: list[Line], index: int) -> bool:
    """Whether a numbered line has text of its own under it, rather than the next number."""
    line = lines[index]
    below = lines[index + 1] if index + 1 < len(lines) else None
    if index and lines[index - 1].kind == "item" and _NUMBERED.match(lines[index - 1].text):
        return False
    if below is None or len(line.text) > _MAX_HEADING_CHARS or line.text.endswith((".", ";", ":", ",")):
        return False
    return not _NUMBERED.match(below.text) and below.kind is None and (below.gap > 0 or below.is_prose)


def _bare_items(lines: list[Line], start: int) -> list[Line]:
    """The run of short lines without a bullet that a colon announces."""
    run: list[Line] = []
    for index in range(start, len(lines)):
        line = lines[index]
        follows = line.gap == 0 if run else line.gap <= 1
        if line.kind is not None or not follows or len(line.text) > _MAX_ITEM_CHARS:
            break
        if line.is_prose and line.ends_sentence and not line.text.endswith(";"):
            break
        run.append(line)
    return run


def _mark_headings(lines: list[Line]) -> None:
    """Short lines that stand above text and do not end as a sentence does."""
    left = [line for line in lines if line.kind != "removed"]
    tight = 0  # headings without a blank line below them
    section_is_open = False
    for index, line in enumerate(left):
        if line.kind in ("title", "post"):
            section_is_open = False
        if line.kind is not None:
            section_is_open = section_is_open or line.kind == "heading"
            continue
        below = left[index + 1] if index + 1 < len(left) else None
        marks = _MARKDOWN.match(line.text)
        if marks:
            line.kind, line.level = "heading", max(1, len(marks.group(1)) - 1)
        elif below is not None and _reads_as_heading(line, below):
            numbered = _NUMBERED.match(line.text) is not None
            line.kind, line.level = "heading", 2 if numbered and section_is_open else 1
            tight += below.gap == 0
            section_is_open = section_is_open or not numbered
    if tight >= 2:  # then a short sentence right above a paragraph is a heading too
        for line, below in pairwise(left):
            stands_alone = line.kind is None and below.kind is None and below.gap == 0 and line.gap > 0
            if stands_alone and below.is_prose and _is_short(line, 60) and line.text[:1].isupper():
                line.kind, line.level = "heading", 1


def _reads_as_heading(line: Line, below: Line) -> bool:
    """Whether a line without marks is a heading of what stands below it."""
    text = line.text
    if not _is_short(line, _MAX_HEADING_CHARS) or _QUOTED_SENTENCE.fullmatch(text):
        return False
    if text.rstrip("\"')] ").endswith((".", ",", ";", ":", "…")):
        return False
    first = text.lstrip("\"'([ ")[:1]
    if not (first.isupper() or first.isdigit()):
        return False
    if below.kind == "post" or below.kind == "title":
        return False
    if below.kind == "item" and _ANNOUNCES.search(text):
        return False  # "De volgende groepen worden aangemaakt", its colon left out
    if below.gap == 0 and below.kind is None:
        return below.is_prose and (line.gap > 0 or line.start == 0)
    return line.gap > 0 or line.start == 0


def _is_short(line: Line, max_chars: int) -> bool:
    return len(line.text) <= max_chars and len(line.text.split()) <= _MAX_HEADING_WORDS


def _mark_posts(lines: list[Line]) -> None:
    """On an archive page whose posts nobody named: a heading right above a heading is a post's title."""
    left = [line for line in lines if line.kind != "removed"]
    for line, below in pairwise(left):
        if line.kind == "heading" and below.kind == "heading" and line.level == 1 and below.gap > 0:
            line.kind, line.level = "post", 0


def _title_text(text: str, lines: list[Line], index: int | None) -> str:
    return heading_text(text[lines[index].start : lines[index].end]) if index is not None else ""


def _title_from_name(source: str) -> str:
    """A title made of the file's name: "lef-marketing.txt" gives "Lef marketing"."""
    stem = re.sub(r"[-_]+", " ", PurePosixPath(source).stem).strip()
    return stem[:1].upper() + stem[1:]


def _unmarked(text: str) -> str:
    """A line without the bullet of a list and the marks of Markdown, so that corpus.toml fits every format."""
    return re.sub(r"^(?:[•*-]|#{1,6}) (?=\S)", "", text)


def _letters(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())
