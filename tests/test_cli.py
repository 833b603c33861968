"""The command line: its commands, the same objects as JSON, and one clear line for whatever goes wrong."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from assistant.cli import main
from assistant.embedder import Embedder
from assistant.rendering import as_json
from assistant.settings import BUNDLED_MODEL, Settings

ROOT = Path(__file__).parent.parent
QUESTION = "wat is lefmarketing?"
ESSAY = "De molen\n\nDe molen maalt het graan van het dorp. Zonder wind staan de wieken van de molen stil.\n"


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], embedder: Embedder) -> Run:
    """Runs a command within this process, with the model that is loaded already where it asks for the bundled one."""

    def load(settings: Settings, report: Callable[[str], None] = print) -> Embedder:
        return embedder if settings.model == BUNDLED_MODEL else Embedder(settings, report)

    monkeypatch.setattr("assistant.retriever.Embedder", load)
    monkeypatch.setattr("assistant.embedder.Embedder", load)

    def run(*arguments: object) -> Done:
        capfd.readouterr()
        code = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        return Done(code, *capfd.readouterr())

    return run


def command(*arguments: object, environment: Mapping[str, str] | None = None, **options: Any) -> Done:
    """Runs a command as a user does, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "assistant", *map(str, arguments)],
        capture_output=True,
        env={**os.environ, **(environment or {})},
        timeout=240,
        **{"cwd": ROOT, **options},
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def one_line(done: Done) -> str:
    """The error that a command ended with, which must be all that it wrote."""
    assert done.code == 1
    assert done.out == ""
    [line] = done.err.splitlines()
    assert line.startswith("error: ")
    assert len(line) > len("error: ") + 20
    return line


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with one small essay."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "molen.txt").write_text(ESSAY, encoding="utf-8")
    return folder


# --- What the commands do


def test_ask_answers_as_a_user_asks(assistant: Assistant, index_folder: Path) -> None:
    """A whole process prints the answer as JSON, the same object as from Python, and nothing else."""
    done = command("ask", QUESTION, "--json", "--index", index_folder)
    assert (done.code, done.err) == (0, "")
    printed, expected = json.loads(done.out), as_json(assistant.ask(QUESTION))
    for answer in (printed, expected):
        answer["confidence"] = round(answer["confidence"], 3)
        answer["hits"] = [(hit["passage"], round(hit["score"], 2)) for hit in answer["hits"]]
    assert printed == expected


def test_ask_prints_the_quotes_with_their_numbers(run: Run, assistant: Assistant, index_folder: Path) -> None:
    """Without --json the answer is text: the frame, and each quote with its number."""
    done = run("ask", QUESTION, "--index", index_folder)
    assert (done.code, done.err) == (0, "")
    answer = assistant.ask(QUESTION)
    printed = " ".join(done.out.split())
    assert printed.startswith(answer.frame)
    for citation in answer.citations:
        assert " ".join(citation.quote.split())[:60] in printed
        assert f"[{citation.number}]" in printed


def test_a_refusal_is_no_error(run: Run, index_folder: Path) -> None:
    """A question that the essays do not answer is refused on standard output, with exit code 0."""
    done = run("ask", "hoe bak ik een appeltaart?", "--index", index_folder)
    assert (done.code, done.err) == (0, "")
    assert "zeggen deze essays niets over" in " ".join(done.out.split())


@pytest.mark.parametrize("top_k", [1, 5, 60])
def test_search_prints_the_same_hits_as_json(run: Run, assistant: Assistant, index_folder: Path, top_k: int) -> None:
    """--json prints the hits as they come from Python, as many as asked for."""
    done = run("search", QUESTION, "--top-k", top_k, "--json", "--index", index_folder)
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == as_json(assistant.search(QUESTION, top_k))


def test_search_prints_its_hits(run: Run, assistant: Assistant, index_folder: Path) -> None:
    """Without --json each hit is shown with the essay that it is from."""
    done = run("search", QUESTION, "--index", index_folder)
    assert (done.code, done.err) == (0, "")
    for hit in assistant.search(QUESTION):
        assert hit.passage.source in done.out


