"""The steps of retrieval and answering that can be switched off, to measure what each is worth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Steps:
    """Which steps are taken: all of them, but in an ablation."""

    dense: bool = True
    lexical: bool = True
    compounds: bool = True
    pieces: bool = True
    word_by_word: bool = True  # the best passages are compared with the question token by token
    mending: bool = True  # typing errors
    intents: bool = True  # the kind of answer that a question asks for
    growth: bool = True  # an excerpt brings along the sentences that it needs
    background: bool = True  # the refusal holds a question against sentences about other things
    vocabulary: bool = True  # and its words against those of the essays
    conversation: bool = True


ALL = Steps()
