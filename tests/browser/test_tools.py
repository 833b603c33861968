"""What stands under an answer: copying, judging, the reason why; and saving the conversation."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from conftest import ODD, Visit
from fake_assistant import CORPUS
from markdown_it import MarkdownIt
from playwright.sync_api import Locator, Page, Route, expect
from steps import ask, keep_feedback, marked, one_line

pytestmark = pytest.mark.browser
QUESTION = "wat is betekenismarketing?"
UNKNOWN = "hoe hoog is de Eiffeltoren?"


def copied(page: Page, answer: Locator) -> str:
    """The Markdown that the button under an answer puts on the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer.locator("xpath=..").get_by_role("button", name="Kopieer met bronnen").click()
    expect(answer.locator("xpath=..").locator(".told")).to_have_text("Gekopieerd")
    return str(page.evaluate("navigator.clipboard.readText()"))


def saved(page: Page) -> tuple[str, str]:
    """The name and the text of the file that saving gives."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Bewaren").click()
    return download.value.suggested_filename, Path(download.value.path()).read_text(encoding="utf-8")


def plain(markdown: str) -> str:
    """Markdown as the words that a reader sees, on one line."""
    html = MarkdownIt("commonmark").enable("table").render(markdown)
    return one_line(re.sub(r"<[^>]+>", " ", html)).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def places(markdown: str) -> list[tuple[str, int, int]]:
    """The places that its sources name: file and offsets."""
    found = re.findall(
        r"^- \\\[\d+\\\] .*\(\[.*tekens (\d+)–(\d+)\]\([^#]*#bron/([^/]+)/(\d+)/(\d+)\)\)$", markdown, re.M
    )
    assert all((row[0], row[1]) == (row[3], row[4]) for row in found)
    return [(unquote(file), int(start), int(end)) for start, end, file, _, _ in found]


# --- Copying


def test_an_answer_is_copied_with_its_citations(visit: Visit) -> None:
    """The copy holds the question, each quote with its number, and each source with file and exact offsets."""
    page = visit("desktop")
    answer = ask(page, QUESTION)
    text = copied(page, answer)
    assert text.startswith(f"**{QUESTION}**\n")
    quotes = [one_line(quote) for quote in answer.locator("blockquote").all_inner_texts()]
    found = places(text)
    assert len(found) == len(quotes)
    for number, (quote, (file, start, end)) in enumerate(zip(quotes, found, strict=True), 1):
        words = (CORPUS / file).read_bytes().decode()[start:end]
        assert one_line(words) == quote
        assert f"{quote} [{number}]" in plain(text).replace(" ]", "]").replace("[ ", "[")
    expect(page.get_by_role("button", name="Kopieer met bronnen")).to_be_focused()


def test_a_copy_is_literal_whatever_the_words_are(visit: Visit, odd_site: str) -> None:
    """Markup, formulas and file names of essay and question are words in the Markdown too."""
    page = visit("desktop", url=odd_site)
    question = "zonderling\n1986. *x* _y_ `z` [a](b) <b> # $5 | ~~w~~ & ![i](j)"
    answer = ask(page, question)
    text = copied(page, answer)
    assert one_line(question) in plain(text)
    assert "Hier staat <b>zonderling</b> &amp; wel $5." in plain(text)
    assert places(text) == [("map/odd #1.txt", ODD.index("Hier"), len(ODD))]


def test_a_refusal_can_be_copied_too(visit: Visit) -> None:
    """A refusal is copied as what it says, without a source."""
    page = visit("desktop")
    text = copied(page, ask(page, UNKNOWN))
    assert "Daar zeggen deze essays niets over" in text
    assert places(text) == []


def test_copying_works_where_the_clipboard_is_not_given(visit: Visit) -> None:
    """Without the browser's clipboard, as over plain HTTP, the older way copies; the focus stays."""
    page = visit("desktop")
    answer = ask(page, QUESTION)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })")
    page.evaluate("addEventListener('copy', () => { window.heard = document.activeElement.value; }, true)")
    page.get_by_role("button", name="Kopieer met bronnen").click()
    expect(page.locator(".told")).to_have_text("Gekopieerd")
    assert len(places(page.evaluate("window.heard"))) == answer.locator("blockquote").count()
    expect(page.get_by_role("button", name="Kopieer met bronnen")).to_be_focused()


def test_a_greeting_has_no_tools(visit: Visit) -> None:
    """What is no answer has nothing to copy, judge or explain."""
    page = visit("desktop")
    ask(page, "hallo!")
    page.wait_for_timeout(200)
    assert page.locator(".tools, .why").count() == 0


# --- Saving


def test_the_conversation_is_saved_as_markdown(visit: Visit) -> None:
    """The file holds the date, every question with its quotes or refusal, and every source with its place."""
    page = visit("desktop")
    assert not page.locator("#save").is_visible()
    answer = ask(page, QUESTION)
    ask(page, UNKNOWN)
    ask(page, "  ")
    name, text = saved(page)
    now = datetime.now()
    assert re.fullmatch(rf"gesprek-{now.year}-\d\d-\d\d-\d\d\d\d\.md", name)
    assert f"Bewaard op {now.day} " in text
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == ["# Vraag het de essays", f"## {QUESTION}", f"## {UNKNOWN}"]
    for quote in answer.locator("blockquote").all_inner_texts():
        assert one_line(quote) in plain(text)
    assert len(places(text)) == answer.locator("blockquote").count()
    for file, start, end in places(text):
        assert one_line((CORPUS / file).read_bytes().decode()[start:end]) in plain(text)
    assert "Daar zeggen deze essays niets over" in text.split(f"## {UNKNOWN}")[1]
    assert "Typ eerst een vraag" not in text


