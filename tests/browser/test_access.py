"""For who hears the page, uses the keyboard alone, enlarges it or sets its colours."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Visit
from fake_assistant import SLOW
from playwright.sync_api import Browser, Page, expect
from steps import ask, is_in_view, keep_feedback, one_line

from assistant.page_texts import languages

pytestmark = pytest.mark.browser
QUESTION = "wat is betekenismarketing?"
UNKNOWN = "hoe hoog is de Eiffeltoren?"

# What screen readers are told: text that comes into a live region, whichever it is.
LISTEN = """() => {
  window.heard = [];
  const live = '[aria-live]:not([aria-live="off"]), [role="alert"], [role="status"]:not([aria-live="off"]), ' +
    '[role="log"]:not([aria-live="off"])';
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.type === 'childList' ? change.addedNodes : [change.target]) {
        const element = node.nodeType === 1 ? node : node.parentElement;
        const region = element?.closest(live);
        if (region?.checkVisibility() && node.textContent.trim()) window.heard.push([region.id, node.textContent]);
      }
    }
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


def listening(page: Page) -> None:
    page.locator("#conversation").wait_for(state="attached")
    page.evaluate(LISTEN)


def heard(page: Page) -> list[str]:
    """What was told since the last time; all of it in the page's one live region."""
    page.wait_for_timeout(300)
    told = page.evaluate("window.heard.splice(0)")
    assert {region for region, _ in told} <= {"voice"}
    return [one_line(text) for _, text in told]


def test_an_answer_is_heard_once_and_nothing_else(visit: Visit, odd_site: str) -> None:
    """Frame and quotes are told once, in one polite region, without numbers, sources and buttons."""
    page = visit("desktop")
    listening(page)
    answer = ask(page, QUESTION)
    quotes = [one_line(quote) for quote in answer.locator("blockquote").all_inner_texts()]
    told = heard(page)
    assert one_line(" ".join(told[1:])) == " ".join(quotes)
    assert told[0].startswith("Uit ‘")
    assert page.locator("#voice").get_attribute("aria-live") == "polite"
    ask(page, UNKNOWN)
    assert " ".join(heard(page)).startswith("Niet in de essays De essays noemen ‘Eiffeltoren’ nergens. Daar zeggen")
    ask(page, QUESTION)
    assert len(heard(page)) == len(told)
    assert page.locator("#voice p").first.get_attribute("lang") == "nl"


def test_a_long_wait_is_heard(visit: Visit, odd_site: str) -> None:
    """When an answer takes long that is told, then the answer, each once."""
    page = visit("desktop", url=odd_site)
    listening(page)
    ask(page, f"{SLOW} zonderling")
    told = heard(page)
    assert told in (
        ["De essays worden gelezen …", "Dit staat er in de essays:", "Hier staat <b>zonderling</b> &amp; wel $5."],
        ["Dit staat er in de essays:", "Hier staat <b>zonderling</b> &amp; wel $5."],
    )


def test_what_was_heard_is_not_found_again(visit: Visit) -> None:
    """The live region is empty again after a while: who reads on does not meet the answer twice."""
    page = visit("desktop")
    ask(page, QUESTION)
    expect(page.locator("#voice p").first).to_be_attached()
    expect(page.locator("#voice p")).to_have_count(0, timeout=12_000)


def test_a_question_is_a_heading_above_its_answer(visit: Visit) -> None:
    """Questions can be jumped to as headings of the second level."""
    page = visit("desktop")
    ask(page, QUESTION)
    expect(page.get_by_role("heading", level=1)).to_have_text("Vraag het de essays")
    expect(page.get_by_role("heading", name=QUESTION, level=2)).to_be_visible()


def test_the_first_stop_of_the_keyboard_leads_to_the_input(visit: Visit) -> None:
    """Tab shows a link that is hidden until then; Enter goes to the input and changes no address."""
    page = visit("phone")
    page.locator(".example").first.wait_for()
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Naar het invoerveld")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.locator("#question textarea")).to_be_focused()
    assert "#" not in page.url
    expect(link).not_to_be_in_viewport()


