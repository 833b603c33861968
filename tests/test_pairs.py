"""The practice essays in pairs: what their file holds, and the corpora that are made of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.evaluation.pairs import PAIRS, write_corpora
from assistant.evaluation.questions import Question, read_questions
from assistant.evaluation.train import PRACTICE
from assistant.language import LANGUAGES

ESSAYS = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, list[Question]]]:
    """The folder of each corpus, and its questions."""
    folder = tmp_path_factory.mktemp("pairs")
    return [(corpus, read_questions(questions)) for corpus, questions in write_corpora(folder)]


def test_two_essays_are_asked_the_same_questions() -> None:
    """How a question is put cannot tell whether it has an answer: it is put to both, and many have one answer."""
    for one, other in zip(ESSAYS[::2], ESSAYS[1::2], strict=True):
        assert one["pair"] == other["pair"]
        asked = [{item["q"] for item in [*essay["questions"], *essay["unanswerable"]]} for essay in (one, other)]
        assert asked[0] == asked[1]
        answered = [{item["q"] for item in essay["questions"]} for essay in (one, other)]
        assert len(answered[0] - answered[1]) >= 8
        assert len(answered[1] - answered[0]) >= 8


def test_the_places_of_answers_are_sentences() -> None:
    """Each answerable question names sentences of its essay, and no unanswerable one has a gold sentence."""
    for essay in ESSAYS:
        for item in [*essay["questions"], *essay["unanswerable"]]:
            assert item["language"] in LANGUAGES
            for passage, sentence in [*item.get("gold", []), *item.get("also", [])]:
                assert passage >= 0
                assert sentence >= 0
                assert essay["passages"][passage][sentence].strip()
        assert all(item["gold"] for item in essay["questions"])
        assert not any(item.get("gold") for item in essay["unanswerable"])


def test_no_essay_stands_in_both_files() -> None:
    """The adapter was trained on the other practice essays, so these tell how well it does on new ones."""
    trained = {json.loads(line)["title"] for line in PRACTICE.read_text(encoding="utf-8").splitlines()}
    titles = {essay["title"] for essay in ESSAYS}
    assert len(titles) == len(ESSAYS)
    assert not titles & trained


def test_the_essays_of_a_pair_go_to_different_corpora(corpora: list[tuple[Path, list[Question]]]) -> None:
    """No corpus holds both essays of a pair, and each essay stands in one corpus."""
    sources = [[path.name for path in corpus.iterdir()] for corpus, _ in corpora]
    assert sum(map(len, sources)) == len(ESSAYS)
    assert all(len(names) == len(set(names)) == 8 for names in sources)


def test_the_quotes_stand_in_the_essays(corpora: list[tuple[Path, list[Question]]]) -> None:
    """Each quote of a question stands in its essay, letter by letter."""
    for corpus, questions in corpora:
        texts = {path.name: path.read_text(encoding="utf-8") for path in corpus.iterdir()}
        assert all(quote in texts[source] for one in questions for source, quote in [*one.gold, *one.also])
        assert sum(one.is_answerable for one in questions) >= 100
        assert sum(not one.is_answerable for one in questions) >= 100
