"""What does not get through: a busy server, one that stops, a cut connection. No question is ever lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from conftest import Visit
from fake_assistant import SLOW, FakeAssistant
from playwright.sync_api import Page, Route, expect
from running import running
from steps import ask

from assistant.server import create_app

pytestmark = pytest.mark.browser
BACK_MS = 20_000  # within which a server that is back is noticed

Switch = Callable[[bool], str]


@pytest.fixture
def switch() -> Iterator[Switch]:
    """A function that starts and stops a server at one address, each time as a new one."""
    app = create_app(FakeAssistant())  # type: ignore[arg-type]
    server = running(app)
    url = server.__enter__()
    state = [server]

    def turn(is_on: bool) -> str:
        if state:
            state.pop().__exit__(None, None, None)
        if is_on:
            state.append(running(create_app(FakeAssistant()), int(url.rsplit(":", 1)[1])))  # type: ignore[arg-type]
            state[0].__enter__()
        return url

    turn.url = url  # type: ignore[attr-defined]
    yield turn
    turn(False)


def field(page: Page) -> str:
    return page.locator("#question textarea").input_value()


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (503, {}, "het is druk"),
        (429, {"retry-after": "17"}, "over 17 tellen"),
        (413, {}, "te lang"),
        (500, {}, "Er ging iets mis"),
    ],
)
def test_a_question_that_is_turned_away_is_kindly_said_and_stays(
    visit: Visit, odd_site: str, status: int, headers: dict[str, str], words: str
) -> None:
    """Whatever the server answers to a question, one line of the page says so and the question stays."""
    page = visit("desktop", url=odd_site, may_fail=True)
    page.route(
        "**/gradio_api/queue/join*",
        lambda route: route.fulfill(status=status, headers=headers, json={"detail": "Queue is full."}),
    )
    page.locator("#question textarea").fill("zonderling")
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#trouble")).to_contain_text(words)
    expect(page.locator("#question textarea")).to_have_value("zonderling")
    expect(page.locator("#question textarea")).to_be_focused()
    assert page.get_by_text(re.compile("busy|queue|full|error", re.I)).filter(visible=True).count() == 0
    page.unroute("**/gradio_api/queue/join*")
    page.locator("#question textarea").press("Enter")
    expect(page.locator(".answer")).to_be_visible()
    expect(page.locator("#trouble")).to_be_hidden()


def test_a_question_that_has_to_wait_is_told_so(visit: Visit, odd_site: str) -> None:
    """A question that is not taken up for a while gets a line; what is typed in the meantime stays."""
    page = visit("desktop", url=odd_site)

    def hold(route: Route) -> None:
        page.wait_for_timeout(2_500)
        route.continue_()

    page.route("**/gradio_api/queue/data*", hold)
    page.locator("#question textarea").fill("zonderling")
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#question textarea")).to_have_value("")
    page.locator("#question textarea").press_sequentially("en dan")
    expect(page.locator("#trouble")).to_contain_text("Even geduld")
    expect(page.locator(".answer")).to_be_visible()
    expect(page.locator("#trouble")).to_be_hidden()
    assert field(page) == "en dan"


def test_a_second_question_waits_for_the_first_answer(visit: Visit, odd_site: str) -> None:
    """Enter during an answer says to wait and keeps the text; after the answer it asks."""
    page = visit("desktop", url=odd_site)
    page.locator("#question textarea").fill(f"{SLOW} zonderling")
    page.locator("#question textarea").press("Enter")
    page.locator(".waiting").wait_for()
    page.locator("#question textarea").fill("zonderling")
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#trouble")).to_contain_text("Eerst het antwoord")
    assert field(page) == "zonderling"
    expect(page.locator(".answer")).to_be_visible()
    page.locator("#question textarea").press("Enter")
    expect(page.locator(".answer")).to_have_count(2)


def test_a_server_that_stops_in_an_answer_loses_nothing(visit: Visit, switch: Switch) -> None:
    """It is said, the question stays, the page does not reload; when the server is back it is asked by itself."""
    page = visit("desktop", url=switch.url, may_fail=True)  # type: ignore[attr-defined]
    ask(page, "engagementsmarketing")
    page.evaluate("window.isSamePage = true")
    page.locator("#question textarea").fill(f"{SLOW} betekenismarketing")
    page.locator("#question textarea").press("Enter")
    page.locator(".waiting").wait_for()
    page.locator("#question textarea").press_sequentially("half")
    switch(False)
    expect(page.locator("#trouble")).to_contain_text("Je vraag is bewaard")
    expect(page.locator(".interrupted")).to_contain_text("Onderbroken")
    expect(page.locator(".answer")).to_have_count(1)
    switch(True)
    expect(page.locator(".answer")).to_have_count(2, timeout=BACK_MS)
    expect(page.locator(".question")).to_have_text(["engagementsmarketing", f"{SLOW} betekenismarketing"])
    expect(page.locator("#earlier .note")).to_contain_text("Eerder in dit gesprek")
    expect(page.locator("#earlier .tools")).to_have_count(1)
    assert field(page) == "half"
    assert page.evaluate("window.isSamePage")
    page.get_by_role("button", name="Nieuw gesprek").click()
    expect(page.locator(".question, #earlier")).to_have_count(0)


def test_a_server_that_is_gone_keeps_the_question(visit: Visit, switch: Switch) -> None:
    """A question to a stopped server stays in the input, survives a reload in vain, and goes when it can."""
    page = visit("desktop", url=switch.url, may_fail=True)  # type: ignore[attr-defined]
    switch(False)
    page.locator("#question textarea").fill("engagementsmarketing")
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#trouble")).to_contain_text("geen verbinding")
    assert field(page) == "engagementsmarketing"
    switch(True)
    expect(page.locator(".answer")).to_be_visible(timeout=BACK_MS)
    assert field(page) == ""


def test_a_stop_is_noticed_by_a_page_that_asks_nothing(visit: Visit, switch: Switch) -> None:
    """A reader sees that the server stopped and that it is back; the conversation stays to be read and saved."""
    page = visit("desktop", url=switch.url, may_fail=True)  # type: ignore[attr-defined]
    ask(page, "engagementsmarketing")
    for _ in range(2):  # a second time as well
        switch(False)
        expect(page.locator("#trouble")).to_contain_text("De server antwoordt niet", timeout=BACK_MS)
        expect(page.locator(".answer")).to_be_visible()
        switch(True)
        expect(page.locator("#trouble")).to_contain_text("De server is er weer", timeout=BACK_MS)
    expect(page.locator("#trouble")).to_be_hidden(timeout=BACK_MS)


def test_a_question_that_stops_the_server_is_not_asked_for_ever(visit: Visit, switch: Switch) -> None:
    """A question that was cut off twice waits in the input for the visitor to decide."""
    page = visit("desktop", url=switch.url, may_fail=True)  # type: ignore[attr-defined]
    question = f"{SLOW} {SLOW} {SLOW} {SLOW} betekenismarketing"  # so that it never ends before the server does
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    for _ in range(2):
        page.locator(".waiting").wait_for(timeout=BACK_MS)
        switch(False)
        expect(page.locator("#trouble")).to_contain_text(re.compile("server"))
        expect(page.locator(".interrupted")).to_be_visible()
        switch(True)
    expect(page.locator("#trouble")).to_contain_text("De server is er weer", timeout=BACK_MS)
    page.wait_for_timeout(500)
    assert page.locator(".waiting").count() == 0
    assert field(page) == question
