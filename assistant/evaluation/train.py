"""Trains the adapter of the bundled model: `python -m assistant.evaluation.train`.

The model was made to find passages; which of their sentences answers a question, and whether one does, it
knows less well. So its last layers learn it from tests/data/practice_essays.jsonl: for each question, the
sentence that answers it against all other sentences of some essays and some background sentences, and
against answering nothing, which is right where the essays do not say it.

A sentence's score is the weighted mean over the question's tokens of the best cosine (late interaction,
Khattab and Zaharia 2020), its loss the cross-entropy of the scores (InfoNCE, van den Oord et al. 2018).
What is learned are low-rank changes of the linear maps (LoRA, Hu et al. 2021) and the weight of a token.
The vectors of whole texts are held where they were, so that dense search stays what it is.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
import torch.nn.functional as functional
from safetensors.torch import save_file
from torch import Tensor, nn
from tqdm import tqdm

from assistant.background import background_sentences
from assistant.bundled_model import ADAPTER_SCALE, read_weights, unpack
from assistant.embedder import Embedder
from assistant.settings import Settings

PRACTICE = Path("tests/data/practice_essays.jsonl")
ADAPTER = Path("assistant/data/adapter.safetensors")
_RANK = 8
_RATE = 3e-4
_ESSAYS = 4  # in a step
_BACKGROUND = 24  # sentences in a step
_KEEP = 20.0  # weight of keeping the vectors of whole texts where they were
_DENSE = 0.1  # weight of finding the right passage by those vectors
_TEMPERATURE = 0.03

Span = tuple[int, int]


@dataclass(slots=True)
class Text:
    """A text halfway through the model."""

    states: Tensor  # (tokens, dimension), half precision
    spans: list[Span]  # of each token in the text; below 0 in the prompt


@dataclass(slots=True)
class Essay:
    """A practice essay: its passages, and its questions with the sentences that answer them."""

    passages: list[Text]
    sentences: list[list[Span]]
    questions: list[Text]
    gold: list[list[tuple[int, int]]]  # passage and sentence; none where nothing answers


class LowRank(nn.Module):
    """A linear map with a low-rank change that can be trained."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.linear = linear
        self.down = nn.Parameter(torch.randn(_RANK, linear.in_features) / math.sqrt(linear.in_features))
        self.up = nn.Parameter(torch.zeros(linear.out_features, _RANK))
        self.dropout = nn.Dropout(0.1)
        self.is_on = True

    def forward(self, states: Tensor) -> Tensor:
        """The map of some states, changed where `is_on`."""
        mapped: Tensor = self.linear(states)
        if not self.is_on:
            return mapped
        return mapped + ADAPTER_SCALE * functional.linear(functional.linear(self.dropout(states), self.down), self.up)


