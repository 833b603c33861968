"""Plain rankings beside ours, and ours without each step."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from assistant import Answer, Document, Hit, Passage, Retriever
from assistant.cli import ensure_index
from assistant.evaluation.compare import (
    Ranker,
    compare_answers,
    compare_rankings,
    dense_ranker,
    fused_ranker,
    rankers,
)
from assistant.evaluation.measures import RANKING, measures
from assistant.evaluation.questions import Question
from assistant.settings import Settings
from assistant.steps import ALL, Steps

ESSAYS = {
    "molen.txt": "De molen\n\nDe molens van het dorp malen het graan tot meel.\n",
    "markt.txt": "De boeren\n\nOp de marktplaats in de stad verkopen boeren hun kaas. Zij hebben een plaats nodig.\n",
    "zee.txt": "De zee\n\nAan de kust slaat het water tegen de dijk. Daar is de vissersmarkt, een markt voor vis.\n",
}
SOURCES = sorted(ESSAYS)  # the order of their passages


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    """An index of three essays of one passage each."""
    folder = tmp_path_factory.mktemp("compare")
    (folder / "corpus").mkdir()
    for name, text in ESSAYS.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    ensure_index(folder / "corpus", folder / "index", Settings())
    found = Retriever.open(folder / "index", Settings())
    assert [passage.source for passage in found.index.passages] == SOURCES
    return found


def found_by(ranker: Ranker, question: str) -> set[str]:
    """The essays that a ranking gives more than nothing."""
    return {source for source, score in zip(SOURCES, ranker(question), strict=True) if score > 0}


def test_a_plain_ranking_finds_words(retriever: Retriever) -> None:
    """Every ranking finds a word that stands in an essay, and no ranking of whole words one that does not."""
    for name, ranker in rankers(retriever.index).items():
        assert found_by(ranker, "graan") == {"molen.txt"}, name
        assert name == "BM25, pieces of words" or found_by(ranker, "penicilline") == set(), name


def test_stems_find_other_forms(retriever: Retriever) -> None:
    """A form of a word that stands in no essay is found by its stem, and not as it is."""
    plain = rankers(retriever.index)
    assert found_by(plain["BM25, words"], "dijken") == set()
    assert found_by(plain["BM25, stems"], "dijken") == {"zee.txt"}


def test_parts_find_compounds(retriever: Retriever) -> None:
    """A word is found as a part of a compound that the essays' own words show to be one."""
    plain = rankers(retriever.index)
    assert found_by(plain["BM25, stems"], "markt") == {"zee.txt"}
    assert found_by(plain["BM25, stems and parts of compounds"], "markt") == {"markt.txt", "zee.txt"}


def test_pieces_find_typing_errors(retriever: Retriever) -> None:
    """A word with an error in it shares pieces with the word that was meant."""
    scores = rankers(retriever.index)["BM25, pieces of words"]("marktplats")
    assert SOURCES[int(np.argmax(scores))] == "markt.txt"


def test_the_dense_ranking_is_the_cosine(retriever: Retriever) -> None:
    """The dense score of a passage is the product of its unit vector and the question's."""
    question = "waar wordt graan gemalen?"
    [*vectors] = retriever.embedder.embed_passages(retriever.index.passages).passages
    expected = np.array(vectors) @ retriever.embedder.embed_question(question).vector
    assert dense_ranker(retriever)(question) == pytest.approx(expected, abs=1e-5)


def test_two_rankings_fused_agree_with_both() -> None:
    """Fused, what both rank first is first, and the order of the two makes no difference."""

    def one(question: str) -> Any:
        return np.array([3.0, 2.0, 1.0], np.float32)

    def other(question: str) -> Any:
        return np.array([30.0, 10.0, 20.0], np.float32)

    fused = fused_ranker(one, other)("")
    assert int(np.argmax(fused)) == 0
    assert fused == pytest.approx(fused_ranker(other, one)(""))


