"""Looks at all that can be wrong with a set-up, and says how to mend it: `python -m assistant doctor`."""

from __future__ import annotations

import os
import textwrap
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.checks import Finding, Setup, count, wrong
from assistant.checks.address import check_address
from assistant.checks.configuration import (
    check_feedback,
    check_messages,
    check_serving,
    check_settings,
    usable_settings,
)
from assistant.checks.corpus import check_corpus
from assistant.checks.disk import check_room
from assistant.checks.index import check_index, check_last_run
from assistant.checks.machine import check_memory, check_packages, check_python, check_version
from assistant.checks.model import check_background, check_unpacked, check_vector, check_weights
from assistant.errors import AssistantError
from assistant.version import __version__

Check = Callable[[Setup], Iterable[Finding]]
CHECKS: tuple[Check, ...] = (
    check_version,
    check_python,
    check_memory,
    check_packages,
    check_settings,
    check_messages,
    check_serving,
    check_feedback,
    check_weights,
    check_unpacked,
    check_vector,
    check_background,
    check_corpus,
    check_index,
    check_last_run,
    check_room,
    check_address,
)
_MAX_DETAILS = 20  # lines under a finding in the terminal; as JSON there are all


def examine(
    corpus: str | Path | None = None,
    index: str | Path | None = None,
    *,
    environment: Mapping[str, str] = os.environ,
    quick: bool = False,
    full: bool = False,
) -> tuple[Finding, ...]:
    """What every check finds; `corpus` and `index` are folders, those of the settings where none are named."""
    settings, _ = usable_settings(environment)
    setup = Setup(
        settings,
        environment,
        Path(corpus or settings.corpus).expanduser(),
        Path(index or settings.index).expanduser(),
        quick=quick,
        full=full,
    )
    return tuple(finding for check in CHECKS for finding in _safely(check, setup))


def _safely(check: Check, setup: Setup) -> Iterator[Finding]:
    """What a check finds; where it fails itself, that is a finding too."""
    subject = check.__name__.removeprefix("check_").replace("_", " ")
    try:
        yield from check(setup)
    except AssistantError as error:
        yield wrong(subject, error)
    except ModuleNotFoundError as error:
        found = f"it cannot be checked, since {error.name} is not installed"
        yield Finding(subject, "wrong", found, "Install what the packages above lack, then run the doctor again.")
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}, line {last.lineno}"
        found = f"the check itself failed: {type(error).__name__}: {error} ({place})".replace("\n", " ")
        yield Finding(subject, "wrong", found, "Report this line to whoever keeps the program.")


def is_well(findings: Iterable[Finding]) -> bool:
    """Whether nothing is broken."""
    return all(finding.level != "wrong" for finding in findings)


def as_dict(findings: Sequence[Finding]) -> dict[str, Any]:
    """The findings for JSON."""
    well = is_well(findings)
    return {"ok": well, "version": __version__, "findings": [asdict(finding) for finding in findings]}


def report(findings: Sequence[Finding], *, width: int = 100) -> str:
    """The findings as lines for the terminal: one for each, and what helps under what needs it."""
    column = max(len(finding.subject) for finding in findings) + 2
    indent = " " * (7 + column)
    lines = []
    for finding in findings:
        first = f"{finding.level:7}{finding.subject:{column}}"
        lines.append(_wrapped(finding.found, first, indent, width))
        shown = finding.details[:_MAX_DETAILS]
        lines += [_wrapped(line, f"{indent}- ", f"{indent}  ", width) for line in shown]
        if len(finding.details) > len(shown):
            lines.append(f"{indent}- and {count(len(finding.details) - len(shown), 'line')} more: see --json")
        if finding.mend:
            lines.append(_wrapped(finding.mend, f"{indent}> ", f"{indent}  ", width))
    return "\n".join([*lines, "", summary(findings)])


def summary(findings: Sequence[Finding]) -> str:
    """One line that says whether all is well."""
    levels = Counter(finding.level for finding in findings)
    whole = "All is well" if is_well(findings) else f"{count(levels['wrong'], 'thing')} to mend"
    notes = f", {count(levels['note'], 'note')}" if levels["note"] else ""
    return f"{whole}{notes}, {levels['ok']} of {len(findings)} checks ok."


def _wrapped(text: str, first: str, indent: str, width: int) -> str:
    """Text in lines of a width; a path or a command is never broken."""
    return textwrap.fill(
        text,
        max(width, len(indent) + 40),
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
