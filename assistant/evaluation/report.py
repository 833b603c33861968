"""Outcomes as a report for people: tables, what went wrong, and the risk-coverage curve as a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.errors import AssistantError
from assistant.evaluation.evaluate import Outcome
from assistant.evaluation.measures import (
    INTERVALS,
    Measures,
    intervals,
    measures,
    refusals_by_threshold,
    risk_and_coverage,
)

_SHOWN_FAILURES = 12
_WHOLE = ("questions", "inexact")


class PictureError(AssistantError):
    """A picture that cannot be drawn or written."""


def groups_of(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Each split, and each language and kind of the test split (of all, where there is no such split)."""
    groups = {
        f"split {split}": [one for one in outcomes if one.split == split]
        for split in dict.fromkeys(one.split for one in outcomes)
    }
    chosen = groups.get("split test", list(outcomes))
    for name in ("language", "kind"):
        for value in dict.fromkeys(str(getattr(one, name)) for one in chosen):
            groups[f"{name} {value}"] = [one for one in chosen if getattr(one, name) == value]
    return groups


def tables(outcomes: Sequence[Outcome]) -> str:
    """The measures of each group, the intervals of each split, and what went wrong in development."""
    groups = groups_of(outcomes)
    lines = [measures_table({name: measures(group) for name, group in groups.items()}), "", "95% intervals (bootstrap)"]
    for name, group in groups.items():
        if name.startswith("split "):
            found = intervals(group, INTERVALS)
            lines.append(f"  {name}: " + ", ".join(f"{key} {low:.3f}-{high:.3f}" for key, (low, high) in found.items()))
    development = [one for one in outcomes if one.split == "development"]
    for title, is_wrong in _FAILURES:
        wrong = [one for one in development if is_wrong(one)]
        lines.append(f"\n{title}, in development: {len(wrong)}")
        lines.extend(f"  {one.id:14} {one.question}" for one in wrong[:_SHOWN_FAILURES])
        if len(wrong) > _SHOWN_FAILURES:
            lines.append(f"  ... and {len(wrong) - _SHOWN_FAILURES} more (--json lists them all)")
    return "\n".join(lines)


def measures_table(rows: dict[str, Measures]) -> str:
    """Measures as a Markdown table, a row for each name."""
    columns = list(next(iter(rows.values())))
    width = max(map(len, rows))
    lines = [f"| {'':{width}} | " + " | ".join(columns) + " |", f"|-{'-' * width}-|" + "---:|" * len(columns)]
    for name, found in rows.items():
        cells = [_cell(found[column], column).rjust(len(column)) for column in columns]
        lines.append(f"| {name:{width}} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


_FAILURES: tuple[tuple[str, Callable[[Outcome], bool]], ...] = (
    ("Answerable, but refused", lambda one: one.is_answerable and one.is_refused),
    (
        "Answered, but without a gold quote",
        lambda one: one.is_answerable and not one.is_refused and not one.shows_gold,
    ),
    ("Unanswerable, but answered", lambda one: not one.is_answerable and not one.is_refused),
)


def _cell(value: float | None, column: str) -> str:
    return "-" if value is None else f"{value:.0f}" if column in _WHOLE else f"{value:.3f}"


def draw_curve(outcomes: Sequence[Outcome], threshold: float, path: Path) -> None:
    """Write the risk-coverage curve of each split, and the refusals by threshold, as one picture.

    Raises:
        PictureError: matplotlib is not installed, or the file cannot be written.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise PictureError("The curve needs matplotlib, which is not installed. Run: pip install matplotlib") from None
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    for split in dict.fromkeys(one.split for one in outcomes):
        group = [one for one in outcomes if one.split == split]
        points = risk_and_coverage(group)
        left.plot([coverage for _, coverage, _ in points], [risk for _, _, risk in points], label=split)
        for _, coverage, risk in [point for point in points if point[0] >= threshold][-1:]:
            left.plot(coverage, risk, "o", color="black", zorder=3)
            left.annotate(f"caution {threshold:g}", (coverage, risk), textcoords="offset points", xytext=(6, -12))
        shares = refusals_by_threshold(group)
        lines = right.plot([one for one, _, _ in shares], [recall for _, recall, _ in shares], label=f"right, {split}")
        right.plot(
            [one for one, _, _ in shares],
            [wrong for _, _, wrong in shares],
            "--",
            color=lines[0].get_color(),
            label=f"wrong, {split}",
        )
    left.set(xlabel="coverage: share of questions answered", ylabel="risk: share of answers that are wrong")
    left.set(xlim=(0, 1), ylim=(0, None), title="Risk and coverage")
    right.axvline(threshold, color="black", linewidth=0.8)
    right.set(xlabel="caution (the setting)", ylabel="share refused", xlim=(0, 1), ylim=(0, 1), title="Refusals")
    for axes in (left, right):
        axes.legend(frameon=False)
        axes.grid(alpha=0.3)
    try:
        figure.savefig(path)
    except (OSError, ValueError) as error:
        raise PictureError(f"The curve could not be written to {path}: {error}. Name a .svg or .png file.") from None
