"""The report for people: groups, tables, what went wrong, and the picture."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from outcomes import outcome

from assistant import AssistantError
from assistant.evaluation.measures import measures
from assistant.evaluation.report import PictureError, draw_curve, groups_of, measures_table, tables

OUTCOMES = [
    outcome("d1", split="development", is_refused=True),
    outcome("d2", split="development", language="en", kind="how", excerpts=2),
    outcome("d3", split="development", is_answerable=False, excerpts=1),
    outcome("d4", split="development", would_show_gold=True, excerpts=3, right_excerpts=1),
    outcome("t1", is_refused=True),
    outcome("t2", language="fr", excerpts=1),
    outcome("t3", kind="same-field", is_answerable=False, excerpts=1),
]


def ids(name: str) -> list[str]:
    return [one.id for one in groups_of(OUTCOMES)[name]]


def test_no_outcomes_have_no_groups() -> None:
    """Without outcomes there is no group."""
    assert groups_of([]) == {}


def test_the_groups_are_splits_and_parts_of_the_test_split() -> None:
    """Each split is a group, then each language and each kind of the test questions alone."""
    assert list(groups_of(OUTCOMES)) == [
        "split development",
        "split test",
        "language nl",
        "language fr",
        "kind fact",
        "kind same-field",
    ]
    assert ids("split test") == ["t1", "t2", "t3"]
    assert ids("language nl") == ["t1", "t3"]
    assert ids("kind fact") == ["t1", "t2"]


def test_groups_where_there_is_no_test_split() -> None:
    """Where no question is of the test split, languages and kinds are those of all questions."""
    assert list(groups_of(OUTCOMES[:4])) == [
        "split development",
        "language nl",
        "language en",
        "kind fact",
        "kind how",
    ]


def test_a_table_is_markdown_with_a_row_for_each_group() -> None:
    """Every line has as many cells as the head, shares have three decimals, counts none, and nothing is a dash."""
    rows = {"een": measures(OUTCOMES[:2]), "een langere naam": measures(OUTCOMES[2:3])}
    lines = measures_table(rows).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert len(lines) == 4
    assert cells[0][1:] == list(rows["een"])
    assert {len(row) for row in cells} == {len(cells[0])}
    assert set(lines[1]) <= set("|-:")
    assert cells[2][:2] == ["een", "2"]
    by_name = dict(zip(cells[0], cells[2], strict=True))
    assert (by_name["gold shown"], by_name["excerpts"], by_name["inexact"]) == ("0.000", "2.000", "0")
    assert by_name["refusal recall"] == "-"
    assert cells[3][0] == "een langere naam"


def test_the_report_has_a_table_intervals_and_what_went_wrong() -> None:
    """Below the table stand the intervals of each split, then the development questions that went wrong."""
    table, about_intervals, *failures = tables(OUTCOMES).split("\n\n")
    assert table == measures_table({name: measures(group) for name, group in groups_of(OUTCOMES).items()})
    title, *lines = about_intervals.splitlines()
    assert title == "95% intervals (bootstrap)"
    assert [line.partition(":")[0] for line in lines] == ["  split development", "  split test"]
    assert "gold shown 0.000-1.000" in lines[0]
    assert [part.splitlines() for part in failures] == [
        ["Answerable, but refused, in development: 1", "  d1             vraag d1"],
        ["Answered, but without a gold quote, in development: 1", "  d2             vraag d2"],
        ["Unanswerable, but answered, in development: 1", "  d3             vraag d3"],
    ]


def test_no_test_question_is_shown() -> None:
    """What went wrong with a test question is counted and never shown, so that nobody mends it by looking."""
    assert not any(f"vraag t{number}" in tables(OUTCOMES) for number in (1, 2, 3))


def test_a_long_report_says_what_it_leaves_out() -> None:
    """Of many failures of one sort the first twelve are shown, and the others counted."""
    refused = [outcome(number, split="development", is_refused=True) for number in range(20)]
    lines = tables(refused).splitlines()
    assert "Answerable, but refused, in development: 20" in lines
    assert sum("vraag" in line for line in lines) == 12
    assert "  ... and 8 more (--json lists them all)" in lines


# --- The picture


@pytest.mark.parametrize(("name", "first"), [("curve.svg", b"<?xml"), ("curve.png", b"\x89PNG")])
def test_the_curve_is_drawn(tmp_path: Path, name: str, first: bytes) -> None:
    """The picture is written in the form that its name asks for."""
    draw_curve(OUTCOMES, 0.5, tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(first)


@pytest.mark.parametrize(
    "name", ["curve.essay", "nergens/curve.svg", "map.svg"], ids=["form", "folder-missing", "folder"]
)
def test_a_picture_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    """A name that no picture can have is an error in one line that names it and a form that works."""
    (tmp_path / "map.svg").mkdir()
    with pytest.raises(PictureError, match=r"Name a \.svg or \.png file") as caught:
        draw_curve(OUTCOMES, 0.5, tmp_path / name)
    assert isinstance(caught.value, AssistantError)
    assert str(tmp_path / name) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_picture_without_matplotlib(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where matplotlib is not installed, the error gives the command that installs it."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(PictureError, match="pip install matplotlib"):
        draw_curve(OUTCOMES, 0.5, tmp_path / "curve.svg")


def drawn(outcomes: list, threshold: float, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def, type-arg]
    """The left and the right half of the picture, before it is written."""
    figures = []
    monkeypatch.setattr("matplotlib.figure.Figure.savefig", lambda figure, path: figures.append(figure))
    draw_curve(outcomes, threshold, Path("curve.svg"))
    return figures[0].axes


def test_the_curve_shows_the_points_of_each_split(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the left stands a line for each split, with the point of the threshold; on the right, two for each."""
    chosen = [
        outcome(1, confidence=0.9, would_show_gold=True),
        outcome(2, confidence=0.5),
        outcome(3, confidence=0.1, is_answerable=False),
        outcome(4, split="development", would_show_gold=True),
    ]
    left, right = drawn(chosen, 0.5, monkeypatch)
    curve, point, *_ = left.lines
    assert curve.get_label() == "test"
    assert curve.get_xydata() == pytest.approx(np.array([[1 / 3, 0], [2 / 3, 1 / 2], [1, 2 / 3]]))
    assert point.get_xydata() == pytest.approx(np.array([[2 / 3, 1 / 2]]))
    assert [line.get_label() for line in right.lines[:4]] == [
        "right, test",
        "wrong, test",
        "right, development",
        "wrong, development",
    ]


def test_the_point_of_the_threshold_is_what_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The point marked as the threshold's covers what is as sure as that, and no question that is less sure."""
    chosen = [outcome(1, confidence=0.9, would_show_gold=True), outcome(2, confidence=0.45)]
    left, _ = drawn(chosen, 0.5, monkeypatch)
    assert left.lines[1].get_xydata().tolist() == [[0.5, 0]]