def test_index_builds_what_ask_opens(run: Run, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`index` without a word reads corpus/ into index/, says so, and `search` finds it there."""
    monkeypatch.chdir(tmp_path)
    (corpus / "brief.docx").write_bytes(b"PK")
    done = run("index")
    assert (done.code, done.out) == (0, "")
    told, left_out = done.err.splitlines()[-2:]
    assert told == "Indexed 1 essay into index: 1 passage, 2 sentences (1 new)"
    assert left_out.startswith("Left out: brief.docx ")
    found = json.loads(run("search", "wind", "--json").out)
    assert [hit["passage"]["source"] for hit in found] == ["molen.txt"]


def test_index_takes_its_folders(run: Run, corpus: Path, tmp_path: Path) -> None:
    """`index` reads the folder that it is given into the folder that --into names, and again when asked again."""
    for essay in (ESSAY, ESSAY + "\nDe molenaar slaapt nooit.\n"):
        (corpus / "molen.txt").write_text(essay, encoding="utf-8")
        assert run("index", corpus, "--into", tmp_path / "ergens").code == 0
    found = json.loads(run("search", "molenaar", "--json", "--index", tmp_path / "ergens").out)
    assert "slaapt nooit" in found[0]["passage"]["text"]


def test_explain_builds_nothing(run: Run, corpus: Path, tmp_path: Path) -> None:
    """`index --explain` prints what became of each file and writes no index."""
    done = run("index", corpus, "--explain", "--into", tmp_path / "ergens")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("molen.txt\n  title: De molen\n")
    assert not (tmp_path / "ergens").exists()


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """A file with two development questions, one that the essays answer and one that they do not."""
    shown = [
        line
        for line in (ROOT / "tests" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
        if json.loads(line)["split"] == "development"
    ]
    unanswerable = next(line for line in shown if not json.loads(line)["gold"])
    path = tmp_path / "questions.jsonl"
    path.write_text(f"{shown[0]}\n{unanswerable}\n", encoding="utf-8")
    return path


def test_evaluate_measures_a_file(run: Run, index_folder: Path, questions: Path) -> None:
    """`evaluate` prints the measures of a question file as a table, or all of it with --json."""
    done = run("evaluate", questions, "--json", "--index", index_folder)
    assert (done.code, done.err) == (0, "")
    result = json.loads(done.out)
    assert [outcome["is_answerable"] for outcome in result["questions"]] == [True, False]
    assert result["measures"]["split development"]["questions"] == 2
    table = run("evaluate", questions, "--index", index_folder).out
    assert "| R@5 |" in table.splitlines()[0]
    assert table.splitlines()[2].startswith("| split development")
    assert "95% intervals" in table


@pytest.mark.parametrize(("split", "expected"), [("development", 1), ("test", 1), (None, 2)])
def test_evaluate_measures_a_split(
    run: Run, index_folder: Path, questions: Path, split: str | None, expected: int
) -> None:
    """--split takes the questions of one split, and without it all are asked."""
    first, second = questions.read_text(encoding="utf-8").splitlines()
    questions.write_text(f"{first}\n{json.dumps(json.loads(second) | {'split': 'test'})}\n", encoding="utf-8")
    chosen = ("--split", split) if split else ()
    done = run("evaluate", questions, "--json", *chosen, "--index", index_folder)
    asked = json.loads(done.out)["questions"]
    assert len(asked) == expected
    assert split is None or {outcome["split"] for outcome in asked} == {split}


def test_evaluate_draws_the_curve(run: Run, index_folder: Path, questions: Path, tmp_path: Path) -> None:
    """--curve writes the picture and prints the table all the same."""
    done = run("evaluate", questions, "--curve", tmp_path / "curve.svg", "--index", index_folder)
    assert (done.code, done.err) == (0, "")
    assert "gold shown" in done.out
    assert "</svg>" in (tmp_path / "curve.svg").read_text(encoding="utf-8")


def test_evaluate_compares(run: Run, index_folder: Path, questions: Path) -> None:
    """--compare prints a row for ours and one for each step that is switched off, or the same as JSON."""
    rows = json.loads(run("evaluate", questions, "--compare", "--json", "--index", index_folder).out)
    assert next(iter(rows)) == "ours"
    assert all(row["questions"] == 2 for row in rows.values())
    done = run("evaluate", questions, "--compare", "--index", index_folder)
    assert (done.code, done.err) == (0, "")
    assert [line.split("|")[1].strip() for line in done.out.splitlines()[2:]] == list(rows)


def test_help_shows_two_real_examples(run: Run) -> None:
    """The help ends with two examples, each of a command that there is."""
    done = run("--help")
    assert (done.code, done.err) == (0, "")
    before, examples = done.out.split("examples:\n")
    shown = [line.strip() for line in examples.splitlines() if line.strip()]
    assert len(shown) == 2
    for example in shown:
        name = example.removeprefix("python -m assistant ").split()[0]
        assert f"    {name} " in before
        assert run(name, "--help").code == 0


# --- What goes wrong


def nothing(folder: Path) -> None:
    """Leaves a folder as it is."""


def file_in_its_place(folder: Path) -> None:
    folder.rmdir()
    folder.write_text("geen map")


BAD_CORPORA: dict[str, tuple[Callable[[Path], Any], str]] = {
    "missing": (lambda folder: folder.rmdir(), "There is no folder"),
    "file": (file_in_its_place, "There is no folder"),
    "empty": (nothing, "has no essay that could be read"),
    "other-files": (lambda folder: (folder / "essay.doc").write_bytes(b"PK"), "essay.doc"),
    "damaged": (lambda folder: (folder / "essay.docx").write_bytes(b"PK"), "essay.docx"),
    "zero-bytes": (lambda folder: (folder / "essay.txt").write_bytes(b"Een\x00zin."), "essay.txt"),
    "blank": (lambda folder: (folder / "essay.txt").write_bytes(b" \n"), "no sentence"),
    "toml": (
        lambda folder: [(folder / "essay.txt").write_text(ESSAY), (folder / "corpus.toml").write_text("[")],
        "cannot be read as TOML",
    ),
}


@pytest.mark.parametrize(("spoil", "words"), BAD_CORPORA.values(), ids=BAD_CORPORA)
def test_a_corpus_that_cannot_be_read(run: Run, tmp_path: Path, spoil: Callable[[Path], Any], words: str) -> None:
    """A corpus that is missing, empty or not text is one line that says what to do, and no index is written."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    spoil(folder)
    assert words in one_line(run("index", folder, "--into", tmp_path / "index"))
    assert not (tmp_path / "index" / "current").exists()


@pytest.mark.parametrize(
    ("question", "words"),
    [("", "empty"), (" \t ", "empty"), ("x" * 1001, "1,001 characters; at most 1,000")],
    ids="nothing blank long".split(),
)
@pytest.mark.parametrize("name", ["ask", "search"])
def test_a_question_that_cannot_be_searched_for(
    run: Run, index_folder: Path, name: str, question: str, words: str
) -> None:
    """An empty or far too long question is one line."""
    assert words in one_line(run(name, question, "--index", index_folder))


@pytest.mark.parametrize("top_k", ["0", "-3"])
def test_no_hits_cannot_be_asked_for(run: Run, index_folder: Path, top_k: str) -> None:
    """A --top-k below 1 is one line."""
    assert f"top_k is {top_k}" in one_line(run("search", "lef", "--top-k", top_k, "--index", index_folder))


def test_a_question_that_is_no_text(run: Run, index_folder: Path) -> None:
    """Bytes that are no UTF-8, which a terminal can pass on, are no bug."""
    done = run("ask", os.fsdecode(b"wat is lef\xff?"), "--index", index_folder)
    if done.code:
        one_line(done)
    assert "Traceback" not in done.err


def damaged(folder: Path, index: Path) -> None:
    shutil.copytree(index, folder, dirs_exist_ok=True)
    next(folder.glob("build-*/words.json")).write_bytes(b"")


BAD_INDEXES: dict[str, tuple[Callable[[Path, Path], Any], str]] = {
    "missing": (lambda folder, index: folder.rmdir(), "There is no index"),
    "empty": (lambda folder, index: None, "There is no index"),
    "foreign": (lambda folder, index: (folder / "vakantie.jpg").write_bytes(b"\xff"), "'vakantie.jpg'"),
    "corpus": (lambda folder, index: (folder / "molen.txt").write_text(ESSAY), "'molen.txt'"),
    "file": (lambda folder, index: file_in_its_place(folder), "There is no index"),
    "damaged": (damaged, "words.json has 0 bytes"),
    "half-built": (lambda folder, index: (folder / "current").write_text("build-0123"), "is missing"),
}


@pytest.mark.parametrize(("spoil", "words"), BAD_INDEXES.values(), ids=BAD_INDEXES)
def test_an_index_that_cannot_be_opened(
    run: Run, index_folder: Path, tmp_path: Path, spoil: Callable[[Path, Path], Any], words: str
) -> None:
    """An index that is missing, damaged or another folder altogether is one line with the command that mends it."""
    folder = tmp_path / "index"
    folder.mkdir()
    spoil(folder, index_folder)
    line = one_line(run("ask", QUESTION, "--index", folder))
    assert words in line
    assert "python -m assistant index" in line


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ASSISTANT_COLOUR", "blauw", "no such setting"),
        ("ASSISTANT_PORT", "abc", "a whole number was expected"),
        ("ASSISTANT_MAX_EXCERPTS", "0", "must lie between"),
        ("ASSISTANT_MODEL", "/nonexistent", "'/nonexistent' cannot be loaded"),
        ("ASSISTANT_MAX_PASSAGE_CHARS", "900", "was made with the settings"),
    ],
    ids="unknown no-number out-of-range no-model other-than-the-index".split(),
)
def test_a_setting_that_cannot_be_used(
    run: Run, index_folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    """A setting in the environment that is unknown, or that nothing can be done with, is one line."""
    monkeypatch.setenv(name, value)
    assert words in one_line(run("search", "lef", "--index", index_folder))


def test_a_folder_without_a_model(index_folder: Path, tmp_path: Path) -> None:
    """A folder that holds no model is one line, whatever the libraries below have to say about it."""
    done = command("search", "lef", "--index", index_folder, environment={"ASSISTANT_MODEL": str(tmp_path)})
    assert "cannot be loaded" in one_line(done)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        (b"", "is empty"),
        (b"{", "line 1 is no question"),
        (b'{"id": 1}', "line 1 is no question"),
        (b"\xff", "cannot be read"),
    ],
    ids="missing empty unfinished incomplete not-utf-8".split(),
)
@pytest.mark.parametrize("name", ["evaluate", "benchmark"])
def test_a_question_file_that_cannot_be_read(
    run: Run, tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    """A question file that is missing or broken is one line, before anything slow is begun."""
    path = tmp_path / "vragen.jsonl"
    if content is not None:
        path.write_bytes(content)
    line = one_line(run(name, path))
    assert words in line
    assert "vragen.jsonl" in line


def test_questions_about_other_essays(run: Run, index_folder: Path, tmp_path: Path) -> None:
    """Gold quotes that are not in the essays of the index are one line that names the question."""
    item = {"id": "1", "question": "lef?", "language": "nl", "kind": "fact", "split": "test"}
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps(item | {"gold": [{"source": "lefmarketing.txt", "quote": "Dit staat er niet."}]}))
    assert "Question 1: the quote" in one_line(run("evaluate", path, "--index", index_folder))


