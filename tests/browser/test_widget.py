"""The widget on a page of another site: what it shows, what it asks for, and whom it hears."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import FLAGS, NAMES
from fake_assistant import FakeAssistant
from host_site import HostSite, host_site
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect
from running import running
from steps import REPLY, one_line

from assistant.assistant import Assistant
from assistant.server import create_app
from assistant.settings import Settings
from assistant.widget import SCRIPT

pytestmark = pytest.mark.browser
QUESTION = "wat is betekenismarketing?"
MAX_BYTES = 8_192  # of the script, compressed
STRICT = "default-src 'none'; script-src {chat}; frame-src {chat}; img-src data:; require-trusted-types-for 'script'"
EVENTS = """() => {
  window.heard = [];
  for (const type of ['open', 'close', 'ready', 'failed', 'answer']) {
    essayAssistant.addEventListener(type, ({ detail }) => heard.push(detail ? [type, detail] : type));
  }
}"""

Look = Callable[..., Page]


@pytest.fixture(scope="module")
def host(index_folder: Path) -> Iterator[HostSite]:
    """A site that the real chat lets in."""
    with host_site() as site:
        settings = replace(Settings(), sites=f"https://moodle.school.nl {site.origin}")
        with running(create_app(Assistant.open(index_folder, settings))) as url:
            site.chat = url
            yield site


@pytest.fixture
def look(window: Callable[[str, str, str], BrowserContext]) -> Iterator[Look]:
    """A function that opens a page; when the test ends, nothing may have gone wrong on any of them."""
    pages: list[Page] = []
    problems: list[str] = []

    def open_page(
        url: str, size: str = "desktop", *, locale: str = "nl-NL", scheme: str = "light", expected: str = ""
    ) -> Page:
        page = window(size, scheme, locale).new_page()

        def see_console(message: Any) -> None:
            if message.type in ("error", "warning") and not (expected and re.search(expected, message.text)):
                problems.append(f"{message.type}: {message.text}")

        page.on("console", see_console)
        page.on("pageerror", lambda error: problems.append(f"uncaught: {error}"))
        page.goto(url)
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            problems.append("the page scrolls sideways")
        page.close()
    assert problems == []


def button(page: Page) -> Any:
    return page.locator("essay-assistant .button")


def panel(page: Page) -> Any:
    return page.locator("essay-assistant .panel")


def chat(page: Page) -> FrameLocator:
    return page.frame_locator("essay-assistant iframe")


def open_chat(page: Page) -> FrameLocator:
    """Click the button; the chat when it can be used."""
    button(page).click()
    expect(chat(page).locator("#question textarea")).to_be_visible()
    return chat(page)


def ask(page: Page, question: str = QUESTION) -> Any:
    """Ask in the open chat; the reply when it is there."""
    frame = chat(page)
    before = frame.locator(REPLY).count()
    frame.locator("#question textarea").fill(question)
    frame.locator("#question textarea").press("Enter")
    expect(frame.locator(REPLY)).to_have_count(before + 1)
    return frame.locator(REPLY).nth(before)


def in_frame(page: Page) -> Any:
    """The frame of the chat itself, for what a locator cannot do."""
    return next(frame for frame in page.frames if "embed=1" in frame.url)


# --- What it shows


def test_the_course_page_answers_and_opens_the_essay_inside_the_widget(host: HostSite, look: Look) -> None:
    """On the sample page a click opens the chat, and a citation its essay, both within the widget alone."""
    page = look(f"{host.origin}/course.html")
    frame = open_chat(page)
    expect(frame.locator("#question textarea")).to_be_focused()
    expect(frame.locator("#introduction h1")).not_to_be_in_viewport()
    answer = ask(page)
    quote = one_line(answer.locator("blockquote").first.inner_text())
    answer.locator("a.citation").first.click()
    frame.locator("#essay mark").first.wait_for()
    assert one_line(" ".join(frame.locator("#essay mark").all_inner_texts())) == quote
    page.wait_for_timeout(600)  # the widget grows
    expect(frame.locator("#essay mark").first).to_be_in_viewport()
    expect(panel(page)).to_have_css("width", "720px")
    assert page.url == f"{host.origin}/course.html"
    frame.locator("#essay .close").click()
    expect(frame.locator("a.citation").first).to_be_focused()
    expect(panel(page)).to_have_css("width", "420px")


def test_the_course_page_asks_by_its_own_buttons(host: HostSite, look: Look) -> None:
    """A question on the sample page is asked in the widget, and the page hears how many citations came."""
    page = look(f"{host.origin}/course.html")
    page.locator("button.ask").first.click()
    answer = chat(page).locator(".answer")
    answer.wait_for()
    expect(chat(page).locator(".question")).to_have_text(page.locator("button.ask").first.inner_text())
    number = answer.locator("a.citation").count()
    expect(page.locator("#status")).to_have_text(f"Beantwoord met {number} citaten.")


def test_escape_closes_the_essay_then_the_widget_and_the_focus_returns(host: HostSite, look: Look) -> None:
    """Esc works inside and outside the frame; the button has the focus again; the conversation stays."""
    page = look(host.page())
    open_chat(page)
    ask(page).locator("a.citation").first.click()
    chat(page).locator("#essay mark").first.wait_for()
    page.keyboard.press("Escape")
    expect(chat(page).locator("#essay")).to_be_hidden()
    expect(panel(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    expect(button(page)).to_be_focused()
    assert button(page).get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    expect(chat(page).locator(".answer")).to_be_visible()
    expect(button(page)).to_be_hidden()
    page.get_by_role("button", name="Chat sluiten").focus()
    page.keyboard.press("Escape")
    expect(button(page)).to_be_focused()


def test_the_keyboard_alone_does_everything(host: HostSite, look: Look) -> None:
    """Tab reaches the button, Enter opens, the input has the focus, shift-Tab reaches the close button."""
    page = look(host.page('<a href="#x">eerst</a>'))
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(button(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat(page).locator("#question textarea")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.querySelector('essay-assistant').shadowRoot.activeElement?.title") == "Chat sluiten":
            break
    page.keyboard.press("Enter")
    expect(button(page)).to_be_focused()


def test_reading_leaves_the_history_of_the_page_alone(host: HostSite, look: Look) -> None:
    """An essay opened and closed in the widget adds no step to the page's own history and takes none away."""
    page = look(host.page('<a id="there" href="#there">verder</a>'))
    open_chat(page)
    ask(page).locator("a.citation").first.click()
    chat(page).locator("#essay mark").first.wait_for()
    before = page.evaluate("history.length")
    page.locator("#there").click()
    chat(page).locator("#essay .close").click()
    expect(chat(page).locator("#essay")).to_be_hidden()
    page.wait_for_timeout(200)
    assert page.url.endswith("#there")
    assert page.evaluate("history.length") == before + 1


