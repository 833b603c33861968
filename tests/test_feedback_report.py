"""The report for the teacher: counted right, shown safely, and good enough for evaluate to read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.evaluation.questions import places_of, read_questions
from assistant.feedback import Cited, Kept, Thumb, Unanswered
from assistant.feedback_page import report_page
from assistant.feedback_report import SHOWN, Report, cases, report, report_text
from assistant.types import Document

NASTY = '<img src=x onerror=alert(1)> \x1b[31mrood\x1b[0m \u202edraai & "zo"'


def cited(source: str, quote: str = "een zin") -> Cited:
    return Cited(source, "Titel", 0, len(quote), quote)


def thumb(pointing: str, question: str = "wat is lef?", *places: Cited, day: str = "2026-01-02") -> Thumb:
    return Thumb(day, question, "answer" if places else "absent", pointing, "", places)  # type: ignore[arg-type]


KEPT = Kept(
    thumbs=(thumb("up", "a", cited("lef.txt")), thumb("down", NASTY, cited("lef.txt"), cited("moed.txt"))),
    unanswered=(
        Unanswered("2026-01-01", "Wat kost het?", "absent", "nl", 2),
        Unanswered("2026-01-02", "wat kost het", "absent", "nl", 3),
        Unanswered("2026-01-02", NASTY, "unclear", "nl", 1),
    ),
    asked={
        ("2026-01-01", "answer", "nl"): 4,
        ("2026-01-01", "absent", "nl"): 2,
        ("2026-01-02", "aside", "en"): 1,
        ("2026-01-02", "absent", "nl"): 3,
        ("2026-01-02", "unclear", "nl"): 1,
    },
    cited={
        ("2026-01-01", "lef.txt", "Lef"): 4,
        ("2026-01-02", "lef.txt", "Meer lef"): 1,
        ("2026-01-02", "moed.txt", "Moed"): 6,
    },
)
NOTHING = Kept((), (), {}, {})


def test_nothing_was_asked() -> None:
    """An empty file gives a line and a page that say so."""
    assert report_text(report(NOTHING)) == "Er is nog niets gevraagd of beoordeeld."
    assert "nog niets gevraagd" in report_page(report(NOTHING))
    assert cases(()) == []


def test_what_is_counted() -> None:
    """Days, kinds, essays and questions are added up; one question in two spellings is one."""
    found = report(KEPT)
    assert [(day.day, day.answered, day.refused) for day in found.days] == [("2026-01-01", 4, 2), ("2026-01-02", 1, 4)]
    assert found.asked == 11
    first = found.in_vain[0]
    assert (first.question, first.times, first.last_day) == ("Wat kost het?", 5, "2026-01-02")
    assert [(one.source, one.times, one.up, one.down) for one in found.essays] == [
        ("moed.txt", 6, 0, 1),
        ("lef.txt", 5, 1, 1),
    ]
    assert found.essays[1].titles == (("Lef", 4), ("Meer lef", 1))
    assert [one.thumb for one in found.thumbs] == ["down", "up"]


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_terminal_shows_no_control_characters(width: int) -> None:
    """What a stranger typed cannot colour, turn round or forge lines of the teacher's terminal; lines fit."""
    text = report_text(report(KEPT), width=width)
    assert all(line.isprintable() for line in text.splitlines())
    assert "<img src=x" in text
    assert all(len(line) <= max(width, 62) for line in text.splitlines())


def test_a_long_table_is_cut_and_says_so() -> None:
    """The terminal shows the first rows and says how many there are; the page has them all."""
    many = tuple(Unanswered("2026-01-01", f"vraag {number:03}", "absent", "nl", 1) for number in range(50))
    found = report(Kept((), many, {("2026-01-01", "absent", "nl"): 50}, {}))
    assert f"de eerste {SHOWN} van 50" in report_text(found)
    assert "vraag 049" not in report_text(found)
    assert "vraag 049" in report_page(found)


