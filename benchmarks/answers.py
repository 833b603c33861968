"""Answers of twelve kinds, as a user sees them: `python benchmarks/answers.py`, kept in docs/answers.md."""

from __future__ import annotations

from pathlib import Path

import _here  # noqa: F401
from assistant.assistant import Assistant
from assistant.rendering import answer_text
from assistant.types import Turn

DOCUMENT = Path(__file__).parent.parent / "docs" / "answers.md"
QUESTIONS = (
    ("A definition", ("Wat bedoelt men met interruptiemarketing?",)),
    ("A reason", ("Waarom is social media geen strategie?",)),
    ("A way to do something", ("Hoe word ik weer een beetje verwonderd over gewone dingen?",)),
    ("A person", ("Wie bleef onbekend terwijl Steve Jobs beroemd werd?",)),
    ("A whole list", ("Welke vijf punten maken marketing echt?",)),
    ("A comparison", ("Wat is het verschil tussen verbazing en verwondering?",)),
    ("Yes or no", ("Moet de klant bij betekenismarketing centraal staan?",)),
    ("A typing error, a compound written apart", ("wat is particpatie marketing",)),
    ("A follow-up in English", ("What is crowdfunding?", "Why did it grow so fast?")),
    ("A half that the essays do not know", ("Wat is het verschil tussen lefmarketing en kwantumfysica?",)),
    ("Not in the essays", ("Hoe lang moet een ei koken?",)),
    ("A question for an opinion", ("Welk essay vind jij het beste?",)),
)


def main() -> None:
    """Ask the questions of the index in index/, print the answers and keep them."""
    assistant = Assistant.open("index")
    parts = ["# Answers as a user sees them\n\nMade by `python benchmarks/answers.py`, in the terminal's form."]
    for kind, turns in QUESTIONS:
        history: list[Turn] = []
        lines: list[str] = []
        for question in turns:
            answer = assistant.ask(question, history)
            history.append(Turn(question, answer.text))
            lines.append(f"> {question}\n\n{answer_text(answer, width=88)}")
        parts.append(f"## {kind}\n\n```\n" + "\n\n".join(lines) + "\n```")
    text = "\n\n".join(parts) + "\n"
    print(text)
    DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