def test_a_split_without_a_question(run: Run, index_folder: Path, questions: Path) -> None:
    """A file without a question of the split that is asked for is one line."""
    assert "test" in one_line(run("evaluate", questions, "--split", "test", "--index", index_folder))


def test_a_curve_that_cannot_be_written(run: Run, index_folder: Path, questions: Path, tmp_path: Path) -> None:
    """A picture of a form that there is not is one line."""
    line = one_line(run("evaluate", questions, "--curve", tmp_path / "curve.doc", "--index", index_folder))
    assert "curve.doc" in line


def test_a_benchmark_of_nearly_nothing(run: Run, tmp_path: Path) -> None:
    """Too few questions for a benchmark is one line."""
    path = tmp_path / "questions.jsonl"
    path.write_text((ROOT / "tests" / "questions.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert "1 different questions" in one_line(run("benchmark", path))


def test_a_port_that_is_taken(run: Run, index_folder: Path) -> None:
    """A port that something else listens at is one line, with another to try."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        line = one_line(run("serve", "--port", port, "--index", index_folder))
    assert f"127.0.0.1:{port} cannot be served" in line


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_a_port_that_cannot_be(run: Run, index_folder: Path, port: str) -> None:
    """A port that no machine has is one line."""
    assert "cannot be served" in one_line(run("serve", "--port", port, "--index", index_folder))


def test_an_index_that_cannot_be_written(run: Run, corpus: Path) -> None:
    """Where there is a file in the place of the index, that is the last line, and the file is left as it was."""
    done = run("index", corpus, "--into", corpus / "molen.txt")
    assert done.code == 1
    assert done.err.splitlines()[-1].startswith("error: The index could not be written")
    assert (corpus / "molen.txt").read_text(encoding="utf-8") == ESSAY


def test_a_bug_keeps_its_traceback(run: Run, index_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that no user can cause is not made into a line: it goes through."""

    def broken(*arguments: object, **options: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("assistant.retriever.Retriever.retrieve", broken)
    with pytest.raises(ZeroDivisionError):
        run("search", "lef", "--index", index_folder)


# --- Pipes


def test_a_reader_that_has_read_enough_is_no_error(index_folder: Path) -> None:
    """`| head -1` ends a long output early without a word on standard error."""
    search = f'"{sys.executable}" -m assistant search lef --top-k 60 --json --index "{index_folder}" | head -1'
    done = subprocess.run(["bash", "-c", search], cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert (done.stdout, done.stderr) == ("[\n", "")


@pytest.mark.parametrize("arguments", [["--help"], ["index", "--explain"]], ids=["help", "explain"])
def test_a_reader_that_is_gone_is_no_error(arguments: list[str]) -> None:
    """Output that nobody reads any more, long or short, ends without a traceback."""
    reader, writer = os.pipe()
    os.close(reader)
    started = [sys.executable, "-m", "assistant", *arguments]
    done = subprocess.run(started, cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=240)
    os.close(writer)
    assert done.stderr == ""


def test_a_terminal_without_the_characters_shows_a_question_mark() -> None:
    """Output for a terminal that knows ASCII alone has question marks and no traceback."""
    done = command("index", "--explain", environment={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert (done.code, done.err) == (0, "")
    assert "Echtheid=hechtheid" in done.out
    assert "Pleidooi voor ?chte marketing" in done.out


def test_app_takes_an_index(corpus: Path, tmp_path: Path) -> None:
    """`app.py --index FOLDER` says where a port is taken before it builds anything, and builds into that folder."""
    command = [sys.executable, ROOT / "app.py", "--index", "elders"]
    environment = {**os.environ, "ASSISTANT_CORPUS": str(corpus)}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*command, "--port", port], capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=240
        )
    assert "cannot be served" in done.stderr.splitlines()[-1]
    assert done.stderr.splitlines()[-1].count("127.0.0.1") == 1
    assert not (tmp_path / "elders").exists()
    with subprocess.Popen(
        [*command, "--port", "0"], stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment
    ) as process:
        assert process.stderr
        try:
            assert any("essay into elders" in line for line in process.stderr)
        finally:
            process.kill()
    assert (tmp_path / "elders" / "current").is_file()
    assert not (tmp_path / "index" / "current").exists()


def test_app_ends_where_there_is_nothing_to_serve(tmp_path: Path) -> None:
    """Without essays and without an index `app.py` says what is wrong in one line each, and ends with code 1."""
    done = subprocess.run(
        [sys.executable, ROOT / "app.py", "--port", "0"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "ASSISTANT_CORPUS": "nergens"},
        timeout=240,
    )
    assert done.returncode == 1
    assert "There is no folder nergens" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("error: There is no index in index, and none could be made")
    assert "Traceback" not in done.stderr
