"""The map of the modules: which may import which, and which alone import the large libraries."""

from __future__ import annotations

import ast
import doctest
import importlib
import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "assistant"

# Each group imports only from itself and from the groups above it. CONTRIBUTING.md shows the same map.
GROUPS = {
    "words": "types errors sites settings steps version",
    "text": (
        "frequency language encodings formats formats.archive formats.markup formats.blocks formats.spacing "
        "formats.properties formats.numbering formats.notes formats.docx_lists formats.markdown formats.html "
        "formats.docx formats.odt formats.looks formats.epub formats.hyphens formats.pdf_lines formats.pdf_paragraphs "
        "formats.pdf formats.registry isolation lines sentences cleaning composing structure chunker "
        "duplicates corpus_toml ignoring listing documents"
    ),
    "index": (
        "weights_file unpacking bundled_model embedder fusion background lexical bm25 nearby vocabulary compounds "
        "spelling stores stores.faiss index_files parts index progress kept gathering building indexer"
    ),
    "retrieval": "retriever",
    "answer": (
        "definitions intents question_words framing small_talk several messages pointing conversation shelf growing "
        "scoring reader citations refusal examples"
    ),
    "product": "assistant",
    "edges": (
        "explain page_texts rendering essay_view sources why page ui problems bodies readiness routing openapi api "
        "clients limits intake events headers logs metrics feedback feedback_route feedback_report feedback_page "
        "live watch gate widget connection apart follow index_process server "
        "checks checks.machine checks.configuration checks.model checks.corpus checks.index checks.disk checks.address "
        "doctor cli __main__ "
        "evaluation evaluation.questions evaluation.evaluate evaluation.measures evaluation.report "
        "evaluation.pairs evaluation.compare evaluation.calibrate evaluation.train evaluation.benchmark"
    ),
    "root": "__init__",  # the public face: names of the words at once, Assistant and Retriever when they are asked for
}
RANK = {module: rank for rank, modules in enumerate(GROUPS.values()) for module in modules.split()}
ONE_IMPORTER = {
    "wordfreq": "frequency",
    "pypdfium2": "formats.pdf",
    "markdown_it": "formats.markdown",
    "trafilatura": "formats.html",
    "docx": "formats.docx",
    "lxml": "formats.markup",
    "pathspec": "ignoring",
    "sentence_transformers": "embedder",
    "rapidfuzz": "nearby",
    "faiss": "stores.faiss",
    "gradio": "ui",
    "limits": "limits",
    "prometheus_client": "metrics",
    "ir_measures": "evaluation.measures",
}


def module_name(path: Path) -> str:
    """The name of a module within the package: "stores.faiss", "stores" for its __init__, "__init__" for ours."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


SOURCES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(tree: ast.AST) -> set[str]:
    """The full names of all that is imported anywhere in a tree, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names}
    return names


def ours(names: set[str]) -> set[str]:
    """The modules of this package among imported names; "__init__" for a name that is in none of them."""
    found = set()
    for name in names:
        first, _, rest = name.partition(".")
        if first == "assistant":
            inside = rest.rpartition(".")[0]
            found.add(rest if rest in SOURCES else inside if inside in SOURCES else "__init__")
    return found


def is_of(name: str, library: str) -> bool:
    return name == library or name.startswith(library + ".")


def test_every_module_is_on_the_map() -> None:
    """Every module stands in one group, and every name on the map is a module."""
    assert sorted(SOURCES) == sorted(RANK)
    assert sum(len(modules.split()) for modules in GROUPS.values()) == len(RANK)


@pytest.mark.parametrize("module", SOURCES)
def test_imports_go_up_only(module: str) -> None:
    """A module imports from its own group and the groups above it, inside functions too."""
    below = {name for name in ours(imported(tree(SOURCES[module]))) if RANK[name] > RANK[module]}
    assert below == set()


def test_no_circles() -> None:
    """No module imports itself by way of others."""
    TopologicalSorter({module: ours(imported(tree(path))) for module, path in SOURCES.items()}).prepare()


@pytest.mark.parametrize(("library", "importer"), ONE_IMPORTER.items())
def test_one_importer(library: str, importer: str) -> None:
    """Each large library is imported by one module alone, app.py included."""
    paths = SOURCES | {"app": ROOT / "app.py"}
    found = [module for module, path in paths.items() if any(is_of(name, library) for name in imported(tree(path)))]
    assert found == [importer]


def test_the_picture_agrees() -> None:
    """The picture in CONTRIBUTING.md has the groups in this order, with these modules and their own libraries."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    picture = next(block for block in text.split("```") if block.startswith("\nwords "))
    drawn: dict[str, set[str]] = {}
    libraries: dict[str, str] = {}
    for line in picture.splitlines():
        first, *cells = re.split(r" {2,}|, of which ", line.strip())
        if line[:1].strip():
            drawn[first] = set()
        elif first not in ("", "^"):
            cells = [first, *cells]
        for cell in cells:
            name, _, library = cell.rstrip("]").partition(" [")
            if library:
                libraries[library.replace("-", "_")] = name
            if " " not in name:  # else it is a remark
                whole = name.removesuffix(".*")
                found = {name} if whole == name else {module for module in SOURCES if is_of(module, whole)}
                drawn[list(drawn)[-1]] |= found
    expected = {
        group: {name for name in modules.split() if not name.startswith("__")} for group, modules in GROUPS.items()
    }
    assert list(drawn.items()) == [(group, names) for group, names in expected.items() if names]
    assert libraries == ONE_IMPORTER


@pytest.mark.parametrize("module", SOURCES)
def test_imports_can_be_read(module: str) -> None:
    """Imports are absolute and written out, so that this test sees them all."""
    assert not any(name.startswith(".") for name in imported(tree(SOURCES[module])))
    called = {ast.unparse(node.func) for node in ast.walk(tree(SOURCES[module])) if isinstance(node, ast.Call)}
    assert called.isdisjoint({"__import__", "import_module", "importlib.import_module", "exec", "eval"})


def test_public_face_is_light() -> None:
    """`import assistant` alone imports nothing but the words: the large libraries wait until they are needed."""
    body = tree(SOURCES["__init__"]).body
    at_once = {name for node in body if isinstance(node, ast.Import | ast.ImportFrom) for name in ours(imported(node))}
    assert {RANK[module] for module in at_once} == {RANK["types"]}


EXAMPLES = [module for module, path in SOURCES.items() if ">>> " in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("module", EXAMPLES)
def test_examples(module: str) -> None:
    """The worked example in a docstring gives what it says."""
    results = doctest.testmod(importlib.import_module("assistant." + module))
    assert results.attempted > 0
    assert results.failed == 0


def test_the_test_sees_what_it_should() -> None:
    """Imports inside functions, of several names and under another name are seen."""
    source = (
        "def f():\n    from assistant import ui, Turn\n    import assistant.cli as c, faiss\n    from a.b import c\n"
    )
    assert imported(ast.parse(source)) == {"assistant.ui", "assistant.Turn", "assistant.cli", "faiss", "a.b.c"}
    assert ours(imported(ast.parse(source))) == {"ui", "cli", "__init__"}
