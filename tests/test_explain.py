"""The report on a corpus: what each file became, and what was left out and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.documents import read_corpus
from assistant.explain import explain

CORPUS = Path(__file__).parent.parent / "corpus"
LONG = "Een zin die veel langer is dan honderd tekens en die daarom in het verslag wordt afgekapt " * 2


@pytest.fixture(scope="module")
def report() -> str:
    return explain(read_corpus(CORPUS))


def of_one(folder: Path, text: str, metadata: str = "") -> list[str]:
    """The lines of the report on a folder with one essay."""
    (folder / "essay.txt").write_text(text, encoding="utf-8")
    (folder / "corpus.toml").write_text(metadata, encoding="utf-8")
    return explain(read_corpus(folder)).splitlines()


def test_every_file_has_its_part(report: str) -> None:
    """Each essay has a part of its own, which opens with its name, title and maker."""
    parts = report.split("\n\n")
    assert [part.splitlines()[0] for part in parts] == sorted(path.name for path in CORPUS.glob("*.txt"))
    assert parts[0].splitlines()[1:4] == [
        "  title: Engagement? U boeit en bindt niet.",
        "  format: txt, language nl",
        "  by: Patrick Petersen, MarketingTribune, 2012",
    ]


def test_posts_and_headings_are_named_in_their_order(report: str) -> None:
    """Posts and headings stand under their file as they read, a deeper heading further to the right."""
    lines = report.splitlines()
    posts = [line for line in lines if line.startswith("    POST ")]
    assert len(posts) == 8
    assert posts[0] == "    POST Wat de onbewuste laag van je organisatie je vertelt"
    above = lines.index("      Waarom participatiemarketing aan populariteit wint")
    assert lines[above + 1 : above + 3] == [
        "        1. We stevenen af op een participatiesamenleving",
        "        2. Crowdfunding is ingeburgerd",
    ]


def test_what_was_left_out_is_shown_with_its_reason(report: str) -> None:
    """A removed line stands under "left out", behind the reason why."""
    part = next(part for part in report.split("\n\n") if part.startswith("engagement-boeit-en-bindt.txt"))
    left_out = part.split("  left out:\n")[1].splitlines()
    assert any(line.endswith("  BESTEL NU!") and line.removesuffix("BESTEL NU!").strip() for line in left_out)
    assert len({line.index(line.split("  ")[-1]) for line in left_out if "BESTEL" in line or "Akismet" in line}) == 1


def test_what_was_kept_is_counted(tmp_path: Path) -> None:
    """The paragraphs, list items and characters that are kept are counted; headings and the title are not."""
    lines = of_one(tmp_path, f"Titel\n\nKop\n\n{'a' * 99}.\n\n{'b' * 99}.\n", '["essay.txt"]\ntitle = "Titel"\n')
    assert lines == [
        "essay.txt",
        "  title: Titel",
        "  format: txt, language nl",
        "  kept: 2 paragraphs and list items, 200 characters, under these headings:",
        "      Kop",
        "  left out: nothing",
    ]


def test_a_long_line_is_shortened(tmp_path: Path) -> None:
    """A removed line of more than a hundred characters ends in three dots, in one."""
    metadata = f'["essay.txt"]\nremove = ["{LONG.strip()}"]\n'
    [line] = [line for line in of_one(tmp_path, f"Titel\n\n{LONG}\n\nEen zin.\n", metadata) if "afgekapt" in line]
    assert line.endswith("…")
    assert len(line.split("corpus.toml")[1].strip()) <= 100


def test_what_was_left_out_is_named(tmp_path: Path) -> None:
    """Files that are left out stand at the end, each with its reason."""
    (tmp_path / "essay.doc").write_bytes(b"PK")
    assert of_one(tmp_path, "Titel\n\nEen zin.\n")[-2:] == [
        "Left out:",
        "  essay.doc: .doc files are not read: save it as .docx",
    ]


def test_format_language_address_and_notes_are_shown(tmp_path: Path) -> None:
    """A file's kind, its language, where it was published and what its owner should know stand above its text."""
    text = "---\nurl: https://x.nl/a\n---\n# The mill\n\nThe mill stands by the water and its sails have not turned."
    (tmp_path / "mill.md").write_bytes(f"{text} Café – €5.".encode("cp1252"))
    lines = explain(read_corpus(tmp_path)).splitlines()
    assert lines[:6] == [
        "mill.md",
        "  title: The mill",
        "  format: md, language en",
        "  from: https://x.nl/a",
        "  note: read as Windows-1252",
        "  note: is in English, not in Dutch",
    ]