def test_the_page_stands_alone_and_shows_words_as_words() -> None:
    """No other file, no script; markup that a stranger typed is text; the pictures are in it."""
    html = report_page(report(KEPT))
    assert "default-src 'none'" in html
    assert not re.search(r"<script|<img|<link|<iframe|https?://|\son\w+=(?!alert)", re.sub(r"&lt;.*?&gt;", "", html))
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert html.count("<svg") == 3
    assert "\x1b" not in html


@pytest.mark.parametrize("days", [1, 2, 500])
def test_pictures_stay_within_their_frame(days: int) -> None:
    """One day, two days and more than a year of days all fit."""
    asked = {(f"{2020 + day // 365}-{day % 365:03}", "answer", "nl"): day + 1 for day in range(days)}
    html = report_page(report(Kept((), (), asked, {})))
    bars = re.findall(r'<rect class="yes" x="([\d.]+)" width="([\d.]+)" y="([\d.]+)" height="([\d.]+)"', html)
    assert bars
    for x, width, y, height in bars:
        assert float(x) + float(width) <= 800
        assert 20 <= float(y) <= float(y) + float(height) <= 200.1


def test_cases_can_be_read_by_evaluate(tmp_path: Path) -> None:
    """A thumb up makes the quotes gold, a thumb down leaves gold empty; each case comes once."""
    quote = "De zin met “tekens” en\neen regel."
    thumbs = [
        thumb("up", "wat is lef?", cited("lef.txt", quote)),
        thumb("up", "Wat is lef?", cited("lef.txt", quote)),
        thumb("down", "wat is lef?", cited("lef.txt", quote)),
        thumb("up", "wat is de hoofdstad?"),
    ]
    path = tmp_path / "cases.jsonl"
    made = cases(thumbs)
    path.write_text("".join(json.dumps(case) + "\n" for case in made), encoding="utf-8")
    read = read_questions(path)
    assert [(one.kind, one.is_answerable) for one in read] == [
        ("thumb-up", True),
        ("thumb-down", False),
        ("thumb-up", False),
    ]
    assert made[1]["shown"] == [{"source": "lef.txt", "quote": quote}]
    documents = {"lef.txt": Document("lef.txt", f"Vooraf. {quote}", "Lef")}
    assert places_of(read[0], read[0].gold, documents)[0][1] == (8, 8 + len(quote))


@pytest.fixture
def written(tmp_path: Path) -> Path:
    from assistant.feedback import Feedback

    path = tmp_path / "feedback.sqlite"
    file = Feedback(path, 30)
    file.thumb("wat is lef?", "answer", "down", "zomaar", [cited("lef.txt")])
    file.close()
    return path


def test_the_command_writes_what_it_is_asked_for(
    written: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table by default, JSON, a page and cases on demand; the file may come from the setting."""
    main(["report", str(written)])
    assert "wat is lef?" in capsys.readouterr().out
    monkeypatch.setenv("ASSISTANT_FEEDBACK", str(written))
    main(["report", "--json"])
    assert json.loads(capsys.readouterr().out)["thumbs"][0]["reason"] == "zomaar"
    page, exported = tmp_path / "r.html", tmp_path / "c.jsonl"
    main(["report", "--html", str(page), "--export", str(exported)])
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert len(read_questions(exported)) == 1
    assert "gold is empty" in capsys.readouterr().err


@pytest.mark.parametrize("made", [lambda path: None, lambda path: path.write_text("geen database" * 50)])
def test_a_file_that_is_none_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], made: Callable[[Path], object]
) -> None:
    """No file, or another one, is one line on standard error and exit code 1."""
    made(tmp_path / "x")
    with pytest.raises(SystemExit) as stopped:
        main(["report", str(tmp_path / "x")])
    assert stopped.value.code == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_report_is_a_value() -> None:
    """The report of the same file is the same."""
    assert report(KEPT) == report(KEPT)
    assert isinstance(report(KEPT), Report)