# --- Why


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_reason_why_can_be_opened_and_followed(visit: Visit, size: str) -> None:
    """Enter opens it: passages with their parts and words; a passage opens its essay there, Esc comes back."""
    page = visit(size)
    ask(page, QUESTION)
    summary = page.locator(".why summary")
    expect(page.locator(".why li").first).to_be_hidden()
    summary.focus()
    page.keyboard.press("Enter")
    rows = page.locator(".why li")
    assert rows.count() == 5
    expect(rows.first).to_contain_text(re.compile(r"score \d+,\d = betekenis −?\d+,\d \+ woorden −?\d+,\d"))
    expect(rows.first).to_contain_text("Betekenismarketing")
    expect(rows.first).to_contain_text("aangehaald")
    link = rows.nth(1).locator("a")
    link.focus()
    page.keyboard.press("Enter")
    assert len(marked(page)) > 400
    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    expect(rows.first).to_be_visible()


# --- Judging


@pytest.fixture
def verdicts() -> list[dict[str, Any]]:
    """What was sent to the server."""
    return []


def judged(visit: Visit, verdicts: list[dict[str, Any]], *, status: int = 201, size: str = "desktop") -> Page:
    """The page of a server that keeps feedback, and gathers it in `verdicts`."""

    def keep(route: Route) -> None:
        verdicts.append(json.loads(route.request.post_data or ""))
        route.fulfill(status=status, json={})

    def prepare(page: Page) -> None:
        keep_feedback(page)
        page.route("**/api/feedback", keep)

    return visit(size, may_fail=status >= 400, before=prepare)


def test_without_a_place_to_keep_them_there_are_no_thumbs(visit: Visit) -> None:
    """A server that keeps no feedback shows none."""
    page = visit("desktop")
    ask(page, QUESTION)
    page.get_by_role("button", name="Kopieer met bronnen").wait_for()
    assert page.locator(".thumb").count() == 0


def test_a_verdict_goes_with_its_reason(visit: Visit, verdicts: list[dict[str, Any]]) -> None:
    """By keyboard alone: a thumb, a reason, Enter; one verdict is sent with question, kind and places."""
    page = judged(visit, verdicts)
    answer = ask(page, QUESTION)
    down = page.get_by_role("button", name="Geen goed antwoord")
    down.focus()
    page.keyboard.press("Space")
    expect(down).to_have_attribute("aria-pressed", "true")
    assert verdicts == []
    page.keyboard.press("Tab")
    expect(page.get_by_label("Wil je zeggen waarom?")).to_be_focused()
    page.keyboard.type("te lang")
    page.keyboard.press("Enter")
    expect(page.locator(".told")).to_have_text("Dank je, je oordeel is bewaard.")
    expect(down).to_be_focused()
    hrefs = answer.locator("a.citation").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    cited = [
        {"source": unquote(source), "start": int(start), "end": int(end)}
        for source, start, end in (href.removeprefix("#bron/").split("/") for href in hrefs)
    ]
    assert verdicts == [
        {"question": QUESTION, "answer_kind": "answer", "thumb": "down", "reason": "te lang", "citations": cited}
    ]
    page.get_by_role("button", name="Goed antwoord", exact=True).click(force=True)
    page.locator("#question textarea").click()
    page.wait_for_timeout(200)
    assert len(verdicts) == 1


def test_a_verdict_without_a_reason_goes_too(visit: Visit, verdicts: list[dict[str, Any]]) -> None:
    """Who turns to something else has said enough; who changes his mind first is taken at his last word."""
    page = judged(visit, verdicts, size="phone")
    ask(page, UNKNOWN)
    page.get_by_role("button", name="Goed antwoord", exact=True).click()
    page.get_by_role("button", name="Geen goed antwoord").click()
    assert verdicts == []
    page.locator("#question textarea").click()
    expect(page.locator("form.reason")).to_have_count(0)
    assert [(one["answer_kind"], one["thumb"], one["reason"]) for one in verdicts] == [("absent", "down", "")]


def test_a_verdict_that_cannot_be_kept_is_said_so(visit: Visit, verdicts: list[dict[str, Any]]) -> None:
    """Where the server refuses, the reader hears it and the thumb is as it was."""
    page = judged(visit, verdicts, status=429)
    ask(page, QUESTION)
    page.get_by_role("button", name="Goed antwoord", exact=True).click()
    page.get_by_role("button", name="Versturen").click()
    expect(page.locator(".told")).to_have_text("Je oordeel kon niet worden bewaard.")
    expect(page.locator(".thumb.up")).to_have_attribute("aria-pressed", "false")


def test_escape_in_the_reason_leaves_an_open_essay_open(visit: Visit, verdicts: list[dict[str, Any]]) -> None:
    """Esc closes the form alone and brings the keyboard back to the thumb."""
    page = judged(visit, verdicts)
    ask(page, QUESTION).locator("a.citation").first.click()
    marked(page)
    page.locator(".thumb.up").click()
    page.get_by_label("Wil je zeggen waarom?").press("Escape")
    expect(page.locator("form.reason")).to_have_count(0)
    expect(page.locator("#essay")).to_be_visible()
    expect(page.locator(".thumb.up")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_pressed_thumb_can_be_seen(visit: Visit, scheme: str) -> None:
    """The icon of a pressed thumb has a contrast of 3 to 1 with its button (WCAG 1.4.11)."""
    page = visit("desktop", scheme=scheme, before=keep_feedback)
    ask(page, QUESTION)
    page.locator(".thumb.up").focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    colours = page.locator(".thumb.up").evaluate(
        "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e.querySelector('path')).stroke]"
    )
    light, dark = sorted((luminance(colour) for colour in colours), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3


def luminance(colour: str) -> float:
    """The relative luminance of a colour written as "rgb(1, 2, 3)", by WCAG 2."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
