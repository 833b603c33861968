"""The scripts of benchmarks/: from HTML pages to a corpus that the assistant reads, and to questions about it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import debian_edu
import debian_manual
import libreoffice_help
from assistant.documents import read_corpus
from assistant.evaluation.questions import places_of, read_questions
from assistant.structure import read_document
from assistant.types import Metadata
from libreoffice_help import read_page
from pages import as_text, page_lines, parse, read_folder, text_of, write_folder

DATA = Path(__file__).parent / "data"
FILLING = "Dit is een gewone zin van een bladzijde die genoeg tekst heeft om mee te doen. " * 4


def lines(html: str, *skipped: str) -> list[tuple[str, str]]:
    """Kind and text of each line of some HTML."""
    return [(line.kind, f"{line.mark} {line.text}".strip()) for line in page_lines(parse(html), skipped)]


def help_page(title: str, body: str) -> str:
    """A page as LibreOffice's help has them."""
    return (
        f"<html><head><title>{title}</title><script>var n = 1 < 2;</script></head><body><nav>Menu</nav>"
        f'<div id="DisplayArea"><meta content="x"><h1>\n <a name="x"></a> {title}\n</h1>{body}</div>'
        "<footer>This page is: /text</footer></body></html>"
    )


@pytest.fixture
def help_folder(tmp_path: Path) -> Path:
    """Pages about colours and files, some of which cannot be asked for."""
    pages = {
        "writer/kleuren": help_page("Kleuren kiezen", f"<p>{FILLING} Kleuren.</p>"),
        "writer/vaak": help_page("Kleuren", f"<p>{FILLING} Vaak.</p>"),
        "writer/bestand": help_page("Een bestand openen", f"<p>{FILLING} Bestand.</p>"),
        "calc/bestand": help_page("Een bestand openen", f"<p>{FILLING} Blad.</p>"),
        "calc/overzicht": help_page("Overzicht van het menu", f"<h2>Blad invoegen</h2><p>{FILLING} Overzicht.</p>"),
        "calc/blad": help_page("Blad invoegen", f"<p>{FILLING} Invoegen.</p>"),
        "calc/kort": help_page("Een korte bladzijde", f"<h2>{FILLING}</h2><p>Te kort.</p>"),
        "calc/een": help_page("Tweemaal hetzelfde", f"<p>{FILLING}</p>"),
        "calc/twee": help_page("Twee keer hetzelfde", f"<p>{FILLING}</p>"),
    }
    for name, html in pages.items():
        path = tmp_path / "pages" / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8")
    return tmp_path / "pages"


def run(script: str, monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    """Run a script as the command line does."""
    monkeypatch.setattr(sys, "argv", [f"{script}.py", *map(str, arguments)])
    scripts = {"libreoffice_help": libreoffice_help, "debian_manual": debian_manual, "debian_edu": debian_edu}
    scripts[script].main()


def asked(folder: Path) -> dict[str, str]:
    """Source and question of each line of a question file."""
    rows = map(json.loads, (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines())
    return {row["source"]: row["question"] for row in rows}


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("<h2>Kop\n</h2>", [("heading", "## Kop")], id="heading"),
        pytest.param("<p>Een\n  <b>vette</b>&nbsp;zin.</p>", [("paragraph", "Een vette zin.")], id="one line"),
        pytest.param("<p>Eerst.<br>Dan.</p>", [("paragraph", "Eerst. Dan.")], id="line break"),
        pytest.param("<p> </p><h2><a></a></h2><ul><li></li></ul>", [], id="nothing in it"),
        pytest.param("los <i>en</i><p>vast</p>", [("paragraph", "los en"), ("paragraph", "vast")], id="loose text"),
        pytest.param("<span><p>a</p>b</span>", [("paragraph", "a"), ("paragraph", "b")], id="blocks in a span"),
        pytest.param("<ul><li>een</li><li>twee</li></ul>", [("item", "• een"), ("item", "• twee")], id="list"),
        pytest.param('<ol start="3"><li>een</li><li>b</li></ol>', [("item", "3. een"), ("item", "4. b")], id="steps"),
        pytest.param("<ul><li><p>een</p><p>vervolg</p></li></ul>", [("item", "• een vervolg")], id="long item"),
        pytest.param(
            "<ul><li>een<ol><li>diep</li></ol></li></ul>", [("item", "• een"), ("item", "1. diep")], id="list in a list"
        ),
        pytest.param("<dl><dt>apt:</dt><dd><p>Uitleg.</p></dd></dl>", [("item", "• apt: Uitleg.")], id="term"),
        pytest.param("<table><tr><th>A</th><td><p>B</p></td></tr></table>", [("item", "• A – B")], id="row"),
        pytest.param("<pre>een\n\n  twee</pre>", [("code", "een"), ("code", "twee")], id="code"),
        pytest.param("<p>a</p><div class='x toc'>b</div><pre id='c'>c</pre>", [("paragraph", "a")], id="skipped"),
        pytest.param("<p>een<sup class='toc'>1</sup> twee</p>", [("paragraph", "een twee")], id="skipped in a line"),
        pytest.param("<p>a<img src='x'/>b</i></p><p>c</p>", [("paragraph", "ab"), ("paragraph", "c")], id="stray end"),
    ],
)
def test_the_lines_of_a_page(html: str, expected: list[tuple[str, str]]) -> None:
    """Each heading, paragraph, item and row is one line, whatever stands in it; what is skipped is nowhere."""
    assert lines(html, "toc", "c") == expected


