"""The Dutch FAQ of Debian as a corpus: a manual in running prose, one essay for each of its chapters.

    apt-get install --no-install-recommends debian-faq-nl
    python benchmarks/debian_manual.py --into FOLDER

tests/data/manual_questions.jsonl asks about version 11.1, the one of Debian 12, and quotes that text: copyright
Software in the Public Interest, who allow copies under the notice in the package's copyright file.
"""

from __future__ import annotations

from pathlib import Path

from pages import as_text, command_line, join_commands, page_lines, parse, read_folder, write_folder

PACKAGE = "debian-faq-nl"
PAGES = Path("/usr/share/doc/debian/FAQ/nl")  # where that package puts them
_SKIPPED = ("toc", "footnote")  # the table of contents, and the numbers of footnotes


def main() -> None:
    """Read the command line, write the corpus, print its size."""
    options = command_line(
        __doc__, example="python benchmarks/debian_manual.py --into /tmp/manual", source=PAGES
    ).parse_args()
    pages = read_folder(options.source, package=PACKAGE)
    read = {f"{name.removesuffix('.nl')}.txt": read_chapter(html) for name, html in pages.items()}
    texts = {name: text for name, text in read.items() if text}
    write_folder(options.into, texts)
    print(f"{len(pages)} pages read, {len(pages) - len(texts)} of them no chapter and skipped")
    print(f"{len(texts)} essays of {sum(map(len, texts.values()))} characters written to {options.into}")


def read_chapter(html: str) -> str:
    """The text of a page with a chapter, its title first; empty for another page."""
    page = parse(html)
    chapter = next((one for one in page.walk() if one.tag == "div" and "chapter" in one.names), None)
    return as_text(join_commands(page_lines(chapter, _SKIPPED))) if chapter else ""


if __name__ == "__main__":
    main()