def test_on_a_phone_it_fills_the_screen(host: HostSite, look: Look) -> None:
    """On a phone the open widget is a modal dialog over everything, with the input in view; turning keeps it."""
    page = look(host.page('<a id="behind" href="#x">achter</a>'), "phone")
    frame = open_chat(page)
    assert panel(page).bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert panel(page).evaluate("e => e.matches(':modal')")
    expect(frame.locator("#question textarea")).to_be_in_viewport(ratio=1)
    assert not page.evaluate("document.getElementById('behind').focus() ?? document.activeElement.id === 'behind'")
    ask(page).locator("a.citation").first.click()
    frame.locator("#essay mark").first.wait_for()
    page.wait_for_timeout(300)
    expect(frame.locator("#essay mark").first).to_be_in_viewport()
    frame.locator("#essay .close").click()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(panel(page)).to_have_css("width", "420px")
    assert not panel(page).evaluate("e => e.matches(':modal')")
    expect(frame.locator(".answer")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(panel(page)).to_have_css("width", "390px")
    page.get_by_role("button", name="Chat sluiten").click()
    expect(button(page)).to_be_focused()


@pytest.mark.parametrize("side", ["left", "right"])
def test_it_stands_on_the_side_that_was_asked_for(host: HostSite, look: Look, side: str) -> None:
    """Button and panel stand 20 pixels from the chosen side, within the window."""
    page = look(host.page(position=side))
    for part in (button(page), panel(page)):
        box = part.bounding_box()
        assert (box["x"] if side == "left" else 1280 - box["x"] - box["width"]) == 20
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 800
        if part.get_attribute("class") == "button":
            part.click()


@pytest.mark.parametrize("color", "#1f4a73 #ffe14d #777777 #767676 tomato white black rgb(0,128,128) #0f0".split())
def test_the_text_on_every_color_can_be_read(host: HostSite, look: Look, color: str) -> None:
    """Whatever data-color is, button and bar have it, and their text a contrast of at least 4.5 to 1."""
    page = look(host.page(f'<p id="same" style="background: {color}"></p>', color=color))
    wanted = page.locator("#same").evaluate("e => getComputedStyle(e).backgroundColor")
    button(page).click()
    for part in ("button", "bar"):
        colors = page.locator(f"essay-assistant .{part}").evaluate(COLORS)
        assert colors[1] == wanted
        assert contrast(*colors) >= 4.5


COLORS = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"


def contrast(*colors: str) -> float:
    """Of two colours, by WCAG 2's formula."""
    light = []
    for color in colors:
        parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        light.append(sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True)))
    return (max(light) + 0.05) / (min(light) + 0.05)


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(host: HostSite, look: Look, size: str, scheme: str) -> None:
    """Closed, open, and in the chat itself before and after an answer, no rule of WCAG 2.2 AA is broken."""
    page = look(f"{host.origin}/course.html", size, scheme=scheme)
    expect(button(page)).to_be_visible()
    assert broken_rules(page) == []
    open_chat(page)
    assert broken_rules(page) == []
    assert broken_rules(in_frame(page)) == []
    ask(page)
    page.wait_for_timeout(300)  # colours fade
    assert broken_rules(in_frame(page)) == []


