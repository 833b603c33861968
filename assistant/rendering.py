"""Answers and hits as JSON, as a chat message and as terminal text.

Everything here is a pure function of its arguments. The words of an essay, a question or corpus.toml
are escaped wherever they become HTML, and control characters are dropped from them everywhere.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from html import escape
from itertools import groupby
from pathlib import PurePath
from typing import Any
from urllib.parse import quote as percent_encode

from assistant.messages import message
from assistant.types import Answer, Citation, Hit

CORPUS_LANGUAGE = "nl"
LINK = "#bron/"  # what every citation's address in the chat page begins with

BULLET = re.compile(r"(?:[•·▪◦‣●○■–—*-]|(\(?\d{1,3}[.)]|\(?[a-zA-Z]\)))\s+")  # group 1: one that counts
# Control characters could steer a terminal, and marks of direction could turn a line around.
UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def tidy(text: str) -> str:
    """`text` on one line: runs of white space as one space, nothing invisible, the ends stripped."""
    return " ".join(UNSEEN.sub("", text).split())


def whole(text: str) -> str:
    """`text` with U+FFFD for each half of a character: JSON can bring one in, and nothing can send it on."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


# --- JSON


def as_json(value: object) -> Any:
    """`value` as dicts, lists, strings, numbers, booleans and None, ready for `json.dumps`.

    Takes Answer, Hit, Citation, Turn, any other dataclass, and collections of them; a NamedTuple such
    as Span becomes a list.

    Raises:
        TypeError: something in it is none of these.
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, bytes):
        return [as_json(item) for item in value]
    if isinstance(value, PurePath):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here; expected a dataclass or plain values.")


# --- A quote in parts: the seam that the chat and the terminal share


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph or a list item of a quote, tidied; `marker` is the number of a numbered item."""

    text: str
    is_item: bool = False
    marker: str = ""


def quote_parts(answer: Answer) -> list[tuple[Part, ...]]:
    """For each citation of `answer`, its quote as paragraphs and list items, in the order of the text.

    Where the parts begin follows from the answer's sentences, which stand in the order of the citations:
    those of one block make one part. A quote whose sentences cannot be told stays one paragraph.
    """
    waiting = list(answer.sentences)
    found = []
    for citation in answer.citations:
        own = []
        while waiting and citation.start <= waiting[0].start and waiting[0].end <= citation.end:
            own.append(waiting.pop(0))
            if own[-1].end == citation.end:
                break
        parts = []
        for _, group in groupby(own, key=lambda sentence: sentence.block):
            block = list(group)
            words = citation.quote[block[0].start - citation.start : block[-1].end - citation.start]
            parts.append(_part(words, block[0].is_item))
        found.append(tuple(parts) if parts else (Part(tidy(citation.quote)),))
    return found


def _part(words: str, is_item: bool) -> Part:
    bullet = BULLET.match(words.lstrip()) if is_item else None
    if bullet is None:
        return Part(tidy(words), is_item)
    return Part(tidy(words.lstrip()[bullet.end() :]), True, bullet[1] or "")


# --- The chat


def citation_link(source: str, start: int, end: int) -> str:
    """The address of a place in an essay within the chat page: "#bron/lefmarketing.txt/12/34"."""
    return f"{LINK}{percent_encode(source, safe='')}/{start}/{end}"


def question_html(question: str) -> str:
    """A question as the chat shows it: literally, its line ends kept, and a heading to find its answer by."""
    lines = UNSEEN.sub("", question).strip().splitlines()
    return f'<h2 class="question">{"<br>".join(escape(line) for line in lines)}</h2>'


def notice_html(heading: str, line: str) -> str:
    """A message of the program itself, such as "Deze vraag is te lang", as the chat shows it."""
    return f'<div class="notice"><p class="label">{escape(tidy(heading))}</p><p>{escape(tidy(line))}</p></div>'