def test_the_reader_sees_the_same_kinds() -> None:
    """The assistant reads each line as what it was on the page."""
    html = (
        f"<h1>De titel</h1><p>{FILLING}</p><h2>Een kop</h2><p>{FILLING}</p>"
        f"<ul><li>een.</li><li>twee.</li></ul><h3>Dieper</h3><ol><li>Kies A.</li><li>Kies B.</li></ol><p>{FILLING}</p>"
    )
    made = page_lines(parse(html))
    document = read_document("bladzijde.txt", as_text(made), Metadata())
    kinds = ["title", *(line.kind for line in made[1:])]
    assert [block.kind for block in document.blocks] == kinds
    assert document.title == "De titel"


def test_blank_lines() -> None:
    """A blank line parts all lines but the items of a list and the lines of code; the text ends in one line end."""
    html = "<p>a</p><p>b</p><ul><li>c</li><li>d</li></ul><pre>e\nf</pre>"
    assert as_text(page_lines(parse(html))) == "a\n\nb\n\n• c\n• d\n\ne\nf\n"
    assert as_text([]) == ""


def test_finding_an_element() -> None:
    """An element is found by its tag, its id or a class; what is not there is None."""
    page = parse('<div id="a" class="b c"><p>x</p></div>')
    assert page.find("a") is page.find("c") is page.find("div")
    assert text_of(page) == "x"
    assert page.find("d") is None


def test_pages_that_are_not_installed(tmp_path: Path) -> None:
    """A folder without pages is one line that says how to install them."""
    with pytest.raises(SystemExit, match="apt-get install some-package"):
        read_folder(tmp_path / "nowhere", package="some-package")


def test_a_folder_that_is_in_use(tmp_path: Path) -> None:
    """Nothing is written into a folder that holds something: old files would get into the corpus."""
    (tmp_path / "old.txt").touch()
    with pytest.raises(SystemExit, match="not empty"):
        write_folder(tmp_path, {"new.txt": "a"})
    assert not (tmp_path / "new.txt").exists()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("<p>Tekst.</p><p>een titel!</p>", "Tekst.\n", id="title repeated"),
        pytest.param("<h1>Tweede</h1><p>Tekst.</p>", "# Tweede\n\nTekst.\n", id="only the first heading"),
        pytest.param('<p>Tekst.</p><div class="relatedtopics"><p>Zie ook.</p></div>', "Tekst.\n", id="related"),
        pytest.param('<p>Tekst.</p><p><a href="b.html">Andere titel</a></p>', "Tekst.\n", id="link"),
        pytest.param('<p>Zie <a href="b.html">deze</a> uitleg.</p>', "Zie deze uitleg.\n", id="link in a sentence"),
        pytest.param('<p>Tekst.</p><pre>Sub Main\nEnd Sub</pre><p class="code">x = 1</p>', "Tekst.\n", id="code"),
        pytest.param(
            '<div class="howtogetbody"><p>Kies Bestand - Openen</p><p>Ctrl+O</p></div>',
            "• Kies Bestand - Openen\n• Ctrl+O\n",
            id="ways to a command",
        ),
        pytest.param(
            '<p>Druk op <span class="switchinline"><span id="MAC1" class="MAC">Cmd</span>'
            '<span id="default1">Ctrl</span></span>+O.</p>',
            "Druk op Ctrl+O.\n",
            id="general variant",
        ),
        pytest.param(
            '<div class="switch"><span id="CALC1"><p>Cellen.</p></span> <span id="WRITER1"><p>Regels.</p></span></div>',
            "Cellen.\n",
            id="first variant",
        ),
        pytest.param(
            '<div class="icontable"><div class="iconcell"><img></div><div class="iconcell"><p>Knop</p></div></div>',
            "• Knop\n",
            id="icon",
        ),
    ],
)
def test_a_page_of_the_help(body: str, expected: str) -> None:
    """A page keeps its own text: not its title, not the titles of others, no code, one variant of each switch."""
    assert read_page(help_page("Een titel", body)).text == expected