def broken_rules(page: Any) -> list[str]:
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": tags}).response
    assert found["passes"]
    return [f"{rule['id']}: {node['target']}" for rule in found["violations"] for node in rule["nodes"]]


def test_a_page_with_rude_styles_does_not_reach_it(host: HostSite, look: Look) -> None:
    """Styles of the page, however strong, change neither the button nor the open chat."""
    rude = (
        "<style>html { font-size: 40px } * { display: none !important; color: red !important; "
        "font: 60px fantasy !important; transform: rotate(9deg) !important } "
        "html, body { display: block !important; transform: none !important }</style>"
    )
    boxes = []
    for body in ("", rude):
        page = look(host.page(body))
        boxes.append([button(page).bounding_box()])
        open_chat(page)
        boxes[-1].append(panel(page).bounding_box())
        expect(page.locator("essay-assistant .bar span")).to_have_css("color", "rgb(255, 255, 255)")
    assert boxes[0] == boxes[1]


# --- Where it may not be shown


def test_a_site_that_is_not_allowed_gets_a_plain_link(host: HostSite, look: Look) -> None:
    """On another site the frame stays empty, and within seconds a link to the chat stands in its place."""
    with host_site() as stranger:
        stranger.chat = host.chat
        page = look(stranger.page(), expected="frame-ancestors|Framing .* violates")
        page.evaluate(EVENTS)
        button(page).click()
        link = panel(page).locator(".notice a")
        expect(link).to_be_visible(timeout=4_000)
        expect(panel(page).locator(".notice")).to_contain_text("kan hier niet worden getoond")
        assert link.get_attribute("href") == f"{host.chat}/"
        assert link.get_attribute("target") == "_blank"
        assert page.evaluate("heard") == ["open", "failed"]
        expect(panel(page).locator("iframe")).to_be_hidden()
        page.keyboard.press("Escape")
        expect(button(page)).to_be_focused()


def test_the_link_opens_the_chat_in_a_tab_of_its_own(host: HostSite, look: Look) -> None:
    """The link in the bar leads to the whole page, which cannot reach back."""
    page = look(host.page())
    open_chat(page)
    with page.context.expect_page() as opened:
        panel(page).locator(".bar a").click()
    tab = opened.value
    expect(tab.locator("#introduction h1")).to_be_visible()
    assert tab.url == f"{host.chat}/"
    assert tab.evaluate("opener") is None
    tab.close()


