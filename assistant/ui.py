"""The chat page: Gradio's conversation, made Dutch, with this project's own look and essay panel.

The only importer of gradio. The page links `static/chat.css`, `static/panel.css`, `static/page.js` and
`static/panel.js` by itself, so that nothing of it flashes by unstyled and its policy can be strict.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported: it calls home otherwise

import gradio as gr
from fastapi import FastAPI

from assistant.errors import AssistantError
from assistant.rendering import CORPUS_LANGUAGE, LINK, answer_html, notice_html, question_html, whole
from assistant.types import Answer, Turn

if TYPE_CHECKING:
    from assistant.assistant import Assistant

LANGUAGE = "nl"
TITLE = "Vraag het de essays"
EXPLANATION = (
    "Elk antwoord bestaat alleen uit zinnen uit de essays. Klik op een nummer en het essay "
    "opent op die plek. Weten de essays het niet, dan zeg ik dat."
)
EXAMPLES = "Bijvoorbeeld"
QUESTION = "Je vraag aan de essays"
PLACEHOLDER = "Stel een vraag"
SEND = "Vraag"
NEW = "Nieuw gesprek"
THINKING = "De essays worden gelezen …"
NOT_SENT = "Niet verstuurd"
EMPTY = "Typ eerst een vraag, bijvoorbeeld: wat is betekenismarketing?"
TOO_LONG = (
    "Je vraag is {length} tekens lang en er passen er {limit} in. "
    "Je tekst staat nog in het invoerveld: maak hem korter."
)
UNUSABLE = "Met deze vraag kan ik niet zoeken. Stel hem in andere woorden."
FAILED = "Er ging iets mis"
FAILED_LINE = "Het ligt niet aan je vraag; die staat nog in het invoerveld. Probeer het nog een keer."
NO_SCRIPT = "Deze pagina werkt met JavaScript. Zet het aan in je browser om een vraag te stellen."

# What the scripts of the page say; they read it from the page itself.
SCRIPT_TEXTS = {
    "language": LANGUAGE,
    "link": LINK,
    "essay": "Essay",
    "close": "Sluiten",
    "loading": "Het essay wordt geopend …",
    "unknown": "Dit essay staat niet (meer) in de verzameling.",
    "noPlace": "De link wijst naar een plek die niet (meer) in dit essay staat.",
    "failed": "Het essay kon niet worden geopend. Controleer de verbinding en probeer het opnieuw.",
    # The panel; {names} are filled in by its scripts.
    "essayLanguage": CORPUS_LANGUAGE,
    "essayBusy": "Het is druk. Probeer het over een paar tellen opnieuw.",
    "again": "Opnieuw proberen",
    "broken": "Deze link is niet volledig. Kopieer hem nog eens, van begin tot eind.",
    "edited": "Dit essay is gewijzigd nadat deze link werd gekopieerd: de plek is niet meer aan te wijzen.",
    "line": "regel {first}",
    "lines": "regel {first}-{last}",
    "previousSource": "Vorige bron",
    "nextSource": "Volgende bron",
    "toPlace": "Naar de plek",
    "sourceCount": "{number} van {total}",
    "sourceCountName": "Bron {number} van {total}: naar de plek",
    "sourceSaid": "Bron {number} van {total}",
    "find": "Zoek in dit essay",
    "findShort": "Zoeken",
    "findCount": "{number} van {total}",
    "findNone": "Niet gevonden",
    "findNext": "Volgende vindplaats",
    "findPrevious": "Vorige vindplaats",
    "findClear": "Zoekopdracht wissen",
    "copyLink": "Link kopiëren",
    "copied": "Link gekopieerd",
    "copyByHand": "De browser staat kopiëren niet toe. Kopieer de link zelf:",
    "conversation": "Gesprek",
    "toasts": {  # Gradio's own messages, by a part of their English text
        "too many": "Even geduld: dat waren veel vragen kort na elkaar. Probeer het over een minuut opnieuw.",
        "busy": "Even geduld: het is druk. Probeer het over een paar tellen opnieuw.",
        "full": "Even geduld: het is druk. Probeer het over een paar tellen opnieuw.",
        "connection": "Er is geen verbinding met de server. Je vraag staat nog in het invoerveld.",
        "too large": "Deze tekst is te lang om te versturen. Maak hem korter.",
    },
    "toast": "Er ging iets mis. Probeer het nog een keer.",
    "toastTitle": "Let op",
    "toastClose": "Melding sluiten",
}

MAX_EXCHANGES = 50  # of one conversation that stay on the screen; older ones roll off
MAX_HISTORY = 6  # earlier turns that a follow-up question can lean on
MAX_CONVERSATIONS = 2_000  # that are kept in memory; the oldest go first

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what the page shows under it; `turn` is None where that is no answer."""

    question: str
    reply: str  # HTML
    turn: Turn | None = None


