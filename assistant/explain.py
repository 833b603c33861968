"""What was made of each file: its title, posts and headings, and what was left out and why."""

from __future__ import annotations

from assistant.documents import Corpus
from assistant.formats.registry import suffix_of
from assistant.types import Document

_MAX_SHOWN = 100


def explain(corpus: Corpus) -> str:
    """A report on a corpus for the person who put the essays there."""
    parts = [_explain(document) for document in corpus.documents]
    if corpus.skipped:
        parts.append("Left out:\n" + "\n".join(f"  {one.source}: {one.reason}" for one in corpus.skipped))
    return "\n\n".join(parts)


def _explain(document: Document) -> str:
    lines = [document.source, f"  title: {document.title}"]
    lines.append(f"  format: {_format(document)}")
    about = [str(part) for part in (document.author, document.publisher, document.year) if part]
    if about:
        lines.append(f"  by: {', '.join(about)}")
    if document.url:
        lines.append(f"  from: {document.url}")
    lines.extend(f"  note: {note}" for note in document.notes)
    texts = [document.text[block.start : block.end] for block in document.blocks]
    kept = [block for block in document.blocks if block.kind in ("paragraph", "item")]
    characters = sum(block.end - block.start for block in kept)
    headed = any(block.kind in ("post", "heading") for block in document.blocks)
    lines.append(
        f"  kept: {len(kept)} paragraphs and list items, {characters:,} characters, "
        + ("under these headings:" if headed else "under no heading")
    )
    for block, text in zip(document.blocks, texts, strict=True):
        if block.kind == "post":
            lines.append(f"    POST {_short(text)}")
        elif block.kind == "heading":
            lines.append(f"    {'  ' * block.level}{_short(text)}")
    removed = [
        (block.reason, text) for block, text in zip(document.blocks, texts, strict=True) if block.kind == "removed"
    ]
    lines.append("  left out:" if removed else "  left out: nothing")
    width = max((len(reason) for reason, _ in removed), default=0)
    lines.extend(f"    {reason:<{width}}  {_short(text)}" for reason, text in removed)
    return "\n".join(lines)


def _format(document: Document) -> str:
    """The kind of file, its language, and its pages where it has any."""
    parts = [suffix_of(document.source).removeprefix("."), f"language {document.language}"]
    if document.pages:
        parts.append(f"{len(document.pages)} pages")
    return ", ".join(parts)


def _short(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= _MAX_SHOWN else shown[: _MAX_SHOWN - 1] + "…"
