"""Sentences of Dutch prose, as exact spans.

A full stop ends a sentence unless it belongs to an abbreviation, an initial, a number, a quotation or
a parenthesis that is still open, or unless the text goes on in lower case ("Of.. positiever gezegd").
"""

from __future__ import annotations

import re

from assistant.types import Span

# A dot after these does not end a sentence: a name or an example follows.
_NEVER_LAST = frozenset(
    "dr drs st prof ir ing mr mw mevr dhr hr ds jhr lic bijv bv b.v d.w.z dwz m.a.w d.i t.w vgl zgn zg "
    "o.a m.n m.b.t m.b.v i.v.m i.p.v t.a.v t.o.v t.b.v o.l.v n.a.v a.d.h.v i.h.a i.h.b i.t.t e.v a.k.a "
    "ca circa plm resp incl excl mrs ms jr vs e.g i.e cf viz approx".split()
)
# A dot after these belongs to the word where a number follows, and ends the sentence elsewhere.
_BEFORE_NUMBER = frozenset(
    "nr nrs no art afb fig hfst par tab blz p pp vol jan feb febr mrt apr jun jul aug sep sept okt nov dec".split()
)
# A dot after these may end a sentence: it does where a capital follows.
_SOMETIMES_LAST = frozenset("enz etc e.d o.i.d e.a a.u.b s.v.p p.m n.v n.v.t v.chr n.chr".split())
# Words that begin a sentence more often than they begin a name: after "Vitamine C." and "de VS."
_FRESH_START = re.compile(
    r"\s*[\"“‘']?(?:Het|Dat|Dit|Deze|Die|Een|Er|En|Maar|Want|Dus|Ook|In|Op|Bij|Voor|Van|Als|Toen|Daar|Daarna|Hij|"
    r"Zij|Ze|Wij|We|Ik|Je|U|Niet|Zo|Met|Na|Om|The|It|This|That|He|She|They|We|But|And)\b"
)
_OPENERS = {"(": ")", "[": "]", "“": "”", "„": "”", "«": "»", "‘": "’"}
_MAX_QUOTED_CHARS = 400  # a quotation longer than this is cut into its own sentences

