"""The conversation: asking, refusals, examples, mistakes, looks."""

from __future__ import annotations

import pytest
from conftest import Visit
from fake_assistant import BUG, SLOW, SLOW_SECONDS
from playwright.sync_api import expect
from steps import CONTRASTS, ask, is_in_view, one_line, reply

pytestmark = pytest.mark.browser
QUESTION = "wat is betekenismarketing?"
UNKNOWN = "hoe hoog is de Eiffeltoren?"


@pytest.mark.parametrize("size", ["desktop", "phone", "small"])
def test_an_answer_shows_its_numbered_quotes_and_the_input_stays(visit: Visit, size: str) -> None:
    """An answer has a frame, numbered quotes and sources; the question is on top and the input in view."""
    page = visit(size)
    answer = ask(page, QUESTION)
    quotes = answer.locator(".excerpt").count()
    assert quotes >= 1
    names = [one_line(name) for name in answer.locator("a.citation").all_inner_texts()]
    assert names == [f"Bron {number}" for number in range(1, quotes + 1)]
    assert answer.locator(".sources li").count() >= 1
    page.wait_for_timeout(200)
    assert is_in_view(page, page.locator(".question").last)
    assert is_in_view(page, page.locator("#question textarea"))
    assert is_in_view(page, page.locator("#send"))
    expect(page.locator("#question textarea")).to_have_value("")


def test_a_refusal_looks_like_one(visit: Visit) -> None:
    """What the essays do not say is said so under its own heading, without citation, source or alarm."""
    page = visit("desktop")
    refusal = ask(page, UNKNOWN)
    assert "refusal" in (refusal.get_attribute("class") or "")
    expect(refusal.locator(".label")).to_have_text("Niet in de essays")
    assert refusal.locator("a, blockquote, .sources").count() == 0
    assert page.locator("a.citation").count() == 0
    answer = ask(page, QUESTION)
    backgrounds = [part.evaluate("e => getComputedStyle(e).backgroundColor") for part in (refusal, answer)]
    assert backgrounds[0] != backgrounds[1]


def test_a_refusal_names_its_reason(visit: Visit) -> None:
    """What nobody understands and what no essay can do stand under headings of their own."""
    page = visit("desktop")
    for question, label in (("asdfg qwrt zxcv", "Niet begrepen"), ("schrijf een gedicht", "Geen vraag voor de essays")):
        expect(ask(page, question).locator(".label")).to_have_text(label)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_example_is_answered(visit: Visit, size: str) -> None:
    """Each example question is a button that asks it; the examples come back with a new conversation."""
    page = visit(size)
    examples = page.locator(".example").all_inner_texts()
    assert len(examples) >= 3
    for text in examples if size == "desktop" else examples[:1]:
        page.get_by_role("button", name=text).click()
        assert "answer" in (reply(page).get_attribute("class") or "")
        expect(page.locator(".question")).to_have_text(text)
        expect(page.locator(".example").first).to_be_hidden()
        page.get_by_role("button", name="Nieuw gesprek").click()
        expect(page.locator(".message-row")).to_have_count(0)
        expect(page.locator(".example").first).to_be_visible()
        expect(page.locator("#question textarea")).to_be_focused()


LITERAL = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "$5 en $6, $$x^2$$ en \\(y\\)",
    "**vet** _schuin_ `code` [a](http://a.example) ~~weg~~",
    "1986. Een jaar",
    "# kop\n\n- punt\n\n> citaat",
    "&lt;b&gt; &amp;amp; <T>",
    "![x](http://a.example/x.png)",
]


def test_a_question_is_shown_as_it_was_typed(visit: Visit) -> None:
    """HTML, Markdown and formulas in a question are letters, and load nothing."""
    page = visit("desktop")
    for number, text in enumerate(LITERAL):
        ask(page, text)
        question = page.locator(".question").nth(number)
        shown = [line for line in question.inner_text().splitlines() if line]
        assert shown == [line for line in text.splitlines() if line]
        assert question.evaluate("e => [...e.querySelectorAll('*')].every(c => c.tagName === 'BR')")


def test_a_question_that_cannot_be_asked_gets_a_clear_line_and_stays(visit: Visit) -> None:
    """An empty and a far too long question are named in Dutch; the typed text stays in the input."""
    page = visit("phone")
    notice = ask(page, "   ")
    expect(notice).to_contain_text("Typ eerst een vraag")
    long = "waarom " * 400
    notice = ask(page, long)
    expect(notice).to_contain_text("2.800 tekens")
    expect(notice).to_contain_text("1.000")
    expect(page.locator("#question textarea")).to_have_value(long)


def test_an_answer_that_fails_says_so_and_gives_the_question_back(visit: Visit, odd_site: str) -> None:
    """A fault of the server becomes a Dutch line without details, with the question in the input again."""
    page = visit("desktop", url=odd_site)
    notice = ask(page, f"Een {BUG}?")
    expect(notice).to_contain_text("Er ging iets mis")
    assert "secret" not in page.content()
    expect(page.locator("#question textarea")).to_have_value(f"Een {BUG}?")


def test_what_is_typed_during_a_slow_answer_stays(visit: Visit, odd_site: str) -> None:
    """A slow answer is announced, and does not wipe the next question that is being typed."""
    page = visit("desktop", url=odd_site)
    page.locator("#question textarea").fill(f"{SLOW} zonderling")
    page.locator("#send").click()
    expect(page.locator(".waiting")).to_contain_text("De essays worden gelezen")
    page.locator("#question textarea").fill("en dan")
    reply(page)
    expect(page.locator("#question textarea")).to_have_value("en dan")


def test_a_new_conversation_stops_the_one_before(visit: Visit, odd_site: str) -> None:
    """An answer that is still being made does not appear in the conversation after it."""
    page = visit("desktop", url=odd_site)
    page.locator("#question textarea").fill(f"{SLOW} zonderling")
    page.locator("#send").click()
    page.locator(".waiting").wait_for(state="attached")
    page.get_by_role("button", name="Nieuw gesprek").click()
    expect(page.locator(".message-row")).to_have_count(0)
    page.wait_for_timeout(1_000 * SLOW_SECONDS)
    assert page.locator(".message-row").count() == 0
    ask(page, "zonderling")
    assert page.locator(".question").count() == 1


def test_a_follow_up_keeps_the_conversation(visit: Visit) -> None:
    """Questions and answers stay in their order, and a reload keeps what was being typed."""
    page = visit("desktop")
    ask(page, QUESTION)
    ask(page, UNKNOWN)
    assert page.locator(".question").all_inner_texts() == [QUESTION, UNKNOWN]
    page.locator("#question textarea").fill("half getypt")
    page.reload()
    expect(page.locator("#question textarea")).to_have_value("half getypt")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_light_and_dark_follow_the_system_and_can_be_read(visit: Visit, size: str) -> None:
    """In both schemes every text has a contrast of 4.5 to 1 with what is behind it; the schemes differ."""
    backgrounds = []
    for scheme in ("light", "dark"):
        page = visit(size, scheme=scheme)
        page.locator(".example").first.wait_for()
        assert [found for found in page.evaluate(CONTRASTS) if found[0] < 4.5] == []
        ask(page, UNKNOWN)
        ask(page, " ")
        ask(page, QUESTION).locator("a.citation").first.click()
        page.locator("#essay mark").first.wait_for()
        page.wait_for_timeout(400)
        assert [found for found in page.evaluate(CONTRASTS) if found[0] < 4.5] == []
        backgrounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert backgrounds[0] != backgrounds[1]