class Trainee:
    """The bundled model with its last layers open to change."""

    def __init__(self, first_layer: int) -> None:
        with TemporaryDirectory() as folder:  # the model as it came, without the adapter that there is
            unpack(read_weights(Settings()), Path(folder), with_adapter=False)
            transformer: Any = Embedder(Settings(model=folder)).transformer
        self.tokenizer = transformer.tokenizer
        self.bert: Any = transformer[0].auto_model.float().eval()
        self.first_layer = first_layer
        for parameter in self.bert.parameters():
            parameter.requires_grad_(False)
        self.layers = self.bert.encoder.layer[first_layer:]
        self.changes: dict[str, LowRank] = {}
        for number, layer in enumerate(self.layers, start=first_layer):
            for name, module in list(layer.named_modules()):
                if isinstance(module, nn.Linear):
                    parent, _, own = name.rpartition(".")
                    change = LowRank(module)
                    setattr(layer.get_submodule(parent), own, change)
                    self.changes[f"encoder.layer.{number}.{name}"] = change
        self.weight = nn.Linear(self.bert.config.hidden_size, 1)
        nn.init.zeros_(self.weight.weight)
        nn.init.zeros_(self.weight.bias)

    def switch(self, *, on: bool) -> None:
        """Let the changes count, or not."""
        for change in self.changes.values():
            change.is_on = on

    @torch.no_grad()
    def halfway(self, texts: Sequence[str], prompt: str) -> list[Text]:
        """Texts behind a prompt, as they come out of the layers that do not change."""
        found: list[Text] = []
        for start in range(0, len(texts), 16):
            batch = [prompt + text for text in texts[start : start + 16]]
            coded = self.tokenizer(
                batch, padding=True, truncation=True, max_length=512, return_tensors="pt", return_offsets_mapping=True
            )
            spans = coded.pop("offset_mapping").tolist()
            states = self.bert(**coded, output_hidden_states=True).hidden_states[self.first_layer]
            for index, mask in enumerate(coded["attention_mask"]):
                length = int(mask.sum())
                places = [(begin - len(prompt), end - len(prompt)) for begin, end in spans[index][:length]]
                found.append(Text(states[index, :length].half(), places))
        return found

    def through(self, texts: Sequence[Text]) -> tuple[Tensor, Tensor, Tensor]:
        """Token states, the mask of what is a token, and the unit vector of each text."""
        longest = max(len(text.spans) for text in texts)
        states = torch.zeros(len(texts), longest, self.bert.config.hidden_size)
        mask = torch.zeros(len(texts), longest)
        for index, text in enumerate(texts):
            states[index, : len(text.spans)] = text.states.float()
            mask[index, : len(text.spans)] = 1
        hidden = (1 - mask)[:, None, None, :] * -1e9
        for layer in self.layers:
            states = layer(states, attention_mask=hidden)
            states = states[0] if isinstance(states, tuple) else states
        pooled = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return states, mask, functional.normalize(pooled, dim=-1)

    def questions(self, texts: Sequence[Text]) -> tuple[Tensor, Tensor, Tensor]:
        """Unit token vectors, the weight of each token, and the unit vector of each question."""
        states, mask, pooled = self.through(texts)
        inside = torch.zeros_like(mask)
        for index, text in enumerate(texts):
            own = [float(begin >= 0 and end > begin) for begin, end in text.spans]
            inside[index, : len(own)] = torch.tensor(own if any(own) else [1.0] * len(own))
        weights = torch.sigmoid(self.weight(states).squeeze(-1)) * inside
        return functional.normalize(states, dim=-1), weights / weights.sum(1, keepdim=True), pooled

    def sentences(self, texts: Sequence[Text], spans: Sequence[Sequence[Span]]) -> tuple[Tensor, Tensor, Tensor]:
        """Unit token vectors of each sentence, which of them are tokens, and the unit vector of each text."""
        states, _, pooled = self.through(texts)
        vectors = functional.normalize(states, dim=-1)
        chosen = [(index, _tokens_of(text, span)) for index, text in enumerate(texts) for span in spans[index]]
        longest = max(len(tokens) for _, tokens in chosen)
        places = torch.zeros(len(chosen), longest, dtype=torch.long)
        is_token = torch.zeros(len(chosen), longest, dtype=torch.bool)
        for row, (_, tokens) in enumerate(chosen):
            places[row, : len(tokens)] = torch.tensor(tokens)
            is_token[row, : len(tokens)] = True
        texts_of = torch.tensor([index for index, _ in chosen])
        return vectors[texts_of[:, None], places], is_token, pooled


def _tokens_of(text: Text, span: Span) -> list[int]:
    found = [
        number for number, (begin, end) in enumerate(text.spans) if begin < span[1] and end > span[0] and end > begin
    ]
    return found or list(range(len(text.spans)))


def _read(trainee: Trainee, most: int) -> list[Essay]:
    """The first practice essays, halfway through the model."""
    essays = []
    for line in tqdm(PRACTICE.read_text(encoding="utf-8").splitlines()[:most], desc="Reading"):
        item = json.loads(line)
        texts, spans = [], []
        for passage in item["passages"]:
            at, places = 0, []
            for sentence in passage:
                places.append((at, at + len(sentence)))
                at += len(sentence) + 1
            texts.append(" ".join(passage))
            spans.append(places)
        asked = [*item["questions"], *item["unanswerable"]]
        essays.append(
            Essay(
                passages=trainee.halfway(texts, Settings().passage_prompt),
                sentences=spans,
                questions=trainee.halfway([one["q"] for one in asked], Settings().query_prompt),
                gold=[[(passage, number) for passage, number in one.get("gold", [])] for one in asked],
            )
        )
    return essays