def test_a_server_that_is_down_gets_a_plain_link_until_it_is_back(look: Look) -> None:
    """Where nothing answers a link is shown; opened again when the server is back, the chat is there."""
    with host_site() as site:
        app = create_app(FakeAssistant(replace(Settings(), sites=site.origin)))  # type: ignore[arg-type]
        with running(app) as url:
            site.chat = url
            page = look(site.page(), expected="ERR_CONNECTION_REFUSED")
        button(page).click()
        expect(panel(page).locator(".notice a")).to_be_visible(timeout=4_000)
        page.keyboard.press("Escape")
        with running(app, port=urlsplit(url).port or 0):
            open_chat(page)
            expect(panel(page).locator(".notice")).to_be_hidden()


def test_a_server_that_hangs_gets_a_plain_link_that_goes_when_it_answers(host: HostSite, look: Look) -> None:
    """A frame that is not there after 15 seconds gets a link beside it; when it comes after all, the link goes."""
    page = look(host.page())
    waiting: list[Any] = []
    page.route("**/*embed=1*", lambda route: waiting.append(route))
    page.clock.install()
    button(page).click()
    notice = panel(page).locator(".notice")
    expect(notice).to_contain_text("wordt geladen")
    page.clock.run_for(14_000)
    expect(notice.locator("a")).to_be_hidden()
    page.clock.run_for(2_000)
    expect(notice.locator("a")).to_be_visible()
    waiting[0].continue_()
    expect(notice).to_be_hidden()
    expect(chat(page).locator("#question textarea")).to_be_visible()


# --- What it asks for and leaves behind


def test_before_the_first_click_only_the_script_is_loaded(host: HostSite, look: Look) -> None:
    """The page with the widget asks the chat for widget.js alone, and after a chat no third host for anything."""
    asked: list[str] = []
    page = look("about:blank")
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{host.origin}/course.html")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if url.startswith(host.chat)] == [f"{host.chat}/widget.js"]
    open_chat(page)
    ask(page).locator("a.citation").first.click()
    chat(page).locator("#essay mark").first.wait_for()
    hosts = {urlsplit(url).netloc for url in asked if urlsplit(url).scheme not in ("data", "blob")}
    assert hosts == {urlsplit(host.origin).netloc, urlsplit(host.chat).netloc}


def test_it_leaves_no_cookie_and_stores_nothing_on_the_page(host: HostSite, look: Look) -> None:
    """After a chat neither site has a cookie, and the storage of the page around is empty."""
    page = look(host.page())
    open_chat(page)
    ask(page)
    assert page.context.cookies() == []
    assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]
    assert page.evaluate("async () => (await indexedDB.databases()).length") == 0


