"""From an answer to the essay: citations, the panel, deep links, focus."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from conftest import ODD, Visit
from playwright.sync_api import Page, expect
from steps import ask, is_in_view, marked, one_line

pytestmark = pytest.mark.browser
QUESTION = "wat is betekenismarketing?"


def open_first_citation(page: Page) -> str:
    """Ask, click citation 1, and give the words of its quote."""
    answer = ask(page, QUESTION)
    quote = one_line(answer.locator("blockquote").first.inner_text())
    answer.locator("a.citation").first.click()
    return quote


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_citation_opens_the_essay_at_its_words(visit: Visit, size: str) -> None:
    """Citation 1 opens its essay with exactly the quote marked and in view, under title, heading and file."""
    page = visit(size)
    quote = open_first_citation(page)
    assert marked(page) == quote
    page.wait_for_timeout(250)  # the panel slides in
    assert is_in_view(page, page.locator("#essay mark").first)
    link = page.locator("a.citation").first
    source = unquote((link.get_attribute("href") or "").split("/")[1])
    head = page.locator("#essay .head")
    expect(head.locator("h2")).to_have_text((link.get_attribute("title") or "").removeprefix("Bron 1: "))
    expect(head.locator(".origin")).to_contain_text(source)
    heading = page.locator(".sources li").first.locator(".heading")
    if heading.count():
        expect(head.locator(".place")).to_have_text(heading.inner_text())
    expect(page.locator("#essay")).to_be_focused()
    expect(link).to_have_attribute("aria-current", "true")


def test_on_a_desktop_the_conversation_stays_usable_beside_the_essay(visit: Visit) -> None:
    """With an essay open, the answer and the input are in view beside it and a question can be asked."""
    page = visit("desktop")
    open_first_citation(page)
    essay = page.locator("#essay").bounding_box()
    field = page.locator("#question textarea").bounding_box()
    assert essay
    assert field
    assert field["x"] + field["width"] <= essay["x"]
    assert page.locator("#essay").get_attribute("role") == "complementary"
    ask(page, "wat is participatiemarketing?")
    expect(page.locator("#essay")).to_be_visible()
    page.locator("a.citation").nth(1).click()
    expect(page.locator("a.citation").nth(1)).to_have_attribute("aria-current", "true")
    expect(page.locator("a.citation").first).not_to_have_attribute("aria-current", "true")


def test_on_a_phone_the_essay_is_a_dialog_over_everything(visit: Visit) -> None:
    """The sheet fills the window, is a modal dialog, and nothing behind it can be reached."""
    page = visit("phone")
    open_first_citation(page)
    sheet = page.locator("#essay")
    page.wait_for_timeout(250)
    assert sheet.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert sheet.get_attribute("role") == "dialog"
    assert sheet.get_attribute("aria-modal") == "true"
    assert page.locator("gradio-app").evaluate("app => app.inert")
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(sheet).to_have_attribute("role", "complementary")
    assert not page.locator("gradio-app").evaluate("app => app.inert")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_closing_returns_to_the_link(visit: Visit, size: str) -> None:
    """Esc, the close button and the browser's back all close the essay and focus the link again."""
    page = visit(size)
    open_first_citation(page)
    for close in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.get_by_role("button", name="Sluiten").click(),
        lambda: page.go_back(),
    ):
        marked(page)
        close()
        expect(page.locator("#essay")).to_be_hidden()
        expect(page.locator("a.citation").first).to_be_focused()
        assert "#" not in page.url
        page.locator("a.citation").first.click()


def test_the_keyboard_alone_reads_a_source(visit: Visit) -> None:
    """Tab reaches the citation, Enter opens it, Tab reaches the close button, Enter closes."""
    page = visit("desktop")
    ask(page, QUESTION)
    page.locator("#new").focus()
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('a.citation')"):
            break
    expect(page.locator("a.citation").first).to_be_focused()
    page.keyboard.press("Enter")
    marked(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Sluiten")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#essay")).to_be_hidden()


def test_a_source_in_the_list_opens_too(visit: Visit) -> None:
    """A click on a source below the answer opens the essay at its first quote from there."""
    page = visit("desktop")
    answer = ask(page, QUESTION)
    answer.locator(".sources a").first.click()
    assert marked(page) == one_line(answer.locator("blockquote").first.inner_text())


def test_the_address_of_a_citation_opens_it(visit: Visit) -> None:
    """The address with its hash opens the essay at once; closing leaves the plain chat."""
    page = visit("desktop")
    quote = open_first_citation(page)
    marked(page)
    again = visit("desktop", path="/" + page.url[page.url.index("#") :])
    assert marked(again) == quote
    again.keyboard.press("Escape")
    expect(again.locator("#essay")).to_be_hidden()
    assert "#" not in again.url


def test_an_address_without_a_place_says_what_is_wrong(visit: Visit) -> None:
    """An essay or a place that is not there gives one Dutch line; an address without a place the essay."""
    page = visit("desktop", may_fail=True)
    page.locator(".example").first.wait_for()
    for address, words in [
        ("#bron/weg.txt/0/5", "niet (meer) in de verzameling"),
        ("#bron/lefmarketing.txt/0/9999999", "niet (meer) in dit essay"),
        ("#bron/lefmarketing.txt", "Opboksen"),
    ]:
        page.evaluate("address => { location.hash = address; }", address)
        expect(page.locator("#essay .text")).to_contain_text(words)
        assert page.locator("#essay mark").count() == 0
    for broken in ("#bron/%ZZ/0/1", "#bron/", "#bron/lefmarketing.txt/12", "#bron/lefmarketing.txt/a/b"):
        page.evaluate("address => { location.hash = address; }", broken)
        expect(page.locator("#essay .text")).to_have_text(
            "Deze link is niet volledig. Kopieer hem nog eens, van begin tot eind."
        )
        expect(page.locator("#essay .tools")).to_be_hidden()


def test_a_mark_is_exact_after_an_emoji_and_words_stay_words(visit: Visit, odd_site: str) -> None:
    """Where Python and the browser count differently the mark is right, and markup in an essay is text."""
    page = visit("desktop", url=odd_site)
    answer = ask(page, "zonderling")
    wanted = "Hier staat <b>zonderling</b> &amp; wel $5."
    assert wanted in ODD
    assert one_line(answer.locator("blockquote").inner_text()) == wanted
    answer.locator("a.citation").click()
    assert marked(page) == wanted
    assert page.locator("#essay h2").inner_text() == "Odd <i>titel</i>"
    assert page.locator("#essay .text b, #essay h2 i").count() == 0
