"""What is wrong in an environment's files: the file, the line, the key, what would be right."""

import difflib
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from models.environment.secrets import redact
from models.errors import ConfigurationError

if TYPE_CHECKING:
    from models.environment.document import Document, Location


@dataclass(frozen=True)
class Problem:
    """One thing to put right."""

    file: str
    line: int
    key: str
    found: str
    right: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.found}. {self.right}"


class EnvironmentProblems(ConfigurationError):
    """The environment's files are wrong; nothing has run. `problems` has all of them."""

    def __init__(self, folder: str, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        listed = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(
            f"Reading the environment {folder}",
            f"{len(problems)} thing(s) to put right:\n{listed}\n",
            "Nothing has run; `tereze environment check` reads it again",
        )

    def __str__(self) -> str:
        return f"{self.tried}: {self.found}{self.next_step}."


def from_validation(
    error: ValidationError,
    document: "Document",
    model: type[BaseModel],
    prefix: "Location" = (),
) -> list[Problem]:
    """The problems behind a pydantic error, each with its line and what would be right."""
    return [_problem(detail, document, model, prefix) for detail in error.errors()]


def _problem(
    detail: ErrorDetails, document: "Document", model: type[BaseModel], prefix: "Location"
) -> Problem:
    inner = tuple(part for part in detail["loc"] if part not in ("function-after", "constrained"))
    location = (*prefix, *inner)
    if detail["type"] == "extra_forbidden":
        return document.problem(location, "no such key", _did_you_mean(model, inner))
    if detail["type"] == "missing":
        return document.problem(location, "this key is missing", f"Add `{inner[-1]}: …`")
    found = f"{_shown(detail['input'])} does not fit"
    return document.problem(location, found, _sentence(detail["msg"]))


def _shown(value: Any) -> str:
    text = redact(repr(value))
    return text if len(text) <= 60 else text[:57] + "…"


def _sentence(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return message[:1].upper() + message[1:]


def _did_you_mean(model: type[BaseModel], location: "Location") -> str:
    known = sorted(keys_at(model, location[:-1]))
    near = difflib.get_close_matches(str(location[-1]), known, n=1)
    guess = f"Did you mean `{near[0]}`? " if near else ""
    return f"{guess}Known here: {', '.join(known)}" if known else f"{guess}Remove it".strip()


def keys_at(model: Any, location: Iterable[str | int]) -> set[str]:
    """The keys that may stand at `location` of a file that `model` checks."""
    here = _models(model)
    for part in location:
        here = {
            found
            for each in here
            for name, info in each.model_fields.items()
            if part in (name, info.alias)
            for found in _models(info.annotation)
        } or here
    return {info.alias or name for each in here for name, info in each.model_fields.items()}


def _models(annotation: Any) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    if typing.get_origin(annotation) in (dict, Mapping):
        return _models(typing.get_args(annotation)[1])
    return {found for inner in typing.get_args(annotation) for found in _models(inner)}
