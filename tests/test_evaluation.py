"""What becomes of each question: outcomes of answers made by hand, and of the real assistant's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant import Answer, Assistant, AssistantError, Citation, Document, Hit, Passage
from assistant.evaluation.benchmark import benchmark
from assistant.evaluation.evaluate import DEPTH, Outcome, as_dict, evaluate, is_shown
from assistant.evaluation.measures import measures
from assistant.evaluation.questions import Question, QuestionFileError, read_questions
from assistant.reader import Excerpt
from assistant.settings import Settings
from assistant.steps import Steps
from assistant.types import Sentence, Span, Turn

TESTS = Path(__file__).parent
#       0         1         2         3         4         5
#       012345678901234567890123456789012345678901234567890
TEXT = "Lef is durven. Lef is durven. Moed is iets anders."
DURVEN = ("lef.txt", "Lef is durven.")
MOED = ("lef.txt", "Moed is iets anders.")
DOCUMENTS = {"lef.txt": Document("lef.txt", TEXT, "Lef")}
PASSAGES = tuple(
    Passage(number, "lef.txt", "Lef", start, end, (), TEXT[start:end], ())
    for number, (start, end) in enumerate([(0, 14), (15, 29), (22, 40), (30, 50), (23, 38)])
)


def question(number: str, *gold: tuple[str, str], **told: Any) -> Question:
    usual = {"language": "nl", "kind": "fact", "split": "test"}
    return Question(number, f"vraag {number}", gold=gold, **(usual | told))


def cite(number: int, start: int, end: int) -> Citation:
    return Citation(number, "lef.txt", "Lef", "", start, end, TEXT[start:end])


def said(*citations: Citation, kind: Any = "answer") -> Answer:
    return Answer("", "nl", "gezegd", "", (), citations, (), not citations, confidence=0.5, kind=kind)


class HandMade:
    """An assistant whose answers, and what it would show of the essays, are known beforehand."""

    def __init__(self, answer: Answer, *would_show: Span, found: Sequence[int] = (), searched: str = "") -> None:
        self.documents = DOCUMENTS
        self.retriever = SimpleNamespace(index=SimpleNamespace(passages=PASSAGES), search=self.search)
        self.asked: list[tuple[str, list[Turn]]] = []
        self.steps = Steps(growth=False)
        self.looked_up: list[tuple[str, int, Steps]] = []
        self._answer, self._would_show, self._found, self._searched = answer, would_show, found, searched

    def ask(self, asked: str, history: Sequence[Turn] = ()) -> Answer:
        """The answer made for every question."""
        self.asked.append((asked, list(history)))
        return replace(self._answer, text=f"antwoord op {asked}")

    def consider(self, asked: str, history: Sequence[Turn] = ()) -> Any:
        """The question as it would be searched for."""
        return SimpleNamespace(confidence=0.4, search=SimpleNamespace(question=self._searched or asked))

    def excerpts(self, considered: Any, history: Sequence[Turn] = ()) -> list[Excerpt]:
        """What would be shown if nothing were refused."""
        return [
            Excerpt(DOCUMENTS["lef.txt"], (Sentence(*span, "Lef", (), 0),), TEXT[span.start : span.end], 1.0)
            for span in self._would_show
        ]

    def search(self, text: str, top_k: int, *, steps: Steps) -> Any:
        """The passages found, the first one best."""
        self.looked_up.append((text, top_k, steps))
        return SimpleNamespace(hits=[Hit(PASSAGES[number], 1 - place / 10) for place, number in enumerate(self._found)])


def outcome_of(assistant: HandMade, asked: Question) -> Outcome:
    made: Any = assistant
    [found] = evaluate(made, [asked])
    return found


def test_no_questions_have_no_outcomes() -> None:
    """Without questions there is nothing to say."""
    made: Any = HandMade(said())
    assert evaluate(made, []) == []


def test_an_answer_with_its_gold() -> None:
    """A quote counts wherever it stands; every right excerpt is counted, and the others too."""
    found = outcome_of(HandMade(said(cite(1, 15, 29), cite(2, 30, 50))), question("1", DURVEN))
    assert (found.is_answerable, found.is_refused, found.would_show_gold, found.shows_gold) == (True, False, True, True)
    assert (found.excerpts, found.right_excerpts, found.inexact) == (2, 1, 0)
    assert found.confidence == 0.4


def test_what_says_a_part_of_the_answer_is_right_but_no_gold() -> None:
    """An excerpt of `also` is a right one; the gold is not shown by it."""
    found = outcome_of(HandMade(said(cite(1, 0, 14), cite(2, 30, 50))), question("1", MOED, also=(DURVEN,)))
    assert (found.would_show_gold, found.excerpts, found.right_excerpts) == (True, 2, 2)
    found = outcome_of(HandMade(said(cite(1, 0, 14))), question("1", MOED, also=(DURVEN,)))
    assert (found.would_show_gold, found.excerpts, found.right_excerpts) == (False, 1, 1)


def test_any_one_of_the_quotes_answers() -> None:
    """Where there are several gold quotes, one of them is enough."""
    assert outcome_of(HandMade(said(cite(1, 30, 50))), question("1", DURVEN, MOED)).shows_gold


@pytest.mark.parametrize(
    ("start", "end", "is_right"),
    [(30, 40, True), (30, 39, True), (15, 40, True), (15, 39, False), (0, 50, True), (0, 29, False)],
    ids="half-of-it within-it half-and-before less-than-half around-it beside-it".split(),
)
def test_an_excerpt_is_right_by_half(start: int, end: int, is_right: bool) -> None:
    """An excerpt is right where it holds half of a quote, or lies by half within one."""
    assert outcome_of(HandMade(said(cite(1, start, end))), question("1", MOED)).right_excerpts == is_right


def test_a_refusal_is_measured_by_what_it_would_have_shown() -> None:
    """What a refused question would show is known, so that other thresholds can be judged; it shows nothing."""
    found = outcome_of(HandMade(said(kind="absent"), Span(30, 50), Span(0, 14)), question("1", MOED))
    assert (found.is_refused, found.would_show_gold, found.shows_gold) == (True, True, False)
    assert (found.excerpts, found.right_excerpts, found.confidence) == (2, 1, 0.4)


@pytest.mark.parametrize("kind", ["opinion", "act", "unclear", "talk"])
def test_what_a_rule_refuses_is_refused_at_every_threshold(kind: str) -> None:
    """An opinion, an act, no sense and small talk have no confidence and would show no gold."""
    found = outcome_of(HandMade(said(kind=kind), Span(30, 50)), question("1", MOED))
    assert (found.is_refused, found.confidence, found.would_show_gold) == (True, 0.0, False)


def test_an_inexact_citation_is_counted() -> None:
    """A quote that is not where it says is one too many."""
    shifted = Citation(2, "lef.txt", "Lef", "", 1, 15, "Lef is durven.")
    assert outcome_of(HandMade(said(cite(1, 0, 14), shifted)), question("1")).inexact == 1


def test_the_passages_with_gold_and_with_a_part() -> None:
    """A passage that holds half of a gold quote counts 2, one that holds half of another right one counts 1."""
    found = outcome_of(HandMade(said(), found=[3, 0]), question("1", MOED, also=(DURVEN,)))
    assert found.relevance == {"0": 1, "1": 1, "2": 2, "3": 2}
    assert found.ranking == {"3": 1.0, "0": 0.9}


def test_ten_passages_are_ranked_for_the_question_as_it_was_understood() -> None:
    """The ranking is that of the search that the answer is made of, with the steps that the assistant takes."""
    assistant = HandMade(said(), searched="wat is lef?")
    outcome_of(assistant, question("1"))
    assert assistant.looked_up == [("wat is lef?", 10, Steps(growth=False))]
    assert DEPTH == 10


def test_a_follow_up_is_asked_after_its_turns() -> None:
    """The turns are asked one after another, and each question knows those before it with their answers."""
    assistant = HandMade(said())
    outcome_of(assistant, question("3", turns=("een?", "twee?")))
    first, second = Turn("een?", "antwoord op een?"), Turn("twee?", "antwoord op twee?")
    assert assistant.asked == [("een?", []), ("twee?", [first]), ("vraag 3", [first, second])]


def test_a_quote_that_stands_nowhere_stops_the_evaluation() -> None:
    """A quote of `gold` or `also` that is not in the essays of the index is an error that names the question."""
    for asked in (question("7", ("lef.txt", "Durf.")), question("7", MOED, also=(("lef.txt", "Durf."),))):
        with pytest.raises(QuestionFileError, match="Question 7"):
            outcome_of(HandMade(said()), asked)


def test_an_outcome_is_ready_for_json() -> None:
    """An outcome gives all that is known of it by name, with whether gold is shown."""
    found = outcome_of(HandMade(said(cite(1, 30, 50)), found=[1]), question("1", MOED, split="development"))
    written = json.loads(json.dumps(as_dict(found)))
    assert written == {name: getattr(found, name) for name in Outcome.__slots__} | {"shows_gold": True}
    assert (written["id"], written["split"], written["question"]) == ("1", "development", "vraag 1")


def test_the_real_assistant_is_measured(assistant: Assistant) -> None:
    """On real questions every citation is exact, and what is answered is mostly right."""
    questions = [one for one in read_questions(TESTS / "questions.jsonl") if one.split == "development"][::10]
    outcomes = evaluate(assistant, questions)
    found = measures(outcomes)
    assert [one.id for one in outcomes] == [one.id for one in questions]
    assert found["inexact"] == 0
    assert found["Success@5"] > 0.7  # type: ignore[operator]
    assert found["wrong refusals"] < 0.3  # type: ignore[operator]


def test_a_question_behind_a_greeting_is_measured_as_it_is_answered(assistant: Assistant) -> None:
    """The confidence of an outcome is that of the answer, small talk around the question or not."""
    greeted = replace(question("1"), question="Hoi! wat is lefmarketing?")
    [found] = evaluate(assistant, [greeted])
    assert found.confidence == pytest.approx(assistant.ask(greeted.question).confidence)


# --- Gold that is shown whole

LIST = "Nodig zijn:\n• een goed verhaal\n• een open houding\n• tijd en geduld."
FIRST, SECOND, THIRD = (
    Span(LIST.index(item), LIST.index(item) + len(item))
    for item in ("• een goed verhaal", "• een open houding", "• tijd en geduld")
)
WHOLE = ("lijst.txt", Span(0, len(LIST)))


def shown(place: tuple[str, Span], *spans: tuple[int, int], source: str = "lijst.txt", text: str = LIST) -> bool:
    return is_shown(place, [Citation(number, source, "", "", *span, "") for number, span in enumerate(spans, 1)], text)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], False),
        ([(0, len(LIST))], True),
        ([(0, len(LIST) - 1)], True),
        ([(0, len(LIST) - 2)], False),
        ([(0, 11), (FIRST.start + 2, len(LIST))], True),
        ([(0, FIRST.end)], False),
        ([(0, 11), FIRST, SECOND, THIRD], True),
        ([THIRD, SECOND, FIRST, (0, 11)], True),
        ([(0, 11), FIRST, THIRD], False),
        ([(0, 11), FIRST, FIRST, FIRST], False),
        ([(0, FIRST.end), (FIRST.start, len(LIST))], True),
    ],
    ids=(
        "none whole without-its-mark a-letter-short without-its-bullet a-part "
        "by-item in-any-order one-short one-thrice overlapping"
    ).split(),
)
def test_a_list_is_shown_by_one_citation_or_by_several(spans: list[tuple[int, int]], expected: bool) -> None:
    """A quote is shown where the citations together hold every letter of it, however many there are."""
    assert shown(WHOLE, *spans) is expected


def test_a_quote_is_not_shown_by_another_essay() -> None:
    """The same places in another essay are other words."""
    assert not shown(WHOLE, (0, len(LIST)), source="anders.txt")


def test_a_long_list_of_short_items_is_shown() -> None:
    """Eight short items that are each cited whole show the list, since only line ends stand between them."""
    items = [f"• {item}" for item in "lef moed durf echt open trots warm trouw".split()]
    text = "\n".join(items)
    spans = [(text.index(item), text.index(item) + len(item)) for item in items]
    assert shown(("lijst.txt", Span(0, len(text))), *spans, text=text)


def test_a_quote_without_one_of_its_sentences_is_not_shown() -> None:
    """A quote of three sentences is not shown whole by two of them, however short the third is."""
    text = "Je toont dat je het niet zelf kunt en de klant steeds meer macht geeft. Nee! Als je dat durft, heb je lef!"
    first, last = text.index(" Nee!"), text.index("Als je")
    place = ("lef.txt", Span(0, len(text)))
    assert shown(place, (0, last), (last, len(text)), source="lef.txt", text=text)
    assert not shown(place, (0, first), (last, len(text)), source="lef.txt", text=text)


# --- Speed


@pytest.mark.parametrize(("count", "rounds"), [(49, 1), (0, 1), (60, 0)], ids="too-few none no-rounds".split())
def test_a_benchmark_of_nearly_nothing_is_refused(count: int, rounds: int) -> None:
    """A benchmark needs fifty different questions and one round, or its figures say nothing."""
    asked = [question(str(number)) for number in range(count)] * 2
    with pytest.raises(AssistantError, match=f"{count} different questions and {rounds} rounds"):
        benchmark(TESTS.parent / "corpus", asked, Settings(), rounds=rounds)
