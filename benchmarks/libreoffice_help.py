"""The Dutch help of LibreOffice as a corpus, and the titles of its pages as questions.

    apt-get install --no-install-recommends libreoffice-help-nl
    python benchmarks/libreoffice_help.py --into FOLDER
    python benchmarks/libreoffice_help.py --into FOLDER --pages 300

Each page becomes one file of FOLDER/corpus, without its title. FOLDER/questions.jsonl asks for each page by
that title: the page of its "source", and no other, is right. No judge is needed, and nobody chose the questions.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pages import Element, as_text, command_line, page_lines, parse, read_folder, text_of, write_folder

PACKAGE = "libreoffice-help-nl"
PAGES = Path("/usr/share/libreoffice/help/nl/text")  # where that package puts them
MIN_CHARS = 200  # of a page without its title and headings
GENERIC_SHARE = 0.01  # a word that so many pages use says too little to be the question for one of them
_LINKS = ("relatedtopics", "related")  # to other pages
_CODE = ("pre", "code", "codeintable", "smathcode")
_SWITCHES = {"switch", "switchinline"}
_SHUFFLE_SEED = 7  # any number: it makes the order of the pages the same at each run


@dataclass(frozen=True, slots=True)
class HelpPage:
    """A page of the help: its title, and its text without it."""

    title: str
    text: str
    chars: int  # of that text, without its headings
    lines: frozenset[str]  # of that text, as `letters` gives them


def main() -> None:
    """Read the command line, write the corpus and the questions, print the numbers."""
    parser = command_line(__doc__, example="python benchmarks/libreoffice_help.py --into /tmp/help", source=PAGES)
    parser.add_argument("--pages", type=int, metavar="N", help="take N pages, the same at each run (default: all)")
    options = parser.parse_args()
    read = {name: read_page(html) for name, html in read_folder(options.source, package=PACKAGE).items()}
    unread = left_out_pages(read)
    pages = {name: page for name, page in read.items() if name not in unread}
    unasked = left_out_titles(pages)
    names = list(pages)
    random.Random(_SHUFFLE_SEED).shuffle(names)
    chosen = names[: options.pages]
    write_folder(options.into / "corpus", {f"{name}.txt": pages[name].text for name in chosen})
    asked = [name for name in chosen if name not in unasked]
    questions = [question(name, pages[name], "test" if n % 2 else "development") for n, name in enumerate(asked)]
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in questions)
    (options.into / "questions.jsonl").write_text(lines, encoding="utf-8")
    print(f"{len(read)} pages read, {len(unread)} of them skipped")
    _print_counts(unread)
    print(f"{len(pages)} titles, {len(unasked)} of them ambiguous")
    _print_counts(unasked)
    print(f"{len(chosen)} pages and {len(questions)} questions written to {options.into}")


def _print_counts(reasons: Mapping[str, str]) -> None:
    for reason, number in Counter(reasons.values()).most_common():
        print(f"{number:6} {reason}")


def read_page(html: str) -> HelpPage:
    """A page of the help; its text lacks the title, and the first heading, which repeats the title or rewords it."""
    page = parse(html)
    settle_switches(page)
    list_ways(page)
    remove_links(page)
    title, area = page.find("title"), page.find("DisplayArea")
    if title is None or area is None:
        return HelpPage("", "", 0, frozenset())
    name = text_of(title)
    lines = page_lines(area, _LINKS + _CODE, rows=("tr", "icontable"))
    first = next((line for line in lines if line.mark == "#"), None)
    left = [line for line in lines if line is not first and letters(line.text) != letters(name)]
    chars = sum(len(line.text) for line in left if line.kind != "heading")
    return HelpPage(name, as_text(left), chars, frozenset(letters(line.text) for line in left))


def settle_switches(element: Element) -> None:
    """Leave one variant of each text that differs by system or by program: the general one, else the first."""
    for one in element.walk():
        if one.names & _SWITCHES:
            variants = one.elements
            general = (variant for variant in variants if variant.attributes.get("id", "").startswith("default"))
            one.children = list(next(general, *variants[:1]).children) if variants else []


def list_ways(element: Element) -> None:
    """Make a list of the ways to reach a command; each is a short line without a full stop, as a heading is."""
    for box in element.walk():
        for way in box.walk() if "howtogetbody" in box.names else ():
            if way.tag == "p":
                way.tag, way.children = "ul", [Element("li", children=way.children)]


def remove_links(element: Element) -> None:
    """Take out the paragraphs that are a link and no more: they show the titles of other pages."""
    for one in element.walk():
        one.children = [child for child in one.children if isinstance(child, str) or not _is_link(child)]


def _is_link(element: Element) -> bool:
    links = [one for one in element.walk() if one.tag == "a" and one.attributes.get("href")]
    return element.tag == "p" and bool(links) and text_of(element) == " ".join(map(text_of, links))


def left_out_pages(pages: Mapping[str, HelpPage]) -> dict[str, str]:
    """Why a page is not in the corpus, for those that are not."""
    same = Counter(page.text for page in pages.values())
    return {
        name: f"less than {MIN_CHARS} characters" if page.chars < MIN_CHARS else "the same text as another page"
        for name, page in pages.items()
        if page.chars < MIN_CHARS or same[page.text] > 1
    }


def left_out_titles(pages: Mapping[str, HelpPage]) -> dict[str, str]:
    """Why the title of a page is no question, for those that are not: it would suit another page as well."""
    titles = Counter(letters(page.title) for page in pages.values())
    lines = Counter(line for page in pages.values() for line in page.lines)
    words = Counter(word for page in pages.values() for word in set(re.findall(r"\w+", page.text.casefold())))
    reasons = {}
    for name, page in pages.items():
        if titles[letters(page.title)] > 1 or not letters(page.title):
            reasons[name] = "the title of several pages"
        elif lines[letters(page.title)]:
            reasons[name] = "a line of another page too, mostly a heading"
        elif words[page.title.casefold()] > GENERIC_SHARE * len(pages):
            reasons[name] = f"one word that more than {GENERIC_SHARE:.0%} of the pages use"
    return reasons


def question(name: str, page: HelpPage, split: str) -> dict[str, str]:
    """The question for a page; "source" is the file that answers it."""
    return {
        "id": name,
        "question": page.title,
        "language": "nl",
        "kind": "title",
        "split": split,
        "source": f"{name}.txt",
    }


def letters(text: str) -> str:
    """The letters and digits of a text in lower case, to tell whether two titles are the same."""
    return "".join(char for char in text.casefold() if char.isalnum())


if __name__ == "__main__":
    main()