def test_a_page_without_a_body() -> None:
    """A page of another make is an empty one."""
    assert read_page("<html><title>Iets</title><p>Tekst.</p></html>").text == ""


def test_the_help_as_a_benchmark(
    help_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pages with enough text of their own are the corpus; those whose title suits no other page are asked for."""
    monkeypatch.setattr(libreoffice_help, "GENERIC_SHARE", 0.15)
    run("libreoffice_help", monkeypatch, "--from", help_folder, "--into", tmp_path / "made")
    corpus = read_corpus(tmp_path / "made" / "corpus")
    assert [document.source for document in corpus.documents] == [
        "calc/bestand.txt",
        "calc/blad.txt",
        "calc/overzicht.txt",
        "writer/bestand.txt",
        "writer/kleuren.txt",
        "writer/vaak.txt",
    ]
    assert asked(tmp_path / "made") == {
        "calc/overzicht.txt": "Overzicht van het menu",
        "writer/kleuren.txt": "Kleuren kiezen",
    }
    printed = capsys.readouterr().out
    assert "9 pages read, 3 of them skipped" in printed
    assert "6 pages and 2 questions" in printed


def test_a_sample_of_the_help(help_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A smaller sample is a part of a larger one, with the same questions, and the same at each run."""
    found = []
    for number in (2, 4, 4):
        folder = tmp_path / str(len(found))
        run("libreoffice_help", monkeypatch, "--from", help_folder, "--into", folder, "--pages", number)
        found.append({document.source for document in read_corpus(folder / "corpus").documents})
        assert set(asked(folder)) <= found[-1]
    assert found[0] < found[1] == found[2]
    assert (tmp_path / "1" / "questions.jsonl").read_bytes() == (tmp_path / "2" / "questions.jsonl").read_bytes()


def chapter(body: str) -> str:
    """A page as the FAQ of Debian has them."""
    return (
        '<html xmlns="http://www.w3.org/1999/xhtml"><body><div class="navheader">Terug</div>'
        f'<div class="chapter"><h1>Hoofdstuk 1</h1><div class="toc">Inhoud</div>{body}</div></body></html>'
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "<p>Geef</p><pre>apt update</pre><p>en wacht.</p>", "Geef apt update en wacht.", id="in a sentence"
        ),
        pytest.param("<p>Geef</p><pre>apt update</pre><p>. Wacht.</p>", "Geef apt update. Wacht.", id="full stop"),
        pytest.param("<p>Geef</p><pre>apt update</pre><p>Wacht.</p>", "Geef apt update\n\nWacht.", id="new sentence"),
        pytest.param("<ul><li>Geef <pre>ls</pre></li></ul>", "• Geef ls", id="in an item"),
        pytest.param("<p>Geef</p><pre>a\nb</pre><p>en wacht.</p>", "Geef\n\na\nb\n\nen wacht.", id="two lines of code"),
        pytest.param("<pre>ls</pre><p>toont.</p>", "ls\n\ntoont.", id="no sentence above"),
    ],
)
def test_a_chapter_of_the_manual(body: str, expected: str) -> None:
    """A command that has a line of its own goes back into its sentence; longer code keeps its lines."""
    assert debian_manual.read_chapter(chapter(body)) == f"# Hoofdstuk 1\n\n{expected}\n"


