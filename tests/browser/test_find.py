"""Search in the essay that is open."""

from __future__ import annotations

from collections.abc import Iterator

import odd_essays
import pytest
from conftest import Visit
from playwright.sync_api import Page, expect
from steps import ask, is_in_view, marked

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def library() -> Iterator[str]:
    """The address of a chat over essays about birds."""
    with odd_essays.library() as url:
        yield url


@pytest.fixture(scope="module")
def letters() -> Iterator[str]:
    """The address of a chat over an essay of accents and emoji."""
    with odd_essays.letters() as url:
        yield url


@pytest.fixture(scope="module")
def long_site() -> Iterator[str]:
    """The address of a chat over an essay of a million characters."""
    with odd_essays.long() as url:
        yield url


def found(page: Page) -> dict[str, list[str]]:
    """The words that the search has painted, by the name of the paint."""
    value: dict[str, list[str]] = page.evaluate(
        "Object.fromEntries([...CSS.highlights].map(([name, ranges]) => [name, [...ranges].map(String)]))"
    )
    return value


def search(page: Page, words: str) -> str:
    """Type `words` into the find field; what the count says."""
    page.locator("#essay input[type=search]").fill(words)
    return page.locator("#essay .count").inner_text()


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("een", ["één", "e\u0301e\u0301n", "Een", "een"]),
        ("ÉÉN", ["één", "e\u0301e\u0301n", "Een", "een"]),
        ("e\u0301e\u0301n", ["één", "e\u0301e\u0301n", "Een", "een"]),
        ("cafe", ["café", "cafe\u0301"]),
        ("'lef'", ["‘lef’"]),
        ("ijs", ["\u0133s"]),
        ("strasse", ["Straße"]),
        ("x-y", ["x–y"]),
        ("1.500", ["1.500"]),
        ("\U0001f600", ["\U0001f600", "\U0001f600"]),
        ("\U0001f468", ["\U0001f468\u200d\U0001f4bb"]),
        ("\U0001f44d", ["\U0001f44d\U0001f3fd"]),
        ("  twee   woorden ", ["twee woorden"]),
        ("na emoji", ["na emoji"]),
        ("<b>", ["<b>"]),
        (".*", []),
        ("\u0301", []),
    ],
)
def test_search_finds_whole_characters(visit: Visit, letters: str, query: str, matches: list[str]) -> None:
    """Case, accents, quotes and dashes do not matter, and a mark never cuts an emoji or an accented letter in two."""
    page = visit("desktop", url=letters, path="/#bron/letters.txt")
    page.locator("#essay [data-line]").first.wait_for()
    said = search(page, query)
    painted = found(page)
    assert painted.get("found-here", []) == matches[:1]
    assert painted.get("found", []) == matches[1:]
    empty = "" if not query.strip() else "Niet gevonden"
    assert said == (f"1 van {len(matches)}" if matches else empty)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_search_steps_through_the_whole_essay(visit: Visit, size: str) -> None:
    """Enter and the buttons go to the next match and around, Shift+Enter back; each comes into view with its number."""
    page = visit(size)
    ask(page, "wat is betekenismarketing?").locator("a.citation").first.click()
    words = marked(page)
    page.keyboard.press("/")
    expect(page.locator("#essay input")).to_be_focused()
    total = int(search(page, "marketing").split()[-1])
    assert total > 20
    shown = page.locator("#essay .text").evaluate(
        """text => (text.innerText.normalize('NFD').replace(/\\p{M}/gu, '').toLowerCase()
          .match(/marketing/g) ?? []).length"""
    )
    assert total == shown
    number = int(page.locator("#essay .count").inner_text().split()[0])
    for key, by in [("Enter", 1), ("Enter", 1), ("Shift+Enter", -1), *[("Enter", 1)] * 5]:
        page.keyboard.press(key)
        number = (number - 1 + by) % total + 1
        expect(page.locator("#essay .count")).to_have_text(f"{number} van {total}")
        assert found(page)["found-here"][0].lower() == "marketing"
        box = page.evaluate(
            """() => {
              const [range] = CSS.highlights.get('found-here');
              const [a, b] = [range, document.querySelector('#essay .text')].map((e) => e.getBoundingClientRect());
              return a.top >= b.top && a.bottom <= b.bottom && a.left >= 0 && a.right <= innerWidth;
            }"""
        )
        assert box, "the match is not in view"
    page.get_by_role("button", name="Vorige vindplaats").click()
    expect(page.locator("#essay .count")).to_have_text(f"{(number - 2) % total + 1} van {total}")
    assert marked(page) == words, "the search changed the mark of the citation"
    status = page.locator("#essay [role=status].unseen")
    expect(status).to_have_text(f"{(number - 2) % total + 1} van {total}")


