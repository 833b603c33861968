"""The whole of it: opens an index and answers questions. Every other part is put together here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from assistant.background import Background, load_background
from assistant.citations import answer_text, cite
from assistant.conversation import small_talk, small_talk_language, standalone, without_small_talk
from assistant.messages import message, titles
from assistant.reader import Reader, asks
from assistant.refusal import THRESHOLD, confidence, weigh
from assistant.retriever import Retriever
from assistant.settings import Settings
from assistant.structure import heading_text
from assistant.types import Answer, Document, History, Hit

_TOP_K = 5  # passages that an answer may be made of
_MAX_TOPICS = 3  # titles that a refusal names
_MAX_EXAMPLES = 4
_MAX_EXAMPLE_CHARS = 70


class Assistant:
    """Answers questions about the essays of an index, in the essays' own sentences."""

    def __init__(self, retriever: Retriever, background: Background) -> None:
        """An assistant over an opened retriever; `Assistant.open` is the usual way to one."""
        self.retriever = retriever
        self.settings: Settings = retriever.settings
        self.documents: Mapping[str, Document] = retriever.index.documents
        self._background = background
        self._reader = Reader(retriever.index, retriever.settings)
        self.examples: tuple[str, ...] = self._examples()

    @classmethod
    def open(
        cls,
        folder: str | Path = "index",
        settings: Settings | None = None,
        *,
        report: Callable[[str], None] = lambda line: None,
    ) -> Assistant:
        """The assistant over the index in a folder. `report` is told of what takes long.

        Raises:
            EssayIndexError: the index is missing, damaged, or made by another model or setting.
            ModelError: the model cannot be loaded.
            SettingsError: a setting in the environment cannot be used.
        """
        retriever = Retriever.open(folder, settings, report=report)
        return cls(retriever, load_background(retriever.embedder, retriever.settings, report))

    def ask(self, question: str, history: History = ()) -> Answer:
        """The answer to a question, after the earlier turns of the conversation.

        Raises:
            QuestionError: the question is empty or longer than `Settings.max_question_chars`.
        """
        text = self.retriever.check(question)
        if (kind := small_talk(text)) is not None:
            language = small_talk_language(text)
            said = message(language, kind)
            return Answer(text, language, said, said, (), (), (), refused=False, confidence=1.0)
        asked = without_small_talk(text)
        search = self.retriever.search(standalone(asked, history, max_chars=self.settings.max_question_chars), _TOP_K)
        sure = confidence(weigh(search, self.retriever, self._background), is_lexical=search.is_lexical)
        excerpts = self._reader.read(search) if sure >= THRESHOLD else []
        citations = cite(excerpts)
        if not citations:
            return self._refusal(text, search.language, search.hits, sure)
        shown = {(citation.source, citation.start, citation.end) for citation in citations}
        names = list(dict.fromkeys(citation.title for citation in citations))
        frame = message(search.language, "frame", essays=titles(search.language, names))
        return Answer(
            question=text,
            language=search.language,
            text=answer_text(frame, citations),
            frame=frame,
            sentences=tuple(
                sentence
                for excerpt in excerpts
                if (excerpt.document.source, excerpt.start, excerpt.end) in shown
                for sentence in excerpt.sentences
            ),
            citations=tuple(citations),
            hits=search.hits,
            refused=False,
            confidence=sure,
        )

    def search(self, question: str, top_k: int = 5) -> list[Hit]:
        """The best `top_k` passages for a question, best first.

        Raises:
            QuestionError: the question is empty or too long, or `top_k` is less than 1.
        """
        return self.retriever.retrieve(question, top_k)

    def _refusal(self, question: str, language: str, hits: tuple[Hit, ...], sure: float) -> Answer:
        said = message(language, "refused", topics=titles(language, self._topics(hits)))
        return Answer(question, language, said, said, (), (), hits, refused=True, confidence=sure)

    def _topics(self, hits: tuple[Hit, ...]) -> list[str]:
        """Titles of what the essays do speak about: the nearest first, then one of each other essay."""
        near = [hit.passage.title for hit in hits]
        others = [passage.title for passage in self.retriever.index.passages]
        return list(dict.fromkeys(near + others))[:_MAX_TOPICS]

    def _examples(self) -> tuple[str, ...]:
        """Questions that the essays answer: those of corpus.toml, else titles and headings that ask."""
        given = self.retriever.index.manifest.get("examples") or []
        asked = [
            heading_text(document.text[block.start : block.end])
            for document in self.documents.values()
            for block in document.blocks
            if block.kind in ("title", "heading", "post")
        ]
        found: list[str] = []
        for question in [*given, *(line for line in asked if asks(line) and len(line) <= _MAX_EXAMPLE_CHARS)]:
            if len(found) < _MAX_EXAMPLES and question not in found and not self.ask(question).refused:
                found.append(question)
        return tuple(found)
