"""Practice essays in pairs: two about one subject that say different things and are asked the same questions.

What the one answers the other often does not, so how a question is put never tells whether it has an answer.
Each line of the file is an essay: "title", "pair", "passages" (lists of sentences), "questions" and
"unanswerable"; a question has "q", "language", "kind" and, as [passage, sentence] from 0 on, "gold" and "also".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAIRS = Path("tests/data/practice_pairs.jsonl")
_CORPORA = 10  # of the first essays of the pairs, and as many of the second ones


def write_corpora(folder: Path) -> Iterator[tuple[Path, Path]]:
    """The pairs as corpora of essays about different subjects: the folder of each, and its question file.

    Essays that follow each other in the file are about subjects of one field, so they go to different corpora.
    """
    essays = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    for number in range(2 * _CORPORA):
        corpus, questions = folder / f"{number}", folder / f"{number}.jsonl"
        corpus.mkdir()
        lines = []
        for essay in essays[number % 2 :: 2][number // 2 :: _CORPORA]:
            source = f"{essay['pair']}.txt"
            paragraphs = [essay["title"], *map(" ".join, essay["passages"])]
            (corpus / source).write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")
            lines += [json.dumps(question, ensure_ascii=False) for question in _questions(essay, source)]
        questions.write_text("\n".join(lines), encoding="utf-8")
        yield corpus, questions


def _questions(essay: dict[str, Any], source: str) -> Iterator[dict[str, Any]]:
    """The questions to an essay, as a question file has them."""
    for number, asked in enumerate([*essay["questions"], *essay["unanswerable"]], start=1):
        quotes = {
            key: [
                {"source": source, "quote": essay["passages"][passage][sentence]}
                for passage, sentence in asked.get(key, [])
            ]
            for key in ("gold", "also")
        }
        about = {"question": asked["q"], "language": asked["language"], "kind": asked["kind"]}
        yield {"id": f"pair-{essay['pair']}-{number}", **about, "split": "development", **quotes}
