"""The measures, computed by hand on answers made by hand, and the question files that they are computed on."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from assistant import Answer, Assistant, AssistantError, Citation, Document, Hit, Passage
from assistant.documents import read_corpus
from assistant.evaluation.benchmark import benchmark
from assistant.evaluation.evaluate import evaluate, report
from assistant.evaluation.questions import Question, QuestionFileError, gold_spans, read_questions
from assistant.language import LANGUAGES
from assistant.settings import Settings
from assistant.types import Span

TESTS = Path(__file__).parent
#       0         1         2         3         4
#       0123456789012345678901234567890123456789012345678
TEXT = "Lef is durven. Lef is durven. Moed is iets anders."
DURVEN = ("lef.txt", "Lef is durven.")
MOED = ("lef.txt", "Moed is iets anders.")
DOCUMENTS = {"lef.txt": Document("lef.txt", TEXT, "Lef")}


def question(number: str, *gold: tuple[str, str], split: str = "test", language: str = "nl") -> Question:
    return Question(number, f"vraag {number}", language, "fact", split, gold)


def cite(number: int, start: int, end: int, text: str = TEXT) -> Citation:
    return Citation(number, "lef.txt", "Lef", "", start, end, text[start:end])


def hit(start: int, end: int) -> Hit:
    return Hit(Passage(0, "lef.txt", "Lef", start, end, (), TEXT[start:end], ()), 1.0)


def said(*citations: Citation, hits: tuple[Hit, ...] = (), refused: bool = False) -> Answer:
    return Answer("", "nl", "", "", (), citations, hits, refused, confidence=0.5)


class HandMade:
    """An assistant whose answers are known beforehand."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.documents = DOCUMENTS
        self.answers = answers

    def ask(self, asked: str) -> Answer:
        """The answer made for a question."""
        return self.answers[asked]


ANSWERS = {
    # answered with one right excerpt of two, the second place of a repeated sentence; in the hits
    "vraag 1": said(cite(1, 15, 29), cite(2, 30, 50), hits=(hit(0, 29),)),
    # answered, but with the wrong sentence; its passage was not found, since it holds only half of it
    "vraag 2": said(cite(1, 0, 14), hits=(hit(0, 40),)),
    # refused wrongly; found, but only as the sixth hit
    "vraag 3": said(refused=True, hits=(*(hit(0, 10) for _ in range(5)), hit(0, 50))),
    # refused rightly
    "vraag 4": said(refused=True),
    # answered wrongly, with a quote that is not where it says
    "vraag 5": said(Citation(1, "lef.txt", "Lef", "", 1, 15, "Lef is durven.")),
    # answered with a quote without the mark at its end
    "vraag 6": said(cite(1, 30, 49), hits=(hit(0, 50),)),
}
QUESTIONS = [
    question("1", DURVEN),
    question("2", MOED),
    question("3", MOED, DURVEN),
    question("4"),
    question("5", language="en"),
    question("6", MOED, split="development"),
]


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    assistant: Any = HandMade(ANSWERS)
    return evaluate(assistant, QUESTIONS)


def test_the_measures_are_those_computed_by_hand(result: dict[str, Any]) -> None:
    """Recall, gold shown, precision and refusals over all questions are what their definitions give."""
    assert result["measures"]["all"] == {
        "questions": 6,
        "recall@5": pytest.approx(2 / 4),  # 1 and 6, of the four that the essays answer
        "gold_shown": pytest.approx(2 / 4),  # 1 and 6
        "excerpts": pytest.approx(4 / 3),  # 2 + 1 + 1, of the three that were answered
        "precision": pytest.approx(2 / 4),  # one of 1's two, none of 2's one, 6's one
        "refused_rightly": pytest.approx(1 / 2),  # 4, of 4 and 5
        "refused_wrongly": pytest.approx(1 / 4),  # 3
        "inexact": 1,  # 5
    }


def test_the_measures_are_also_taken_by_group(result: dict[str, Any]) -> None:
    """Each split, language and kind is measured apart; a measure of nothing is none."""
    measures = result["measures"]
    groups = "all|split test|split development|language nl|language en|kind fact|test nl|test en"
    assert list(measures) == groups.split("|")
    assert [measures[group]["questions"] for group in groups.split("|")] == [6, 5, 1, 5, 1, 6, 4, 1]
    assert measures["language en"] == {
        "questions": 1,
        "recall@5": None,
        "gold_shown": None,
        "excerpts": None,
        "precision": None,
        "refused_rightly": 0.0,
        "refused_wrongly": None,
        "inexact": 1,
    }


def test_every_question_keeps_its_outcome(result: dict[str, Any]) -> None:
    """What became of each question is given in the order of the file, ready for JSON."""
    assert [outcome["id"] for outcome in result["questions"]] == ["1", "2", "3", "4", "5", "6"]
    assert [outcome["right_excerpts"] for outcome in result["questions"]] == [1, 0, 0, 0, 0, 1]
    assert json.loads(json.dumps(result)) == result


def test_the_report_names_what_went_wrong(result: dict[str, Any]) -> None:
    """The report is a table with a row for each group, and under it the questions that went wrong."""
    table, *failures = report(result).split("\n\n")
    assert [line[:22].strip() for line in table.splitlines()[1:]] == list(result["measures"])
    assert table.splitlines()[1].split()[1:] == ["6", "0.500", "0.500", "1.33", "0.500", "0.500", "0.250", "1"]
    assert "-" in table.splitlines()[5].split()
    assert [part.splitlines() for part in failures] == [
        ["Answerable, but refused: 1", "  3              vraag 3"],
        ["Answered, but without a gold sentence: 1", "  2              vraag 2"],
        ["Unanswerable, but answered: 1", "  5              vraag 5"],
    ]