Conversation = tuple[Exchange, ...]


def build(assistant: Assistant) -> gr.Blocks:
    """The chat as Gradio blocks, with its events; nothing runs yet."""
    blocks: gr.Blocks
    with gr.Blocks(title=TITLE, fill_height=True, fill_width=True, analytics_enabled=False) as blocks:
        with gr.Row(elem_id="masthead"):
            gr.Markdown(f"# {TITLE}\n\n{EXPLANATION}", elem_id="introduction", container=False)
            new = gr.Button(NEW, elem_id="new", size="sm")
        conversation = gr.State(())
        chat = gr.Chatbot(
            elem_id="conversation",
            show_label=False,
            container=False,
            height="100%",
            autoscroll=False,  # the page scrolls to the question, not past the answer
            layout="panel",
            buttons=[],
            feedback_options=None,
            latex_delimiters=[],
            allow_tags=False,
            group_consecutive_messages=False,
        )
        with gr.Column(elem_id="examples"):
            gr.Markdown(EXAMPLES if assistant.examples else "", elem_id="examples-label", container=False)
            suggestions = [gr.Button(text, elem_classes="example") for text in assistant.examples]
        with gr.Row(elem_id="ask"):
            question = gr.Textbox(
                elem_id="question",
                label=QUESTION,
                show_label=False,
                container=False,
                placeholder=PLACEHOLDER,
                lines=1,
                max_lines=5,
                max_length=200_000,  # far above any limit: Python says what is too long, a browser only cuts
                scale=1,
            )
            send = gr.Button(SEND, elem_id="send", variant="primary", scale=0)

        shared: dict[str, Any] = {
            "outputs": [chat, conversation, question],
            "show_progress": "hidden",
            "concurrency_limit": assistant.settings.questions_at_once,
            "concurrency_id": "ask",
            "api_visibility": "private",
        }
        asked = [
            gr.on([question.submit, send.click], _typed(assistant), [question, conversation], **shared),
            *(
                button.click(_suggested(assistant, text), [conversation], **shared)
                for button, text in zip(suggestions, assistant.examples, strict=True)
            ),
        ]
        new.click(
            lambda: ([], (), ""),
            None,
            [chat, conversation, question],
            cancels=asked,
            show_progress="hidden",
            api_visibility="private",
        )
    settings = assistant.settings
    blocks.queue(
        max_size=settings.questions_waiting, api_open=False, default_concurrency_limit=settings.questions_at_once
    )
    return blocks


def mount(app: FastAPI, assistant: Assistant, *, public_url: str = "") -> None:
    """Put the chat at "/" of `app`, below the routes that it has already.

    With `has_launched` set, Gradio refuses a request that names a file of the server; mounted apps
    lack it, and then any client can read any file. The history is kept in `gr.State` for the same
    reason: what a client sends for it is ignored.
    """
    blocks = build(assistant)
    blocks.state_session_capacity = MAX_CONVERSATIONS
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        enable_monitoring=False,
        root_path=public_url.rstrip("/") or None,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
    )
    blocks.has_launched = True


