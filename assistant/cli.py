"""The command line: index, search, ask, evaluate, benchmark, report, doctor and serve.

Errors that a user can cause become one line on standard error and exit code 1; a bug keeps its traceback.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from tqdm import tqdm

from assistant.errors import AssistantError, FeedbackError
from assistant.settings import Settings

_CHANGES = ("new", "changed", "renamed", "removed")  # of the essays, since the index was made the last time
EXAMPLES = """examples:
  python -m assistant index
  python -m assistant ask "wat is betekenismarketing?"
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 where it did its work, 1 where a user's error stopped it."""
    for stream in (sys.stdout, sys.stderr):  # a terminal that cannot show a character shows a question mark
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        try:
            options = _parser().parse_args(arguments)
            options.run(options)
        finally:
            sys.stdout.flush()  # here, where it may fail, and not when Python ends
    except AssistantError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:  # `| head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def ensure_index(corpus: Path, folder: Path, settings: Settings, *, again: bool = False) -> None:
    """Build the index of a corpus where there is none yet or the essays, the model or the settings changed.

    Raises:
        CorpusError, ModelError, IndexWriteError: it could not be built.
    """
    from assistant.documents import list_corpus
    from assistant.embedder import known_identity, load_embedder
    from assistant.indexer import is_current, update_index
    from assistant.kept import known_files
    from assistant.progress import Progress, ProgressWriter

    listing = list_corpus(corpus, settings, known_files(folder))
    identity = known_identity(settings)  # a model that is not the bundled one must be loaded to be known
    if not again and is_current(folder, listing, identity or load_embedder(settings, _tell).identity, settings):
        ProgressWriter(folder).done()  # a problem that an earlier try met is over
        return
    embedder = load_embedder(settings, _tell)
    bar = tqdm(desc=f"Indexing {corpus}", unit=" passages", file=sys.stderr, leave=True, disable=None)

    def show(step: Progress) -> None:
        if step.stage == "embedding":
            bar.total = step.total
            bar.update(step.done - bar.n)

    try:
        outcome = update_index(listing, folder, embedder, settings, ProgressWriter(folder, show), retry=again)
    finally:
        bar.close()
    essays, passages = _count(outcome.documents, "essay"), _count(outcome.passages, "passage")
    changes = [f"{getattr(outcome, what):,} {what}" for what in _CHANGES if getattr(outcome, what)]
    done = f" ({', '.join(changes)})" if changes else ""
    _tell(f"Indexed {essays} into {folder}: {passages}, {_count(outcome.sentences, 'sentence')}{done}")
    if outcome.store != "flat":
        _tell(f"Passages are found in an {outcome.store}: {outcome.recall:.1%} of what comparing with all would find")
    for source, note in outcome.notes:
        _tell(f"Note: {source} {note}")
    for one in outcome.left_out:
        _tell(f"Left out: {one.source} {one.reason}")


def _ensure_beside(corpus: Path, folder: Path, settings: Settings, *, again: bool = False) -> None:
    """As `ensure_index`, but behind the answers that a server gives meanwhile, where it has an index to give any."""
    if hasattr(os, "nice") and (folder / "current").is_file():
        os.nice(10)
    ensure_index(corpus, folder, settings, again=again)


def _index(options: argparse.Namespace) -> None:
    from assistant.apart import apart
    from assistant.follow import end_with_input, follow

    settings = Settings.from_environment()
    corpus = Path(options.corpus or settings.corpus)
    if options.explain:
        from assistant.documents import read_corpus
        from assistant.explain import explain

        print(explain(read_corpus(corpus)))
        return
    folder = Path(options.into or settings.index)
    if options.attended:
        end_with_input()
    ensure = _ensure_beside if options.attended else ensure_index
    if not options.watch:
        ensure(corpus, folder, settings, again=not options.attended)
        return
    _tell(f"Following {corpus}: changes there are indexed into {folder} by themselves (Ctrl+C stops it)")
    follow(
        corpus,
        folder,
        lambda: apart(ensure, corpus, folder, settings),  # the model is gone while nothing changes
        seconds=settings.watch_seconds,
        tell=_tell,
        stopping=threading.Event(),
    )


