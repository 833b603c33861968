"""Speed, as ratios of things measured side by side in one run, and absolute figures for orientation.

The two sides of a ratio take turns, so that a machine that slows down slows both down.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from assistant.assistant import Assistant
from assistant.background import load_background
from assistant.chunker import chunk
from assistant.documents import list_corpus, read_corpus
from assistant.embedder import Embedder
from assistant.errors import SettingsError
from assistant.evaluation.questions import Question
from assistant.indexer import update_index
from assistant.settings import Settings

_MIN_QUESTIONS = 50
_START = (
    "import sys, time; began = time.perf_counter(); from assistant import Assistant; "
    "Assistant.open(sys.argv[1]).ask(sys.argv[2]); print(time.perf_counter() - began)"
)


def benchmark(corpus: Path, questions: Sequence[Question], settings: Settings, *, rounds: int = 5) -> dict[str, Any]:
    """Indexing against sentence-transformers' own encode, and asking against embedding the question alone.

    Raises:
        SettingsError: fewer than 50 different questions, or less than one round.
    """
    asked = list(dict.fromkeys(question.question for question in questions))
    if len(asked) < _MIN_QUESTIONS or rounds < 1:
        raise SettingsError(
            f"The benchmark got {len(asked)} different questions and {rounds} rounds; it needs at least "
            f"{_MIN_QUESTIONS} questions and 1 round. Name another question file."
        )
    embedder = Embedder(settings)
    load_background(embedder, settings)  # made once a machine: no part of indexing
    with TemporaryDirectory() as folder:
        indexing = _indexing(corpus, embedder, settings, Path(folder) / "index", rounds)
        size = sum(path.stat().st_size for path in (Path(folder) / "index").rglob("*") if path.is_file())
        assistant = Assistant.open(Path(folder) / "index", settings)
        asking = _asking(assistant, asked, rounds)
        start = _start(Path(folder) / "index", asked[0])
    return {
        "indexing": indexing,
        "asking": asking,
        "start_to_first_answer_seconds": start,
        "peak_memory_mb": _peak_memory_mb(),
        "index_mb": size / 1e6,
    }


def report(result: dict[str, Any]) -> str:
    """The figures for a person."""
    indexing, asking = result["indexing"], result["asking"]
    rows = [
        (
            "indexing / encode alone",
            f"{indexing['ratio']:.2f}",
            f"at most 1.10; median of {indexing['rounds']} rounds over {indexing['passages']} passages, "
            f"{indexing['seconds']:.2f} s against {indexing['encode_seconds']:.2f} s",
        )
    ]
    for share in (50, 95):
        rows.append(
            (
                f"ask / embedding, p{share}",
                f"{asking[f'ratio_p{share}']:.2f}",
                f"at most 3.00; {asking['questions']} questions x {asking['rounds']} rounds, "
                f"{asking[f'ask_ms_p{share}']:.1f} ms against {asking[f'embed_ms_p{share}']:.1f} ms",
            )
        )
    rows += [
        ("start to first answer", f"{result['start_to_first_answer_seconds']:.1f} s", "for orientation"),
        ("peak memory", _megabytes(result["peak_memory_mb"]), "for orientation"),
        ("index", f"{result['index_mb']:.1f} MB", "for orientation"),
    ]
    return "\n".join(f"{name:26}{value:>10}   ({what})" for name, value, what in rows)


def _megabytes(size: float | None) -> str:
    return "unknown" if size is None else f"{size:.0f} MB"


def _peak_memory_mb() -> float | None:
    """The most memory that this process has had; None on Windows, where Python does not tell."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def _indexing(corpus: Path, embedder: Embedder, settings: Settings, folder: Path, rounds: int) -> dict[str, Any]:
    """Reading, cutting, embedding and writing, against sentence-transformers' encode of the same passages."""
    passages = [passage for document in read_corpus(corpus).documents for passage in chunk(document, settings)]
    texts = [settings.passage_prompt + passage.text for passage in passages]

    def index() -> None:
        update_index(list_corpus(corpus, settings), folder, embedder, settings, rebuild=True)

    pairs = _in_turns(index, lambda: embedder.encode_plain(texts), rounds)
    return {
        "ratio": float(np.median([ours / theirs for ours, theirs in pairs])),
        "seconds": float(np.median([ours for ours, _ in pairs])),
        "encode_seconds": float(np.median([theirs for _, theirs in pairs])),
        "passages": len(passages),
        "rounds": rounds,
    }


def _asking(assistant: Assistant, questions: Sequence[str], rounds: int) -> dict[str, Any]:
    """A warm `ask` against the embedding of its question alone."""
    embedder = assistant.retriever.embedder
    pairs = []
    for question in questions:

        def ask(question: str = question) -> object:
            return assistant.ask(question)

        def embed(question: str = question) -> object:
            return embedder.embed_question(question)

        pairs.extend(_in_turns(ask, embed, rounds))
    asks, embeds = np.array(pairs).T * 1e3
    figures = {
        f"{name}_ms_p{share}": float(np.percentile(times, share))
        for name, times in (("ask", asks), ("embed", embeds))
        for share in (50, 95)
    }
    return figures | {
        "ratio_p50": figures["ask_ms_p50"] / figures["embed_ms_p50"],
        "ratio_p95": figures["ask_ms_p95"] / figures["embed_ms_p95"],
        "questions": len(questions),
        "rounds": rounds,
    }


def _in_turns(one: Callable[[], object], other: Callable[[], object], rounds: int) -> list[tuple[float, float]]:
    """The seconds of both, round by round, after one round that is not counted."""
    return [(_seconds(one), _seconds(other)) for _ in range(rounds + 1)][1:]


def _seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _start(index: Path, question: str) -> float:
    """From the import of the package to the first answer, in a new process."""
    done = subprocess.run(
        [sys.executable, "-c", _START, str(index), question], capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1])
