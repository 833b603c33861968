"""The settings: each by itself, together, and the files that they name."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from assistant.checks import Finding, Setup, count, wrong
from assistant.errors import FeedbackError, SettingsError
from assistant.settings import PREFIX, Settings
from assistant.sites import allowed_sites

_NAMES = [PREFIX + field.name.upper() for field in fields(Settings)]


def usable_settings(environment: Mapping[str, str]) -> tuple[Settings, list[Finding]]:
    """The settings that an environment gives, and a finding for each variable that had to be left out."""
    given = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    findings: list[Finding] = []
    while True:
        try:
            return Settings.from_environment(given), findings
        except SettingsError as error:
            findings.append(_finding(error))
            told = re.match(r"\w+", str(error))
            if told is None or given.pop(told[0], None) is None:  # a default that does not go with what is given
                given = {name: value for name, value in given.items() if not name.endswith("_PASSAGE_CHARS")}


def _finding(error: SettingsError) -> Finding:
    name = str(error).partition(" ")[0]
    if name in _NAMES:
        return wrong("settings", error, f"Set {name} as docs/settings.md says, or unset it: {_unset(name)}")
    near = get_close_matches(name, _NAMES, n=1)
    meant = f"Perhaps {near[0]} is meant. " if near else "docs/settings.md lists those that there are. "
    found = f"{name} is set in the environment, but there is no such setting"
    return Finding("settings", "wrong", found, f"{meant}Correct the name, or unset it: {_unset(name)}")


def _unset(name: str) -> str:
    return f"Remove-Item Env:{name}" if os.name == "nt" else f"unset {name}"


def check_settings(setup: Setup) -> Iterator[Finding]:
    """Whether every variable of the environment is a setting with a value that can be used."""
    _, findings = usable_settings(setup.environment)
    yield from findings
    if not findings:
        given = sorted(name for name in setup.environment if name.startswith(PREFIX))
        yield Finding(
            "settings", "ok", f"{count(len(given), 'variable')} set" + (f": {', '.join(given)}" * bool(given))
        )


def check_messages(setup: Setup) -> Iterator[Finding]:
    """Whether the owner's own file of messages can be used."""
    from assistant.messages import read_messages

    if not setup.settings.messages:
        return
    path = Path(setup.settings.messages).expanduser()
    try:
        tables = read_messages(path)
    except SettingsError as error:
        mend = f"Correct that place in {path}" if path.is_file() else "Name a file that is there"
        yield wrong("messages", error, f"{mend}, or unset it: {_unset(PREFIX + 'MESSAGES')}")
    else:
        yield Finding("messages", "ok", f"{count(sum(map(len, tables.values())), 'message')} of the owner's, in {path}")


def check_serving(setup: Setup) -> Iterator[Finding]:
    """Whether what is set for a server that others reach goes together."""
    found = [*_contradictions(setup.settings)]
    yield from found
    if not found:
        yield Finding("serving", "ok", "what is set about hosts, proxies and other sites goes together")


def _contradictions(settings: Settings) -> Iterator[Finding]:
    from assistant.clients import Clients

    public = urlsplit(settings.public_url)
    is_local = _is_loopback(settings.host)
    if settings.public_url and (public.scheme not in ("http", "https") or not public.netloc):
        yield Finding(
            "serving",
            "wrong",
            f"ASSISTANT_PUBLIC_URL is {settings.public_url!r}, which is no address of a site",
            "Write it as a browser shows it, such as https://essays.school.nl/chat",
        )
    elif settings.public_url and not settings.proxies:
        yield Finding(
            "serving",
            "note",
            "ASSISTANT_PUBLIC_URL is set but ASSISTANT_PROXIES is not: all visitors count as one client",
            "Set ASSISTANT_PROXIES to the address of the proxy, such as 127.0.0.1 (docs/server.md).",
        )
    try:
        Clients(settings.proxies)
    except SettingsError as error:
        yield wrong("serving", error, "Correct ASSISTANT_PROXIES, or unset it where no proxy stands before the server.")
    if strange := [name for name in settings.hosts.replace(",", " ").split() if "/" in name]:
        yield Finding(
            "serving",
            "wrong",
            f"ASSISTANT_HOSTS names {strange[0]!r}, but the name of a machine was expected",
            "Write the name alone, without https:// and without a page: essays.school.nl",
        )
    if not (is_local or settings.hosts or settings.public_url):
        yield Finding(
            "serving",
            "note",
            f"ASSISTANT_HOST is {settings.host}, so that others reach the server, by whatever name they use",
            "Set ASSISTANT_HOSTS to the names that it has, or ASSISTANT_PUBLIC_URL (docs/server.md).",
        )
    far = [site for site in allowed_sites(settings.sites) if not _is_loopback(urlsplit(site).hostname or "")]
    if far and is_local and not settings.public_url:
        yield Finding(
            "serving",
            "note",
            f"ASSISTANT_SITES lets {far[0]} in, but only this machine reaches the server",
            "Set ASSISTANT_PUBLIC_URL to where a proxy shows it, or ASSISTANT_HOST=0.0.0.0 (docs/embedding.md).",
        )


def _is_loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def check_feedback(setup: Setup) -> Iterator[Finding]:
    """Whether the file that keeps thumbs and questions can be used, where the owner wants one."""
    from assistant.feedback import read_feedback

    if not setup.settings.feedback:
        return
    path = Path(setup.settings.feedback).expanduser()
    off = _unset(PREFIX + "FEEDBACK")
    if not path.exists():
        parent = path.parent
        while not parent.exists():
            parent = parent.parent
        if parent.is_dir() and os.access(parent, os.W_OK):
            yield Finding("feedback", "ok", f"{path} is made when the server starts")
        else:
            found = f"ASSISTANT_FEEDBACK is {path}, but nothing can be written into {parent}"
            yield Finding("feedback", "wrong", found, f"Name a file elsewhere, or keep none: {off}")
        return
    try:
        kept = read_feedback(path)
    except FeedbackError as error:
        yield wrong("feedback", error, f"Name another file, which is made then, or keep none: {off}")
        return
    if not os.access(path, os.W_OK):
        yield Finding("feedback", "wrong", f"{path} may not be written", f"Give permission, or keep none: {off}")
    else:
        told = f"{count(len(kept.thumbs), 'thumb')}, {count(len(kept.unanswered), 'unanswered question')}"
        yield Finding("feedback", "ok", f"{path}: {told}")
