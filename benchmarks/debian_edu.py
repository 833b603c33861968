"""The Dutch manual of Debian Edu as a corpus: how to run a school's network, one essay for each of its chapters.

    apt-get install --no-install-recommends debian-edu-doc-nl
    python benchmarks/debian_edu.py --into FOLDER

tests/data/edu_questions.jsonl asks about the manual of Debian Edu 12 (31 January 2024), and quotes it: copyright
Holger Levsen and others, who allow copies under the GNU GPL, version 2 or later.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from pathlib import Path

from pages import Element, as_text, command_line, join_commands, page_lines, parse, read_folder, text_of, write_folder

PACKAGE = "debian-edu-doc-nl"
PAGES = Path("/usr/share/doc/debian-edu-doc-nl")  # where that package puts them, one for each release
PAGE = "debian-edu-bookworm-manual"
_LICENCE = "Algemene Gebruikerslicentie"  # in the title of the one chapter in English


def main() -> None:
    """Read the command line, write the corpus, print its size."""
    options = command_line(
        __doc__, example="python benchmarks/debian_edu.py --into /tmp/edu", source=PAGES
    ).parse_args()
    pages = read_folder(options.source, package=PACKAGE)
    if PAGE not in pages:
        raise SystemExit(f"There is no {PAGE}.html in {options.source}, only {', '.join(pages)}: take Debian 12's.")
    texts = read_manual(pages[PAGE])
    write_folder(options.into, texts)
    print(f"{len(texts)} essays of {sum(map(len, texts.values()))} characters written to {options.into}")


def read_manual(html: str) -> dict[str, str]:
    """The text of each chapter by the name of its file; not the licence."""
    article = parse(html).find("article")
    chapters = [one for one in article.elements if "section" in one.names] if article else []
    titles = [text_of(title) for chapter in chapters if (title := chapter.find("title"))]
    return {
        file_name(title): read_chapter(chapter)
        for title, chapter in zip(titles, chapters, strict=True)
        if _LICENCE not in title
    }


def read_chapter(chapter: Element) -> str:
    """The text of a chapter; its title, which the page has as h2, becomes a heading of the first level."""
    lines = join_commands(page_lines(chapter))
    return as_text([replace(line, mark=line.mark.removeprefix("#")) for line in lines])


def file_name(title: str) -> str:
    """The name of a chapter's file, which keeps the order: "3. Architectuur" gives "03-architectuur.txt"."""
    plain = unicodedata.normalize("NFKD", title.replace("'", "")).encode("ascii", "ignore").decode().lower()
    number, *words = re.findall(r"[a-z0-9]+", plain)
    return "-".join([number.zfill(2), *words]) + ".txt"


if __name__ == "__main__":
    main()
