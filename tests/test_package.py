"""The package from outside: what it gives, what it loads, and that it keeps to this machine."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

import assistant

ROOT = Path(__file__).parent.parent

# Runs before anything of ours is imported: each attempt to reach another machine is kept, and fails.
WATCH = """
import sys
tried = []
HOST = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0}  # which argument
def watch(event, arguments):
    if event in HOST and arguments[HOST[event]] is not None:
        tried.append((event, repr(arguments)))
        raise OSError("no network: " + event)
sys.addaudithook(watch)
"""


def python(code: str, *arguments: object, environment: dict[str, str] | None = None) -> str:
    """What some code prints in a new Python."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        env=environment if environment is not None else dict(os.environ),
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_promised_names_are_there() -> None:
    """The names that the README promises come from the package itself."""
    from assistant import Assistant, Retriever, Turn

    assert Turn("vraag").question == "vraag"
    assert callable(Assistant.open)
    assert callable(Retriever.open)
    assert {"Assistant", "Retriever", "Turn"} <= set(assistant.__all__)
    for name in assistant.__all__:
        assert getattr(assistant, name).__name__ == name


def test_another_name_is_not_there() -> None:
    """A name that the package does not have is an AttributeError that names it."""
    with pytest.raises(AttributeError, match="antwoord"):
        assistant.antwoord  # noqa: B018


def test_the_version_is_the_one_of_the_project() -> None:
    """The package says the version that pyproject.toml says."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert assistant.__version__ == project["version"]


def test_the_package_says_that_it_is_typed() -> None:
    """A type checker is told that the annotations can be used."""
    assert files("assistant").joinpath("py.typed").is_file()


def test_every_file_that_the_package_reads_is_installed_with_it() -> None:
    """The patterns of pyproject.toml take in every file of the package that is no module."""
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    package = ROOT / "assistant"
    installed = {path for pattern in setup["package-data"]["assistant"] for path in package.glob(pattern)}
    there = {path for path in package.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")}
    assert there <= installed
    assert {"adapter.safetensors", "messages.toml", "requests.toml"} <= {path.name for path in there}


def test_importing_the_package_loads_nothing_heavy() -> None:
    """`import assistant` alone, and the command line's help, load no model, no index and no web page."""
    heavy = {"torch", "transformers", "sentence_transformers", "gradio", "faiss", "scipy", "numpy"} | {
        "sklearn",
        "wordfreq",
        "rapidfuzz",
        "ir_measures",
        "matplotlib",
    }
    code = "import sys, assistant, assistant.cli; print(*{name.partition('.')[0] for name in sys.modules})"
    assert heavy.isdisjoint(python(code).split())


def test_nothing_reaches_for_the_network(index_folder: Path) -> None:
    """Every module is imported and a question answered without one attempt to reach another machine."""
    code = f"""{WATCH}
import importlib, pkgutil, assistant
names = [module.name for module in pkgutil.walk_packages(assistant.__path__, "assistant.")]
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
answer = assistant.Assistant.open(sys.argv[1]).ask("wat is lefmarketing?")
assert answer.citations
print(len(names), tried)
"""
    unset = ("HF_", "HUGGING", "TRANSFORMERS_", "GRADIO_", "DISABLE_TELEMETRY", "DO_NOT_TRACK")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(unset)}
    count, tried = python(code, index_folder, environment=environment).split(maxsplit=1)
    assert int(count) > 20
    assert tried.strip() == "[]"


def test_the_watch_on_the_network_sees_an_attempt() -> None:
    """The watch of the test above keeps what is tried, or that test would hold nothing."""
    code = f"""{WATCH}
import socket
for reach in (lambda: socket.create_connection(("127.0.0.1", 9)), lambda: socket.socket().connect(("127.0.0.1", 9))):
    try:
        reach()
    except OSError as error:
        assert "no network" in str(error)
print(len(tried))
"""
    assert python(code) == "2\n"
