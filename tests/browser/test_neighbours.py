"""The panel beside the conversation: where a quote stands, the other citations, the way back, paper and widths."""

from __future__ import annotations

from collections.abc import Iterator

import odd_essays
import pytest
from conftest import Visit
from playwright.sync_api import expect
from steps import ask, is_in_view, marked, one_line

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def library() -> Iterator[str]:
    """The address of a chat over essays about birds."""
    with odd_essays.library() as url:
        yield url


# --- Where the place stands


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_head_says_where_the_quote_stands(visit: Visit, library: str, size: str) -> None:
    """Title, author, publisher, year, heading path, file and the lines of the file stand above the essay."""
    page = visit(size, url=library)
    answer = ask(page, "kwartel")
    answer.locator("a.citation").first.click()
    marked(page)
    head = page.locator("#essay .head")
    expect(head.locator("h2")).to_have_text("Vogels")
    expect(head.locator(".place")).to_have_text("Kleine vogels › In het gras")
    expect(head.locator(".origin")).to_have_text("A. Uteur · Uitgeverij · 2009 · map/vogels #1.txt, regel 9")
    page.keyboard.press("n")
    expect(head.locator(".origin")).to_contain_text("regel 11-12")
    numbers = page.locator("#essay [data-line]").evaluate_all("all => all.map(one => one.dataset.line)")
    assert numbers == ["1", "3", "5", "7", "9", "11", "14", "15", "17"]
    shown = page.locator("#essay p[data-line='11']").evaluate("p => getComputedStyle(p, '::before').content")
    assert ("11" in shown) == (size == "desktop")


def test_words_of_an_essay_stay_words_in_the_head(visit: Visit, library: str) -> None:
    """A title, a heading or a file name that looks like markup is shown as it is written."""
    page = visit("desktop", url=library)
    ask(page, "koolmees").locator("a.citation").first.click()
    marked(page)
    expect(page.locator("#essay h2")).to_have_text("<img src=x onerror=alert(1)>")
    assert page.locator("#essay img").count() == 0


# --- The other citations of the answer


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_from_one_citation_to_the_next(visit: Visit, library: str, size: str) -> None:
    """Next and previous go through the citations of the answer, also into another essay, and stop at the ends."""
    page = visit(size, url=library)
    answer = ask(page, "kwartel")
    quotes = [one_line(quote) for quote in answer.locator("blockquote").all_inner_texts()]
    assert len(quotes) == 4
    answer.locator("a.citation").first.click()
    assert marked(page) == quotes[0]
    following = page.get_by_role("button", name="Volgende bron")
    before = page.get_by_role("button", name="Vorige bron")
    expect(before).to_have_attribute("aria-disabled", "true")
    for number, quote in enumerate(quotes[1:], 2):
        following.click()
        expect(page.locator("#essay .here")).to_contain_text(f"{number} van 4")
        expect(page.locator("#essay mark").first).to_contain_text(quote[:20])
        assert marked(page) == quote
        expect(following).to_be_focused()
        assert is_in_view(page, page.locator("#essay mark").first)
    expect(page.locator("#essay h2")).to_have_text("Meer vogels")
    expect(following).to_have_attribute("aria-disabled", "true")
    following.press("Enter")
    assert marked(page) == quotes[3]
    before.click()
    expect(page.locator("#essay h2")).to_have_text("Vogels")
    assert marked(page) == quotes[2]


