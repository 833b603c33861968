"""Question files: what they may hold, where their quotes stand, and the make-up of the shipped ones."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant import AssistantError, Document
from assistant.documents import read_corpus
from assistant.evaluation.questions import Question, QuestionFileError, places_of, read_questions
from assistant.language import LANGUAGES
from assistant.types import Span

TESTS = Path(__file__).parent
DATA = TESTS / "data"
#       0         1         2         3         4
#       0123456789012345678901234567890123456789012345678
TEXT = "Lef is durven. Lef is durven. Moed is iets anders."
DURVEN = ("lef.txt", "Lef is durven.")
MOED = ("lef.txt", "Moed is iets anders.")
DOCUMENTS = {"lef.txt": Document("lef.txt", TEXT, "Lef")}
GOOD: dict[str, Any] = {
    "id": "1",
    "question": "wat is lef?",
    "language": "nl",
    "kind": "fact",
    "split": "test",
    "gold": [],
}


def question(number: str, *gold: tuple[str, str]) -> Question:
    return Question(number, f"vraag {number}", "nl", "fact", "test", gold)


# --- Quotes


def test_no_quotes_have_no_places() -> None:
    """A question without quotes has no place in the essays."""
    assert places_of(question("1"), (), DOCUMENTS) == []


def test_a_quote_stands_wherever_it_is_repeated() -> None:
    """Each place of a quote counts, in the order of the quotes."""
    places = places_of(question("1"), (MOED, DURVEN), DOCUMENTS)
    assert places == [("lef.txt", Span(30, 50)), ("lef.txt", Span(0, 14)), ("lef.txt", Span(15, 29))]


@pytest.mark.parametrize(
    "quote", [("lef.txt", "Durf is lef."), ("moed.txt", "Lef is durven.")], ids=["other-quote", "other-essay"]
)
def test_a_quote_that_is_nowhere_is_an_error(quote: tuple[str, str]) -> None:
    """A quote that its essay does not hold is named, with the question it belongs to."""
    with pytest.raises(QuestionFileError, match=r"Question 7.*--index") as caught:
        places_of(question("7", MOED), (MOED, quote), DOCUMENTS)
    assert isinstance(caught.value, AssistantError)


# --- Files


def test_a_question_file_is_read_in_its_order(tmp_path: Path) -> None:
    """Each line that is not blank is a question, in the order of the file; `also` and `turns` may be left out."""
    path = tmp_path / "questions.jsonl"
    quotes = [[{"source": source, "quote": quote}] for source, quote in (DURVEN, MOED)]
    other = GOOD | {"id": "2", "gold": quotes[0], "also": quotes[1], "turns": ["en moed?", "en lef?"], "style": "x"}
    path.write_text(f"\n{json.dumps(GOOD)}\n   \n{json.dumps(other)}\n", encoding="utf-8")
    one, two = read_questions(path)
    assert (one.id, one.is_answerable, one.gold, one.also, one.turns) == ("1", False, (), (), ())
    assert (two.id, two.is_answerable, two.gold) == ("2", True, (DURVEN,))
    assert (two.also, two.turns) == ((MOED,), ("en moed?", "en lef?"))


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
        json.dumps(GOOD | {"also": ["quote"]}),
        json.dumps(GOOD | {"turns": 3}),
    ],
    ids="unfinished list null number text no-split no-gold text-as-gold no-quote text-as-also number-as-turns".split(),
)
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str) -> None:
    """A line of another shape is refused with its number and what was expected, in one line."""
    path = tmp_path / "questions.jsonl"
    path.write_text(f"{json.dumps(GOOD)}\n{line}\n", encoding="utf-8")
    with pytest.raises(QuestionFileError, match=r"questions.jsonl, line 2 is no question.*Expected") as caught:
        read_questions(path)
    assert "\n" not in str(caught.value)


def test_one_turn_that_is_not_in_a_list(tmp_path: Path) -> None:
    """A text where a list of turns was expected is refused; it is not a turn for each letter."""
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps(GOOD | {"turns": "en moed?"}), encoding="utf-8")
    with pytest.raises(QuestionFileError, match=r"questions.jsonl, line 1 is no question.*turns"):
        read_questions(path)


def test_a_question_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A file that is missing, a folder, not UTF-8 or empty is refused with its name."""
    (tmp_path / "latin.jsonl").write_bytes(b"\xe9")
    (tmp_path / "empty.jsonl").write_bytes(b"\n\n")
    for name, problem in (("none", "cannot be read"), (".", "cannot be read"), ("latin", "cannot"), ("empty", "empty")):
        path = tmp_path / (name if name == "." else f"{name}.jsonl")
        with pytest.raises(QuestionFileError, match=problem):
            read_questions(path)


