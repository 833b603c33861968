"""What a visitor does and sees, as steps that the tests share."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Route, expect

REPLY = ".answer, .refusal, .notice"


def ask(page: Page, question: str) -> Locator:
    """Type a question and press Enter; the reply when it is there."""
    before = page.locator(REPLY).count()
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    return reply(page, before)


def reply(page: Page, before: int = 0) -> Locator:
    """The reply after the first `before`, when it is there."""
    expect(page.locator(REPLY)).to_have_count(before + 1)
    return page.locator(REPLY).nth(before)


def marked(page: Page) -> str:
    """The words that are marked in the open essay, on one line."""
    page.locator("#essay mark").first.wait_for()
    return one_line(" ".join(page.locator("#essay mark").all_inner_texts()))


def one_line(text: str) -> str:
    """`text` with each run of white space as one space."""
    return " ".join(text.split())


def is_in_view(page: Page, element: Locator) -> bool:
    """Whether all of `element` lies within the window, once the page has done scrolling: within two seconds."""
    for _ in range(20):
        box = element.bounding_box()
        size = page.viewport_size
        if (
            box is not None
            and size is not None
            and box["x"] >= 0
            and box["y"] >= 0
            and box["x"] + box["width"] <= size["width"] + 0.5
            and box["y"] + box["height"] <= size["height"] + 0.5
        ):
            return True
        page.wait_for_timeout(100)
    return False


# For each visible piece of text: its contrast with the nearest opaque background, by WCAG 2's formula.
CONTRASTS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const look = (element, colour, words) => {
    let opacity = 1, behind = null;
    for (let e = element; e; e = e.parentElement) {
      const style = getComputedStyle(e);
      opacity *= style.opacity;
      if (!behind && rgba(style.backgroundColor)[3] === 255) behind = rgba(style.backgroundColor);
    }
    const [a, b] = [light(rgba(colour)), light(behind ?? [255, 255, 255])].sort((x, y) => y - x);
    found.push([opacity < 1 ? 0 : (a + 0.05) / (b + 0.05), words]);
  };
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const words = walker.currentNode.textContent.trim();
    if (!words || element.closest('script, style, noscript, .unseen, .sr-only')) continue;
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    look(element, getComputedStyle(element).color, words.slice(0, 40));
  }
  const input = document.querySelector('#question textarea');
  look(input, getComputedStyle(input, '::placeholder').color, 'placeholder');
  return found;
}"""


def keep_feedback(page: Page) -> None:
    """Let the page believe that its server keeps feedback; to be called before it is opened."""

    def tell(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('"keepsFeedback": false', '"keepsFeedback": true'))

    page.route(lambda url: urlsplit(url).path == "/", tell)