def answer_html(answer: Answer) -> str:
    """An answer as the chat shows it: HTML without a blank line, so that nothing in it is Markdown.

    The frame, each quote with its number as a link to its place, and the sources, where quotes from one
    section, and of one page, share a line. A refusal is its frame alone, under a line that names it as one.
    """
    sources = message(answer.language, "sources")
    *notes, last = [escape(tidy(line)) for line in answer.frame.splitlines() if line.strip()] or [""]
    frame = "".join(f'<p class="note">{line}</p>' for line in notes) + f"<p>{last}</p>"
    if answer.refused:
        label = f'<p class="label">{escape(message(answer.language, f"label_{answer.kind}"))}</p>'
        return f'<div class="refusal" lang="{escape(answer.language)}">{label}{frame}</div>'
    quotes = [
        f'<div class="excerpt">{_link(citation, answer.language)}'
        f'<blockquote lang="{escape(citation.language)}">{_parts_html(parts)}</blockquote></div>'
        for citation, parts in zip(answer.citations, quote_parts(answer), strict=True)
    ]
    places: dict[tuple[str, str, str, int | None], list[Citation]] = {}
    for citation in answer.citations:
        places.setdefault((citation.source, citation.title, citation.heading, citation.page), []).append(citation)
    rows = [
        f'<li><span class="numbers">{", ".join(str(citation.number) for citation in group)}</span>'
        f'<span><a href="{escape(_address(group[0]))}">{escape(tidy(title or file))}</a>'
        + (f' <span class="heading">{escape(tidy(heading))}</span>' if heading else "")
        + _page(page, answer.language)
        + "</span></li>"
        for (file, title, heading, page), group in places.items()
    ]
    listed = f'<p class="label">{escape(sources)}</p><ul class="sources">{"".join(rows)}</ul>' if rows else ""
    frame = f'<div class="frame">{frame}</div>'
    return f'<div class="answer" lang="{escape(answer.language)}">{frame}{"".join(quotes)}{listed}</div>'


def _address(citation: Citation) -> str:
    return citation_link(citation.source, citation.start, citation.end)


def _page(page: int | None, language: str) -> str:
    """A page, short to see and whole to hear; "" for a format without pages. A script hides the short one's sound."""
    if page is None:
        return ""
    short, said = (escape(message(language, name, page=str(page))) for name in ("page", "page_said"))
    return f' <span class="page"><span class="short">{short}</span><span class="unseen">{said}</span></span>'


def _link(citation: Citation, language: str) -> str:
    """The number of a citation as a link whose name says what it opens."""
    source = message(language, "source")
    name = f"{source} {citation.number}: {tidy(citation.title)}"
    if citation.page:
        name += ", " + message(language, "page_said", page=str(citation.page))
    return (
        f'<a class="citation" href="{escape(_address(citation))}" title="{escape(name)}">'
        f'<span class="unseen">{escape(source)} </span>{citation.number}</a>'
    )


def _parts_html(parts: Sequence[Part]) -> str:
    html = []
    for is_item, group in groupby(parts, key=lambda part: part.is_item):
        if not is_item:
            html += [f"<p>{escape(part.text)}</p>" for part in group]
            continue
        items = list(group)
        counted = ' class="counted"' if items[0].marker else ""
        rows = [f"<li>{escape(f'{part.marker} {part.text}'.strip())}</li>" for part in items]
        html.append(f"<ul{counted}>{''.join(rows)}</ul>")
    return "".join(html)


# --- The terminal


def answer_text(answer: Answer, *, width: int = 80) -> str:
    """An answer for a terminal of `width` columns: the frame, numbered quotes, then the sources."""
    lines = [_wrap(line, width) for line in answer.frame.splitlines() if line.strip()]
    for citation, parts in zip(answer.citations, quote_parts(answer), strict=True):
        label = f"[{citation.number}] "
        lines.append("")
        for number, part in enumerate(parts):
            first = label if number == 0 else " " * len(label)
            marker = f"{part.marker or '•'} " if part.is_item else ""
            lines.append(_wrap(part.text, width, first=first + marker, rest=" " * len(label + marker)))
    if answer.citations:
        lines += ["", message(answer.language, "sources")]
    for citation in answer.citations:
        place = " › ".join(filter(None, (tidy(citation.title), tidy(citation.heading))))
        page = message(answer.language, "page", page=str(citation.page)) + ", " if citation.page else ""
        where = f"{place} ({tidy(citation.source)}, {page}{citation.start}-{citation.end})"
        label = f"[{citation.number}] "
        lines.append(_wrap(where, width, first=label, rest=" " * len(label)))
    return "\n".join(lines)


def hits_text(hits: Sequence[Hit], *, width: int = 80) -> str:
    """Hits for a terminal, best first: score, file, offsets and headings, then the passage."""
    blocks = []
    for number, hit in enumerate(hits, 1):
        passage = hit.passage
        place = " › ".join(tidy(name) for name in (passage.title, *passage.headings) if name.strip())
        where = f"{tidy(passage.source)}, {passage.start}-{passage.end}"
        blocks.append(
            _wrap(f"{place} ({where})", width, first=f"{number}. {hit.score:.3f} ", rest="   ")
            + "\n"
            + "\n".join(
                _wrap(line, width, first="   ", rest="   ") for line in passage.text.splitlines() if line.strip()
            )
        )
    return "\n\n".join(blocks)


def _wrap(text: str, width: int, *, first: str = "", rest: str = "") -> str:
    """`text` in lines of at most `width` columns; a longer word or address keeps a line of its own."""
    return textwrap.fill(
        tidy(text),
        max(width, 20),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