# --- The shipped files

SETS = {
    "questions": (TESTS / "questions.jsonl", TESTS.parent / "corpus"),
    "calibration": (DATA / "calibration_questions.jsonl", DATA / "calibration_corpus"),
    "other": (DATA / "other_questions.jsonl", DATA / "other_corpus"),
}


def in_short(text: str) -> str:
    """The words of a question alone, so that case, marks and white space make no difference."""
    return " ".join(re.findall(r"\w+", text.casefold())) or text.strip()


def shipped(split: str) -> list[Question]:
    return [one for one in read_questions(SETS["questions"][0]) if one.split == split]


def in_the_test(questions: Iterable[Question]) -> list[str]:
    """The ids of the questions that are test questions too; never the words of one.

    Two questions of the same words are not the same one where each comes after turns of its own ("hoe dan?").
    """
    tested: dict[str, list[tuple[str, ...]]] = {}
    for one in shipped("test"):
        tested.setdefault(in_short(one.question), []).append(one.turns)
    return [
        one.id
        for one in questions
        if any(not turns or not one.turns or turns == one.turns for turns in tested.get(in_short(one.question), ()))
    ]


@pytest.mark.parametrize(("path", "corpus"), SETS.values(), ids=SETS)
def test_the_shipped_questions_hold_together(path: Path, corpus: Path) -> None:
    """Every question has its own id, a known split and language, and quotes that all stand in their essays."""
    questions = read_questions(path)
    documents = {document.source: document for document in read_corpus(corpus).documents}
    assert len({one.id for one in questions}) == len(questions)
    assert {one.split for one in questions} <= {"development", "test"}
    assert {one.language for one in questions} <= set(LANGUAGES)
    for one in questions:
        assert bool(places_of(one, one.gold, documents)) == one.is_answerable
        assert len(places_of(one, one.also, documents)) >= len(one.also)
        assert one.question.strip()
        assert all(turn.strip() for turn in one.turns)


@pytest.mark.parametrize("split", ["development", "test"])
def test_there_are_enough_questions(split: str) -> None:
    """A split has at least 120 answerable questions, 80 of them Dutch, and 20 follow-ups, in every language."""
    questions = shipped(split)
    assert sum(one.is_answerable for one in questions) >= 120
    assert sum(one.is_answerable and one.language == "nl" for one in questions) >= 80
    assert sum(one.kind == "follow-up" for one in questions) >= 20
    assert {one.language for one in questions} == set(LANGUAGES)


def test_there_are_enough_questions_without_an_answer() -> None:
    """There are at least 80 questions that the essays do not answer, the two splits together."""
    assert sum(not one.is_answerable for one in read_questions(SETS["questions"][0])) >= 80


def test_follow_ups_come_after_turns() -> None:
    """A follow-up has turns before it, and an answerable question that has turns is a follow-up."""
    for one in [*shipped("development"), *shipped("test")]:
        assert one.kind != "follow-up" or bool(one.turns), one.id
        assert not one.turns or not one.is_answerable or one.kind == "follow-up", one.id


def test_both_splits_have_every_kind() -> None:
    """There are development and test questions of the same kinds, so that one tells about the other."""
    counts = Counter((split, one.kind) for split in ("development", "test") for one in shipped(split))
    kinds = {kind for _, kind in counts}
    assert set(counts) == {(split, kind) for split in ("development", "test") for kind in kinds}
    assert min(counts.values()) > 4


def test_no_test_question_was_developed_on() -> None:
    """No question is in both splits, whatever its case and marks."""
    assert in_the_test(shipped("development")) == []


@pytest.mark.parametrize("name", ["calibration", "other"])
def test_no_test_question_was_fitted_on(name: str) -> None:
    """No test question is asked in the files that weights are fitted on beside the development questions."""
    assert in_the_test(read_questions(SETS[name][0])) == []


@pytest.mark.parametrize("name", ["practice_essays", "practice_pairs"])
def test_no_test_question_was_practised_on(name: str) -> None:
    """No test question is among those that the adapter was trained on, or weights were fitted on."""
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    practised = [one["q"] for item in map(json.loads, lines) for one in [*item["questions"], *item["unanswerable"]]]
    assert len(practised) > 1_000
    assert in_the_test(replace(question(text), question=text) for text in practised) == []
