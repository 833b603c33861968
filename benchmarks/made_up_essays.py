"""Any number of essays of some 1,500 words, to measure growth with: real sentences, put together by chance.

    python benchmarks/made_up_essays.py --number 1000 --into /tmp/essays

Each essay takes runs of sentences from a few of the practice essays (tests/data/practice_essays.jsonl), so that
its passages have subjects and no two of them are the same; what it says as a whole makes no sense. Essay 17 is the
same in a folder of 100 and of 10,000.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

PRACTICE = Path(__file__).parents[1] / "tests" / "data" / "practice_essays.jsonl"
WORDS = 1_500
_SUBJECTS = 4  # practice essays that an essay takes its sentences from
_RUN = (3, 7)  # sentences that are taken together
_SECTION = 4  # paragraphs under a heading


def main() -> None:
    """Read the command line, write the essays."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--number", type=int, required=True, metavar="N", help="how many essays")
    parser.add_argument("--into", type=Path, required=True, metavar="FOLDER", help="new folder for them")
    options = parser.parse_args()
    write_essays(options.into, options.number)
    print(f"{options.number:,} essays in {options.into}")


def write_essays(folder: Path, number: int) -> None:
    """Write the first `number` essays into a folder, a thousand to a subfolder."""
    practice = [json.loads(line) for line in PRACTICE.read_text(encoding="utf-8").splitlines()]
    for one in range(number):
        path = folder / f"{one // 1_000:03}" / f"essay-{one:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(essay(practice, one), encoding="utf-8")


def essay(practice: list[dict[str, object]], number: int) -> str:
    """The essay of that number: title, sections with headings, paragraphs."""
    draw = random.Random(number)
    subjects = draw.sample(practice, _SUBJECTS)
    parts = [f"{subjects[0]['title']}, deel {number}"]
    words = paragraphs = 0
    while words < WORDS:
        if paragraphs % _SECTION == 0:
            parts.append(f"Over {str(subjects[paragraphs // _SECTION % _SUBJECTS]['title']).lower()}")
        passages = draw.choice(subjects)["passages"]
        assert isinstance(passages, list)
        sentences = draw.choice(passages)
        first = draw.randrange(len(sentences))
        paragraph = " ".join(sentences[first : first + draw.randint(*_RUN)])
        parts.append(paragraph)
        words += len(paragraph.split())
        paragraphs += 1
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    main()
