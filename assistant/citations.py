"""From excerpts to numbered citations, each checked against the essay before it is shown."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from assistant.reader import Excerpt
from assistant.types import Citation, Document

log = logging.getLogger(__name__)


def cite(excerpts: Sequence[Excerpt]) -> list[Citation]:
    """The citations of excerpts, numbered from 1 in their order; one whose quote is not exact is left out."""
    citations: list[Citation] = []
    for excerpt in excerpts:
        first = excerpt.sentences[0]
        citation = Citation(
            number=len(citations) + 1,
            source=excerpt.document.source,
            title=first.title,
            heading=first.headings[-1] if first.headings else "",
            start=excerpt.start,
            end=excerpt.end,
            quote=excerpt.quote,
            page=excerpt.document.page_at(excerpt.start),
            language=excerpt.document.language,
        )
        if is_exact(citation, excerpt.document):
            citations.append(citation)
        else:
            log.error(
                "A citation of %s at %d-%d is not exact and is not shown",
                citation.source,
                excerpt.start,
                excerpt.end,
            )
    return citations


def is_exact(citation: Citation, document: Document) -> bool:
    """Whether a citation's quote stands in its document at the very place that it names."""
    return bool(citation.quote.strip()) and document.text[citation.start : citation.end] == citation.quote


def answer_text(frame: str, citations: Sequence[Citation]) -> str:
    """An answer as plain text: the frame, then each quote with its number in brackets."""
    return "\n\n".join([frame, *(f"{citation.quote} [{citation.number}]" for citation in citations)])
