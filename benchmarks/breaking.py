"""A healthy set-up, and ways to break it: real ones wherever this machine lets them be."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, chdir, suppress
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import metadata
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import patch

from filelock import FileLock

import _here  # noqa: F401
from assistant.background import background_file, load_background
from assistant.bundled_model import bundled_model_folder, unpacked_folder, write_checksums
from assistant.checks import Finding
from assistant.checks import disk as disk_check
from assistant.doctor import examine
from assistant.documents import list_corpus
from assistant.embedder import Embedder, load_embedder
from assistant.index_files import build_name, current_build
from assistant.indexer import update_index
from assistant.settings import Settings

ESSAYS = {
    "molen.txt": "De molen\n\nDe molen maalt het graan van het dorp. Zonder wind staan de wieken van de molen stil.\n",
    "brug.txt": "De brug\n\nDe brug verbindt twee oevers. Wie haar oversteekt, ziet het water onder zich stromen.\n",
    "corpus.toml": '["molen.txt"]\ntitle = "De molen"\nauthor = "Anna de Vries"\n',
}
GONE = 999_999_999  # the number of a process that cannot be


@dataclass(frozen=True, slots=True)
class Place:
    """A set-up of its own: folders corpus, index and cache, and the environment; it is the working folder too."""

    folder: Path
    environment: dict[str, str]

    @property
    def corpus(self) -> Path:
        return self.folder / "corpus"

    @property
    def index(self) -> Path:
        return self.folder / "index"

    @property
    def model(self) -> Path:
        return unpacked_folder(replace(Settings(), cache=self.folder / "cache"))

    def copy(self, folder: Path) -> Place:
        """The same set-up elsewhere, to be broken."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Place(folder, {**self.environment, "ASSISTANT_CACHE": str(folder / "cache")})

    def examine(self, **options: Any) -> tuple[Finding, ...]:
        """What doctor finds there."""
        with chdir(self.folder):
            return examine(environment=self.environment, **options)


def healthy(folder: Path, embedder: Embedder | None = None) -> Place:
    """A set-up of two essays in which nothing is wrong; the model in its cache is a link to the real one."""
    place = Place(folder, {"ASSISTANT_CACHE": str(folder / "cache"), "ASSISTANT_PORT": str(free_port())})
    for name, text in ESSAYS.items():
        path = place.corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    usual = Settings()
    embedder = embedder or load_embedder(usual)
    update_index(list_corpus(place.corpus), place.index, embedder, usual)
    real = bundled_model_folder(usual)
    for path in [path for path in real.rglob("*") if path.is_file() and path.name != "checksums.json"]:
        link = place.model / path.relative_to(real)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path)
    write_checksums(place.model)
    load_background(embedder, usual)
    kept = background_file(embedder.fingerprint, usual)
    (folder / "cache" / kept.name).symlink_to(kept)
    return place


# --- The index


def damage(place: Place, stack: ExitStack) -> None:
    with next(current_build(place.index).glob("passages.faiss")).open("r+b") as file:
        file.seek(60)
        file.write(b"damage")


def old_format(place: Place, stack: ExitStack) -> None:
    write_manifest(place, {**json.loads((current_build(place.index) / "manifest.json").read_bytes()), "format": 2})


def write_manifest(place: Place, manifest: Mapping[str, Any]) -> None:
    """Let a build have another manifest, as if it had been written so."""
    build, raw = current_build(place.index), json.dumps(manifest).encode()
    (build / "manifest.json").write_bytes(raw)
    build.rename(place.index / build_name(raw))
    (place.index / "current").write_text(build_name(raw))


def progress(place: Place, problem: str) -> None:
    step = {"process": GONE, "stage": "embedding", "done": 3, "total": 9, "unit": "passages", "problem": problem}
    (place.index / "progress.json").write_text(json.dumps(step))


def lock(place: Place, stack: ExitStack) -> None:
    stack.enter_context(FileLock(place.index / "lock"))


