"""Every key that may stand in an environment's files, model by model, with its default in words."""

import types
import typing
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from connectors.callers import CALLERS
from connectors.registry import CONNECTORS
from models.environment.loader import FILES, FOLDERS


def models() -> dict[str, type[BaseModel]]:
    """Every model that checks a part of a file, by its name."""
    found: dict[str, type[BaseModel]] = {}
    roots: list[type[BaseModel]] = [*FILES.values(), *(model for _, model in FOLDERS.values())]
    for connector in CONNECTORS.values():
        roots += [connector.Connection, connector.Request]
    for caller in CALLERS.values():
        roots += [caller.Connection, caller.Operation]
    while roots:
        model = roots.pop()
        if found.setdefault(model.__name__, model) is not model:
            raise AssertionError(f"two models are called {model.__name__}")
        for field in model.model_fields.values():
            inner = _inside(field.annotation)
            roots += [each for each in inner if each.__name__ not in found]
    return found


def _inside(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif not isinstance(annotation, type) or isinstance(annotation, types.GenericAlias):
        for part in typing.get_args(annotation):
            yield from _inside(part)


def keys(model: type[BaseModel]) -> dict[str, str]:
    """The model's keys as they are written in YAML, each with its default in words."""
    return {info.alias or name: default_of(info) for name, info in model.model_fields.items()}


def default_of(info: FieldInfo) -> str:
    """`required`, `none`, `as below` for a part with defaults of its own, or the YAML of it."""
    default = info.get_default(call_default_factory=True, validated_data={})
    if default is PydanticUndefined:
        return "required"
    if default in (None, {}, []):
        return "none"
    if isinstance(default, BaseModel) or _of_models(default):
        return "as below"
    if isinstance(default, timedelta):
        return written(default)
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, list):
        return f"[{', '.join(default)}]"
    return str(default)


def _of_models(default: Any) -> bool:
    return isinstance(default, list) and isinstance(default[0], BaseModel)


def written(duration: timedelta) -> str:
    """The duration as an environment writes it: `1h 30m`."""
    seconds = int(duration.total_seconds())
    units = {"d": seconds // 86400, "h": seconds // 3600 % 24, "m": seconds // 60 % 60}
    parts = [f"{count}{unit}" for unit, count in (units | {"s": seconds % 60}).items() if count]
    return " ".join(parts)