def test_the_rankings_side_by_side(retriever: Retriever) -> None:
    """There is a row for each plain ranking, for ours, and for ours without each step of the search."""
    asked = {"1": "waar wordt graan gemalen?", "2": "wat verkopen boeren in de stad?"}
    relevance = {"1": {str(SOURCES.index("molen.txt")): 2}, "2": {str(SOURCES.index("markt.txt")): 2}}
    rows = compare_rankings(retriever, asked, relevance)
    assert list(rows)[:7] == [
        *rankers(retriever.index),
        "dense",
        "BM25 with stems and dense, fused",
        "ours",
    ]
    assert all(name.startswith("ours without ") for name in list(rows)[7:])
    assert len(rows) == 13
    assert all(list(row) == list(RANKING) for row in rows.values())
    assert rows["ours"] == dict.fromkeys(RANKING, pytest.approx(1.0))


# --- Answers

TEXT = "Lef is durven."
PASSAGE = Passage(0, "lef.txt", "Lef", 0, len(TEXT), (), TEXT, ())
QUESTIONS = [Question("1", "wat is lef?", "nl", "fact", "test", (("lef.txt", TEXT),))]


class Switched:
    """An assistant that refuses without the background and finds nothing without dense search."""

    def __init__(self) -> None:
        self.documents = {"lef.txt": Document("lef.txt", TEXT, "Lef")}
        self.steps = Steps(growth=False)
        self.seen: list[Steps] = []
        self.retriever = SimpleNamespace(index=SimpleNamespace(passages=[PASSAGE]), search=self.search)

    def ask(self, question: str, history: Sequence[object] = ()) -> Answer:
        """A refusal, where there is no background."""
        self.seen.append(self.steps)
        refused = not self.steps.background
        return Answer(question, "nl", "", "", (), (), (), refused, kind="absent" if refused else "talk")

    def consider(self, question: str, history: Sequence[object] = ()) -> Any:
        """The question as it is."""
        return SimpleNamespace(confidence=0.5, search=SimpleNamespace(question=question))

    def excerpts(self, considered: object, history: Sequence[object] = ()) -> list[Any]:
        """Nothing."""
        return []

    def search(self, question: str, top_k: int, *, steps: Steps = ALL) -> Any:
        """The one passage, by dense search alone."""
        return SimpleNamespace(hits=[Hit(PASSAGE, 1.0)] if steps.dense and self.steps.dense else [])


def test_each_row_is_without_its_step() -> None:
    """Every step is switched off in one row and in no other, and the first row has them all."""
    made: Any = Switched()
    rows = compare_answers(made, QUESTIONS)
    off = [{name for name in ALL.__slots__ if not getattr(steps, name)} for steps in made.seen]
    assert off[0] == set()
    assert sorted(map(sorted, off[1:])) == sorted([name] for name in ALL.__slots__)
    assert next(iter(rows)) == "ours"
    assert len(rows) == len(off)
    assert all(list(row) == list(measures([])) for row in rows.values())


@pytest.mark.parametrize("fails", [False, True], ids=["done", "failed"])
def test_the_steps_are_as_they_were(fails: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """When all is measured, or where measuring failed, the assistant takes the steps that it took before."""
    made: Any = Switched()
    if fails:
        monkeypatch.setattr(made, "consider", None)
        with pytest.raises(TypeError):
            compare_answers(made, QUESTIONS)
    else:
        compare_answers(made, QUESTIONS)
    assert made.steps == Steps(growth=False)


class Unaware(Switched):
    """The same, with a search that knows of no step but those it is given, as the retriever's."""

    def search(self, question: str, top_k: int, *, steps: Steps = ALL) -> Any:
        """The one passage, by dense search alone."""
        return SimpleNamespace(hits=[Hit(PASSAGE, 1.0)] if steps.dense else [])


def test_the_ranking_is_without_the_step_too() -> None:
    """Without dense search the passages are ranked without it, and so their measures may be others."""
    made: Any = Unaware()
    rows = compare_answers(made, QUESTIONS)
    assert (rows["ours"]["R@5"], rows["ours without dense search"]["R@5"]) == (1.0, 0.0)
