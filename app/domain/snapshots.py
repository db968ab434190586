"""Frozen values ↔ canonical JSON: equal values are equal text, so a SHA-256 of it can seal a document."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

# Marks a field that documents sealed before it have not: at its default it is left out, so that their seals hold.
LATER = "later"


def later(default: T) -> T:
    """A field of a dataclass that came after the first documents were sealed."""
    field: T = dataclasses.field(default=default, metadata={LATER: True})
    return field


def to_json(value: Any) -> str:
    """A dataclass as JSON with sorted keys and no blanks; dates in ISO form, no floats."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(cls: type[T], text: str) -> T:
    """The reverse of :func:`to_json`; ``ValueError``, ``KeyError`` or ``TypeError`` if it is none."""
    value: T = _build(cls, json.loads(text))
    return value


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {
            f.name: _plain(getattr(value, f.name))
            for f in dataclasses.fields(value)
            if not (LATER in f.metadata and getattr(value, f.name) == f.default)
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # datetime too
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        # A lone surrogate has no UTF-8 form; nothing that is to be sealed may hold one.
        return value.encode("utf-8", "replace").decode("utf-8")
    if value is None or isinstance(value, int):
        return value
    raise TypeError(f"no place in a snapshot for {type(value).__name__}")


def _build(kind: Any, data: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        (inner,) = (arg for arg in get_args(kind) if arg is not types.NoneType)
        return None if data is None else _build(inner, data)
    if origin is tuple:
        return tuple(_build(get_args(kind)[0], item) for item in data)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        # A field that older snapshots do not have keeps its default.
        return kind(**{name: _build(hint, data[name]) for name, hint in _hints(kind).items() if name in data})
    if issubclass(kind, tuple):  # a NamedTuple
        return kind(*(_build(hint, item) for hint, item in zip(_hints(kind).values(), data, strict=True)))
    if issubclass(kind, date):
        return kind.fromisoformat(data)
    if issubclass(kind, Enum):
        return kind(data)
    if not isinstance(data, kind):
        raise TypeError(f"{data!r} is no {kind.__name__}")
    return data


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    if dataclasses.is_dataclass(kind):
        return {f.name: hints[f.name] for f in dataclasses.fields(kind)}
    return hints
