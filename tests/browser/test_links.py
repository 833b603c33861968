"""Links to a place: copied, opened in a fresh tab, wrong, and a server that does not answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import odd_essays
import pytest
from conftest import Visit
from odd_essays import BIRDS
from playwright.sync_api import Route, expect
from steps import ask, is_in_view, marked, one_line

pytestmark = pytest.mark.browser
ESSAYS = re.compile(r"/api/(essay|sources)\b")


@pytest.fixture(scope="module")
def library() -> Iterator[str]:
    """The address of a chat over essays about birds."""
    with odd_essays.library() as url:
        yield url


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_copied_link_opens_the_essay_at_the_mark(visit: Visit, library: str, size: str) -> None:
    """The link on the clipboard opens the same place in a fresh tab, without a conversation."""
    page = visit(size, url=library)
    answer = ask(page, "kwartel")
    answer.locator("a.citation").nth(1).click()
    words = marked(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=library)
    page.get_by_role("button", name="Link kopiëren").click()
    expect(page.locator("#essay .said")).to_have_text("Link gekopieerd")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{library}/#bron/map%2Fvogels%20%231.txt/")
    fresh = visit(size, url=library, path=link.removeprefix(library))
    assert marked(fresh) == words
    assert fresh.locator(".message-row").count() == 0
    assert is_in_view(fresh, fresh.locator("#essay mark").first)
    expect(fresh.locator("#essay .origin")).to_contain_text("regel 11-12")
    expect(fresh.locator("#essay .here")).to_have_text("Naar de plek")
    fresh.keyboard.press("Escape")
    expect(fresh.locator("#essay")).to_be_hidden()
    assert "#" not in fresh.url


@pytest.mark.parametrize("has_command", [True, False], ids=["command", "by hand"])
def test_a_link_can_be_copied_where_the_clipboard_is_closed(visit: Visit, library: str, has_command: bool) -> None:
    """Without the clipboard's interface the older way is taken; without either the link stands there, selected."""
    page = visit("desktop", url=library)
    ask(page, "kwartel").locator("a.citation").first.click()
    marked(page)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    if not has_command:
        page.evaluate("document.execCommand = () => false")
    page.get_by_role("button", name="Link kopiëren").click()
    if has_command:
        expect(page.locator("#essay .said")).to_have_text("Link gekopieerd")
        expect(page.locator("#essay .copy")).to_be_focused()
        page.locator("#question textarea").focus()
        page.keyboard.press("Control+V")
        expect(page.locator("#question textarea")).to_have_value(re.compile(rf"^{re.escape(library)}/#bron/map%2F"))
        return
    expect(page.locator("#essay .said")).to_contain_text("Kopieer de link zelf")
    field = page.locator("#essay .said input")
    expect(field).to_be_focused()
    assert page.evaluate("getSelection().toString()") == field.input_value()
    page.keyboard.press("Tab")
    expect(page.locator("#essay .said")).to_be_empty()


def test_a_link_names_the_public_address(visit: Visit, library: str) -> None:
    """Behind a proxy, in a frame or with a query in the address, the link is that of the whole page."""
    page = visit("desktop", url=library, path="/?embed=1")
    ask(page, "kwartel").locator("a.citation").first.click()
    marked(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=library)
    for base in ("./", f"{library}/chat/"):
        page.evaluate("base => { document.querySelector('base').setAttribute('href', base); }", base)
        page.get_by_role("button", name="Link kopiëren").click()
        expect(page.locator("#essay .said")).to_have_text("Link gekopieerd")
        link = page.evaluate("navigator.clipboard.readText()")
        assert link.startswith(f"{base if base != './' else library + '/'}#bron/map%2F")
    page.evaluate("document.querySelector('base').setAttribute('href', './')")


def test_a_link_to_an_essay_that_was_edited_says_so(visit: Visit, library: str) -> None:
    """Where the words at the place are no longer those of the link, nothing is marked and one line says why."""
    start = BIRDS.index("Daarna zagen")
    link = f"/#bron/map%2Fvogels%20%231.txt/{start}/{start + 20}"
    page = visit("desktop", url=library, path=f"{link}/00000000")
    expect(page.locator("#essay .message")).to_contain_text("gewijzigd nadat deze link werd gekopieerd")
    assert page.locator("#essay :is(mark, .cited)").count() == 0
    expect(page.locator("#essay .text")).to_contain_text("Daarna zagen")
    page.evaluate("hash => { location.hash = hash; }", link[1:])
    assert marked(page) == "Daarna zagen we een"
    expect(page.locator("#essay .message")).to_have_count(0)


def fail(status: int, route: Route) -> None:
    """Answer a request with a status, or not at all."""
    if status:
        route.fulfill(status=status, json={})
    else:
        route.abort()


def test_a_server_that_does_not_answer_can_be_asked_again(visit: Visit, library: str) -> None:
    """A failure and a crowd are each one Dutch line with a button, which opens the essay once that is over."""
    page = visit("desktop", url=library, may_fail=True)
    answer = ask(page, "kwartel")
    for status, words in [(0, "Controleer de verbinding"), (503, "kon niet worden geopend"), (429, "Het is druk")]:
        page.route(ESSAYS, partial(fail, status))
        answer.locator("a.citation").first.click()
        expect(page.locator("#essay .message")).to_contain_text(words)
        page.unroute(ESSAYS)
        page.get_by_role("button", name="Opnieuw proberen").press("Enter")
        assert marked(page) == one_line(answer.locator("blockquote").first.inner_text())
        expect(page.locator("#essay")).to_be_focused()
        page.keyboard.press("Escape")
        page.reload()
        answer = ask(page, "kwartel")
