"""Why an answer is as it is: the passages that were weighed, what each scored and the words it shared."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from assistant.page_texts import texts
from assistant.rendering import CORPUS_LANGUAGE, citation_link, tidy
from assistant.types import Answer, Hit


def why_html(answer: Answer, language: str, *, caution: float) -> str:
    """What can be opened under an answer, in the language of the page; "" where nothing was looked up.

    `caution` is the setting: the certainty under which nothing is answered.
    """
    if not answer.hits:
        return ""
    words = texts(language, "why")
    lines = [words["weighed"]]
    if answer.understood:
        lines.append(words["searched"].format(question=tidy(answer.understood)))
    sure = words["sure"].format(share=round(100 * answer.confidence))
    if answer.refused and answer.confidence < caution:
        sure += " " + words["threshold"].format(share=round(100 * caution))
    lines.append(sure)
    rows = [_row(number, hit, answer, words) for number, hit in enumerate(answer.hits, 1)]
    return (
        f'<details class="why" lang="{language}"><summary>{escape(words["refusal" if answer.refused else "answer"])}'
        f"</summary>{''.join(f'<p>{escape(line)}</p>' for line in lines)}<ul>{''.join(rows)}</ul>"
        f'<p class="scale">{escape(words["scale"])}</p></details>'
    )


def _row(number: int, hit: Hit, answer: Answer, words: Mapping[str, Any]) -> str:
    """One passage: a link to it, whether it is cited, its score in its parts and the words it shared."""
    passage = hit.passage
    is_cited = any(
        cited.source == passage.source and cited.start < passage.end and passage.start < cited.end
        for cited in answer.citations
    )
    place = " › ".join(tidy(name) for name in (passage.title, *passage.headings[:1]) if name.strip())
    name = words["passage"].format(number=number, title=place or passage.source)
    dense, lexical = round(hit.dense, 1), round(hit.lexical, 1)
    shown = {"score": round(dense + lexical, 1), "dense": dense, "lexical": lexical}  # a sum that adds up as shown
    parts = words["parts"].format(**{part: _number(value, words["decimal"]) for part, value in shown.items()})
    shared = ", ".join(escape(tidy(word)) for word in hit.words)
    told = f'{escape(words["words"])} <span lang="{CORPUS_LANGUAGE}">{shared}</span>' if shared else words["no_words"]
    link = escape(citation_link(passage.source, passage.start, passage.end))
    mark = f' <span class="cited">{escape(words["cited"])}</span>' if is_cited else ""
    return f'<li><a href="{link}">{escape(name)}</a>{mark}<p>{escape(parts)}</p><p>{told}</p></li>'


def _number(value: float, decimal: str) -> str:
    return f"{value + 0.0:.1f}".replace("-", "−").replace(".", decimal)
