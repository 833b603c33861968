"""The chat itself: Gradio's conversation and what happens with a question.

The only importer of gradio. What stands around it, its look and its scripts are `page`'s.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported: it calls home otherwise

import gradio as gr
from fastapi import FastAPI

from assistant.errors import AssistantError, IndexMissingError
from assistant.page_texts import OWN, languages, page_language, texts
from assistant.rendering import answer_html, notice_html, question_html, whole
from assistant.settings import Settings
from assistant.types import Answer, History, Turn
from assistant.why import why_html

TITLE = texts(OWN, "page")["title"]
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
Ask = Callable[[str, History], Answer]


def build(ask: Ask, settings: Settings) -> gr.Blocks:
    """The chat as Gradio blocks, with its events; nothing runs yet.

    The button of saving has no event: the page's scripts see to it, as they see to the examples, which are those
    of the essays now, and to the input, which no event ever writes to, so that nothing that is being typed can
    be wiped.
    """
    word = _words()
    blocks: gr.Blocks
    with gr.Blocks(title=TITLE, fill_height=True, fill_width=True, analytics_enabled=False) as blocks:
        with gr.Row(elem_id="masthead"):
            gr.Markdown(word("introduction"), elem_id="introduction", container=False)
            gr.Button(word("save"), elem_id="save", size="sm")
            new = gr.Button(word("new"), elem_id="new", size="sm")
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
            gr.Markdown(word("examples"), elem_id="examples-label", container=False)
        with gr.Row(elem_id="ask"):
            question = gr.Textbox(
                elem_id="question",
                label=word("question"),
                show_label=False,
                container=False,
                placeholder=word("placeholder"),
                lines=1,
                max_lines=5,
                max_length=200_000,  # far above any limit: Python says what is too long, a browser only cuts
                scale=1,
            )
            send = gr.Button(word("send"), elem_id="send", variant="primary", scale=0)

        def answer(text: object, earlier: Conversation, request: gr.Request) -> Iterator[Update]:
            language = page_language(request.query_params.get("language"), request.headers.get("accept-language"))
            yield from _replies(ask, settings, text, earlier, language)

        asked = gr.on(
            [question.submit, send.click],
            answer,
            [question, conversation],
            [chat, conversation],
            show_progress="hidden",
            concurrency_limit=settings.questions_at_once,
            concurrency_id="ask",
            api_visibility="private",
        )
        new.click(
            lambda: ([], ()),
            None,
            [chat, conversation],
            cancels=asked,
            show_progress="hidden",
            api_visibility="private",
        )
    blocks.queue(
        max_size=settings.questions_waiting, api_open=False, default_concurrency_limit=settings.questions_at_once
    )
    return blocks


@cache
def _words() -> gr.I18n:
    """The page's words by key, for Gradio to choose from by the language of the page."""
    tables = {language: texts(language, "page") for language in languages()}
    return gr.I18n(
        **{
            language: {**page, "introduction": f"# {page['title']}\n\n{page['explanation']}"}
            for language, page in tables.items()
        }
    )


def mount(app: FastAPI, ask: Ask, settings: Settings) -> None:
    """Put the chat at "/" of `app`, below the routes that it has already.

    With `has_launched` set, Gradio refuses a request that names a file of the server; mounted apps
    lack it, and then any client can read any file. The history is kept in `gr.State` for the same
    reason: what a client sends for it is ignored.
    """
    blocks = build(ask, settings)
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
        root_path=settings.public_url.rstrip("/") or None,
        i18n=_words(),
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
    )
    blocks.has_launched = True


# --- What happens with a question

Update = tuple[Any, Any]  # the messages, the conversation


def _replies(
    ask: Ask, settings: Settings, question: object, conversation: Conversation, language: str
) -> Iterator[Update]:
    """First the question with a line that it is being worked on, then the whole answer at once."""
    words = texts(language, "replies")
    text = whole(question) if isinstance(question, str) else ""
    limit = settings.max_question_chars
    if not text.strip():
        yield _show(conversation, Exchange("", notice_html(words["not_sent"], words["empty"])))
        return
    if len(text) > limit:
        sizes = {"length": _number(len(text), words), "limit": _number(limit, words)}
        line = words["too_long"].format(**sizes)
        yield _show(conversation, Exchange(text[:200] + " …", notice_html(words["not_sent"], line)))
        return
    yield _show(conversation, Exchange(text, f'<div class="waiting">{escape(words["thinking"])}</div>'))[0], gr.skip()
    history = [exchange.turn for exchange in conversation if exchange.turn is not None][-MAX_HISTORY:]
    try:
        answer = ask(text, history)
        why = why_html(answer, language, caution=settings.caution)
        reply = f'<div class="reply kind-{answer.kind}">{answer_html(answer)}{why}</div>'
        turn = Turn(text, answer.text)
    except IndexMissingError:
        reply, turn = notice_html(words["not_sent"], words["not_ready"]), None
    except AssistantError as error:
        logger.info("A question was not answered: %s", error)
        reply, turn = notice_html(words["not_sent"], words["unusable"]), None
    except Exception:
        logger.exception("A question could not be answered")
        reply, turn = notice_html(words["failed"], words["failed_line"]), None
    yield _show(conversation, Exchange(text, reply, turn))


def _show(conversation: Conversation, exchange: Exchange) -> Update:
    """The conversation with one exchange more, as messages and as state."""
    conversation = (*conversation, exchange)[-MAX_EXCHANGES:]
    messages = []
    for shown in conversation:
        if shown.question:
            messages.append({"role": "user", "content": question_html(shown.question)})
        messages.append({"role": "assistant", "content": shown.reply})
    return messages, conversation


def _number(count: int, words: Mapping[str, str]) -> str:
    return f"{count:,}".replace(",", words["thousands"])
