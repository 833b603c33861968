"""The tables of docs/evaluation.md: `python benchmarks/tables.py [--help-pages FOLDER] [--manual FOLDER]`.

Measures everything anew and writes each table between its two marks in docs/evaluation.md, with the
risk-coverage curve beside it. FOLDERs are what libreoffice_help.py and debian_manual.py have written;
without them those tables stay as they are.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import _here  # noqa: F401
from assistant.assistant import Assistant
from assistant.cli import ensure_index
from assistant.evaluation.compare import compare_answers, compare_rankings
from assistant.evaluation.evaluate import Outcome, evaluate
from assistant.evaluation.measures import INTERVALS, intervals, measures
from assistant.evaluation.questions import Question, read_questions
from assistant.evaluation.report import draw_curve, groups_of, measures_table
from assistant.retriever import Retriever
from assistant.settings import Settings

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "evaluation.md"
CURVE = ROOT / "docs" / "risk-coverage.svg"
DATA = ROOT / "tests" / "data"


def main() -> None:
    """Read the command line and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--help-pages", type=Path, metavar="FOLDER", help="what libreoffice_help.py wrote")
    parser.add_argument("--manual", type=Path, metavar="FOLDER", help="what debian_manual.py wrote")
    parser.add_argument("--only", nargs="*", default=[], metavar="TABLE", help="only these tables")
    options = parser.parse_args()
    settings = Settings.from_environment()

    def wanted(*names: str) -> bool:
        return not options.only or bool(set(names) & set(options.only))

    if wanted("essays", "ablation", "rankings"):
        questions = read_questions(ROOT / "tests" / "questions.jsonl")
        test = [question for question in questions if question.split == "test"]
        with opened(ROOT / "corpus", settings) as assistant:
            if wanted("essays"):
                outcomes = evaluate(assistant, questions)
                write("essays", groups_table(outcomes))
                draw_curve(outcomes, settings.caution, CURVE)
            if wanted("ablation"):
                write("ablation", measures_table(compare_answers(assistant, test)))
            if wanted("rankings"):
                write("rankings", measures_table(rankings(assistant, test)))
    for name in ("calibration", "other"):
        if wanted(name):
            with opened(DATA / f"{name}_corpus", settings) as assistant:
                outcomes = evaluate(assistant, read_questions(DATA / f"{name}_questions.jsonl"))
                write(name, groups_table(outcomes))
    if options.manual and wanted("manual"):
        with opened(options.manual, settings) as assistant:
            write("manual", groups_table(evaluate(assistant, read_questions(DATA / "manual_questions.jsonl"))))
    if options.help_pages and wanted("help"):
        with opened(options.help_pages / "corpus", settings) as assistant:
            write("help", help_table(assistant.retriever, options.help_pages / "questions.jsonl"))


@contextmanager
def opened(corpus: Path, settings: Settings) -> Iterator[Assistant]:
    """An assistant over a fresh index of a corpus."""
    with TemporaryDirectory() as folder:
        ensure_index(corpus, Path(folder), settings)
        yield Assistant.open(folder, settings)


def groups_table(outcomes: list[Outcome]) -> str:
    """The measures of each group, and the intervals of each split."""
    groups = groups_of(outcomes)
    lines = [measures_table({name: measures(group) for name, group in groups.items()}), ""]
    for name, group in groups.items():
        if name.startswith("split "):
            found = intervals(group, INTERVALS)
            told = ", ".join(f"{key} {low:.3f} to {high:.3f}" for key, (low, high) in found.items())
            lines.append(f"95% intervals of {name}: {told}.")
    return "\n".join(lines)


def rankings(assistant: Assistant, questions: list[Question]) -> dict[str, dict[str, float | None]]:
    """The measures of each ranking over the answerable questions that stand alone."""
    alone = [question for question in questions if question.is_answerable and not question.turns]
    relevance = {one.id: one.relevance for one in evaluate(assistant, alone)}
    return compare_rankings(assistant.retriever, {one.id: one.question for one in alone}, relevance)


def help_table(retriever: Retriever, questions: Path) -> str:
    """The measures of each ranking on the help pages: every passage of the right page is relevant.

    A page of which nothing but its title was text has no passages, and is not asked for.
    """
    lines = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines()]
    by_source: dict[str, list[str]] = {}
    for passage in retriever.index.passages:
        by_source.setdefault(passage.source, []).append(str(passage.id))
    wanted = [item for item in lines if item["split"] == "test" and item["source"] in by_source]
    asked = {item["id"]: item["question"] for item in wanted}
    relevance = {item["id"]: dict.fromkeys(by_source[item["source"]], 2) for item in wanted}
    rows = compare_rankings(retriever, asked, relevance)
    return f"{len(asked)} questions, {len(retriever.index.passages)} passages.\n\n{measures_table(rows)}"


def write(name: str, table: str) -> None:
    """Put a table between its marks in the document."""
    begin, end = f"<!-- table: {name} -->\n", "<!-- end -->"
    text = DOCUMENT.read_text(encoding="utf-8")
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"{DOCUMENT} has no mark for the table {name!r}: {begin.strip()}")
    DOCUMENT.write_text(pattern.sub(lambda _: f"{begin}\n{table}\n\n{end}", text), encoding="utf-8")
    print(f"{name}:\n{table}\n")


if __name__ == "__main__":
    main()