def _search(options: argparse.Namespace) -> None:
    from assistant.rendering import as_json, hits_text
    from assistant.retriever import Retriever

    settings = Settings.from_environment()
    retriever = Retriever.open(options.index or settings.index, settings, report=_tell)
    hits = retriever.retrieve(options.question, options.top_k)
    print(_json(as_json(hits)) if options.json else hits_text(hits, width=_width()))


def _ask(options: argparse.Namespace) -> None:
    from assistant.assistant import Assistant
    from assistant.rendering import answer_text, as_json

    settings = Settings.from_environment()
    answer = Assistant.open(options.index or settings.index, settings, report=_tell).ask(options.question)
    print(_json(as_json(answer)) if options.json else answer_text(answer, width=_width()))


def _evaluate(options: argparse.Namespace) -> None:
    from assistant.assistant import Assistant
    from assistant.evaluation.compare import compare_answers
    from assistant.evaluation.evaluate import as_dict, evaluate
    from assistant.evaluation.measures import measures
    from assistant.evaluation.questions import read_questions
    from assistant.evaluation.report import draw_curve, groups_of, measures_table, tables

    settings = Settings.from_environment()
    questions = read_questions(Path(options.questions))
    if options.split:
        questions = [question for question in questions if question.split == options.split]
        if not questions:
            raise AssistantError(
                f"{options.questions} has no question of the split {options.split!r}. Leave --split out."
            )
    assistant = Assistant.open(options.index or settings.index, settings, report=_tell)
    if options.compare:
        rows = compare_answers(assistant, questions)
        print(_json(rows) if options.json else measures_table(rows))
        return
    outcomes = evaluate(assistant, questions)
    if options.curve:
        draw_curve(outcomes, settings.caution, Path(options.curve))
    found = {name: measures(group) for name, group in groups_of(outcomes).items()}
    whole = {"measures": found, "questions": [as_dict(one) for one in outcomes]}
    print(_json(whole) if options.json else tables(outcomes))


def _benchmark(options: argparse.Namespace) -> None:
    from assistant.evaluation.benchmark import benchmark, report
    from assistant.evaluation.questions import read_questions

    settings = Settings.from_environment()
    result = benchmark(
        Path(options.corpus or settings.corpus),
        read_questions(Path(options.questions)),
        settings,
        rounds=options.rounds,
    )
    print(_json(result) if options.json else report(result))


