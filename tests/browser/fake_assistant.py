"""A small stand-in for `assistant.assistant.Assistant`: the real essays and real offsets, but no model."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assistant.errors import QuestionError
from assistant.settings import Settings
from assistant.types import Answer, Block, BlockKind, Citation, Document, Hit, Passage, Sentence, Turn

CORPUS = Path(__file__).parents[2] / "corpus"
SLOW = "traag"  # a question takes as long as this for each time that it has this word
SLOW_SECONDS = 1.5
BUG = "programmafout"  # a question with this word raises an error that is nobody's fault but ours
ITEM = re.compile(r"\s*(?:[•–*-]|\d{1,2}[.)])\s+")
SENTENCE = re.compile(r"\S(?:.*?[.!?…]['’”\"]?(?=\s|$)|.*$)", re.DOTALL)


def read_blocks(text: str) -> Iterator[Block]:
    """The lines of `text` as blocks: the first a title, short ones without a full stop headings."""
    titled = False
    for line in re.finditer(r"\S.*", text):
        words = line[0].rstrip()
        start, end = line.start(), line.start() + len(words)
        kind: BlockKind = "paragraph"
        if not titled:
            kind, titled = "title", True
        elif ITEM.match(text[start : start + 6] + "x"):
            kind = "item"
        elif words.startswith(("Scroll naar", "Tip!", "Plaats een", "Geef een", "boksenemerce")):
            kind = "removed"
        elif len(words) < 60 and words[-1] not in ".!:,":
            kind = "heading"
        yield Block(start, end, kind, level=1 if kind == "heading" else 0)


def read_document(path: Path) -> Document:
    """One essay of the corpus as a Document."""
    text = path.read_bytes().decode("utf-8")
    blocks = tuple(read_blocks(text))
    title = text[blocks[0].start : blocks[0].end]
    return Document(path.name, text, title, author="A. Uteur", publisher="Uitgeverij", year=2009, blocks=blocks)


class FakeAssistant:
    """Finds the sentences that hold the longest word of the question."""

    def __init__(self, settings: Settings | None = None, documents: Mapping[str, Document] | None = None) -> None:
        self.settings = settings or Settings()
        self.documents: Mapping[str, Document] = documents or {
            path.name: read_document(path) for path in sorted(CORPUS.glob("*.txt"))
        }
        self.languages = frozenset(document.language for document in self.documents.values())
        self.examples: tuple[str, ...] = (
            "Wat is betekenismarketing?",
            "Waarom vraagt social media om lef?",
            "Hoe begin je aan participatiemarketing?",
            "Wat maakt engagementsmarketing anders?",
        )

    def _sentences(self, document: Document) -> Iterator[Sentence]:
        headings: tuple[str, ...] = ()
        for number, block in enumerate(document.blocks):
            if block.kind == "heading":
                headings = (document.text[block.start : block.end],)
            elif block.kind in ("paragraph", "item"):
                for found in SENTENCE.finditer(document.text, block.start, block.end):
                    yield Sentence(found.start(), found.end(), document.title, headings, number, block.kind == "item")

    def _find(self, question: str) -> list[tuple[Document, Sentence]]:
        words = re.findall(r"\w{5,}", question.lower())
        if not words:
            return []
        stem = max(words, key=len)[:12]
        return [
            (document, sentence)
            for document in self.documents.values()
            for sentence in self._sentences(document)
            if stem in document.text[sentence.start : sentence.end].lower()
        ]

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """The first sentences that hold the longest word; a refusal where there are none."""
        if not question.strip():
            raise QuestionError("The question is empty. Type a question.")
        if len(question) > self.settings.max_question_chars:
            raise QuestionError(f"The question has {len(question):,} characters. Make it shorter.")
        if BUG in question:
            raise RuntimeError("secret detail")
        time.sleep(SLOW_SECONDS * question.count(SLOW))
        found = self._find(question)[: self.settings.max_excerpts]
        if not found:
            frame = (
                "Dat vind ik niet terug in de essays, en iets anders gebruik ik niet. Ze gaan vooral over "
                "betekenismarketing, identiteit, betrokkenheid en social media."
            )
            return Answer(question, "nl", frame, frame, (), (), (), True, kind="absent")
        citations: list[Citation] = []
        sentences: list[Sentence] = []
        for number, (document, first) in enumerate(found, 1):
            group = [first]
            for later in self._sentences(document):
                colon = document.text[group[-1].end - 1] == ":" or group[-1].is_item
                if later.start > group[-1].start and colon and (later.is_item or len(group) == 1):
                    group.append(later)
            span = document.text[group[0].start : group[-1].end]
            heading = first.headings[-1] if first.headings else ""
            citations.append(
                Citation(
                    number,
                    document.source,
                    document.title,
                    heading,
                    group[0].start,
                    group[-1].end,
                    span,
                    document.page_at(group[0].start),
                    document.language,
                )
            )
            sentences.extend(group)
        frame = "Dit staat er in de essays:"
        text = frame + "".join(f"\n\n{citation.quote} [{citation.number}]" for citation in citations)
        return Answer(
            question,
            "nl",
            text,
            frame,
            tuple(sentences),
            tuple(citations),
            tuple(self.search(question)),
            False,
        )

    def search(self, question: str, top_k: int = 5) -> list[Hit]:
        """The sentences that hold the longest word, each as a passage of its own."""
        if not question.strip():
            raise QuestionError("The question is empty. Type a question.")
        hits = []
        for number, (document, sentence) in enumerate(self._find(question)[:top_k]):
            text = document.text[sentence.start : sentence.end]
            place = (sentence.start, sentence.end, sentence.headings)
            passage = Passage(number, document.source, document.title, *place, text, (sentence,))
            hits.append(Hit(passage, 1 / (1 + number)))
        return hits
