"""Why an answer is as it is: what is shown of the passages that were weighed."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

from assistant.assistant import Assistant
from assistant.page_texts import languages, texts
from assistant.why import why_html

QUESTION = "wat is betekenismarketing?"
UNKNOWN = "hoe hoog is de Eiffeltoren?"


def test_every_passage_weighed_is_shown_with_its_parts_and_words(assistant: Assistant) -> None:
    """Each hit has a row: a link to its place, parts that add up as shown, and the words it shares."""
    answer = assistant.ask(QUESTION)
    html = why_html(answer, "nl", caution=assistant.settings.caution)
    rows = re.findall(r"<li>(.*?)</li>", html)
    assert len(rows) == len(answer.hits) > 1
    for row, hit in zip(rows, answer.hits, strict=True):
        assert f"/{hit.passage.start}/{hit.passage.end}" in row
        shown = re.search(r"score (\S+) = betekenis (\S+) \+ woorden ([^<\s]+)<", row)
        assert shown
        score, dense, lexical = (float(part.replace("−", "-").replace(",", ".")) for part in shown.groups())
        assert round(dense + lexical, 1) == score
        assert abs(score - hit.score) < 0.11
        for word in hit.words:
            assert word in unescape(row)


def test_the_passages_that_are_cited_are_marked(assistant: Assistant) -> None:
    """A row says "aangehaald" exactly where a citation stands in its passage."""
    answer = assistant.ask(QUESTION)
    rows = re.findall(r"<li>.*?</li>", why_html(answer, "nl", caution=0.4))
    for row, hit in zip(rows, answer.hits, strict=True):
        cited = [one for one in answer.citations if one.source == hit.passage.source]
        inside = any(one.start < hit.passage.end and hit.passage.start < one.end for one in cited)
        assert ("aangehaald" in row) == inside
    assert any("aangehaald" in row for row in rows)


def test_a_refusal_says_how_sure_it_would_have_had_to_be(assistant: Assistant) -> None:
    """Under a refusal stand its certainty and the one that an answer needs."""
    answer = assistant.ask(UNKNOWN)
    html = why_html(answer, "nl", caution=assistant.settings.caution)
    assert answer.refused
    assert "Waarom geen antwoord?" in html
    assert f"{round(100 * answer.confidence)}%" in html
    assert "Onder 40% geef ik geen antwoord" in html


def test_what_was_not_looked_up_has_no_why(assistant: Assistant) -> None:
    """A greeting and a request for an act weighed no passage."""
    for question in ("hallo!", "schrijf een gedicht"):
        assert why_html(assistant.ask(question), "nl", caution=0.4) == ""


def test_the_words_are_those_of_the_pages_language(assistant: Assistant) -> None:
    """Each language says it in its own words; nothing is left to be filled in."""
    answer = assistant.ask(QUESTION)
    for language in languages():
        html = why_html(answer, language, caution=0.4)
        assert texts(language, "why")["answer"] in unescape(html)
        assert f'lang="{language}"' in html
        assert "{" not in html


def test_words_and_titles_are_letters_and_no_markup(assistant: Assistant) -> None:
    """A title or a word that looks like HTML is shown as it is written."""
    answer = assistant.ask(QUESTION)
    passage = replace(answer.hits[0].passage, title="<b>titel", headings=("<i>",))
    hit = replace(answer.hits[0], passage=passage, words=("<u>", "x&y"))
    html = why_html(replace(answer, hits=(hit,), understood="<s>"), "nl", caution=0.4)
    assert not re.search(r"<[bius]>", html)
    assert "&lt;b&gt;titel › &lt;i&gt;" in html
    assert "&lt;u&gt;, x&amp;y" in html
