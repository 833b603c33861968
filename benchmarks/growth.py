"""What happens when a corpus grows: time, memory and size of indexes of 100, 1,000 and 10,000 made-up essays.

    python benchmarks/growth.py --folder /tmp/growth                                  # with the bundled model: hours
    python benchmarks/growth.py --folder /tmp/growth --layers 1 --essays 100 1000 10000
    python benchmarks/growth.py --vectors 1000000                                     # the vector store alone

With --layers only so many of the model's twelve layers are used, at indexing and at asking: the vectors are worse,
but as many and as large, and everything but the model costs the same. Each index is made by the command line; then one
essay is changed and it is made again; then a new process opens it and asks. What is made stays in the folder, so that
a run that was stopped goes on. The last rows are ratios to the first column.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import _here  # noqa: F401
from assistant.bundled_model import bundled_model_folder
from assistant.settings import Settings
from assistant.stores.faiss import FaissStore, nearest, recall_of
from made_up_essays import write_essays

QUESTIONS = Path(__file__).parents[1] / "tests" / "questions.jsonl"
ASKED = 200
_PER_CLUSTER = 500  # of the synthetic vectors: a subject has so many passages
_BATCH = 50_000
_SPREAD = 0.7  # of a cluster: the nearest neighbour of a vector then has a cosine of some 0.8, as that of a passage has


def main() -> None:
    """Read the command line, measure, print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--essays", type=int, nargs="+", default=[100, 1_000, 10_000], metavar="N")
    parser.add_argument("--folder", type=Path, metavar="FOLDER", help="where essays and indexes are made and kept")
    parser.add_argument("--layers", type=int, metavar="N", help="of the model that are used (default: all)")
    parser.add_argument("--vectors", type=int, metavar="N", help="measure the store with so many synthetic vectors")
    parser.add_argument("--open", type=Path, metavar="INDEX", help=argparse.SUPPRESS)  # the process that asks
    options = parser.parse_args()
    if options.open:
        print(json.dumps(asked(options.open)))
    elif options.vectors:
        print_store(options.vectors)
    elif options.folder:
        print_growth(options.folder, options.essays, options.layers)
    else:
        parser.error("name a --folder, or --vectors")


# --- Essays


def print_growth(folder: Path, numbers: Sequence[int], layers: int | None) -> None:
    """The table of indexes of so many essays each."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = os.environ | ({"ASSISTANT_MODEL": str(fewer_layers(folder, layers))} if layers else {})
    columns = [measured(folder, number, environment) for number in numbers]
    print("| | " + " | ".join(f"{number:,} essays" for number in numbers) + " |")
    print("|---|" + "---:|" * len(numbers))
    for name in columns[0]:
        print(f"| {name} | " + " | ".join(f"{column[name]}" for column in columns) + " |")
    for name in ("ask, p50 (ms)", "ask, p95 (ms)", "search alone, p50 (ms)", "open (s)"):
        ratios = [f"{float(column[name]) / float(columns[0][name]):.2f}" for column in columns]
        print(f"| {name.split(' (')[0]}, ratio | " + " | ".join(ratios) + " |")


def measured(folder: Path, number: int, environment: dict[str, str]) -> dict[str, Any]:
    """The column of an index of so many essays."""
    corpus, index = folder / f"essays-{number}", folder / f"index-{number}"
    if not corpus.exists():
        write_essays(corpus, number)
    first = indexed(corpus, index, environment)
    one = corpus / "000" / f"essay-{number // 2 % 1_000:06}.txt"
    before = one.read_text(encoding="utf-8")
    one.write_text(before + f"\nGewijzigd op {time.time_ns()}.\n", encoding="utf-8")
    again = indexed(corpus, index, environment)
    one.write_text(before, encoding="utf-8")
    command = [sys.executable, __file__, "--open", str(index)]
    answered = json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
    size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    build = sum(path.stat().st_size for path in (index / (index / "current").read_text()).iterdir())
    return {
        "passages": f"{answered.pop('passages'):,}",
        "index made in (s), or gone on": f"{first[0]:.0f}",
        "most memory meanwhile (MB)": f"{first[1]:.0f}",
        "one essay changed (s)": f"{again[0]:.1f}",
        "most memory then (MB)": f"{again[1]:.0f}",
        "index (MB)": f"{size / 1e6:,.0f}",
        "of which not of single essays (MB)": f"{build / 1e6:,.0f}",
        **answered,
    }


def indexed(corpus: Path, index: Path, environment: dict[str, str]) -> tuple[float, float]:
    """The seconds and the MB of memory that bringing an index up to date took."""
    began = time.monotonic()
    command = [sys.executable, "-m", "assistant", "index", str(corpus), "--into", str(index)]
    process = subprocess.Popen(command, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} ended with {status}")
    return time.monotonic() - began, usage.ru_maxrss / 1e3


def asked(index: Path) -> dict[str, Any]:
    """What opening an index and asking costs, in a process of its own."""
    import resource

    from assistant.assistant import Assistant
    from assistant.background import load_background
    from assistant.embedder import load_embedder
    from assistant.retriever import Retriever

    settings = Settings.from_environment()
    embedder = load_embedder(settings)
    background = load_background(embedder, settings)
    embedder.embed_question("warm")
    before = resident_mb()
    began = time.perf_counter()
    assistant = Assistant(Retriever.open(index, settings), background)
    seconds = time.perf_counter() - began
    opened = resident_mb()
    lines = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    questions = [one["question"] for one in lines if one["language"] == "nl" and not one.get("turns")]
    chosen = random.Random(1).sample(questions, ASKED + 20)
    times: dict[str, list[float]] = {"ask": [], "search": [], "embed": []}
    for number, question in enumerate(chosen):
        for name, work in (
            ("embed", embedder.embed_question), ("search", assistant.retriever.search), ("ask", assistant.ask),
        ):  # fmt: skip
            began = time.perf_counter()
            work(question)
            if number >= 20:  # the first ones warm up
                times[name].append(1e3 * (time.perf_counter() - began))
    alone = np.array(times["search"]) - np.array(times["embed"])
    store = assistant.retriever.index.manifest["store"]
    return {
        "passages": len(assistant.retriever.index.passages),
        "vector store": store["kind"],
        "its recall against flat": f"{store['recall']:.3f}",
        "open (s)": f"{seconds:.2f}",
        "memory for it (MB)": f"{opened - before:.0f}",
        "memory after asking (MB)": f"{resident_mb() - before:.0f}",
        "most memory (MB)": f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f}",
        "embedding the question, p50 (ms)": f"{np.percentile(times['embed'], 50):.1f}",
        "search alone, p50 (ms)": f"{np.percentile(alone, 50):.1f}",
        "ask, p50 (ms)": f"{np.percentile(times['ask'], 50):.1f}",
        "ask, p95 (ms)": f"{np.percentile(times['ask'], 95):.1f}",
    }


def resident_mb() -> float:
    """The memory of this process that is its own: mapped files, which the system may drop, are not counted."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1e3
    return float("nan")