def test_escape_clears_the_search_and_then_closes(visit: Visit, library: str) -> None:
    """The first Esc empties the find field and takes its marks away, the second closes the essay."""
    page = visit("desktop", url=library)
    answer = ask(page, "kwartel")
    answer.locator("a.citation").first.click()
    marked(page)
    page.keyboard.press("/")
    assert search(page, "gras") != ""
    page.keyboard.press("Escape")
    expect(page.locator("#essay input")).to_have_value("")
    expect(page.locator("#essay input")).to_be_focused()
    assert found(page) == {}
    expect(page.locator("#essay")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#essay")).to_be_hidden()
    expect(answer.locator("a.citation").first).to_be_focused()


def test_a_search_goes_along_to_the_next_citation(visit: Visit, library: str) -> None:
    """When the marks are drawn anew, in this essay or the next, the same words are found there."""
    page = visit("desktop", url=library)
    ask(page, "kwartel").locator("a.citation").nth(2).click()
    marked(page)
    search(page, "kwartel")
    assert len(found(page)["found"]) == 2
    page.locator("#essay .back").click()
    expect(page.locator("#essay .here")).to_have_text("2 van 4")
    assert [*found(page)["found-here"], *found(page)["found"]] == ["kwartel"] * 3
    for _ in range(2):
        page.locator("#essay .on").click()
    expect(page.locator("#essay h2")).to_have_text("Meer vogels")
    expect(page.locator("#essay .count")).to_have_text("1 van 1")
    assert found(page) == {"found": [], "found-here": ["kwartel"]}


def test_a_browser_without_highlights_still_finds(visit: Visit, letters: str) -> None:
    """Where a browser cannot paint ranges, the block with the match is framed, and the count and steps work."""
    page = visit("desktop", url=letters, path="/#bron/letters.txt")
    page.locator("#essay [data-line]").first.wait_for()
    page.evaluate("delete globalThis.Highlight")
    assert search(page, "een") == "1 van 4"
    frames = []
    for _ in range(4):
        frames.append(page.locator("#essay .found").get_attribute("data-line"))
        page.locator("#essay input").press("Enter")
    assert frames == ["3", "3", "9", "9"]
    search(page, "")
    assert page.locator("#essay .found").count() == 0


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_very_long_essay_opens_and_is_searched_at_once(visit: Visit, long_site: str, size: str) -> None:
    """An essay of a million characters opens at its end, goes on and finds every letter without a halt."""
    page = visit(size, url=long_site)
    ask(page, "zonderling").locator("a.citation").first.click()
    marked(page)
    assert is_in_view(page, page.locator("#essay mark"))
    page.keyboard.press("n")
    expect(page.locator("#essay .here")).to_have_text("2 van 2")
    assert is_in_view(page, page.locator("#essay mark"))
    taken = page.evaluate(
        """() => ["e", "een"].map((words) => {
          const field = document.querySelector("#essay input");
          const from = performance.now();
          field.value = words;
          field.dispatchEvent(new Event("input"));
          document.body.offsetHeight;
          return performance.now() - from;
        })"""
    )
    assert taken[0] < 5_000, "the first search, which reads the whole essay"
    assert taken[1] < 1_000
    assert page.locator("#essay .head").evaluate("head => head.scrollWidth <= head.clientWidth")
