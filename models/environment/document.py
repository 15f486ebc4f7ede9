"""A YAML file read with the line of each key, and with `${VARIABLES}` filled in."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq, CommentedSet, TaggedScalar
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from models.environment.problems import Problem

Location = tuple[str | int, ...]
_QUOTED = re.compile(r"'[^']{2,}'|\"[^\"]{2,}\"")
_DUPLICATE = re.compile(r'found duplicate key ("[^"]*")')
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


@dataclass
class Document:
    """One file: its plain data, the line (from 1) of every key, and what is wrong with it.

    `unfilled` are the texts, as they are written, in which a `${VARIABLE}` was filled in: its
    value may be a secret.
    """

    path: Path
    name: str
    data: Any = None
    lines: dict[Location, int] = field(default_factory=dict)
    unfilled: dict[Location, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, location: Location) -> int:
        """The line of the key, or of the nearest one above it that is written."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)

    def problem(self, location: Location, found: str, right: str) -> Problem:
        """A problem with what stands at `location`."""
        key = ".".join(_shown(part) for part in location) or "(the file)"
        return Problem(self.name, self.line(location), key, found, right)


def _shown(part: str | int) -> str:
    """A part of a key as it can stand on one line: what cannot be seen is spelled out."""
    text = str(part)
    return text if text.isprintable() and text.strip() else repr(text)


def read(path: Path, name: str) -> Document:
    """Read the file; whatever is wrong with it is in `problems`, not raised."""
    document = Document(path, name)
    try:
        loaded = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
        document.data = _plain(loaded if loaded is not None else CommentedMap(), (), document)
    except RecursionError:
        found, right = "it contains itself, or is nested too deep", "Write each part out"
        document.problems.append(Problem(name, 1, "(the file)", found, right))
        return document
    except (YAMLError, OSError, ValueError, IndexError) as error:  # ruamel's, on odd scalars
        document.problems.append(_unreadable(name, error))
        return document
    if not isinstance(document.data, dict):
        document.problems.append(
            document.problem((), "the file is not a mapping", "Write `key: value` lines")
        )
    return document


def _unreadable(name: str, error: Exception) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else 1
    if isinstance(error, DuplicateKeyError):
        key = _DUPLICATE.match(str(error.problem))  # what follows are the values: may be secrets
        found = f"the key {key[1]} is there twice" if key else "a key is there twice"
        right = "Keep one of the two"
    elif isinstance(error, MarkedYAMLError):
        found = f"not YAML: {_QUOTED.sub('…', str(error.problem or error.context))}"
        right = "Check the indentation, the quotes and the colons here and in the line above"
    else:
        kind = type(error).__name__  # its words may quote the file
        found, right = f"cannot be read ({kind})", "It must be a UTF-8 text file of YAML"
    return Problem(name, line, "(the file)", found, right)


def _plain(value: Any, location: Location, document: Document) -> Any:
    if isinstance(value, CommentedMap):
        _note_lines(value, location, document)
        return {
            _key(key, location, document): _plain(item, (*location, key), document)
            for key, item in value.items()
        }
    if isinstance(value, CommentedSeq):
        _note_lines(value, location, document)
        return [_plain(item, (*location, i), document) for i, item in enumerate(value)]
    if isinstance(value, TaggedScalar | CommentedSet):
        right = "Write the value alone, without a tag that begins with !"
        document.problems.append(document.problem(location, "a tag means nothing here", right))
        return None
    return _filled(str(value), location, document) if isinstance(value, str) else value


def _note_lines(value: CommentedMap | CommentedSeq, location: Location, document: Document) -> None:
    # A key that `<<` brings along has no line of its own: the nearest above it stands for it.
    for part, place in (value.lc.data or {}).items():
        document.lines[(*location, part)] = place[0] + 1


def _key(key: Any, location: Location, document: Document) -> Any:
    if isinstance(key, Mapping | Sequence) and not isinstance(key, str):
        found = "a key is a list or a mapping"
        document.problems.append(document.problem(location, found, "Write a name as the key"))
        return str(key)
    return str(key) if isinstance(key, str) else key


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

    filled = _VARIABLE.sub(fill, text)
    if filled != text:
        document.unfilled[location] = text
    return filled
