"""A YAML file read with the line of each key, and with `${VARIABLES}` filled in."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from models.environment.problems import Problem

Location = tuple[str | int, ...]
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


@dataclass
class Document:
    """One file: its plain data, the line (from 1) of every key, and what is wrong with it."""

    path: Path
    name: str
    data: Any = None
    lines: dict[Location, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, location: Location) -> int:
        """The line of the key, or of the nearest one above it that is written."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)

    def problem(self, location: Location, found: str, right: str) -> Problem:
        """A problem with what stands at `location`."""
        key = ".".join(str(part) for part in location) or "(the file)"
        return Problem(self.name, self.line(location), key, found, right)


def read(path: Path, name: str) -> Document:
    """Read the file; whatever is wrong with it is in `problems`, not raised."""
    document = Document(path, name)
    try:
        loaded = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError, OSError) as error:
        document.problems.append(_unreadable(name, error))
        return document
    document.data = _plain(loaded if loaded is not None else CommentedMap(), (), document)
    if not isinstance(document.data, dict):
        document.problems.append(
            document.problem((), "the file is not a mapping", "Write `key: value` lines")
        )
    return document


def _unreadable(name: str, error: Exception) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else 1
    if isinstance(error, DuplicateKeyError):
        found, right = str(error.problem), "Keep one of the two keys"
    elif isinstance(error, MarkedYAMLError):
        found = f"not YAML: {error.problem or error.context}"
        right = "Check the indentation, the quotes and the colons here and in the line above"
    else:
        found, right = f"cannot be read: {error}", "It must be a UTF-8 text file that can be read"
    return Problem(name, line, "(the file)", found, right)


def _plain(value: Any, location: Location, document: Document) -> Any:
    if isinstance(value, CommentedMap):
        for key in value:
            document.lines[(*location, key)] = value.lc.key(key)[0] + 1
        return {key: _plain(item, (*location, key), document) for key, item in value.items()}
    if isinstance(value, CommentedSeq):
        for index in range(len(value)):
            document.lines[(*location, index)] = value.lc.item(index)[0] + 1
        return [_plain(item, (*location, i), document) for i, item in enumerate(value)]
    return _filled(str(value), location, document) if isinstance(value, str) else value


def _filled(text: str, location: Location, document: Document) -> str:
    def fill(match: re.Match[str]) -> str:
        name, default = match.groups()
        value = os.environ.get(name) or default
        if value is None:
            document.problems.append(
                document.problem(
                    location,
                    f"the environment variable {name} is not set",
                    f"Set it, for example `export {name}=…`",
                )
            )
            return ""
        return value

    return _VARIABLE.sub(fill, text)
