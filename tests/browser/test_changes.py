"""Essays that are being read, come and go while the page is open, and the pages that their files have."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_assistant import FakeAssistant, read_blocks
from playwright.sync_api import BrowserContext, Page, expect
from running import running
from steps import ask, is_in_view, marked

from assistant.live import LiveAssistant, Opened
from assistant.page_texts import languages, texts
from assistant.progress import Progress
from assistant.server import create_app
from assistant.settings import Settings
from assistant.types import Document

READING = Progress("embedding", 120, 2200, "passages", 290.0)
LINES = {
    "nl": "De essays worden bijgewerkt: nog ongeveer 5 minuten.",
    "en": "The essays are being updated: about 5 minutes left.",
    "de": "Die Essays werden aktualisiert: noch etwa 5 Minuten.",
    "fr": "Les essais sont en cours de mise à jour : encore 5 minutes environ.",
}
PAGED = (
    "De polder\n\nHet water staat hoog in de polder deze winter.\n\n"
    "De gemalen draaien dag en nacht door, en dat zonder onderbreking tot het voorjaar komt.\n\n"
    "Naschrift\n\nDaarna zakt het grondwater weer langzaam.\n"
)


def paged() -> Document:
    """An essay of three pages: the second begins within a paragraph, the third at a heading."""
    pages = (0, PAGED.index("onderbreking"), PAGED.index("Naschrift"))
    known = {"author": "W. Ater", "year": 2020, "url": "https://www.polder.example/een?a=1&b=<2>", "pages": pages}
    return Document("polder.pdf", PAGED, "De polder", blocks=tuple(read_blocks(PAGED)), **known)  # type: ignore[arg-type]


Serve = Callable[..., tuple[str, LiveAssistant]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A function that serves a chat over some essays, or over those of the corpus: its address, and what it follows.

    To be asked for before `visit`, so that the pages are closed before their server.
    """
    with contextlib.ExitStack() as held:

        def begin(*documents: Document) -> tuple[str, LiveAssistant]:
            fake: Any = FakeAssistant(documents={document.source: document for document in documents})
            live = LiveAssistant.of(fake)
            return held.enter_context(running(create_app(live))), live

        yield begin


@pytest.mark.parametrize("language", languages())
def test_a_quiet_line_says_that_the_essays_are_updated(serve: Serve, visit: Callable[..., Page], language: str) -> None:
    """While an index is made a line says how long it still takes, in the page's language; then it goes."""
    url, live = serve()
    live.progress = READING
    page = visit(url=url, path=f"/?language={language}", before=lambda page: page.clock.install())
    line = page.locator("#progress")
    page.clock.run_for(1_000)
    expect(line).to_have_text(LINES[language])
    assert is_in_view(page, line)
    assert is_in_view(page, page.locator("#question textarea"))
    live.progress = replace(READING, seconds_left=None)
    page.clock.run_for(4_000)
    expect(line).to_have_text(texts(language, "script")["updating"])
    live.progress = None
    page.clock.run_for(4_000)
    expect(line).to_be_hidden()


@pytest.mark.parametrize("progress", [None, Progress("listing"), replace(READING, problem="No room.")])
def test_nothing_is_said_where_nothing_goes_on(
    serve: Serve, visit: Callable[..., Page], progress: Progress | None
) -> None:
    """Where the folder is only looked through, or a try failed, the page says nothing."""
    url, live = serve()
    live.progress = progress
    page = visit(url=url)
    page.wait_for_timeout(500)
    expect(page.locator("#progress")).to_be_hidden()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_first_start_shows_how_far_it_is_and_then_the_chat(
    window: Callable[[str, str, str], BrowserContext], tmp_path: Path, size: str
) -> None:
    """Before there is an index the page shows what is being read; when it is there the chat comes by itself."""
    live = LiveAssistant(tmp_path, Settings())
    live.progress = Progress("reading", 120, 2200, "files")
    fake: Any = FakeAssistant()
    with running(create_app(live)) as url:
        page = window(size, "light", "nl-NL").new_page()
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(url)
        expect(page.locator("h1")).to_have_text("De essays worden voor het eerst gelezen")
        expect(page.locator(".state")).to_have_text("120 van 2.200 bestanden gelezen")
        bar = page.get_by_role("progressbar")
        expect(bar).to_have_attribute("value", "120")
        live.progress = replace(READING, done=2_000)
        expect(page.locator(".state")).to_have_text("2.000 van 2.200 stukken tekst verwerkt")
        expect(page.locator(".left")).to_have_text("Nog ongeveer 5 minuten")
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
        live.progress = replace(READING, problem="There is no room.")
        expect(page.locator(".state")).to_contain_text("lukt nu niet")
        assert "no room" not in page.content()
        live._opened = Opened(fake)
        expect(page.locator("#question textarea")).to_be_visible()
        expect(ask(page, "wat is engagementsmarketing?")).to_be_visible()
        page.close()
        assert problems == []


