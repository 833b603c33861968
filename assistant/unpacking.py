"""The folder that sentence-transformers loads, written out of a file of weights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.weights_file import Weights

ADAPTER_SCALE = 2.0


def write_model(weights: Weights, folder: Path, adapter: Mapping[str, NDArray[np.float32]]) -> None:
    """Write the model, with what the adapter adds to its weights, as a folder that `SentenceTransformer` loads."""
    _write_tokenizer(weights, folder)
    _write_configuration(weights, folder)
    _write_tensors(weights, folder, adapter)


def _write_tensors(weights: Weights, folder: Path, adapter: Mapping[str, NDArray[np.float32]]) -> None:
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


def _write_tokenizer(weights: Weights, folder: Path) -> None:
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


def _special_ids(weights: Weights) -> dict[str, int]:
    return {
        "bos_token": weights.bos,
        "eos_token": weights.eos,
        "pad_token": weights.pad,
        "unk_token": weights.unk,
    }


def _write_configuration(weights: Weights, folder: Path) -> None:
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
