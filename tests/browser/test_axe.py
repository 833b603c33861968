"""No rule of axe-core is broken (WCAG 2.2 AA and its best practices), in whatever state the page is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Visit
from playwright.sync_api import Page
from steps import ask, keep_feedback, marked

pytestmark = pytest.mark.browser
QUESTION = "wat is betekenismarketing?"
UNKNOWN = "hoe hoog is de Eiffeltoren?"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def empty(page: Page) -> None:
    page.locator(".example").first.wait_for()


def answered(page: Page) -> None:
    reply = ask(page, QUESTION)
    page.locator(".why summary").click()
    page.locator(".thumb.down").click()
    page.locator("form.reason").wait_for()
    assert reply.is_visible()


def refused(page: Page) -> None:
    ask(page, UNKNOWN)
    page.locator(".why summary").click()


def essay_open(page: Page) -> None:
    ask(page, QUESTION).locator("a.citation").first.click()
    marked(page)
    page.wait_for_timeout(300)  # it slides in


def turned_away(page: Page) -> None:
    ask(page, "   ")
    page.route("**/gradio_api/queue/join*", lambda route: route.fulfill(status=503, json={"detail": ""}))
    page.locator("#question textarea").fill(QUESTION)
    page.locator("#send").click()
    page.locator("#trouble").wait_for()


STATES: list[Callable[[Page], None]] = [empty, answered, refused, essay_open, turned_away]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit: Visit, state: Callable[[Page], None], size: str, scheme: str) -> None:
    """The page breaks no rule, and the rules have been looked at."""
    page = visit(size, scheme=scheme, may_fail=True, before=keep_feedback)
    state(page)
    page.wait_for_timeout(300)  # colours fade
    found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]}).response
    assert len(found["passes"]) > 20
    broken = [
        (rule["id"], rule["help"], [node["html"][:160] for node in rule["nodes"]]) for rule in found["violations"]
    ]
    assert broken == []


def test_axe_sees_what_it_should(visit: Visit) -> None:
    """A button without a name and grey on grey are found, so that nothing found means something."""
    page = visit("desktop")
    page.evaluate("""() => {
      const wrong = document.createElement("main");
      wrong.innerHTML = '<button></button><p style="color: #999; background: #aaa">grijs</p>';
      wrong.style = "position: fixed; inset: 0; z-index: 9";
      document.body.append(wrong);
    }""")
    found = Axe().run(page, options={"runOnly": TAGS}).response
    assert {"button-name", "color-contrast"} <= {rule["id"] for rule in found["violations"]}
