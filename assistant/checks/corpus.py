"""The folder of the essays: what is left out of it and why, and what the index does not know yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.checks import Finding, Setup, count, wrong
from assistant.errors import CorpusError, EssayIndexError, UnreadableError

if TYPE_CHECKING:
    from assistant.documents import Listing

_READ = 50  # files that the index does not know, which are read at once: a second's work


@dataclass(slots=True)
class _Told:
    """What is known of the files, read now or when the index was made."""

    unread: dict[str, str] = field(default_factory=dict)  # with the reason
    twins: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    untold: int = 0  # files that nobody has read yet


def check_corpus(setup: Setup) -> Iterator[Finding]:
    """Whether the essays can be read, and which are not."""
    from assistant.documents import list_corpus
    from assistant.kept import known_files

    try:
        listing = list_corpus(setup.corpus, setup.settings, known_files(setup.index))
    except CorpusError as error:
        yield wrong("corpus", error)
        return
    manifest = _manifest(setup)
    told = _told(listing, manifest, setup)
    left_out = [f"{one.source} {one.reason}" for one in listing.skipped]
    left_out += [f"{source} {reason}" for source, reason in told.unread.items()]
    mend = f"Mend each as its line says, or name it in {setup.corpus / '.assistantignore'}; then: {setup.index_command}"
    if len(told.unread) == len(listing.files):
        found = f"no file in {setup.corpus} can be read"
        mend = mend if left_out else f"Put essays there, then: {setup.index_command}"
        yield Finding("corpus", "wrong", found, mend, tuple(left_out))
        return
    titled = f", {count(len(listing.metadata), 'file')} in corpus.toml" if listing.metadata_sha256 else ""
    yield Finding("corpus", "ok", f"{count(len(listing.files), 'file')} in {setup.corpus}{titled}")
    if left_out:
        yield Finding("left out", "note", f"{count(len(left_out), 'file')} not read", mend, tuple(sorted(left_out)))
    if told.twins:
        found = f"{count(len(told.twins), 'file')} with the text of another, which are read once"
        yield Finding("twice there", "note", found, "Nothing needs to be done.", tuple(told.twins))
    if told.notes:
        found = f"{count(len(told.notes), 'remark')} about essays that are read"
        yield Finding(
            "remarks", "note", found, "Nothing needs to be done where it is as you expect.", tuple(told.notes)
        )
    if told.untold:
        found = f"{count(told.untold, 'file')} that the index does not know yet were not looked into"
        yield Finding("not looked into", "note", found, "Read them all: python -m assistant doctor --full")
    if manifest:
        yield from _since(listing, manifest, told, setup)


def _manifest(setup: Setup) -> dict[str, Any]:
    """The manifest of the index that is there; nothing where there is none that this version reads."""
    from assistant.index import FORMAT
    from assistant.index_files import read_manifest

    try:
        manifest = read_manifest(setup.index)
    except EssayIndexError:
        return {}
    return manifest if manifest.get("format") == FORMAT else {}


def _told(listing: Listing, manifest: Mapping[str, Any], setup: Setup) -> _Told:
    """What the index recorded of files that are unchanged; the others are read, all or the first."""
    from assistant.documents import read_file, reader_fingerprint
    from assistant.duplicates import Duplicates

    told, seen, read = _Told(), Duplicates(), 0
    known = manifest.get("essays", {}) if manifest.get("reader") == reader_fingerprint() and not setup.full else {}
    for source, state in listing.files.items():
        one = known.get(source)
        if one is not None and one["file"]["sha256"] == state.sha256:
            if "unread" in one:
                told.unread[source] = one["unread"]
            if "twin" in one:
                told.twins.append(f"{source} {one['twin']}")
            told.notes += [f"{source} {note}" for note in one.get("notes", ())]
            continue
        read += 1
        if read > _READ and not setup.full:
            told.untold += 1
            continue
        try:
            document, _ = read_file(listing, source, setup.settings)
        except UnreadableError as error:
            told.unread[source] = str(error)
            continue
        if twin := seen.add(document):
            told.twins.append(f"{source} has the same text as {twin}, which is read")
        else:
            told.notes += [f"{source} {note}" for note in document.notes]
    return told


def _since(listing: Listing, manifest: Mapping[str, Any], told: _Told, setup: Setup) -> Iterator[Finding]:
    """What changed since the index was made."""
    from assistant.documents import reader_fingerprint

    before = {source: one["file"]["sha256"] for source, one in manifest["essays"].items()}
    now = {source: state.sha256 for source, state in listing.files.items()}
    lines = [f"{source} is new" for source in now if source not in before and source not in told.unread]
    lines += [f"{source} has changed" for source in now if source in before and before[source] != now[source]]
    lines += [f"{source} is gone, but still answers" for source in before if source not in now]
    if manifest.get("corpus_toml") != listing.metadata_sha256:
        lines.append("corpus.toml has changed")
    kinds = Counter(line.partition(",")[0].rpartition(" ")[2] for line in lines)
    if lines:
        found = "the index is older than the essays: " + ", ".join(f"{number} {kind}" for kind, number in kinds.items())
        yield Finding("up to date", "note", found, setup.index_command, tuple(lines))
    elif manifest.get("reader") != reader_fingerprint():
        found = "the essays were read by another version of the program, and are read again at the next index"
        yield Finding("up to date", "note", found, setup.index_command)
    else:
        yield Finding("up to date", "ok", "the index knows every essay as it is now")
