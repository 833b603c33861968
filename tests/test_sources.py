"""The list of the essays: what is known about each, without its text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from assistant.sources import Post, Source, sources

PAGE = "De archieven\n\nEerste post\n\nEen zin over molens.\n\nTweede \U0001f600 post\n\nEen zin over wind.\n"
METADATA = """["page.txt"]
title = " De\\tarchieven "
author = "A. Uteur"
year = 1999
posts = ["Eerste post", "Tweede \U0001f600 post"]
"""


def test_a_page_lists_its_posts_and_an_essay_none(pages_of: Callable[..., Any]) -> None:
    """Posts follow each other to the end of the file; what nobody said is empty; length counts characters."""
    documents = pages_of(METADATA, essay="Een titel\n\nEen zin.", page=PAGE).documents
    essay, page = sources(documents.values())
    assert essay == Source("essay.txt", "Een titel", "", "", None, "nl", 19, ())
    first, second = PAGE.index("Eerste"), PAGE.index("Tweede")
    assert (page.title, page.author, page.year, page.length) == ("De archieven", "A. Uteur", 1999, len(PAGE))
    assert page.posts == (Post("Eerste post", first, second), Post("Tweede \U0001f600 post", second, len(PAGE)))


def test_no_essays_give_no_list() -> None:
    """An empty shelf is an empty list."""
    assert sources([]) == []