def leftovers(place: Place, stack: ExitStack) -> None:
    (place.index / ".writing-0123").write_bytes(bytes(2_000_000))
    (place.index / "documents" / "old.json").write_bytes(b"{}")


# --- The model


def cut_off(place: Place, stack: ExitStack) -> None:
    path = place.model / "tokenizer.json"
    raw = path.read_bytes()
    path.unlink()
    path.write_bytes(raw[:1_000_000])


def other_numbers(place: Place, stack: ExitStack) -> None:
    """As a disk that fails does it: a part of the weights is other numbers, of which no checksum is known."""
    path = place.model / "model.safetensors"
    raw = bytearray(path.read_bytes())
    part = len(raw) // 16  # among the last layers
    raw[-part:] = bytes(part)
    path.unlink()
    path.write_bytes(raw)
    (place.model / "checksums.json").unlink()


def wrong_weights(place: Place, stack: ExitStack) -> None:
    shutil.rmtree(place.model)
    (place.folder / "e5.bin").write_bytes(b"E5S1" + bytes(1_000))
    place.environment["ASSISTANT_BUNDLED_WEIGHTS"] = "e5.bin"


# --- The disk


def read_only(place: Place, stack: ExitStack) -> None:
    if not _mount(stack, place.index, "--bind", str(place.index)) or not _mount(
        stack, place.index, "-o", "remount,ro,bind"
    ):
        _refuse(stack, place.index, errno.EROFS)


def full(place: Place, stack: ExitStack) -> None:
    kept = place.folder / "kept"
    shutil.move(place.index, kept)
    place.index.mkdir()
    if _mount(stack, place.index, "-t", "tmpfs", "-o", "size=1m", "none"):
        shutil.copytree(kept, place.index, dirs_exist_ok=True)
        with suppress(OSError):
            (place.index / "full").write_bytes(bytes(2_000_000))
    else:
        shutil.copytree(kept, place.index, dirs_exist_ok=True)
        _refuse(stack, place.index, errno.ENOSPC)


def _mount(stack: ExitStack, folder: Path, *options: str) -> bool:
    """Whether something could be mounted on a folder, which only root may on Linux."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    if subprocess.run(["mount", *options, str(folder)], capture_output=True).returncode != 0:
        return False
    if "remount,ro,bind" not in options:
        stack.callback(subprocess.run, ["umount", str(folder)], check=True)
    return True


def _refuse(stack: ExitStack, folder: Path, number: int) -> None:
    """Where nothing can be mounted: every try to write into a folder fails as it would."""
    real = disk_check._try

    def refuse(tried: Path) -> bool:
        if tried.resolve() == folder.resolve():
            raise OSError(number, os.strerror(number))
        return real(tried)

    stack.enter_context(patch.object(disk_check, "_try", refuse))


# --- The address and the packages


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class _Other(BaseHTTPRequestHandler):
    """Another program that speaks HTTP."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "ok"}')

    def log_message(self, *arguments: object) -> None:
        pass


def other_program(place: Place, stack: ExitStack) -> None:
    server = HTTPServer(("127.0.0.1", 0), _Other)
    stack.callback(server.server_close)
    stack.callback(server.shutdown)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    place.environment["ASSISTANT_PORT"] = str(server.server_port)


def other_package(place: Place, stack: ExitStack) -> None:
    real = metadata.version
    stack.enter_context(patch.object(metadata, "version", lambda name: "0.4.1" if name == "tokenizers" else real(name)))


def missing_package(place: Place, stack: ExitStack) -> None:
    real = metadata.version

    def version(name: str) -> str:
        if name == "gradio":
            raise metadata.PackageNotFoundError(name)
        return real(name)

    stack.enter_context(patch.object(metadata, "version", version))


def given(**given: str) -> Callable[[Place, ExitStack], None]:
    return lambda place, stack: place.environment.update({f"ASSISTANT_{name}": text for name, text in given.items()})


def file(name: str, raw: bytes) -> Callable[[Place, ExitStack], object]:
    return lambda place, stack: (place.folder / name).write_bytes(raw)
