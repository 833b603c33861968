"""The tree of errors."""

from __future__ import annotations

import inspect

import assistant.errors
from assistant.errors import AssistantError


def drawn() -> list[tuple[str, str]]:
    """The tree in the module's docstring as (class, its base) pairs, in order."""
    pairs: list[tuple[str, str]] = []
    path: list[str] = []
    for line in (assistant.errors.__doc__ or "").splitlines():
        name = line.lstrip("│├└─ ").split(" ")[0]
        if name.endswith("Error"):
            depth = (len(line) - len(line.lstrip("│├└─ "))) // 4
            pairs.append((name, path[depth - 1] if depth else "Exception"))
            path[depth:] = [name]
    return pairs


def test_tree_is_drawn_as_it_is() -> None:
    """The tree in the module's docstring names every class in its order, under its base."""
    classes = [one for _, one in inspect.getmembers(assistant.errors, inspect.isclass)]
    ours = [one for one in classes if one.__module__ == "assistant.errors"]
    in_order = sorted(ours, key=lambda one: inspect.getsourcelines(one)[1])
    assert drawn() == [(one.__name__, one.__base__.__name__) for one in in_order]


def test_one_base() -> None:
    """Catching AssistantError catches them all, and nothing that is not ours."""
    assert all(issubclass(getattr(assistant.errors, name), AssistantError) for name, _ in drawn())
    assert AssistantError.__bases__ == (Exception,)


def test_every_error_says_what_it_is() -> None:
    """Every error has a docstring of its own."""
    for name, _ in drawn():
        assert getattr(assistant.errors, name).__dict__["__doc__"]
