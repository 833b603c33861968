"""The chat page around Gradio: its head, its scripts and its words, in the visitor's language.

The page links the files of `static/` by itself, so that nothing of it flashes by unstyled and its policy
can be strict.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import escape

from assistant.page_texts import texts
from assistant.rendering import CORPUS_LANGUAGE, LINK

STYLES = ("chat", "tools", "panel", "embed")
FIRST = ("embed", "page", "connection", "asking")  # scripts that have to be there before Gradio's own
LATER = ("markdown", "tools", "progress")


def page(
    html: str,
    language: str,
    *,
    public_url: str = "",
    keeps_feedback: bool = False,
    sites: Sequence[str] = (),
    examples: Sequence[str] = (),
    is_dutch: bool = True,
) -> str:
    """Gradio's page with this project's title, styles, scripts and texts, in a language of the page.

    `sites` are the other sites that it may speak to when it stands in a frame there; `examples` questions to
    begin with; `is_dutch` says whether all essays are. Gradio's own description of the page names other hosts;
    it goes.
    """
    words = texts(language, "page")
    other = {} if is_dutch else {"explanation": words["explanation_other"], "examplesLabel": words["examples_other"]}
    said = {
        **texts(language, "script"),
        **texts(language, "panel"),
        "title": words["title"],
        "link": LINK,
        "essayLanguage": CORPUS_LANGUAGE if is_dutch else "",
        "examples": list(examples),
        "keepsFeedback": keeps_feedback,
        **other,
    }
    head = "\n".join(
        [
            f"<title>{escape(words['title'])}</title>",
            f'<meta name="description" content="{escape(words["explanation"])}" />',
            '<meta name="color-scheme" content="light dark" />',
            '<link rel="icon" type="image/svg+xml" href="page/icon.svg" />',
            *(f'<link rel="stylesheet" href="page/{name}.css" />' for name in STYLES),
            f'<script type="application/json" id="texts">{_in_script(said)}</script>',
            f'<script type="application/json" id="sites">{_in_script(list(sites))}</script>',
            *(f'<script src="page/{name}.js"></script>' for name in FIRST),
            *(f'<script src="page/{name}.js" defer></script>' for name in LATER),
            '<script src="page/panel.js" type="module"></script>',
        ]
    )
    html = re.sub(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>\s*', "", html)
    html = re.sub(r'<link rel="manifest"[^>]*>\s*', "", html)
    html = re.sub(r'(<html[^>]*?\slang=)"[^"]*"', rf'\1"{language}"', html, count=1)
    html = re.sub(r"<base [^>]*>", lambda _: _base(public_url), html, count=1)
    html = html.replace("shrink-to-fit=no", "interactive-widget=resizes-content", 1)
    html = html.replace("</head>", f"{head}\n</head>", 1)
    skip = f'<a class="skip" href="#question">{escape(words["skip"])}</a>'
    html = re.sub(r"<body[^>]*>", lambda body: body[0] + skip, html, count=1)
    return html.replace("</body>", f"<noscript><p>{escape(words['no_script'])}</p></noscript></body>", 1)


def start_page(language: str, *, public_url: str = "", sites: Sequence[str] = ()) -> str:
    """The page of the very first start, in a language of the page: how far the essays are read, then the chat.

    In a frame of another site it speaks with the page around it as the chat does.
    """
    words = texts(language, "start")
    said = {**texts(language, "script"), **words}
    head = "\n".join(
        [
            '<meta charset="utf-8" />',
            '<meta name="viewport" content="width=device-width, initial-scale=1" />',
            '<meta name="color-scheme" content="light dark" />',
            _base(public_url),
            f"<title>{escape(texts(language, 'page')['title'])}</title>",
            '<link rel="icon" type="image/svg+xml" href="page/icon.svg" />',
            *(f'<link rel="stylesheet" href="page/{name}.css" />' for name in ("chat", "start")),
            f'<script type="application/json" id="texts">{_in_script(said)}</script>',
            f'<script type="application/json" id="sites">{_in_script(list(sites))}</script>',
            *(f'<script src="page/{name}.js" defer></script>' for name in ("embed", "progress")),
        ]
    )
    name = escape(words["heading"])
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n{head}\n</head>\n<body>\n<main id="start">\n'
        f"<h1>{name}</h1>\n<p>{escape(words['explanation'])}</p>\n"
        f'<progress aria-label="{name}"></progress>\n<p class="state">{escape(words["none"])}</p>\n'
        f'<p class="left"></p>\n<noscript><p>{escape(words["no_script"])}</p></noscript>\n</main>\n</body>\n</html>\n'
    )


def _base(public_url: str) -> str:
    """The element that says where the addresses of a page begin."""
    return f'<base href="{escape(public_url.rstrip("/") + "/" if public_url else "./")}" />'


def _in_script(value: object) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
