"""The bodies of the HTTP interface: each model describes the dataclass of its name."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from assistant import bodies, essay_view, sources, types


def shape(schema: Any) -> Any:
    """A JSON schema without what only describes or narrows: the names and kinds of its fields."""
    if isinstance(schema, list):
        return [shape(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    dropped = "title description minimum maximum minLength maxLength pattern default required examples".split()
    kept = {key: value for key, value in schema.items() if key not in dropped or isinstance(value, dict)}
    return {key: shape(value) for key, value in kept.items()}


@pytest.mark.parametrize(
    ("model", "value"),
    [
        *((getattr(bodies, name), getattr(types, name)) for name in "Sentence Citation Passage Hit Answer".split()),
        *((getattr(bodies, name), getattr(sources, name)) for name in "Post Source".split()),
        *((getattr(bodies, name), getattr(essay_view, name)) for name in "Segment ViewBlock Place EssayView".split()),
    ],
    ids=lambda one: one.__module__.partition(".")[2],
)
def test_a_model_describes_its_dataclass(model: type[BaseModel], value: Any) -> None:
    """A model and the dataclass of its name have the same fields of the same kinds in the same order."""
    assert list(model.model_fields) == [field.name for field in dataclasses.fields(value)]
    described = model.model_json_schema(mode="serialization")
    assert shape(described) == shape(TypeAdapter(value).json_schema(mode="serialization"))
    assert described["required"] == list(model.model_fields)