def _loss(trainee: Trainee, essays: Sequence[Essay], others: Sequence[Text], scale: Tensor, nothing: Tensor) -> Tensor:
    """How far the scores are from right, over the questions of some essays."""
    texts = [text for essay in essays for text in essay.passages]
    spans = [places for essay in essays for places in essay.sentences]
    vectors, is_token, pooled = trainee.sentences([*texts, *others], [*spans, *([[(0, 10**6)]] * len(others))])
    questions = [question for essay in essays for question in essay.questions]
    asked, weights, question_pooled = trainee.questions(questions)
    cosines = torch.einsum("qtd,nld->qtnl", asked, vectors).masked_fill(~is_token[None, None], -2.0).amax(-1)
    scores = (cosines * weights[..., None]).sum(1) * scale.exp()
    scores = torch.cat([scores, (nothing * scale.exp()).expand(len(questions), 1)], dim=1)
    wanted = torch.zeros_like(scores)
    right_passages = torch.zeros(len(questions), len(texts))
    row = first_sentence = first_passage = 0
    for essay in essays:
        starts = np.cumsum([first_sentence, *map(len, essay.sentences)]).tolist()
        for gold in essay.gold:
            for passage, number in gold:
                wanted[row, starts[passage] + number] = 1 / len(gold)
                right_passages[row, first_passage + passage] = 1
            if not gold:
                wanted[row, -1] = 1
            row += 1
        first_sentence, first_passage = starts[-1], first_passage + len(essay.passages)
    loss = -(wanted * functional.log_softmax(scores, 1)).sum(1).mean()
    answerable = right_passages.sum(1) > 0
    right = right_passages[answerable] / right_passages[answerable].sum(1, keepdim=True)
    near = question_pooled[answerable] @ pooled[: len(texts)].T / _TEMPERATURE
    loss = loss - _DENSE * (right * functional.log_softmax(near, 1)).sum(1).mean()
    with torch.no_grad():
        trainee.switch(on=False)
        texts_before, questions_before = trainee.through(texts)[2], trainee.through(questions)[2]
        trainee.switch(on=True)
    moved = (1 - (texts_before * pooled[: len(texts)]).sum(1)).mean()
    return loss + _KEEP * (moved + (1 - (questions_before * question_pooled).sum(1)).mean())


def main() -> None:
    """Train, and write the adapter."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--first-layer", type=int, default=8, help="of those that change (default: 8)")
    parser.add_argument("--essays", type=int, default=210, help="how many of the practice essays (default: 210)")
    parser.add_argument("--into", type=Path, default=ADAPTER)
    options = parser.parse_args()
    torch.manual_seed(0)
    chance = random.Random(0)
    trainee = Trainee(options.first_layer)
    essays = _read(trainee, options.essays)
    others = trainee.halfway(background_sentences(), Settings().passage_prompt)
    scale = nn.Parameter(torch.tensor(math.log(30.0)))
    nothing = nn.Parameter(torch.tensor(0.84))  # what a sentence must score to answer
    changed = [parameter for change in trainee.changes.values() for parameter in (change.down, change.up)]
    groups: list[dict[str, Any]] = [
        {"params": changed, "weight_decay": 0.01},
        {"params": list(trainee.weight.parameters())},
        {"params": [scale, nothing], "lr": 2 * _RATE, "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=_RATE)
    steps = options.epochs * math.ceil(len(essays) / _ESSAYS)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / 20) * max(0.02, 0.5 * (1 + math.cos(math.pi * step / steps)))
    )
    bar = tqdm(total=steps, desc="Training")
    for _ in range(options.epochs):
        order = chance.sample(essays, len(essays))
        for start in range(0, len(order), _ESSAYS):
            loss = _loss(trainee, order[start : start + _ESSAYS], chance.sample(others, _BACKGROUND), scale, nothing)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_([*changed, *trainee.weight.parameters()], 1.0)
            optimiser.step()
            schedule.step()
            bar.set_postfix(loss=f"{loss.item():.3f}")
            bar.update()
    tensors = {"question.weight": trainee.weight.weight.data[0], "question.bias": trainee.weight.bias.data}
    for name, change in trainee.changes.items():
        tensors |= {f"{name}.down": change.down.data.half(), f"{name}.up": change.up.data.half()}
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, options.into)


if __name__ == "__main__":
    main()