def test_it_weighs_little(host: HostSite) -> None:
    """The script has at most 8 kB compressed, is sent so, and comes again only where it has changed."""
    assert len(gzip.compress(SCRIPT.read_bytes(), 9)) <= MAX_BYTES
    with httpx.stream("GET", f"{host.chat}/widget.js") as response:
        sent = b"".join(response.iter_raw())
    assert response.headers["content-encoding"] == "gzip"
    assert len(sent) <= MAX_BYTES
    assert gzip.decompress(sent) == SCRIPT.read_bytes()
    plain = httpx.get(f"{host.chat}/widget.js", headers={"accept-encoding": "identity"})
    assert plain.content == SCRIPT.read_bytes()
    again = httpx.get(f"{host.chat}/widget.js", headers={"if-none-match": plain.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_it_works_under_a_strict_policy_of_the_page(host: HostSite, look: Look) -> None:
    """Where the page allows the chat's script and frame alone, and no style, all works and nothing is reported."""
    page = look(host.page(policy=STRICT.format(chat=host.chat), color="#7a2f4f"))
    expect(button(page)).to_have_css("background-color", "rgb(122, 47, 79)")
    open_chat(page)
    expect(panel(page)).to_have_css("width", "420px")
    ask(page).locator("a.citation").first.click()
    chat(page).locator("#essay mark").first.wait_for()


def test_it_works_where_every_storage_is_blocked(host: HostSite, chromium: Browser, tmp_path: Path) -> None:
    """In a browser that blocks cookies and all that a site could store, one asks and reads as everywhere."""
    profile = tmp_path / "profile" / "Default"
    profile.mkdir(parents=True)
    blocked = {"profile": {"default_content_setting_values": {"cookies": 2}, "block_third_party_cookies": True}}
    (profile / "Preferences").write_text(json.dumps(blocked), encoding="utf-8")
    browser = next(filter(None, map(shutil.which, NAMES)))
    problems: list[str] = []
    context = chromium.browser_type.launch_persistent_context(
        profile.parent, executable_path=browser, args=FLAGS.split(), locale="nl-NL"
    )
    page = context.pages[0]
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(host.page())
    open_chat(page)
    reads = "() => { try { return localStorage.length } catch (error) { return error.name } }"
    assert [page.evaluate(reads), in_frame(page).evaluate(reads)] == ["SecurityError", "SecurityError"]
    ask(page).locator("a.citation").first.click()
    chat(page).locator("#essay mark").first.wait_for()
    assert context.cookies() == []
    context.close()
    assert problems == []


# --- The options


def test_inline_it_stands_in_the_page_once_it_is_seen(host: HostSite, look: Look) -> None:
    """With data-target the chat takes the place of an element, when that comes into view, and has no button."""
    body = (
        '<p style="height: 3000px">lang</p><div id="chat" style="height: 640px"><a href="/x">Vraag het hier</a></div>'
    )
    page = look(host.page(body, target="#chat", question=QUESTION))
    page.wait_for_timeout(300)
    assert page.locator("essay-assistant iframe").count() == 0
    assert page.evaluate("essayAssistant.isOpen")
    page.locator("#chat").scroll_into_view_if_needed()
    expect(chat(page).locator(".answer")).to_be_visible()
    assert page.locator("essay-assistant").bounding_box()["height"] == 640
    assert page.evaluate("document.querySelectorAll('#chat > a').length") == 0
    assert button(page).count() == 0
    assert page.evaluate("document.activeElement === document.body"), "a chat in the page must not take the keyboard"
    page.evaluate("essayAssistant.close()")
    page.evaluate("essayAssistant.open()")
    expect(chat(page).locator("#question textarea")).to_be_focused()


def test_inline_without_a_height_there_is_room_enough(host: HostSite, look: Look) -> None:
    """In an element without a height of its own the chat is 600 pixels high and fills its frame."""
    page = look(host.page('<div id="chat"></div>', target="#chat"))
    expect(chat(page).locator("#question textarea")).to_be_visible()
    assert page.locator("essay-assistant").bounding_box()["height"] == 600
    assert page.locator("essay-assistant iframe").bounding_box()["height"] == 598


def test_it_opens_by_itself_without_taking_the_keyboard(host: HostSite, look: Look) -> None:
    """data-open opens the chat and asks data-question once, but not the focus, and never over a phone's page."""
    body = '<input id="own" autofocus>'
    page = look(host.page(body, open="", question=QUESTION))
    expect(chat(page).locator(".answer")).to_be_visible()
    expect(page.locator("#own")).to_be_focused()
    page.get_by_role("button", name="Chat sluiten").click()
    open_chat(page)
    page.wait_for_timeout(300)
    expect(chat(page).locator(".answer")).to_have_count(1)
    phone = look(host.page(body, open=""), "phone")
    phone.wait_for_timeout(300)
    assert phone.locator("essay-assistant iframe").count() == 0


@pytest.mark.parametrize(
    ("locale", "options", "title", "close"),
    [
        ("nl-NL", {}, "Vraag het de essays", "Chat sluiten"),
        ("en-GB", {}, "Ask the essays", "Close the chat"),
        ("de-AT", {}, "Fragen Sie die Essays", "Chat schließen"),
        ("sv-SE", {}, "Vraag het de essays", "Chat sluiten"),
        ("en-GB", {"language": "fr"}, "Interrogez les essais", "Fermer le chat"),
        ("nl-NL", {"title": '<b>"Vraag"</b>'}, '<b>"Vraag"</b>', "Chat sluiten"),
    ],
    ids="dutch english german other chosen title".split(),
)
def test_it_speaks_the_language_that_was_chosen_or_the_browsers(
    host: HostSite, look: Look, locale: str, options: dict[str, str], title: str, close: str
) -> None:
    """data-language wins over the browser's language; what neither knows is Dutch; a title is text."""
    page = look(host.page(**options), locale=locale)
    expect(button(page)).to_have_text(title)
    button(page).click()
    expect(page.get_by_role("button", name=close)).to_be_visible()
    expect(panel(page).locator("iframe")).to_have_attribute("title", title)
    source = panel(page).locator("iframe").get_attribute("src") or ""
    assert ("language=fr" in source) == ("language" in options)


def test_an_option_that_cannot_be_used_is_said_on_the_console(host: HostSite, look: Look) -> None:
    """A wrong option is one line on the console, and its default is used."""
    said: list[str] = []
    page = look("about:blank", expected="^Essay assistant: ")
    page.on("console", lambda message: said.append(message.text))
    page.goto(host.page(color="blauwig", position="top", language="xx", target="#weg"))
    expect(button(page)).to_have_css("background-color", "rgb(31, 74, 115)")
    assert [line.split()[2] for line in said] == ["data-language", "data-position", "data-color", "data-target"]
    said.clear()
    page.goto(host.page(color="rgb(0 0 0 / 50%)", target="#1:"))
    expect(button(page)).to_have_css("background-color", "rgb(31, 74, 115)")
    assert [line.split()[2] for line in said] == ["data-color", "data-target"]


def test_the_script_twice_is_one_button(host: HostSite, look: Look) -> None:
    """A page that loads the script twice has one button; one inline beside it is another chat."""
    script = f'<script src="{host.chat}/widget.js" defer></script>'
    inline = f'<div id="in"></div><script id="second" src="{host.chat}/widget.js" data-target="#in" defer></script>'
    page = look(host.page(script + inline))
    assert page.locator("essay-assistant").count() == 2
    assert button(page).count() == 1
    assert page.evaluate("document.getElementById('second').essayAssistant !== essayAssistant")


# --- The interface


def test_the_page_can_open_ask_and_close_and_hears_of_it(host: HostSite, look: Look) -> None:
    """open, ask and close do so; the events come in order; answers are told by kind, never in words."""
    page = look(host.page('<button id="own">eigen</button>'))
    page.evaluate(EVENTS)
    page.locator("#own").focus()
    page.evaluate(
        "question => { essayAssistant.ask(question); essayAssistant.ask('hoe hoog is de Eiffeltoren?') }", QUESTION
    )
    expect(chat(page).locator(".refusal")).to_be_visible()
    count = chat(page).locator("a.citation").count()
    expect(chat(page).locator(".question").first).to_have_text(QUESTION)
    assert page.evaluate("essayAssistant.isOpen") is True
    page.evaluate("essayAssistant.close()")
    assert page.evaluate("essayAssistant.isOpen") is False
    assert page.evaluate("heard") == [
        "open",
        "ready",
        ["answer", {"kind": "answer", "citations": count}],
        ["answer", {"kind": "refusal", "citations": 0}],
        "close",
    ]
    for wrong in ("''", "3", ""):
        assert (
            page.evaluate(f"() => {{ try {{ essayAssistant.ask({wrong}) }} catch (e) {{ return e.name }} }}")
            == "TypeError"
        )
    assert page.evaluate("essayAssistant.isOpen") is False


def test_the_focus_returns_to_what_opened_it(host: HostSite, look: Look) -> None:
    """Opened by something of the page, the widget gives the focus back to that; the page's own focus it leaves."""
    page = look(host.page('<button id="own" onclick="essayAssistant.open()">eigen</button><input id="other">'))
    page.locator("#own").click()
    expect(chat(page).locator("#question textarea")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#own")).to_be_focused()
    page.locator("#own").click()
    page.locator("#other").focus()
    page.evaluate("essayAssistant.close()")
    expect(page.locator("#other")).to_be_focused()


def test_a_question_of_the_page_leaves_what_the_visitor_types(host: HostSite, look: Look) -> None:
    """What stands in the input when the page asks something stands there again afterwards."""
    page = look(host.page())
    frame = open_chat(page)
    frame.locator("#question textarea").fill("half getypt")
    page.evaluate("question => essayAssistant.ask(question)", QUESTION)
    expect(frame.locator(".answer")).to_be_visible()
    expect(frame.locator("#question textarea")).to_have_value("half getypt")


# --- Whom it hears


FORGER = """<script>setInterval(() => {
  for (const type of ['close', 'essay', 'answer']) parent.postMessage({ essayAssistant: type, isOpen: true }, '*');
  for (let i = 0; i < parent.length; i++) parent[i].postMessage({ essayAssistant: 'ask', question: 'lef' }, '*');
}, 50)</script>"""


@pytest.fixture
def forger() -> Iterator[str]:
    """An iframe of a third site that speaks to the page and to every frame of it, as the widget and as the chat."""
    with host_site() as stranger:
        stranger.pages["/forger"] = (FORGER, {})
        yield f'<iframe src="{stranger.origin}/forger"></iframe>'


def test_the_widget_hears_its_own_frame_alone(host: HostSite, look: Look, forger: str) -> None:
    """Neither the page itself nor another frame in it can speak for the chat."""
    page = look(host.page(forger))
    page.evaluate(EVENTS)
    open_chat(page)
    page.evaluate("postMessage({ essayAssistant: 'close' }, '*')")
    page.wait_for_timeout(500)
    expect(panel(page)).to_be_visible()
    expect(panel(page)).to_have_css("width", "420px")
    assert page.evaluate("heard") == ["open", "ready"]
    assert page.evaluate("length") == 1, "the chat's frame is out of reach of the other frames"


def test_the_chat_hears_the_page_around_it_alone(host: HostSite, look: Look, forger: str) -> None:
    """A frame beside the chat's cannot ask anything in it; the page that the chat stands in can."""
    url = f"{host.chat}/?embed=1&origin={host.origin}"
    page = look(host.page(f'<iframe id="chat" src="{url}" width="500" height="500"></iframe>{forger}'))
    frame = page.frame_locator("#chat")
    expect(frame.locator("#question textarea")).to_be_visible()
    page.wait_for_timeout(500)
    assert frame.locator(".question").count() == 0
    for question in (7, "lef"):
        page.evaluate("question => frames[0].postMessage({ essayAssistant: 'ask', question }, '*')", question)
    expect(frame.locator(".question")).to_have_text("lef")


def test_the_chat_speaks_to_the_site_that_it_was_told_and_no_other(host: HostSite, look: Look) -> None:
    """A frame that names another site than it stands in tells that one nothing, and takes no question from it."""
    page = look(host.page(), expected="postMessage")
    for origin in ("https://moodle.school.nl", "https://elsewhere.example", "null", ""):
        page.evaluate(
            """address => {
              window.got = [];
              addEventListener('message', (event) => got.push(event.data?.essayAssistant));
              document.body.innerHTML = `<iframe src="${address}" width="500" height="500"></iframe>`;
            }""",
            f"{host.chat}/?embed=1&origin={origin}",
        )
        frame = page.frame_locator("iframe").first
        expect(frame.locator("#question textarea")).to_be_visible()
        page.evaluate("frames[0].postMessage({ essayAssistant: 'ask', question: 'lef' }, '*')")
        page.wait_for_timeout(300)
        assert frame.locator(".question").count() == 0
        assert [word for word in page.evaluate("got") if word] == []


def test_on_its_own_site_it_needs_no_setting(look: Look) -> None:
    """The server's own pages may show the widget though no site is allowed; by itself the frame is a plain chat."""
    with running(create_app(FakeAssistant())) as url:  # type: ignore[arg-type]
        page = look(f"{url}/?embed=1")
        expect(page.locator("#question textarea")).to_be_visible()
        expect(page.locator("#introduction h1")).not_to_be_in_viewport()
        page.route(
            "**/own.html",
            lambda route: route.fulfill(
                body=f'<script src="{url}/widget.js" defer></script>', content_type="text/html"
            ),
        )
        page.goto(f"{url}/own.html")
        open_chat(page)
        page.goto("about:blank")  # before the server goes, which the chat would notice
