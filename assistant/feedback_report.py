"""What the feedback file tells a teacher: what was asked in vain, which essays are asked about, the thumbs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.feedback import Kept, Thumb
from assistant.language import detect_language
from assistant.rendering import tidy

SHOWN = 20  # rows of a table in the terminal; the page and --json have them all
REFUSED = ("absent", "unclear", "opinion", "act")
KINDS = {
    "answer": "beantwoord",
    "aside": "zijdelings beantwoord",
    "absent": "niet in de essays",
    "unclear": "niet begrepen",
    "opinion": "mening gevraagd",
    "act": "opdracht gegeven",
    "talk": "praatje",
}


@dataclass(frozen=True, slots=True)
class Day:
    """How many questions of one day were answered, and how many were not."""

    day: str
    answered: int
    refused: int


@dataclass(frozen=True, slots=True)
class InVain:
    """A question that the essays did not answer: the words as they were first asked."""

    question: str
    kind: str
    times: int
    last_day: str


@dataclass(frozen=True, slots=True)
class Essay:
    """How often answers cited an essay, and what readers thought of those answers."""

    source: str
    times: int
    titles: tuple[tuple[str, int], ...]  # of its posts, most cited first
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class Report:
    """All that is shown, in the terminal and on the page."""

    days: tuple[Day, ...]
    kinds: tuple[tuple[str, int], ...]  # most frequent first
    languages: tuple[tuple[str, int], ...]
    in_vain: tuple[InVain, ...]  # most asked first
    essays: tuple[Essay, ...]  # most cited first
    thumbs: tuple[Thumb, ...]  # newest first, those that point down before the others

    @property
    def asked(self) -> int:
        """How many questions there were."""
        return sum(times for _, times in self.kinds)


def report(kept: Kept) -> Report:
    """What a file says, gathered."""
    kinds, languages, days = Counter[str](), Counter[str](), dict[str, Counter[bool]]()
    for (day, kind, language), times in kept.asked.items():
        kinds[kind] += times
        languages[language] += times
        days.setdefault(day, Counter())[kind in REFUSED] += times
    return Report(
        days=tuple(Day(day, counts[False], counts[True]) for day, counts in sorted(days.items())),
        kinds=tuple(kinds.most_common()),
        languages=tuple(languages.most_common()),
        in_vain=_in_vain(kept),
        essays=_essays(kept),
        thumbs=tuple(one for thumb in ("down", "up") for one in reversed(kept.thumbs) if one.thumb == thumb),
    )


def _in_vain(kept: Kept) -> tuple[InVain, ...]:
    found: dict[str, InVain] = {}
    for one in kept.unanswered:
        key = tidy(one.question).casefold().rstrip("?!. ")
        before = found.get(key)
        question, times = (before.question, before.times) if before else (tidy(one.question), 0)
        found[key] = InVain(question, one.kind, times + one.times, one.day)
    return tuple(sorted(found.values(), key=lambda one: (-one.times, one.question)))


def _essays(kept: Kept) -> tuple[Essay, ...]:
    titles: dict[str, Counter[str]] = {}
    for (_, source, title), times in kept.cited.items():
        titles.setdefault(source, Counter())[tidy(title)] += times
    thumbs = Counter((source, one.thumb) for one in kept.thumbs for source in {cited.source for cited in one.citations})
    essays = [
        Essay(
            source,
            sum(titles.get(source, Counter()).values()),
            tuple(titles.get(source, Counter()).most_common()),
            thumbs[source, "up"],
            thumbs[source, "down"],
        )
        for source in titles.keys() | {source for source, _ in thumbs}
    ]
    return tuple(sorted(essays, key=lambda one: (-one.times, one.source)))


# --- The terminal


def report_text(found: Report, *, width: int = 80) -> str:
    """The report for a terminal of `width` columns. What strangers wrote is shown without control characters."""
    if not found.days and not found.thumbs:
        return "Er is nog niets gevraagd of beoordeeld."
    lines = []
    if found.days:
        first, last = found.days[0].day, found.days[-1].day
        lines += [f"{found.asked} vragen van {first} tot en met {last}", ""]
    kinds = [(KINDS.get(kind, kind), times) for kind, times in found.kinds]
    lines += _table(("soort antwoord", "vragen"), kinds, width)
    lines += _section("Vragen zonder antwoord", len(found.in_vain))
    rows = [(one.question, KINDS.get(one.kind, one.kind), one.last_day, one.times) for one in found.in_vain[:SHOWN]]
    lines += _table(("vraag", "waarom niet", "laatst", "keer"), rows, width)
    lines += _section("Essays waar naar gevraagd wordt", len(found.essays))
    essays = [(one.source, one.times, one.up, one.down) for one in found.essays[:SHOWN]]
    lines += _table(("essay", "antwoorden", "duim omhoog", "duim omlaag"), essays, width)
    lines += _section("Duimen", len(found.thumbs))
    thumbs = [
        ("omlaag" if one.thumb == "down" else "omhoog", one.day, tidy(one.question), tidy(one.reason))
        for one in found.thumbs[:SHOWN]
    ]
    lines += _table(("duim", "dag", "vraag", "reden"), thumbs, width)
    return "\n".join(lines)


def _section(title: str, rows: int) -> list[str]:
    more = f" (de eerste {SHOWN} van {rows}; --html toont ze alle)" if rows > SHOWN else ""
    return ["", f"{title}{more}"]


def _table(head: Sequence[str], rows: Sequence[Sequence[object]], width: int) -> list[str]:
    """Rows in columns: numbers to the right, and the widest column of words cut to what fits."""
    if not rows:
        return ["  geen"]
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    while (excess := 2 + sum(widths) + 2 * (len(widths) - 1) - width) > 0 and max(widths) > 12:
        widest = widths.index(max(widths))
        widths[widest] = max(12, widths[widest] - excess)
    is_number = [isinstance(cell, int) for cell in rows[0]]
    columns = list(zip(widths, is_number, strict=True))
    lines = ["  ".join(_cell(cell, *column) for cell, column in zip(row, columns, strict=True)) for row in cells]
    return [f"  {line}".rstrip() for line in lines]


def _cell(text: str, width: int, is_number: bool) -> str:
    text = text if len(text) <= width else text[: width - 1] + "…"
    return text.rjust(width) if is_number else text.ljust(width)


# --- Cases for evaluate


def cases(thumbs: Iterable[Thumb]) -> list[dict[str, Any]]:
    """The answers that readers judged, as questions for `evaluate`, each once.

    A thumb up makes the quotes that were shown the gold ones; of a refusal, that the essays do not answer it.
    A thumb down leaves gold empty and keeps what was shown under `shown`: what is right, the teacher must say.
    """
    found: dict[tuple[str, str, tuple[tuple[str, str], ...]], dict[str, Any]] = {}
    for one in thumbs:
        quotes = tuple((cited.source, cited.quote) for cited in one.citations)
        shown = [{"source": source, "quote": quote} for source, quote in quotes]
        question = " ".join(one.question.split())
        case = {
            "id": f"reader-{len(found) + 1:03}",
            "question": question,
            "language": detect_language(question),
            "kind": f"thumb-{one.thumb}",
            "split": "reported",
            "gold": shown if one.thumb == "up" else [],
        }
        if one.thumb == "down":
            case |= {"shown": shown, "reason": tidy(one.reason), "answer_kind": one.answer_kind}
        found.setdefault((question.casefold(), one.thumb, quotes), case)
    return list(found.values())