def _report(options: argparse.Namespace) -> None:
    from assistant.feedback import Feedback, read_feedback
    from assistant.feedback_page import report_page
    from assistant.feedback_report import cases, report, report_text

    settings = Settings.from_environment()
    path = Path(options.feedback or settings.feedback or "feedback.sqlite").expanduser()
    if not options.feedback and path.is_file():
        Feedback(path, settings.feedback_days).close()  # the server may have been off: what is too old goes now
    kept = read_feedback(path)
    found = report(kept)
    if options.html:
        _write(options.html, report_page(found))
    if options.export:
        made = cases(kept.thumbs)
        _write(options.export, "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in made))
        down = sum(case["kind"] == "thumb-down" for case in made)
        if down:
            _tell(
                f"{_count(down, 'case')} of {len(made)} had a thumb down: gold is empty there, which says that the "
                "essays do not answer the question. Fill in the quotes where they do."
            )
    if options.json:
        print(_json(asdict(found)))
    elif not (options.html or options.export):
        print(report_text(found, width=_width()))


def _doctor(options: argparse.Namespace) -> None:
    from assistant.doctor import as_dict, examine, is_well, report

    findings = examine(options.corpus, options.index, quick=options.quick, full=options.full)
    print(_json(as_dict(findings)) if options.json else report(findings, width=_width()))
    if not is_well(findings):
        sys.exit(1)


def _serve(options: argparse.Namespace) -> None:
    from assistant.errors import EssayIndexError, IndexMissingError
    from assistant.index_process import IndexProcess
    from assistant.live import LiveAssistant
    from assistant.server import serve

    settings = Settings.from_environment()
    watch = options.watch or settings.watch
    settings = replace(settings, index=Path(options.index or settings.index), watch=watch)
    live = LiveAssistant(settings.index, settings, report=_tell)
    process = IndexProcess(settings, watch=watch) if watch or options.build else None
    try:
        live.open()
    except EssayIndexError as error:
        if process is None:
            raise
        if not isinstance(error, IndexMissingError):
            _tell(str(error))
        _tell(f"The essays in {settings.corpus} are being read first; the page shows how far it is")
    serve(live, options.host or settings.host, settings.port if options.port is None else options.port, process=process)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m assistant",
        description="Answers questions about a folder of Dutch essays in the essays' own sentences.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    index = _command(commands, "index", _index, "read the essays and build the index", with_index=False)
    index.add_argument("corpus", nargs="?", help="folder of the essays (default: corpus)")
    index.add_argument("--into", metavar="FOLDER", help="folder of the index (default: index)")
    index.add_argument(
        "--explain", action="store_true", help="build nothing; show what is left out of each file, and why"
    )
    index.add_argument("--watch", action="store_true", help="go on: follow the folder and index what changes in it")
    index.add_argument("--attended", action="store_true", help=argparse.SUPPRESS)  # a server started it

    search = _command(commands, "search", _search, "show the passages nearest to a question")
    search.add_argument("question")
    search.add_argument("--top-k", type=int, default=5, metavar="N", help="how many passages (default: 5)")

    ask = _command(commands, "ask", _ask, "answer a question")
    ask.add_argument("question")

    evaluate = _command(commands, "evaluate", _evaluate, "measure the answers to a file of questions")
    evaluate.add_argument(
        "questions", nargs="?", default="tests/questions.jsonl", help="(default: tests/questions.jsonl)"
    )

    evaluate.add_argument("--split", choices=("development", "test"), help="only these questions (default: all)")
    evaluate.add_argument("--curve", metavar="FILE", help="draw the risk-coverage curve (.svg or .png)")
    evaluate.add_argument(
        "--compare", action="store_true", help="measure with each step switched off in turn (takes minutes)"
    )

    benchmark = _command(commands, "benchmark", _benchmark, "measure speed, as ratios within one run", with_index=False)
    benchmark.add_argument(
        "questions", nargs="?", default="tests/questions.jsonl", help="(default: tests/questions.jsonl)"
    )
    benchmark.add_argument("--corpus", metavar="FOLDER", help="folder of the essays (default: corpus)")
    benchmark.add_argument(
        "--rounds", type=int, default=5, metavar="N", help="repetitions of each measure (default: 5)"
    )

    report = _command(commands, "report", _report, "show what was asked in vain, and the thumbs", with_index=False)
    report.add_argument("feedback", nargs="?", help="the feedback file (default: that of ASSISTANT_FEEDBACK)")
    report.add_argument("--html", metavar="FILE", help="write a page with pictures instead")
    report.add_argument("--export", metavar="FILE", help="write the judged answers as questions for evaluate instead")

    doctor = _command(commands, "doctor", _doctor, "check the whole set-up, and say how to mend what is wrong")
    doctor.add_argument("corpus", nargs="?", help="folder of the essays (default: corpus)")
    doctor.add_argument("--quick", action="store_true", help="leave out the model and the checksums (a second)")
    doctor.add_argument("--full", action="store_true", help="read every essay, also those that the index knows")

    serve = _command(commands, "serve", _serve, "serve the chat")
    serve.add_argument("--host", help="address to serve (default: 127.0.0.1)")
    serve.add_argument("--port", type=int, help="(default: 7860)")
    serve.add_argument("--build", action="store_true", help="bring the index up to date beside serving, as app.py does")
    serve.add_argument("--watch", action="store_true", help="the same, and again after each change of the essays")
    return parser


def index_option() -> argparse.ArgumentParser:
    """The option that names the index, for every command that opens one."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--index", metavar="FOLDER", help="folder of the index (default: index)")
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], None],
    what: str,
    *,
    with_index: bool = True,
) -> argparse.ArgumentParser:
    parents = [index_option()] if with_index else []
    command = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".", parents=parents)
    command.set_defaults(run=run)
    if name in ("search", "ask", "evaluate", "benchmark", "report", "doctor"):
        command.add_argument("--json", action="store_true", help="print the whole object as JSON")
    return command


def _write(path: str, text: str) -> None:
    try:
        Path(path).expanduser().write_text(text, encoding="utf-8")
    except OSError as error:
        raise FeedbackError(f"{path} cannot be written: {error.strerror or error}. Name another file.") from None
    _tell(f"Wrote {path}")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _count(number: int, unit: str) -> str:
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def _width() -> int:
    return min(shutil.get_terminal_size().columns, 100)