def test_everything_works_by_keyboard_and_the_focus_is_never_lost(visit: Visit) -> None:
    """Example, answer, every tool, a new conversation: each by Tab and Enter, and something always has the focus."""
    page = visit("desktop", before=keep_feedback, may_fail=True)
    page.locator(".example").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#question textarea")).to_be_focused()
    page.locator(".answer").wait_for()
    expect(page.locator("#save")).to_be_visible()
    page.locator("#save").focus()
    expect(page.locator("#save")).to_be_focused()
    stops = []
    for _ in range(40):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.className || document.activeElement.tagName"))
        assert stops[-1] != "BODY"
        if page.evaluate("document.activeElement.matches('#send')"):
            break
    assert "citation" in stops
    assert {"copy", "thumb up", "thumb down", "SUMMARY"} <= set(stops)
    page.locator(".why summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".why li").first).to_be_visible()
    expect(page.locator(".why summary")).to_be_focused()
    page.get_by_role("button", name="Nieuw gesprek").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".question")).to_have_count(0)
    expect(page.locator("#question textarea")).to_be_focused()


def test_a_new_answer_leaves_the_focus_where_it_is(visit: Visit, odd_site: str) -> None:
    """Who has moved on to a citation while an answer is made stays there."""
    page = visit("desktop", url=odd_site)
    ask(page, "zonderling")
    page.locator("#question textarea").fill(f"{SLOW} zonderling")
    page.locator("#question textarea").press("Enter")
    page.locator(".waiting").wait_for()
    page.locator("a.citation").first.focus()
    expect(page.locator(".answer")).to_have_count(2)
    expect(page.locator("a.citation").first).to_be_focused()


SMALL = """() => [...document.querySelectorAll('a, button, summary, input, textarea')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest('.skip'))
  .map((one) => {
    const box = one.getBoundingClientRect();
    const after = getComputedStyle(one, '::after');
    const more = after.position === 'absolute' ? -2 * parseFloat(after.top) : 0;
    return [one.className || one.tagName, box.width + more, box.height + more];
  })
  .filter(([, width, height]) => width < 24 || height < 24)"""


@pytest.mark.parametrize("size", ["desktop", "phone", "small"])
def test_every_target_is_large_enough(visit: Visit, size: str) -> None:
    """What can be clicked is at least 24 by 24 pixels (WCAG 2.2, 2.5.8), the why and the reason included."""
    page = visit(size, before=keep_feedback, may_fail=True)
    page.locator(".example").first.wait_for()
    assert page.evaluate(SMALL) == []
    ask(page, QUESTION)
    page.locator(".why summary").click()
    page.locator(".thumb.up").click()
    page.locator("form.reason").wait_for()
    assert page.evaluate(SMALL) == []


@pytest.mark.parametrize("zoom", [1, 2, 4], ids=["320px", "200%", "400%"])
def test_an_enlarged_page_can_be_read_and_used(chromium: Browser, site: str, zoom: int) -> None:
    """At 320 pixels and at 200 and 400 percent of 1280 by 800 nothing is cut off or needs sideways scrolling."""
    width, height = (320, 568) if zoom == 1 else (1280 // zoom, 800 // zoom)
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="nl-NL")
    page = context.new_page()
    page.goto(site)
    page.locator(".example").first.wait_for()
    for question in (QUESTION, UNKNOWN):
        ask(page, question)
        page.locator(".why summary").last.click()
        expect(page.locator("#question textarea")).to_be_in_viewport(ratio=1)
        expect(page.locator("#send")).to_be_in_viewport(ratio=1)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not page.evaluate("(e => e.scrollWidth > e.clientWidth)(document.querySelector('[role=log]'))")
        room = page.locator('[role="log"]').bounding_box()
        assert room
        assert room["height"] >= 60
    context.close()


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("size", ["phone", "small"])
def test_every_language_fits_on_a_phone(visit: Visit, size: str, language: str) -> None:
    """Above the conversation stand a title on one line and its buttons, below it the input; nothing sticks out."""
    page = visit(size, language=language)
    expect(page.locator("#question textarea")).to_have_js_property("clientHeight", 46)  # the placeholder takes one line
    ask(page, QUESTION)
    heights = page.locator("#masthead, #introduction h1").evaluate_all("all => all.map((one) => one.clientHeight)")
    assert heights[0] <= 64
    assert heights[1] <= 30
    for button in ("#save", "#new", "#send"):
        assert is_in_view(page, page.locator(button))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_the_colours_of_the_system_shapes_tell(chromium: Browser, site: str, scheme: Any) -> None:
    """With forced colours citations, a refusal and the button keep an outline of their own."""
    context = chromium.new_context(forced_colors="active", color_scheme=scheme, locale="nl-NL")
    page = context.new_page()
    page.goto(site)
    ask(page, QUESTION)
    ask(page, UNKNOWN)
    for selector in ("a.citation", ".refusal", ".question", "#send"):
        width = page.locator(selector).first.evaluate("e => parseFloat(getComputedStyle(e).borderTopWidth)")
        assert width >= 1, selector
    context.close()