def test_the_manual_as_a_corpus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each chapter is an essay named after its page; a page without a chapter is none."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "kernel.nl.html").write_text(chapter(f"<p>{FILLING}</p>"), encoding="utf-8")
    contents = '<html><div class="toc"><span class="chapter">Hoofdstuk 1</span></div></html>'
    (tmp_path / "pages" / "index.nl.html").write_text(contents, encoding="utf-8")
    run("debian_manual", monkeypatch, "--from", tmp_path / "pages", "--into", tmp_path / "made")
    assert [document.source for document in read_corpus(tmp_path / "made").documents] == ["kernel.txt"]
    assert "1 essays" in capsys.readouterr().out


def test_the_questions_about_the_manual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty questions that the manual answers and twenty that it does not; its quotes stand in it where it is there."""
    questions = read_questions(DATA / "manual_questions.jsonl")
    assert sum(question.is_answerable for question in questions) == 40
    assert len(questions) == len({question.question for question in questions}) == 60
    if not debian_manual.PAGES.is_dir():
        pytest.skip(f"{debian_manual.PACKAGE} is not installed")
    run("debian_manual", monkeypatch, "--into", tmp_path / "made")
    documents = {document.source: document for document in read_corpus(tmp_path / "made").documents}
    for question in questions:
        places_of(question, (*question.gold, *question.also), documents)


def section(title: str, body: str, level: int = 2) -> str:
    """A chapter, or a section of one, as the manual of Debian Edu has them."""
    heading = f'<h{level} class="title"><a id="x"></a>{title}\n</h{level}>'
    return f'<div class="section"><div class="titlepage"><div><div>{heading}</div></div></div>{body}</div>'


def edu_page(*chapters: str) -> str:
    """The page of the manual of Debian Edu: all chapters after their table of contents."""
    return (
        '<html xmlns="http://www.w3.org/1999/xhtml"><body><div class="navheader">Handleiding</div>'
        '<div class="article" lang="nl"><div class="titlepage"><h2 class="title">Handleiding</h2></div>'
        f'<div class="toc"><span class="section">1. Over</span></div>{"".join(chapters)}</div></body></html>'
    )


def test_the_chapters_of_the_school_manual() -> None:
    """Each chapter is a text with its title first and its sections below; the licence in English is none."""
    sections = section("14.1. Opslaan", "<p>Geef</p><pre>ls</pre><p>en wacht.</p>", level=3)
    html = edu_page(
        section("2. Over", "<p>Een.</p>"),
        section("14. HowTo's voor één", sections),
        section("26. Bijlage A - De GNU Algemene Gebruikerslicentie", "<p>You may copy it.</p>"),
    )
    assert debian_edu.read_manual(html) == {
        "02-over.txt": "# 2. Over\n\nEen.\n",
        "14-howtos-voor-een.txt": "# 14. HowTo's voor één\n\n## 14.1. Opslaan\n\nGeef ls en wacht.\n",
    }
    assert debian_edu.read_manual("<html><p>Iets anders.</p></html>") == {}


def test_the_school_manual_as_a_corpus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One release of the manual becomes the corpus; a folder with another one alone is told so."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "debian-edu-bullseye-manual.html").write_text(edu_page(), encoding="utf-8")
    with pytest.raises(SystemExit, match="only debian-edu-bullseye-manual"):
        run("debian_edu", monkeypatch, "--from", folder, "--into", tmp_path / "made")
    (folder / f"{debian_edu.PAGE}.html").write_text(edu_page(section("2. Over", f"<p>{FILLING}</p>")), encoding="utf-8")
    run("debian_edu", monkeypatch, "--from", folder, "--into", tmp_path / "made")
    assert [document.title for document in read_corpus(tmp_path / "made").documents] == ["2. Over"]
    assert "1 essays" in capsys.readouterr().out


def test_the_questions_about_the_school_manual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifteen questions that it answers and five that it does not; their quotes stand in it where it is there."""
    questions = read_questions(DATA / "edu_questions.jsonl")
    assert sum(question.is_answerable for question in questions) == 15
    assert len(questions) == len({question.question for question in questions}) == 20
    if not (debian_edu.PAGES / f"{debian_edu.PAGE}.html").is_file():
        pytest.skip(f"{debian_edu.PACKAGE} of Debian 12 is not installed")
    run("debian_edu", monkeypatch, "--into", tmp_path / "made")
    documents = {document.source: document for document in read_corpus(tmp_path / "made").documents}
    for question in questions:
        places_of(question, (*question.gold, *question.also), documents)
