"""Where footnotes and endnotes go: below the text, under a heading that says what they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.formats import Paragraph

HEADING = "Noten"  # the one word of a document's text that its author may not have written
NOTES_LEVEL = 0  # of that heading: it does not count as one of the author's


def with_notes(paragraphs: Iterable[Paragraph], notes: Sequence[str]) -> list[Paragraph]:
    """The paragraphs, and the notes as a numbered list at the end, in the order in which the text refers to them."""
    found = list(paragraphs)
    if notes:
        found.append(Paragraph(HEADING, "heading", NOTES_LEVEL))
        found += [
            Paragraph(text, "item", mark=f"{number}.", gap=int(number == 1)) for number, text in enumerate(notes, 1)
        ]
    return found