_MAX_NUMBER_CHARS = 12  # of the number of a list item, the white space around it included
_MAX_WORD_CHARS = 100  # of the last word of a sentence that are looked at
_CLOSES_WORD = re.compile(r"[’'](?![^\W_])")
_MAY_OPEN = re.compile("[" + re.escape("".join(_OPENERS)) + "\"']")
_END = re.compile(r"(?:[.!?]+|…)+[.!?…]*[\"'”’»)\]]*(?=\s|$)")
_GLUED = re.compile(r"(?<=[a-zà-ÿ]{2})[.!?](?=[A-ZÀ-Þ][a-zà-ÿ]+[\s,])")  # "gezegd.Daarna ging"
_LAST_WORD = re.compile(r"[\w.’'-]*$")
_NEXT_STARTS_LOW = re.compile(r"[\s\"'“‘„«(\[]*(?!['’](?:s|t|n)\s+[A-ZÀ-Þ])[^\W\d_A-ZÀ-Þ]")
_NEXT_IS_LOW_CLITIC = re.compile(r"\s*['’‘](?:s|t|n|k|m|r)\b\s+[A-ZÀ-Þ]")
_LIST_NUMBER = re.compile(r"\(?(?:\d{1,3}|[A-Za-z])[.)]+$")


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of `text[start:end]`, in order, without the white space around them.

    Every character that is not white space lies in exactly one span.

    >>> text = "Tja.. Dr. J. Smit kwam. ‘Nee. Nooit.’ zei hij."
    >>> [text[start:end] for start, end in split_sentences(text)]
    ['Tja..', 'Dr. J. Smit kwam.', '‘Nee. Nooit.’ zei hij.']
    """
    end = len(text) if end is None else end
    held = _held_together(text, start, end)
    spans: list[Span] = []
    at = start
    place = 0  # in `held`, whose stretches stand in order and apart
    for cut in _cuts(text, start, end):
        while place < len(held) and held[place][1] <= cut:
            place += 1
        if place < len(held) and held[place][0] < cut:
            continue
        if _goes_on(text, at, cut, end):
            continue
        spans.append(Span(at, cut))
        at = cut
    spans.append(Span(at, end))
    stripped = [_strip(text, span) for span in spans]
    return _without_crumbs(text, [span for span in stripped if span.start < span.end])


def _cuts(text: str, start: int, end: int) -> list[int]:
    """Every place where a sentence might end, in order."""
    places = {match.end() for match in _END.finditer(text, start, end)}
    places |= {match.end() for match in _GLUED.finditer(text, start, end)}
    return sorted(place for place in places if place < end)


def _goes_on(text: str, at: int, cut: int, end: int) -> bool:
    """Whether the sentence that began at `at` continues after `cut`."""
    tail = max(at, cut - _MAX_NUMBER_CHARS)
    if _LIST_NUMBER.fullmatch(text[tail:cut].strip()) and not text[at:tail].strip():
        return True
    piece = text[max(at, cut - _MAX_WORD_CHARS) : cut]
    following = text[cut : min(cut + 40, end)]
    if _NEXT_STARTS_LOW.match(following) and not _NEXT_IS_LOW_CLITIC.match(following):
        return True
    if not piece.endswith(".") or piece.endswith(".."):
        return False
    match = _LAST_WORD.search(piece)
    written = (match.group() if match else "").rstrip(".").lstrip("'’.")
    word = written.lower()
    if word in _SOMETIMES_LAST:
        return False
    if word in _BEFORE_NUMBER:
        return following.lstrip()[:1].isdigit()
    shouted = written.isupper() and len(written) > 1 and "." not in written  # "Nederland BV."
    if word in _NEVER_LAST:
        return not shouted
    if _FRESH_START.match(following):
        return False
    initials = all(len(part) == 1 and part.isalpha() for part in word.split("."))
    return initials and written[:1].isupper()  # "J. Smit", "J.P. Balkenende"


def _held_together(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Quotations and parentheses that close again soon: no sentence ends inside one."""
    held: list[tuple[int, int]] = []
    at = start
    while (match := _MAY_OPEN.search(text, at, end)) is not None:
        at = match.start()
        closed = _closing(text, at, end)
        if closed is not None and closed - at <= _MAX_QUOTED_CHARS:
            held.append((at, closed))
            at = closed
        at += 1
    return held


def _closing(text: str, at: int, end: int) -> int | None:
    """Where the quotation or parenthesis that opens at `at` closes, or None where none opens."""
    opener = text[at]
    before = text[at - 1] if at else " "
    closer = _OPENERS.get(opener)
    if closer is None and opener in "\"'" and not before.isalnum() and text[at + 1 : at + 2].isalnum():
        if opener == "'" and re.match(r"'(?:s|t|n|k|m|r)\b", text[at : at + 3]):
            return None
        closer = opener
    if closer is None:
        return None
    last = min(end, at + _MAX_QUOTED_CHARS + 1)
    place = text.find(closer, at + 1, last)
    if closer == "”" and text.find("“", at + 1, last if place < 0 else place) > -1:
        return None
    if place >= 0 and closer in "’'":
        match = _CLOSES_WORD.search(text, place, last + 1)
        while match is not None and text[match.start()] != closer:
            match = _CLOSES_WORD.search(text, match.end(), last + 1)
        place = match.start() if match is not None and match.start() < last else -1
    return place if place >= 0 else None


def _without_crumbs(text: str, spans: list[Span]) -> list[Span]:
    """The spans, with a piece that has no letter or digit (a stray quote) joined to its neighbour."""
    joined: list[Span] = []
    for span in spans:
        if joined and not any(char.isalnum() for char in text[span.start : span.end]):
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def _strip(text: str, span: Span) -> Span:
    """The span without white space at either end."""
    start, end = span
    while start < end and (text[start].isspace() or text[start] in "\ufeff\u200b"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "\ufeff\u200b"):
        end -= 1
    return Span(start, end)