def test_keys_go_from_citation_to_citation_within_the_panel(visit: Visit, library: str) -> None:
    """n and p, and Alt with an arrow, work in the panel; in a field n and p are letters."""
    page = visit("desktop", url=library)
    answer = ask(page, "kwartel")
    answer.locator("a.citation").first.click()
    marked(page)
    for key, number in [("n", 2), ("p", 1), ("Alt+ArrowDown", 2), ("n", 3), ("Alt+ArrowUp", 2)]:
        page.keyboard.press(key)
        expect(page.locator("#essay .here")).to_have_text(f"{number} van 4")
        expect(answer.locator("a.citation").nth(number - 1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("/")
    page.keyboard.type("np")
    expect(page.locator("#essay input")).to_have_value("np")
    expect(page.locator("#essay .here")).to_have_text("2 van 4")
    page.locator("#question textarea").click()
    page.keyboard.type("n")
    expect(page.locator("#question textarea")).to_have_value("n")
    expect(page.locator("#essay .here")).to_have_text("2 van 4")


def test_the_place_is_announced(visit: Visit, library: str) -> None:
    """A screen reader hears at opening and at each step which citation it is and where it stands."""
    page = visit("desktop", url=library)
    ask(page, "kwartel").locator("a.citation").first.click()
    status = page.locator("#essay [role=status].unseen")
    expect(status).to_have_text("Bron 1 van 4, Vogels, Kleine vogels › In het gras, regel 9")
    page.keyboard.press("n")
    expect(status).to_have_text("Bron 2 van 4, Vogels, Kleine vogels › In het gras, regel 11-12")
    names = [button.get_attribute("aria-label") for button in page.locator("#essay .steps button").all()]
    assert names == ["Vorige bron", "Bron 2 van 4: naar de plek", "Volgende bron"]


def test_the_other_citations_are_marked_lightly_with_their_numbers(visit: Visit, library: str) -> None:
    """In the essay each citation of the answer shows its number; the current one stands out, a click changes it."""
    page = visit("desktop", url=library)
    answer = ask(page, "kwartel")
    quotes = [one_line(quote) for quote in answer.locator("blockquote").all_inner_texts()]
    answer.locator("a.citation").nth(1).click()
    assert marked(page) == quotes[1]
    light = page.locator("#essay .cited")
    assert one_line(" ".join(light.all_inner_texts())) == f"{quotes[0]} {quotes[2]}"
    assert light.evaluate_all("all => all.map(one => one.dataset.number)") == ["1", "3", None]
    colours = [
        page.locator(part).first.evaluate("e => getComputedStyle(e).backgroundColor")
        for part in ("#essay mark", "#essay .cited", "#essay")
    ]
    assert len(set(colours)) == 3
    light.last.click()
    assert marked(page) == quotes[2]
    assert one_line(" ".join(light.all_inner_texts())) == f"{quotes[0]} {quotes[1]}"


def test_overlapping_and_neighbouring_answers_keep_to_themselves(visit: Visit, library: str) -> None:
    """The panel follows the answer that the link stands in: its count and its marks, not those of another answer."""
    page = visit("desktop", url=library)
    first = ask(page, "kwartel")
    second = ask(page, "grasveld")
    assert (first.locator("a.citation").count(), second.locator("a.citation").count()) == (4, 1)
    second.locator("a.citation").click()
    expect(page.locator("#essay .here")).to_have_text("Naar de plek")
    expect(page.get_by_role("button", name="Volgende bron")).to_have_count(0)
    assert page.locator("#essay .cited").count() == 0
    first.locator("a.citation").nth(1).click()
    expect(page.locator("#essay .here")).to_have_text("2 van 4")
    expect(page.locator("#essay .cited")).to_have_count(3)
    third = ask(page, "koolmees")
    expect(page.locator("#essay .here")).to_have_text("2 van 4")
    expect(first.locator("a.citation").nth(1)).to_have_attribute("aria-current", "true")
    page.locator("#essay .on").click()
    expect(page.locator("#essay .here")).to_have_text("3 van 4")
    assert third.locator("[aria-current]").count() == 0


def test_of_two_equal_answers_the_one_that_was_clicked_counts(visit: Visit, library: str) -> None:
    """The same citations in two answers: the number that is current, and gets the focus back, is the clicked one's."""
    page = visit("desktop", url=library)
    answers = [ask(page, "kwartel") for _ in range(2)]
    for answer, other in (answers, reversed(answers)):
        answer.locator("a.citation").first.click()
        marked(page)
        page.keyboard.press("n")
        expect(answer.locator("a.citation").nth(1)).to_have_attribute("aria-current", "true")
        assert other.locator("[aria-current]").count() == 0
        page.keyboard.press("Escape")
        expect(answer.locator("a.citation").nth(1)).to_be_focused()


def test_the_middle_button_leads_back_to_the_place(visit: Visit, library: str) -> None:
    """After reading on, one press shows the quote again and puts the keyboard there; the next step keeps it there."""
    page = visit("phone", url=library)
    ask(page, "kwartel").locator("a.citation").first.click()
    marked(page)
    page.locator("#essay .text").evaluate("text => { text.scrollTop = 100000; }")
    page.get_by_role("button", name="Bron 1 van 4: naar de plek").click()
    expect(page.locator("#essay mark")).to_be_focused()
    assert is_in_view(page, page.locator("#essay mark"))
    for number in (2, 3, 4):
        page.keyboard.press("n")
        expect(page.locator("#essay .here")).to_have_text(f"{number} van 4")
        expect(page.locator("#essay mark").first).to_be_focused()


# --- Closing


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_closing_returns_to_the_number_of_the_citation_that_was_read_last(
    visit: Visit, library: str, size: str
) -> None:
    """After going on to citation 3, Esc focuses number 3; from the list of sources, the source itself."""
    page = visit(size, url=library)
    answer = ask(page, "kwartel")
    answer.locator("a.citation").first.click()
    marked(page)
    page.keyboard.press("n")
    page.keyboard.press("n")
    expect(page.locator("#essay .here")).to_have_text("3 van 4")
    page.keyboard.press("Escape")
    expect(page.locator("#essay")).to_be_hidden()
    expect(answer.locator("a.citation").nth(2)).to_be_focused()
    assert is_in_view(page, answer.locator("a.citation").nth(2))
    answer.locator(".sources a").first.press("Enter")
    marked(page)
    page.keyboard.press("Escape")
    expect(answer.locator(".sources a").first).to_be_focused()


def test_closing_from_the_question_leaves_the_question_alone(visit: Visit, library: str) -> None:
    """Esc while a question is being typed closes the essay and keeps the keyboard where it is."""
    page = visit("desktop", url=library)
    ask(page, "kwartel").locator("a.citation").first.click()
    marked(page)
    page.locator("#question textarea").fill("half")
    page.keyboard.press("Escape")
    expect(page.locator("#essay")).to_be_hidden()
    expect(page.locator("#question textarea")).to_be_focused()
    expect(page.locator("#question textarea")).to_have_value("half")


def test_escape_twice_closes_once(visit: Visit, library: str) -> None:
    """Two quick presses of Esc close the essay and do not leave the page."""
    page = visit("phone", url=library)
    answer = ask(page, "kwartel")
    answer.locator("a.citation").first.click()
    marked(page)
    page.evaluate(
        """() => {
          const press = { key: 'Escape', bubbles: true, cancelable: true };
          for (const _ of 'two more') document.activeElement.dispatchEvent(new KeyboardEvent('keydown', press));
        }"""
    )
    expect(page.locator("#essay")).to_be_hidden()
    page.wait_for_timeout(300)
    assert page.locator(".answer").count() == 1


def test_back_closes_after_many_steps_and_after_a_reload(visit: Visit, library: str) -> None:
    """Going through citations adds nothing to the history: one step back is the conversation, a reload included."""
    page = visit("phone", url=library)
    ask(page, "kwartel").locator("a.citation").first.click()
    marked(page)
    for _ in range(3):
        page.keyboard.press("n")
    expect(page.locator("#essay .here")).to_have_text("4 van 4")
    page.go_back()
    expect(page.locator("#essay")).to_be_hidden()
    page.locator("a.citation").nth(1).click()
    words = marked(page)
    page.reload()
    assert marked(page) == words
    page.keyboard.press("Escape")
    expect(page.locator("#essay")).to_be_hidden()
    page.locator("#question textarea").wait_for()
    assert "#" not in page.url


def test_on_a_phone_only_the_panel_can_be_reached(visit: Visit, library: str) -> None:
    """Tab stays within the dialog; the close button comes first, then the tools, then the text."""
    page = visit("phone", url=library)
    ask(page, "kwartel").locator("a.citation").first.click()
    marked(page)
    names = []
    for _ in range(12):
        page.keyboard.press("Tab")
        names.append(
            page.evaluate(
                """() => document.activeElement.closest('#essay')
                  ? document.activeElement.className || document.activeElement.type : 'outside'"""
            )
        )
    inside = [name for name in names if name != "outside"]
    assert inside[:6] == ["close", "back", "here", "on", "search", "copy"]
    page.locator("#essay .close").focus()
    assert page.evaluate("[...document.body.children].every(e => e.id === 'essay' || e.inert)")


# --- Paper, long essays, calm


def test_paper_shows_the_essay_alone(visit: Visit, library: str) -> None:
    """Printed with an essay open, the page is the whole essay with its place and its link, without the chat."""
    page = visit("desktop", url=library)
    ask(page, "kwartel").locator("a.citation").first.click()
    marked(page)
    page.emulate_media(media="print")
    expect(page.locator("#conversation")).to_be_hidden()
    expect(page.locator("#essay .tools")).to_be_hidden()
    expect(page.locator("#essay .close")).to_be_hidden()
    expect(page.locator("#essay .address")).to_contain_text(f"{library}/#bron/map%2Fvogels%20%231.txt/")
    assert page.locator("#essay .text").evaluate("text => text.scrollHeight <= text.clientHeight + 1")
    assert page.locator("#essay").evaluate("essay => essay.getBoundingClientRect().width === innerWidth")


def test_nothing_moves_for_those_who_asked_for_calm(visit: Visit, library: str) -> None:
    """With reduced motion the panel is there at once."""
    page = visit("desktop", url=library)
    page.emulate_media(reduced_motion="reduce")
    ask(page, "kwartel").locator("a.citation").first.click()
    assert page.locator("#essay").evaluate("essay => parseFloat(getComputedStyle(essay).animationDuration) <= 0.001")
    marked(page)


@pytest.mark.parametrize("width", [320, 390, 900, 1280, 1920])
def test_the_head_fits_at_every_width(visit: Visit, library: str, width: int) -> None:
    """No tool lies over another or outside the panel, whether searching or not, and each is a finger wide."""
    page = visit("desktop", url=library)
    page.set_viewport_size({"width": width, "height": 800})
    ask(page, "kwartel").locator("a.citation").first.click()
    marked(page)
    page.wait_for_timeout(250)
    for words in ("", "kwartel"):
        page.locator("#essay input[type=search]").fill(words)
        problems = page.evaluate(
            """() => {
              const panel = document.querySelector("#essay").getBoundingClientRect();
              const parts = [...document.querySelectorAll("#essay .head :is(button, input, h2, .count)")]
                .filter((one) => one.checkVisibility() && one.textContent + one.tagName !== "SPAN")
                .map((one) => [one.className || one.tagName, one.getBoundingClientRect()]);
              const found = [];
              for (const [name, box] of parts) {
                if (box.left < panel.left || box.right > panel.right) found.push(`${name} sticks out`);
                const isTool = name !== "H2" && name !== "count";
                if (isTool && Math.min(box.width, box.height) < 34) found.push(`${name} is small`);
              }
              parts.forEach(([name, a], index) => parts.slice(index + 1).forEach(([other, b]) => {
                const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                if (across > 1 && down > 1) found.push(`${name} over ${other}`);
              }));
              return found;
            }"""
        )
        assert problems == []
