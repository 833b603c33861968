"""The language model: its weights, the unpacked files, what it computes, and what is kept of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import numpy as np

from assistant.checks import Finding, Setup, count, size, wrong
from assistant.embedder import Embedder, known_identity, load_embedder
from assistant.errors import ModelError
from assistant.settings import BUNDLED_MODEL, Settings

KNOWN = "data/known_vector.json"  # what the bundled model makes of a question: benchmarks/known_vector.py
_SAME = 0.999  # cosine; processors differ by 0.00001, another adapter gives 0.99


def check_weights(setup: Setup) -> Iterator[Finding]:
    """Whether the model's weights are installed and are the expected ones."""
    from assistant.bundled_model import WEIGHTS_NAME, read_weights

    if setup.settings.model != BUNDLED_MODEL:
        return
    try:
        raw = read_weights(setup.settings)
    except ModelError as error:
        found = wrong("weights", error)
        if is_unpacked(setup.settings):
            told = f"{found.found}; the model that was unpacked before works without them"
            found = Finding("weights", "note", told, found.mend)
        yield found
    else:
        yield Finding("weights", "ok", f"{WEIGHTS_NAME}, {size(len(raw))}, of the right checksum")


def check_unpacked(setup: Setup) -> Iterator[Finding]:
    """Whether the files that the model was unpacked into are what was written."""
    from assistant.bundled_model import damage, unpacked_folder

    if setup.settings.model != BUNDLED_MODEL:
        return
    folder = unpacked_folder(setup.settings)
    if not is_unpacked(setup.settings):
        yield Finding("unpacked model", "ok", f"none yet: it is unpacked into {folder} at the first start")
        return
    problems = damage(folder, is_quick=setup.quick)
    if problems:
        yield Finding(
            "unpacked model",
            "wrong",
            f"{count(len(problems), 'file')} in {folder} damaged",
            f"Delete the folder {folder}: the model is unpacked again at the next start.",
            tuple(problems),
        )
    elif problems is None:
        yield Finding("unpacked model", "ok", f"{folder}, by a version that kept no checksums: see what it computes")
    else:
        yield Finding("unpacked model", "ok", f"{folder}, every {'size' if setup.quick else 'checksum'} is right")


def check_vector(setup: Setup) -> Iterator[Finding]:
    """Whether the model can be loaded and computes what it must."""
    if setup.quick or (setup.settings.model == BUNDLED_MODEL and not is_unpacked(setup.settings)):
        return
    try:
        embedder = _load(setup.settings)
    except ModelError as error:
        yield wrong("model", error)
        return
    name = "the bundled model" if embedder.name == BUNDLED_MODEL else repr(embedder.name)
    told = f"{name} loads and gives vectors of {embedder.dimension} numbers"
    question, expected = _known()
    vector = embedder.embed_question(question).vector
    if not np.isfinite(vector).all():
        yield Finding("model", "wrong", f"{name} loads, but gives no numbers", _again(setup.settings))
    elif embedder.name != BUNDLED_MODEL or _has_other_prompt(setup.settings):
        yield Finding("model", "ok", told)
    elif (cosine := float(vector @ expected)) < _SAME:
        found = f"the model loads, but sees {question!r} otherwise than it must: a cosine of {cosine:.3f} to it"
        yield Finding("model", "wrong", found, _again(setup.settings))
    else:
        yield Finding("model", "ok", f"{told}; that of {question!r} is the expected one")


def check_background(setup: Setup) -> Iterator[Finding]:
    """Whether the vectors of the background sentences are there and can be read."""
    from assistant.background import background_file, read_background

    known = fingerprint_in_use(setup)
    if known is None:
        return
    path = background_file(known, setup.settings)
    if not path.exists():
        yield Finding("background", "ok", "no vectors yet: they are made at the first question, which takes a minute")
    elif read_background(path) is None:
        found = f"{path} cannot be read; it is made again at the next start, which takes a minute"
        yield Finding("background", "note", found, f"If that does not help, delete it: {path}")
    else:
        yield Finding("background", "ok", f"{path.name}, {size(path.stat().st_size)}, can be read")


def is_unpacked(settings: Settings) -> bool:
    """Whether the bundled model stands in the cache."""
    from assistant.bundled_model import unpacked_folder

    return (unpacked_folder(settings) / "modules.json").is_file()


def fingerprint_in_use(setup: Setup) -> str | None:
    """What an index must have been made with; None where only loading the model would tell."""
    if (identity := known_identity(setup.settings)) is not None:
        return identity.fingerprint
    try:
        return None if setup.quick else _load(setup.settings).fingerprint
    except ModelError:
        return None


def _load(settings: Settings) -> Embedder:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a model of the hub is looked for on this machine alone
    return load_embedder(settings)


def _has_other_prompt(settings: Settings) -> bool:
    return settings.query_prompt != Settings().query_prompt


def _again(settings: Settings) -> str:
    from assistant.bundled_model import unpacked_folder

    if settings.model != BUNDLED_MODEL:
        return "Install that model again, or unset ASSISTANT_MODEL."
    return f"Delete the folder {unpacked_folder(settings)}: the model is unpacked again at the next start."


@cache
def _known() -> tuple[str, np.ndarray[tuple[int], np.dtype[np.float32]]]:
    """A question and the vector that the bundled model must make of it, of unit length."""
    known = json.loads(files("assistant").joinpath(KNOWN).read_bytes())
    vector = np.array(known["vector"], np.float32)
    return known["question"], vector / np.linalg.norm(vector)
