"""The whole of it: opens an index and answers questions. Every other part is put together here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from pathlib import Path

from assistant.background import Background, load_background
from assistant.citations import answer_text, cite
from assistant.conversation import Reading, points_back, readings
from assistant.examples import heading_questions
from assistant.framing import without_frame
from assistant.language import detect_language
from assistant.messages import message, replace_messages, titles
from assistant.reader import Excerpt, Reader
from assistant.refusal import Evidence, confidence, is_aside, log_odds, makes_sense, missing_words, weigh
from assistant.retriever import Retriever, Search
from assistant.settings import Settings
from assistant.several import questions_in
from assistant.small_talk import request, small_talk, small_talk_language, without_small_talk
from assistant.steps import ALL
from assistant.types import Answer, AnswerKind, Citation, Document, History, Hit, Turn

_TOP_K = 5  # passages that an answer may be made of
_MAX_TOPICS = 3  # titles that a refusal names
_MAX_EXAMPLES = 4
_MAX_TRIES = 40  # headings that are tried for an example: each is a question to be answered before the chat opens


@dataclass(frozen=True, slots=True)
class Consideration:
    """One reading of a question, looked up and weighed, whether it is answered or not."""

    reading: Reading
    search: Search
    evidence: Evidence
    confidence: float


class Assistant:
    """Answers questions about the essays of an index, in the essays' own sentences."""

    def __init__(self, retriever: Retriever, background: Background) -> None:
        """An assistant over an opened retriever; `Assistant.open` is the usual way to one."""
        self.retriever = retriever
        self.settings: Settings = retriever.settings
        self.documents: Mapping[str, Document] = retriever.index.documents
        self._background = background
        self._reader = Reader(retriever.index, retriever.settings)
        self.steps = ALL  # fewer only to measure what each is worth
        if self.settings.messages:
            replace_messages(Path(self.settings.messages).expanduser())

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

    @property
    def languages(self) -> frozenset[str]:
        """ISO 639-1 codes of the languages that the essays are written in."""
        return self.retriever.index.languages

    def ask(self, question: str, history: History = ()) -> Answer:
        """The answer to a question, after the earlier turns of the conversation.

        Raises:
            QuestionError: the question is empty or longer than `Settings.max_question_chars`.
        """
        text = self.retriever.check(question)
        talk = small_talk(text)
        if talk is not None and not (talk == "about" and history and points_back(text)):
            language = detect_language(text) if talk == "about" else small_talk_language(text)
            said = message(language, talk, topics=titles(language, self._topics()))
            return Answer(text, language, said, said, (), (), (), refused=False, confidence=1.0, kind="talk")
        asked = without_small_talk(text)
        language = detect_language(asked, is_dutch=self.retriever.knows)
        parts = questions_in(without_frame(asked))
        is_room = 1 < len(parts) <= self.settings.max_excerpts  # each gets an excerpt at least
        if is_room and (answer := self._answer_parts(text, language, parts, history)):
            return answer
        if (wanted := request(asked)) is not None:
            return self._refusal(text, language, wanted)
        best = self.consider(asked, history)
        if not best.reading.is_follow_up and not makes_sense(best.search, self.retriever.vocabulary, best.confidence):
            return self._refusal(text, language, "unclear", best)
        excerpts = self.excerpts(best, history) if best.confidence >= self.settings.caution else []
        citations = cite(excerpts)
        if not citations:
            is_spent = best.reading.is_more and best.confidence >= self.settings.caution
            return self._refusal(text, language, "absent", best, "no_more" if is_spent else "absent")
        understood = _understood(text, best)
        return self._answer(text, language, [best], excerpts, citations, understood=understood)

    def _answer_parts(self, text: str, language: str, parts: Sequence[str], history: History) -> Answer | None:
        """The answer to a message that asks several things, each after those before it; None where it has none."""
        answered: dict[str, Consideration] = {}
        unanswered: list[str] = []
        for part in parts:
            best = self.consider(part, history)
            history = (*history, Turn(part))
            leans_on_nothing = not answered and bool(unanswered) and points_back(part)
            if request(part) is not None or leans_on_nothing or best.confidence < self.settings.caution:
                unanswered.append(part)
            else:
                answered[part] = best
        considered = list(answered.values())
        if unanswered and any(is_aside(one.confidence, self.settings.caution) for one in considered):
            return None  # half an answer is one only where it is sure
        excerpts: list[Excerpt] = []
        for best in considered:
            new = [one for one in self.excerpts(best) if not any(one.overlaps(other) for other in excerpts)]
            kept = sorted(new, key=lambda one: -one.score)[: self.settings.max_excerpts // len(considered)]
            excerpts += [one for one in new if one in kept]
        citations = cite(excerpts)
        if not citations:
            return None
        read = [best.search.question for best in considered]
        understood = " ".join(read) if read != list(answered) else ""
        return self._answer(
            text, language, considered, excerpts, citations, understood=understood, unanswered=unanswered
        )

    def consider(self, question: str, history: History = ()) -> Consideration:
        """The reading of a question that the essays answer best, without deciding whether they do."""
        before = history if self.steps.conversation else ()
        asked = without_frame(without_small_talk(self.retriever.check(question)))
        ways = readings(asked, before, max_chars=self.settings.max_question_chars)
        return max(
            (self._weighed(reading) for reading in ways),
            key=lambda one: log_odds(one.confidence) + one.reading.prior,
        )

    def excerpts(self, considered: Consideration, history: History = ()) -> list[Excerpt]:
        """What would be shown of the essays; of a request for more only what was not shown before."""
        shown = "\n".join(turn.answer for turn in history) if considered.reading.is_more else ""
        return self._reader.read(considered.search, already_shown=shown, steps=self.steps)

    def search(self, question: str, top_k: int = 5) -> list[Hit]:
        """The best `top_k` passages for a question, best first.

        Raises:
            QuestionError: the question is empty or too long, or `top_k` is less than 1.
        """
        return self.retriever.retrieve(question, top_k)

    def _weighed(self, reading: Reading) -> Consideration:
        search = self.retriever.search(reading.text, _TOP_K, steps=self.steps)
        evidence = weigh(search, self.retriever, self._background)
        sure = confidence(evidence, is_lexical=search.is_lexical, steps=self.steps)
        return Consideration(reading, search, evidence, sure)

    def _answer(
        self,
        question: str,
        language: str,
        answered: Sequence[Consideration],
        excerpts: Sequence[Excerpt],
        citations: Sequence[Citation],
        *,
        understood: str,
        unanswered: Sequence[str] = (),
    ) -> Answer:
        """The answer to the questions of a message that the essays answer, and a word about the `unanswered` ones."""
        shown = {(citation.source, citation.start, citation.end) for citation in citations}
        sure = min(one.confidence for one in answered)
        kind: AnswerKind = "aside" if is_aside(sure, self.settings.caution) else "answer"
        missing = self._missing(answered)
        lines = [
            message(language, "understood", understood=understood) if understood else "",
            message(language, "unanswered", questions=titles(language, unanswered)) if unanswered else "",
            message(language, "missing", words=titles(language, missing)) if missing else "",
            message(language, "aside") if kind == "aside" else "",
            message(
                language,
                "frame" if all(citation.language == "nl" for citation in citations) else "frame_other",
                essays=titles(language, list(dict.fromkeys(citation.title for citation in citations))),
            ),
        ]
        frame = "\n".join(filter(None, lines))
        hits = {hit.passage.id: hit for one in reversed(answered) for hit in reversed(one.search.hits)}
        return Answer(
            question=question,
            language=language,
            text=answer_text(frame, citations),
            frame=frame,
            sentences=tuple(
                sentence
                for excerpt in excerpts
                if (excerpt.document.source, excerpt.start, excerpt.end) in shown
                for sentence in excerpt.sentences
            ),
            citations=tuple(citations),
            hits=tuple(reversed(hits.values())),
            refused=False,
            confidence=sure,
            kind=kind,
            understood=understood,
            missing=missing,
            unanswered=tuple(unanswered),
        )

    def _refusal(
        self,
        question: str,
        language: str,
        kind: AnswerKind,
        best: Consideration | None = None,
        line: str = "",
    ) -> Answer:
        hits = best.search.hits if best else ()
        is_told = best is not None and kind == "absent" and best.reading.prior >= 0
        understood = _understood(question, best) if best and is_told else ""
        missing = self._missing([best], question) if best and (line or kind) == "absent" else ()
        lines = [
            message(language, "understood", understood=understood) if understood else "",
            message(language, "missing", words=titles(language, missing)) if missing else "",
            message(language, line or kind, topics=titles(language, self._topics(hits))),
        ]
        said = "\n".join(filter(None, lines))
        sure = best.confidence if best else 0.0
        return Answer(
            question, language, said, said, (), (), hits, True, sure, kind=kind, understood=understood, missing=missing
        )

    def _missing(self, considered: Sequence[Consideration], within: str = "") -> tuple[str, ...]:
        """The words that the essays nowhere mention; only those that stand in a text, where one is given."""
        vocabulary = self.retriever.vocabulary
        found = (word for one in considered for word in missing_words(one.search, one.evidence, vocabulary))
        return tuple(dict.fromkeys(word for word in found if not within or word in within))

    def _topics(self, hits: Sequence[Hit] = ()) -> list[str]:
        """Titles of what the essays do speak about: the nearest first, then one of each other essay."""
        near = (hit.passage.title for hit in hits)
        others = (passage.title for passage in self.retriever.index.passages)
        found: dict[str, None] = {}
        for title in chain(near, others):  # as far as needed: there may be many essays
            found.setdefault(title)
            if len(found) == _MAX_TOPICS:
                break
        return list(found)

    @cached_property
    def examples(self) -> tuple[str, ...]:
        """Questions that the essays answer: those of corpus.toml, else of their own titles and headings.

        Found at first use, by asking: only the chat page needs them.
        """
        found: list[str] = []
        given = self.retriever.index.manifest.get("examples") or []
        for question in given:
            if len(found) < _MAX_EXAMPLES and question not in found and not self.ask(question).refused:
                found.append(question)
        for question, heading in islice(heading_questions(self.retriever.index), 0 if found else _MAX_TRIES):
            if len(found) < _MAX_EXAMPLES and question not in found and self._answers_under(question, heading):
                found.append(question)
        return tuple(found)

    def _answers_under(self, question: str, heading: str) -> bool:
        """Whether a question gets a whole answer, and one from under the heading that it comes from."""
        answer = self.ask(question)
        return answer.kind == "answer" and any(heading in (one.title, one.heading) for one in answer.citations)


def _understood(question: str, best: Consideration) -> str:
    """The question as it was searched for, where that is not as it was asked."""
    asked = without_frame(without_small_talk(question))
    return best.search.question if best.search.question != asked else ""
