"""The steps that can be switched off to measure what each is worth."""

from __future__ import annotations

import ast
from dataclasses import FrozenInstanceError, fields, replace
from pathlib import Path

import pytest

from assistant.steps import ALL, Steps

PACKAGE = Path(__file__).parent.parent / "assistant"
NAMES = [field.name for field in fields(Steps)]


def asked_for() -> set[str]:
    """The names of all that the program asks of something called `steps`."""
    return {
        node.attr
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("steps", "self.steps")
    }


def test_all_steps_are_taken() -> None:
    """Where nothing is switched off, every step is taken."""
    assert Steps() == ALL
    assert all(getattr(ALL, name) is True for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_one_step_can_be_switched_off(name: str) -> None:
    """Each step can be switched off alone, and the others stay."""
    fewer = replace(ALL, **{name: False})
    assert [other for other in NAMES if not getattr(fewer, other)] == [name]


def test_every_step_is_one_of_the_program() -> None:
    """The program asks for every step there is and for no other: none can be measured that does nothing."""
    assert asked_for() == set(NAMES)


def test_steps_are_frozen() -> None:
    """Steps cannot be changed: an ablation makes its own."""
    with pytest.raises(FrozenInstanceError):
        ALL.dense = False  # type: ignore[misc]