def test_the_examples_are_those_of_the_essays_now(serve: Serve, visit: Callable[..., Page]) -> None:
    """A page that is loaded after the essays changed offers other questions; without any it offers none."""
    url, live = serve()
    fake: Any = FakeAssistant()
    page = visit(url=url)
    expect(page.locator(".example")).to_have_text(fake.examples)
    fake.examples = ("Wat is <b>nieuw</b>?",)
    live._opened = Opened(fake)
    page.reload()
    expect(page.locator(".example")).to_have_text(["Wat is <b>nieuw</b>?"])
    page.locator(".example").click()
    expect(page.locator(".question")).to_have_text("Wat is <b>nieuw</b>?")
    fake.examples = ()
    page.reload()
    page.locator("#examples-label").wait_for(state="hidden")
    expect(page.locator(".example")).to_have_count(0)


def test_a_citation_of_an_essay_that_is_gone_says_so(serve: Serve, visit: Callable[..., Page]) -> None:
    """A quote stays on the screen when its essay leaves; its link then says in one line that it is gone."""
    url, live = serve(paged())
    page = visit(url=url, may_fail=True)
    citation = ask(page, "hoe hoog staat het water in de polder?").locator("a.citation").first
    live._opened = Opened(FakeAssistant())  # type: ignore[arg-type]
    citation.click()
    expect(page.locator("#essay .message")).to_have_text(texts("nl", "panel")["unknown"])


def test_a_citation_shows_its_page(serve: Serve, visit: Callable[..., Page]) -> None:
    """The sources, the link's name and the head of the panel name the page; a screen reader hears it in full."""
    url, _ = serve(paged())
    page = visit(url=url)
    answer = ask(page, "wat doet het grondwater daarna?")
    row = answer.locator(".sources li").first
    expect(row.locator('.page [aria-hidden="true"]')).to_have_text("p. 3")
    expect(row.locator(".page .unseen")).to_have_text("pagina 3")
    citation = answer.locator("a.citation").first
    expect(citation).to_have_attribute("title", "Bron 1: De polder, pagina 3")
    citation.click()
    assert marked(page) == "Daarna zakt het grondwater weer langzaam."
    expect(page.locator("#essay .origin")).to_contain_text("polder.pdf, pagina 3")
    expect(page.locator("#essay [data-line]")).to_have_count(0)  # it has no lines that an editor would show


def test_the_panel_shows_where_pages_begin_and_where_the_essay_comes_from(
    serve: Serve, visit: Callable[..., Page]
) -> None:
    """A page begins with its number, within a paragraph too, which is neither found nor copied as text."""
    url, _ = serve(paged())
    page = visit(url=url, path="/#bron/polder.pdf")
    begins = page.locator("#essay .page-begin")
    expect(begins).to_have_count(2)
    assert [one.get_attribute("aria-label") for one in begins.all()] == ["pagina 2", "pagina 3"]
    words = page.locator("#essay .column").text_content() or ""
    assert "zonder onderbreking tot" in re.sub(r"\s+", " ", words)
    assert "pagina" not in words
    link = page.locator("#essay .origin a")
    expect(link).to_have_text("polder.example")
    expect(link).to_have_attribute("href", "https://www.polder.example/een?a=1&b=%3C2%3E")
    assert set((link.get_attribute("rel") or "").split()) >= {"noopener"}


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "https://", "nergens"])
def test_only_pages_of_the_web_become_links(serve: Serve, visit: Callable[..., Page], url: str) -> None:
    """Whatever a file says of where it was published, nothing else than http and https can be opened."""
    address, _ = serve(replace(paged(), url=url))
    page = visit(url=address, path="/#bron/polder.pdf")
    expect(page.locator("#essay .origin")).to_contain_text("W. Ater")
    expect(page.locator("#essay .origin a")).to_have_count(0)


def test_the_language_of_a_quote_is_that_of_its_essay(serve: Serve, visit: Callable[..., Page]) -> None:
    """Quotes and the panel carry their essay's language, and the page calls the essays Dutch only where all are."""
    url, _ = serve(replace(paged(), language="en"))
    page = visit(url=url, language="en-GB")
    expect(page.locator("#introduction p")).to_have_text(texts("en", "page")["explanation_other"])
    expect(page.locator("#examples-label p")).to_have_text(texts("en", "page")["examples_other"])
    answer = ask(page, "wat doet het grondwater daarna?")
    expect(answer.locator("blockquote").first).to_have_attribute("lang", "en")
    answer.locator("a.citation").first.click()
    expect(page.locator("#essay .column")).to_have_attribute("lang", "en")