def fewer_layers(folder: Path, layers: int) -> Path:
    """A copy of the bundled model with its first layers only."""
    from safetensors.numpy import load_file, save_file

    source, target = bundled_model_folder(Settings.from_environment()), folder / f"model-{layers}"
    if target.exists():
        return target
    shutil.copytree(source, target.with_suffix(".new"))
    configuration = json.loads((source / "config.json").read_text())
    (target.with_suffix(".new") / "config.json").write_text(json.dumps(configuration | {"num_hidden_layers": layers}))
    kept = {
        name: tensor
        for name, tensor in load_file(source / "model.safetensors").items()
        if not name.startswith("encoder.layer.") or int(name.split(".")[2]) < layers
    }
    save_file(kept, target.with_suffix(".new") / "model.safetensors", metadata={"format": "pt"})
    target.with_suffix(".new").rename(target)
    return target


# --- The vector store


def print_store(count: int, dimension: int = 384) -> None:
    """The table of a store of so many synthetic vectors in clusters, against comparing with all of them."""
    middles = np.random.default_rng(0).normal(size=(max(50, count // _PER_CLUSTER), dimension)).astype(np.float32)

    def batches() -> Iterator[NDArray[np.float32]]:
        for first in range(0, count, _BATCH):
            yield synthetic(middles, min(_BATCH, count - first), seed=1 + first)

    queries, others = synthetic(middles, 200, seed=-1), synthetic(middles, 200, seed=-2)
    began = time.perf_counter()
    store = FaissStore.of(batches, count, dimension, queries)
    built = time.perf_counter() - began
    path = Path(f"store-{count}.faiss")
    store.save(path)
    size = path.stat().st_size
    began = time.perf_counter()
    opened = FaissStore.open(path)
    open_seconds = time.perf_counter() - began
    path.unlink()
    flat = FaissStore(dimension)
    for vectors in batches():
        flat.add(vectors)
    times: dict[str, list[float]] = {"flat": [], "store": []}
    found = []
    for query in others:
        for name, one in (("flat", flat), ("store", opened)):
            began = time.perf_counter()
            positions, _ = one.search(query, 1_000)
            times[name].append(1e3 * (time.perf_counter() - began))
        found.append(positions[:100])
    recall = recall_of(np.array(found), nearest(batches, others, 100))
    print(f"{count:,} vectors of {dimension} numbers: {store.kind}")
    print(f"made in {built:.0f} s, {size / 1e6:,.0f} MB, opened in {1e3 * open_seconds:.0f} ms")
    print(f"recall@100 against flat: {store.recall:.3f} on the 200 it was set by, {recall:.3f} on 200 others")
    median, exact = np.median(times["store"]), np.median(times["flat"])
    print(f"search of the nearest 1,000: {median:.1f} ms against {exact:.1f} ms flat, ratio {median / exact:.3f}")


def synthetic(middles: NDArray[np.float32], count: int, *, seed: int) -> NDArray[np.float32]:
    """Unit vectors in clusters, the same for the same seed."""
    draw = np.random.default_rng(abs(seed) + (10**9 if seed < 0 else 0))
    vectors = middles[draw.integers(len(middles), size=count)]
    vectors = vectors + _SPREAD * draw.normal(size=vectors.shape).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


if __name__ == "__main__":
    main()
