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
LATER = ("markdown", "tools")


def page(
    html: str, language: str, *, public_url: str = "", keeps_feedback: bool = False, sites: Sequence[str] = ()
) -> str:
    """Gradio's page with this project's title, styles, scripts and texts, in a language of the page.

    `sites` are the other sites that it may speak to when it stands in a frame there. Gradio's own
    description of the page names other hosts; it goes.
    """
    words = texts(language, "page")
    base = escape(public_url.rstrip("/") + "/" if public_url else "./")
    said = {
        **texts(language, "script"),
        **texts(language, "panel"),
        "title": words["title"],
        "link": LINK,
        "essayLanguage": CORPUS_LANGUAGE,
        "keepsFeedback": keeps_feedback,
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
    html = re.sub(r"<base [^>]*>", lambda _: f'<base href="{base}" />', html, count=1)
    html = html.replace("shrink-to-fit=no", "interactive-widget=resizes-content", 1)
    html = html.replace("</head>", f"{head}\n</head>", 1)
    skip = f'<a class="skip" href="#question">{escape(words["skip"])}</a>'
    html = re.sub(r"<body[^>]*>", lambda body: body[0] + skip, html, count=1)
    return html.replace("</body>", f"<noscript><p>{escape(words['no_script'])}</p></noscript></body>", 1)


def _in_script(value: object) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
