"""What is wrong in an environment's files: the file, the line, the key, what would be right."""

import difflib
import re
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from models.environment.secrets import SecretRef, redact
from models.errors import ConfigurationError

if TYPE_CHECKING:
    from models.environment.document import Document, Location


_SECRET = re.compile(r"pass|pwd|secret|token|key|credential|auth|login", re.IGNORECASE)
"""Keys under which people write secrets."""


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
    found: dict[tuple[int, str], Problem] = {}
    for detail in error.errors():
        problem = _problem(detail, document, model, prefix)
        place = (problem.line, problem.key)
        other = found.get(place)
        if other is not None and problem.right not in other.right:  # none of a union's kinds fits
            problem = replace(other, right=f"{other.right}, or: {problem.right}")
        found[place] = problem
    return list(found.values())


def _problem(
    detail: ErrorDetails, document: "Document", model: type[BaseModel], prefix: "Location"
) -> Problem:
    location = _written((*prefix, *detail["loc"]), document.data, detail["type"] == "missing")
    inner = location[len(prefix) :]
    if detail["type"] == "extra_forbidden":
        return document.problem(location, "no such key", _did_you_mean(model, inner))
    if detail["type"] == "missing":
        return document.problem(location, "this key is missing", f"Add `{location[-1]}: …`")
    written = document.unfilled.get(location, detail["input"])
    found = f"{_shown(written, is_secret(model, inner))} does not fit"
    if detail["type"] == "union_tag_invalid":  # its words quote what was written
        return document.problem(location, found, f"One of {detail['ctx']['expected_tags']}")
    return document.problem(location, found, _sentence(detail["msg"]))


def _written(location: "Location", data: Any, missing: bool) -> "Location":
    """The location as it stands in the file, without pydantic's own words for kinds of values."""
    kept: list[str | int] = []
    here = data
    for part in location[: -1 if missing else None]:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            continue
        kept.append(part)
    return (*kept, location[-1]) if missing else tuple(kept)


def is_secret(model: type[BaseModel], location: "Location") -> bool:
    """Whether what stands at `location` is, or may by mistake be, a secret."""
    named = any(isinstance(part, str) and _SECRET.search(part) for part in location)
    return named or any(
        SecretRef in models_at(model, location[: n + 1]) for n in range(len(location))
    )


def _shown(value: Any, secret: bool) -> str:
    """A value for a sentence: never a secret, nor what may hold one further inside."""
    if isinstance(value, dict):
        return f"a mapping of {', '.join(map(str, value)) or 'nothing'}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = repr(value)
    if secret or "@" in text:
        return "the value (not shown, it may be a secret)"
    text = redact(text)
    return text if len(text) <= 60 else text[:57] + "…"


def _sentence(message: str) -> str:
    message = message.removeprefix("Value error, ")
    message = re.sub(
        r"a valid dictionary or (instance of \w+|object to .*)", "`key: value` lines", message
    )
    if message == "Input should be a valid string":
        message = "A text is needed: write it in quotes"
    return message[:1].upper() + message[1:]


def _did_you_mean(model: type[BaseModel], location: "Location") -> str:
    known = sorted(keys_at(model, location[:-1]))
    near = difflib.get_close_matches(str(location[-1]), known, n=1)
    guess = f"Did you mean `{near[0]}`? " if near else ""
    return f"{guess}Known here: {', '.join(known)}" if known else f"{guess}Remove it".strip()


def keys_at(model: Any, location: Iterable[str | int]) -> set[str]:
    """The keys that may stand at `location` of a file that `model` checks."""
    here = models_at(model, location)
    return {info.alias or name for each in here for name, info in each.model_fields.items()}


def models_at(model: Any, location: Iterable[str | int]) -> set[type[BaseModel]]:
    """The models that may check what stands at `location` of a file."""
    here = _models(model)
    for part in location:
        here = {
            found
            for each in here
            for name, info in each.model_fields.items()
            if part in (name, info.alias)
            for found in _models(info.annotation)
        } or here
    return here


def _models(annotation: Any) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    if typing.get_origin(annotation) in (dict, Mapping):
        return _models(typing.get_args(annotation)[1])
    return {found for inner in typing.get_args(annotation) for found in _models(inner)}