def page(html: str, *, public_url: str = "", keeps_feedback: bool = False, sites: Sequence[str] = ()) -> str:
    """Gradio's page with this project's title, styles, scripts and texts, in Dutch.

    `sites` are the other sites that it may speak to when it stands in a frame there. Gradio's own
    description of the page names other hosts; it goes.
    """
    base = escape(public_url.rstrip("/") + "/" if public_url else "./")
    texts = json.dumps({**SCRIPT_TEXTS, "keepsFeedback": keeps_feedback}, ensure_ascii=False).replace("<", "\\u003c")
    head = "\n".join(
        [
            f"<title>{escape(TITLE)}</title>",
            f'<meta name="description" content="{escape(EXPLANATION)}" />',
            '<meta name="color-scheme" content="light dark" />',
            '<link rel="icon" type="image/svg+xml" href="page/icon.svg" />',
            '<link rel="stylesheet" href="page/chat.css" />',
            '<link rel="stylesheet" href="page/panel.css" />',
            '<link rel="stylesheet" href="page/embed.css" />',
            f'<script type="application/json" id="texts">{texts}</script>',
            f'<script type="application/json" id="sites">{json.dumps(sites)}</script>',
            '<script src="page/embed.js"></script>',
            '<script src="page/page.js"></script>',
            '<script src="page/panel.js" type="module"></script>',
        ]
    )
    html = re.sub(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>\s*', "", html)
    html = re.sub(r'<link rel="manifest"[^>]*>\s*', "", html)
    html = re.sub(r'(<html[^>]*?\slang=)"[^"]*"', rf'\1"{LANGUAGE}"', html, count=1)
    html = re.sub(r"<base [^>]*>", lambda _: f'<base href="{base}" />', html, count=1)
    html = html.replace("shrink-to-fit=no", "interactive-widget=resizes-content", 1)
    html = html.replace("</head>", f"{head}\n</head>", 1)
    return html.replace("</body>", f"<noscript><p>{escape(NO_SCRIPT)}</p></noscript></body>", 1)


# --- What happens with a question

Update = tuple[list[dict[str, str]], Any, Any]  # the messages, the conversation, the input


def _typed(assistant: Assistant) -> Callable[[object, Conversation], Iterator[Update]]:
    def answer(question: object, conversation: Conversation) -> Iterator[Update]:
        text = whole(question) if isinstance(question, str) else ""
        limit = assistant.settings.max_question_chars
        if not text.strip():
            yield _show(conversation, Exchange("", notice_html(NOT_SENT, EMPTY)))
        elif len(text) > limit:
            line = TOO_LONG.format(length=_number(len(text)), limit=_number(limit))
            yield _show(conversation, Exchange(text[:200] + " …", notice_html(NOT_SENT, line)))
        else:
            yield from _ask(assistant, text, conversation, typed=True)

    return answer


def _suggested(assistant: Assistant, text: str) -> Callable[[Conversation], Iterator[Update]]:
    def answer(conversation: Conversation) -> Iterator[Update]:
        yield from _ask(assistant, text, conversation, typed=False)

    return answer


def _ask(assistant: Assistant, text: str, conversation: Conversation, *, typed: bool) -> Iterator[Update]:
    """First the question with a line that it is being worked on, then the whole answer at once.

    The input is emptied with the first and left alone with the second, so that what is typed in the
    meantime stays; only a question that failed is put back.
    """
    waiting = Exchange(text, f'<div class="waiting">{escape(THINKING)}</div>')
    messages, _, _ = _show(conversation, waiting)
    yield messages, gr.skip(), "" if typed else gr.skip()
    history = [exchange.turn for exchange in conversation if exchange.turn is not None][-MAX_HISTORY:]
    try:
        answer: Answer = assistant.ask(text, history=history)
        reply, turn = answer_html(answer), Turn(text, answer.text)
    except AssistantError as error:
        logger.info("A question was not answered: %s", error)
        reply, turn = notice_html(NOT_SENT, UNUSABLE), None
    except Exception:
        logger.exception("A question could not be answered")
        reply, turn = notice_html(FAILED, FAILED_LINE), None
    messages, conversation, _ = _show(conversation, Exchange(text, reply, turn))
    yield messages, conversation, text if typed and turn is None else gr.skip()


def _show(conversation: Conversation, exchange: Exchange) -> Update:
    """The conversation with one exchange more, as messages and as state; the input stays as it is."""
    conversation = (*conversation, exchange)[-MAX_EXCHANGES:]
    messages = []
    for shown in conversation:
        if shown.question:
            messages.append({"role": "user", "content": question_html(shown.question)})
        messages.append({"role": "assistant", "content": shown.reply})
    return messages, conversation, gr.skip()


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