def test_a_long_report_says_what_it_leaves_out() -> None:
    """Of many failures of one sort the first twelve are shown, and the others counted."""
    assistant: Any = HandMade({f"vraag {number}": said(refused=True) for number in range(20)})
    lines = report(evaluate(assistant, [question(str(number), MOED) for number in range(20)]))
    assert "  ... and 8 more (--json lists them all)" in lines.splitlines()


def test_the_real_assistant_is_measured(assistant: Assistant) -> None:
    """On real questions every citation is exact, and what is answered is mostly right."""
    questions = read_questions(TESTS / "questions.jsonl")[::12]
    result = evaluate(assistant, questions)
    assert result["measures"]["all"]["inexact"] == 0
    assert result["measures"]["all"]["questions"] == len(questions)
    assert result["measures"]["all"]["recall@5"] > 0.7
    assert result["measures"]["all"]["refused_wrongly"] < 0.3


# --- Gold quotes


def test_a_gold_quote_stands_wherever_it_is_repeated() -> None:
    """Each place of a quote counts as gold, in the order of the quotes."""
    places = gold_spans(question("1", MOED, DURVEN), DOCUMENTS)
    assert places == [("lef.txt", Span(30, 50)), ("lef.txt", Span(0, 14)), ("lef.txt", Span(15, 29))]


@pytest.mark.parametrize(
    "gold", [("lef.txt", "Durf is lef."), ("moed.txt", "Lef is durven.")], ids=["other-quote", "other-essay"]
)
def test_a_gold_quote_that_is_nowhere_is_an_error(gold: tuple[str, str]) -> None:
    """A quote that its essay does not hold is named, with the question it belongs to."""
    with pytest.raises(QuestionFileError, match=r"Question 7.*--index") as caught:
        gold_spans(question("7", gold), DOCUMENTS)
    assert isinstance(caught.value, AssistantError)


def test_the_shipped_questions_hold_together() -> None:
    """Every shipped question has its own id, a known split and language, and gold quotes that stand in the essays."""
    questions = read_questions(TESTS / "questions.jsonl")
    documents = {document.source: document for document in read_corpus(TESTS.parent / "corpus").documents}
    assert len(questions) == len({one.id for one in questions}) > 200
    for one in questions:
        assert one.split in ("development", "test")
        assert one.language in LANGUAGES
        assert bool(gold_spans(one, documents)) == one.is_answerable
    splits = Counter((one.split, one.is_answerable) for one in questions)
    assert min(splits.values()) > 20


# --- Question files

GOOD = {"id": "1", "question": "wat is lef?", "language": "nl", "kind": "fact", "split": "test", "gold": []}


def test_a_question_file_is_read_in_its_order(tmp_path: Path) -> None:
    """Each line that is not blank is a question, in the order of the file."""
    path = tmp_path / "questions.jsonl"
    other = GOOD | {"id": "2", "gold": [{"source": "lef.txt", "quote": "Lef is durven."}]}
    path.write_text(f"\n{json.dumps(GOOD)}\n   \n{json.dumps(other)}\n", encoding="utf-8")
    one, two = read_questions(path)
    assert (one.id, one.is_answerable, one.gold) == ("1", False, ())
    assert (two.id, two.is_answerable, two.gold) == ("2", True, (DURVEN,))


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "null",
        "7",
        '"vraag"',
        json.dumps({key: value for key, value in GOOD.items() if key != "split"}),
        json.dumps(GOOD | {"gold": None}),
        json.dumps(GOOD | {"gold": ["quote"]}),
        json.dumps(GOOD | {"gold": [{"source": "lef.txt"}]}),
    ],
    ids="unfinished list null number text no-split no-gold text-as-gold no-quote".split(),
)
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str) -> None:
    """A line of another shape is refused with its number and what was expected, in one line."""
    path = tmp_path / "questions.jsonl"
    path.write_text(f"{json.dumps(GOOD)}\n{line}\n", encoding="utf-8")
    with pytest.raises(QuestionFileError, match=r"questions.jsonl, line 2 is no question.*Expected") as caught:
        read_questions(path)
    assert "\n" not in str(caught.value)


def test_a_question_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A file that is missing, a folder, not UTF-8 or empty is refused with its name."""
    (tmp_path / "latin.jsonl").write_bytes(b"\xe9")
    (tmp_path / "empty.jsonl").write_bytes(b"\n\n")
    for name, problem in (("none", "cannot be read"), (".", "cannot be read"), ("latin", "cannot"), ("empty", "empty")):
        path = tmp_path / (name if name == "." else f"{name}.jsonl")
        with pytest.raises(QuestionFileError, match=problem):
            read_questions(path)


@pytest.mark.parametrize(("count", "rounds"), [(49, 1), (0, 1), (60, 0)], ids="too-few none no-rounds".split())
def test_a_benchmark_of_nearly_nothing_is_refused(count: int, rounds: int) -> None:
    """A benchmark needs fifty different questions and one round, or its figures say nothing."""
    asked = [question(str(number)) for number in range(count)] * 2
    with pytest.raises(AssistantError, match=f"{count} different questions and {rounds} rounds"):
        benchmark(TESTS.parent / "corpus", asked, Settings(), rounds=rounds)
