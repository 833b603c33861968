"""Page furniture: what a page shows around an essay and what no answer may ever quote.

The patterns are data (data/furniture.toml). A rule's scope says how far a matching line reaches:
"line" only itself, "form" the short lines below it too, "tail" all that follows, since the essay has
ended. A tail is only believed where it looks like one: a share button also stands above essays, and an
essay must not lose a sentence to it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate, pairwise

from assistant.language import FUNCTION_WORDS, words
from assistant.lines import BULLET, Line

_ENDS_ESSAYS = frozenset(
    (
        "share buttons",
        "newsletter form",
        "related posts",
        "navigation",
        "print or e-mail buttons",
        "tags or categories",
    )
)
_IN_ESSAYS = frozenset(  # furniture that stands among the lines of an essay: its neighbours are no menu
    (
        "above the title",
        "byline",
        "reading time",
        "decoration",
        "photo credit",
        "image file name",
        "archive header",
    )
)
_ATTRIBUTION = "comment"  # the reason of a line that says who wrote the comment below it
_MAX_FORM_CHARS = 60  # of a line of a form
_MAX_CAPTION_CHARS = 100
_GROUP_DENSITY = 1 / 3  # share of furniture in a group of short lines that makes the whole group a menu or a form
_TAIL_DENSITY = 0.3  # share of furniture among the lines of what is taken for the end of a page
_TAIL_PROSE = 0.15  # share of a page's running text that may stand below a share button at its end
_FRAGMENT = re.compile(r"(?<!\?P)<([a-z]+)>")
_IMAGE_NAME = re.compile(r"[\w%()-]*(?:[_-]\d+x\d+|\.(?:jpe?g|png|gif|webp|svg|bmp|tiff?))", re.IGNORECASE)
_BARE_WORD = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
_NAME = re.compile(r"[A-Z][\w'.-]+(?: (?:van|de|der|den|von|ten|ter|el|di|du|le|la))*(?: [A-Z][\w'.-]+)+")


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason for removing a line, and the patterns that show it."""

    reason: str
    scope: str
    pattern: re.Pattern[str]


@cache
def rules() -> tuple[Rule, ...]:
    """The rules of data/furniture.toml, in their order."""
    tables = tomllib.loads(files("assistant").joinpath("data/furniture.toml").read_text(encoding="utf-8"))
    return tuple(
        Rule(
            table["reason"],
            table["scope"],
            re.compile("|".join(f"(?:{_whole(one, tables['fragments'])})" for one in table["patterns"]), re.IGNORECASE),
        )
        for table in tables["rule"]
    )


def _whole(pattern: str, fragments: Mapping[str, str]) -> str:
    """A pattern with the fragments that it names, such as <date>, written out."""
    return _FRAGMENT.sub(lambda match: _whole(fragments[match.group(1)], fragments), pattern)


def rule_for(text: str) -> Rule | None:
    """The first rule that a line (as `lines.plain` gives it) matches from end to end."""
    return next((rule for rule in rules() if rule.pattern.fullmatch(text)), None)


def is_archive(lines: Sequence[Line]) -> bool:
    """Whether a page says at its top that it lists the posts of a tag, a category or a month."""
    return any((rule := rule_for(line.text)) is not None and rule.reason == "archive header" for line in lines[:5])


def remove_furniture(lines: list[Line], *, above: int | None, single_essay: bool) -> None:
    """Mark every line that is page furniture.

    `above` is the index of the title line: short lines over it are the site's header. `single_essay` is
    False for a page with several posts of which nobody said where they begin; nothing is then taken for
    the end of the page.
    """
    if above is not None:
        for line in lines[:above]:
            if not line.is_prose:
                line.remove("above the title")
    matches = [None if line.kind not in (None, "removed") or line.kept else rule_for(line.text) for line in lines]
    bounds = [0, *(index for index, line in enumerate(lines) if line.kind == "post"), len(lines)]
    for start, end in pairwise(bounds):
        if single_essay:
            end_of_essay = _end_of_essay(lines, matches, start, end)
            for line in lines[end_of_essay:end]:
                rule = rule_for(line.text)
                line.remove(rule.reason if rule else "after the end of the essay")
        _remove_matches(lines, matches, start, end)
        _remove_groups(lines, start, end)
    _remove_author_boxes(lines)
    _remove_images(lines)


