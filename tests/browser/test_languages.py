"""The page in the language of the browser, with nothing in it left over from another."""

from __future__ import annotations

import re
from functools import cache, partial

import pytest
from conftest import Visit
from playwright.sync_api import Page, Route, expect
from steps import ask, keep_feedback, marked

from assistant.page_texts import languages, texts

pytestmark = pytest.mark.browser
QUESTION = "wat is betekenismarketing?"
UNKNOWN = "hoe hoog is de Eiffeltoren?"
TAGS = {"nl": "nl-NL", "en": "en-US", "de": "de-AT", "fr": "fr-CA"}

# What the page itself says, seen and named: not what it quotes, shows of a question, or marks as another language's.
WORDS = """() => {
  const own = document.documentElement.lang;
  const quoted = 'script, style, noscript, blockquote, .question, ' +
    '#essay h2, #essay .place, #essay .origin, #essay .text';
  const isOwn = (element) =>
    !element.closest(quoted) && element.closest('[lang]').lang === own && element.closest('[inert]') === null;
  const found = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const isSeen = element.checkVisibility({ visibilityProperty: true });
    if (isSeen && isOwn(element)) found.push(walker.currentNode.textContent);
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt], [aria-description]')) {
    if (!isOwn(element) || !element.checkVisibility({ visibilityProperty: true })) continue;
    for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description']) {
      found.push(element.getAttribute(name) ?? '');
    }
  }
  return found.map((text) => text.replace(/\\s+/g, ' ').trim());
}"""


def all_words(visit: Visit, language: str) -> set[str]:
    """Every text and name of the page in all its states, for a browser of a language."""
    page = visit("desktop", language=TAGS[language], may_fail=True, before=keep_feedback)
    words = texts(language, "script")
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.locator(".example").first.wait_for()
    found = set(page.evaluate(WORDS))
    assert page.title() == texts(language, "page")["title"]
    answer = ask(page, QUESTION)
    page.locator(".why summary").click()
    page.get_by_role("button", name=words["bad"]).click()
    found |= set(page.evaluate(WORDS))
    page.locator(".send-reason").click()
    expect(page.locator(".told")).to_have_text(words["notJudged"])  # this server keeps none
    page.get_by_role("button", name=words["copyAnswer"]).click()
    found |= set(page.evaluate(WORDS))
    ask(page, UNKNOWN)
    page.locator(".why summary").last.click()
    for question in ("   ", "waarom " * 400):
        ask(page, question)
    page.wait_for_timeout(200)  # the page takes Gradio's own names away as soon as it has seen them
    found |= set(page.evaluate(WORDS))
    answer.locator("a.citation").first.click()
    marked(page)
    found |= set(page.evaluate(WORDS))
    trouble(page, found)
    return {text for text in found if re.search(r"[^\W\d_]{2}", text)}


def turn_away(status: int, route: Route) -> None:
    route.fulfill(status=status, json={"detail": "Queue full"})


def trouble(page: Page, found: set[str]) -> None:
    """What the page says when a question does not get through, added to what was found."""
    for status in (503, 500, 413):
        page.route("**/queue/join*", partial(turn_away, status))
        page.locator("#question textarea").fill(QUESTION)
        page.locator("#question textarea").press("Enter")
        page.locator("#trouble").wait_for()
        page.wait_for_timeout(200)
        found |= set(page.evaluate(WORDS))
        page.unroute("**/queue/join*")


@cache
def shared_on_purpose(one: str, other: str) -> set[str]:
    """Words that two languages of the page have in common."""
    return {
        text
        for table in ("page", "replies", "why", "script", "panel")
        for key, text in texts(one, table).items()
        if text == texts(other, table)[key]
    }


_seen: dict[str, set[str]] = {}  # by language: gathering it takes seconds


def words_of(visit: Visit, language: str) -> set[str]:
    if language not in _seen:
        _seen[language] = all_words(visit, language)
    return _seen[language]


@pytest.mark.parametrize("language", languages())
def test_the_page_speaks_the_browsers_language(visit: Visit, language: str) -> None:
    """Title, introduction, input and buttons are those of the language; every state can be reached in it."""
    seen, words = words_of(visit, language), texts(language, "page")
    wanted = {
        words[key] for key in ("title", "explanation", "question", "placeholder", "send", "new", "save", "examples")
    }
    assert wanted <= seen
    assert len(seen) > 35


@pytest.mark.parametrize("language", [language for language in languages() if language != "en"])
def test_no_english_is_left_over(visit: Visit, language: str) -> None:
    """No text and no name of the English page stands on the page in another language as well."""
    assert words_of(visit, language) & words_of(visit, "en") - shared_on_purpose(language, "en") == set()


def test_an_address_can_ask_for_a_language(visit: Visit) -> None:
    """ "?language=de" gives the German page to anybody, replies of the server among it."""
    page = visit("desktop", path="/?language=de")
    assert page.locator("html").get_attribute("lang") == "de"
    expect(page.get_by_role("textbox", name="Deine Frage an die Essays")).to_be_visible()
    expect(ask(page, "   ")).to_contain_text("Gib zuerst eine Frage ein.")
    assert page.title() == "Frag die Essays"


def test_a_browser_of_an_unknown_language_gets_dutch(visit: Visit) -> None:
    """Polish is not among the languages of the page."""
    page = visit("desktop", language="pl-PL")
    assert page.locator("html").get_attribute("lang") == "nl"
    expect(page.get_by_role("button", name="Vraag", exact=True)).to_be_visible()


def test_what_is_dutch_on_another_page_says_so(visit: Visit) -> None:
    """On the English page the examples, the quotes and the answer to a Dutch question are marked as Dutch."""
    page = visit("desktop", language="en-GB")
    expect(page.locator(".example").first).to_have_attribute("lang", "nl")
    answer = ask(page, QUESTION)
    assert answer.get_attribute("lang") == "nl"
    assert set(answer.locator("blockquote").evaluate_all("all => all.map((one) => one.lang)")) == {"nl"}
    expect(page.locator(".tools")).to_have_attribute("lang", "en")
