"""Keeps what the bundled model makes of a question: `python benchmarks/known_vector.py`, after another adapter.

`python -m assistant doctor` holds the model against it.
"""

from __future__ import annotations

import json
from pathlib import Path

import _here  # noqa: F401
import assistant
from assistant.checks.model import KNOWN
from assistant.embedder import load_embedder
from assistant.settings import Settings

QUESTION = "Wat is een goede vraag?"
STEPS = 10_000  # in a vector's length of 1: the cosine to the vector itself is 0.999998


def main() -> None:
    """Write the question and its vector, in whole numbers."""
    vector = load_embedder(Settings()).embed_question(QUESTION).vector
    known = {"question": QUESTION, "vector": [round(float(number) * STEPS) for number in vector]}
    path = Path(assistant.__file__).parent / KNOWN
    path.write_text(json.dumps(known, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