def _end_of_essay(lines: list[Line], matches: Sequence[Rule | None], start: int, end: int) -> int:
    """The index of the first line that no longer belongs to the essay; `end` where all does."""
    prose = [0 if matches[i] or lines[i].kind == "removed" else _weight(lines[i]) for i in range(start, end)]
    total = sum(prose) or 1
    prose_before = list(accumulate(prose, initial=0))
    furniture_from = _counted_from_end(match is not None for match in matches[start:end])
    comments_from = _counted_from_end(
        match is not None and match.reason == _ATTRIBUTION for match in matches[start:end]
    )
    for index in range(start, end):
        rule = matches[index]
        if rule is None or index == start or lines[index].kind == "post":
            continue
        at = index - start
        before = prose_before[at] / total
        density = furniture_from[at + 1] / max(1, end - index - 1)
        discussed = comments_from[at + 1] > 0
        if rule.scope == "tail":
            if before >= 0.5 or (before > 0 and discussed):
                return index
        elif rule.reason in _ENDS_ESSAYS and 1 - before <= _TAIL_PROSE and density >= _TAIL_DENSITY:
            return index
    return end


def _counted_from_end(found: Iterable[bool]) -> list[int]:
    """How many are true from each place on; 0 after the last."""
    return list(accumulate(reversed([*found]), initial=0))[::-1]


def _weight(line: Line) -> int:
    return len(line.text) if line.is_prose else 0


def _remove_matches(lines: list[Line], matches: Sequence[Rule | None], start: int, end: int) -> None:
    """The lines that match a rule, and below them the rest of a form."""
    reached = start  # so that a page of nothing but forms is walked once
    for index in range(start, end):
        rule = matches[index]
        if rule is None:
            continue
        lines[index].remove(rule.reason)
        below = max(index + 1, reached)
        while rule.scope == "form" and below < end and _is_form_line(lines[below]):
            lines[below].remove(rule.reason)
            below += 1
            reached = below


def _remove_groups(lines: list[Line], start: int, end: int) -> None:
    """The rest of a menu, a form or a footer: short lines right under one another, some of them furniture."""
    first = start
    for index in range(start, end):
        if index + 1 < end and lines[index + 1].gap == 0:
            continue
        group = lines[first : index + 1]
        first = index + 1
        reasons = [line.reason for line in group if line.kind == "removed" and line.reason not in _IN_ESSAYS]
        left = [line for line in group if line.kind != "removed"]
        if reasons and len(reasons) >= _GROUP_DENSITY * len(group) and not any(map(_is_text, left)):
            for line in group:
                line.remove(reasons[0])


def _is_text(line: Line) -> bool:
    """Whether a line may be a sentence of an essay or an item of a list."""
    return line.is_prose or BULLET.match(line.text) is not None or (line.text.endswith(".") and len(line.text) > 40)


def _is_form_line(line: Line) -> bool:
    """Whether a line is the label of a field, not a heading or a sentence: no line is free above it."""
    return line.gap == 0 and len(line.text) <= _MAX_FORM_CHARS and not line.ends_sentence


def _remove_images(lines: list[Line]) -> None:
    """Names of image files, and the captions and alternative texts that stand on a line of their own."""
    left = [line for line in lines if line.kind is None or line.reason == "photo credit"]
    names = [line for line in left if line.kind is None and _NAME.fullmatch(line.text) and len(line.text) <= 40]
    for index, line in enumerate(left):
        if line.kind is not None:
            continue
        below = left[index + 1] if index + 1 < len(left) else None
        above = left[index - 1] if index else None
        if _IMAGE_NAME.fullmatch(line.text) or (_BARE_WORD.fullmatch(line.text) and line.gap > 0 and below is not None):
            line.remove("image file name")
        elif (
            (below is not None and below.reason == "photo credit" and not line.is_prose and not line.ends_sentence)
            or (
                len(names) == 1 and line is names[0] and above is not None and above.is_prose and _has_gaps(line, below)
            )
            or (above is not None and _is_foreign_caption(line, above))
        ):
            line.remove("caption")


def _has_gaps(line: Line, below: Line | None) -> bool:
    return line.gap > 0 and below is not None and below.gap > 0


def _is_foreign_caption(line: Line, above: Line) -> bool:
    """Whether a short line begins in lower case, has no Dutch function word and follows a finished sentence."""
    if not line.text[:1].islower() or len(line.text) > _MAX_CAPTION_CHARS or BULLET.match(line.text):
        return False
    if line.gap == 0 or not above.ends_sentence or above.text.endswith((":", ";")):
        return False
    found = words(line.text)
    return len(found) >= 3 and not (FUNCTION_WORDS["nl"] - FUNCTION_WORDS["en"]).intersection(found)


def _remove_author_boxes(lines: list[Line]) -> None:
    """A name on a line of its own with a paragraph that begins with that same name: who wrote the page."""
    left = [line for line in lines if line.kind is None]
    for line, below in pairwise(left):
        if _NAME.fullmatch(line.text) and below.is_prose and below.text.startswith(line.text + " is "):
            line.remove("author box")
            below.remove("author box")
