"""From a source's records to a dataset's columns, as the source's YAML maps them."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError, JMESPathTypeError

from connectors.protocol import Record
from flows.ingest.columns import Column, Reader, reader
from flows.ingest.values import Parser, parser
from models.datasets import DATASETS, Dataset
from models.environment.settings import Settings
from models.environment.sources import FieldMap, Source
from models.errors import ConfigurationError

_PATH_SIGNS = frozenset(".[]{}()|@*&")


@dataclass
class Mapped:
    """A page as columns of texts for the database, and the problems of rows, in words."""

    columns: dict[str, Column]
    problems: dict[int, list[str]]


@dataclass(frozen=True)
class Field:
    """One mapped field: how it is found in records, and how its values are read.

    `read` reads a whole column where all its values are as most are.
    """

    target: str
    origin: str | None
    find: Callable[[Sequence[Record]], list[Any]]
    parse: Parser
    read: Reader | None


class Mapping:
    """A source's field map, compiled once and applied to page after page."""

    def __init__(self, source: Source, settings: Settings) -> None:
        self.dataset: Dataset = DATASETS[source.dataset]
        self.fields = [
            Field(
                target,
                mapped.from_,
                _finder(source, target, mapped),
                _parser(source, target, mapped, self.dataset, settings),
                reader(self.dataset.column(target).kind, mapped),
            )
            for target, mapped in source.fields.items()
        ]

    def origins(self, seen: Container[str]) -> dict[str, set[str]]:
        """By target, the source's top-level names that are taken, those inside paths included.

        `seen` are the names that the records have: a name with the signs of a path in it, like
        `Cost (USD)`, is a name where a record has it.
        """
        return {
            field.target: {field.origin}
            if field.origin in seen or not _is_path(field.origin)
            else _names_in(field.origin)
            for field in self.fields
            if field.origin
        }

    def apply(self, records: Sequence[Record]) -> Mapped:
        """The page's columns; a value that does not fit is null, and a problem of its row."""
        mapped = Mapped({}, {})
        for field in self.fields:
            values = field.find(records)
            column = field.read(values) if field.read else None
            if column is None:
                column = self._one_by_one(field, values, mapped.problems)
            mapped.columns[field.target] = column
        return mapped

    def _one_by_one(
        self, field: Field, values: Sequence[Any], problems: dict[int, list[str]]
    ) -> Column:
        parse = field.parse
        column: Column = []
        add = column.append
        for index, value in enumerate(values):
            if value is None or value == "" or (type(value) is str and not value.strip()):
                add(None)
                continue
            try:
                if type(value) is _Unfound:
                    raise ValueError(value.why)
                add(parse(value) or None)
            except ValueError as error:
                add(None)
                problems.setdefault(index, []).append(f"{field.target}: {error}")
        return column


@dataclass(frozen=True)
class _Unfound:
    """In place of a value: why the path could not be followed in this record."""

    why: str


def _parser(
    source: Source, target: str, mapped: FieldMap, dataset: Dataset, settings: Settings
) -> Parser:
    try:
        parse = parser(
            dataset.column(target).kind, mapped, settings.timezone, settings.languages[0]
        )
        if mapped.value is not None:
            parse(mapped.value)
    except ValueError as error:
        raise ConfigurationError(
            f"Reading fields.{target} of the source {source.source}",
            f"what fields.{target} declares does not fit: {error}",
            f"Its kind is {dataset.column(target).kind}",
        ) from error
    return parse


def _is_path(origin: str) -> bool:
    return not _PATH_SIGNS.isdisjoint(origin)


def _finder(
    source: Source, target: str, mapped: FieldMap
) -> Callable[[Sequence[Record]], list[Any]]:
    if mapped.from_ is None:
        return lambda records: [mapped.value] * len(records)
    name = mapped.from_
    if not _is_path(name):
        return lambda records: _named(records, name)
    path = _compiled(source, target, name)
    return lambda records: [_by_name_or_path(record, name, path) for record in records]


def _named(records: Sequence[Record], name: str) -> list[Any]:
    try:
        return list(map(itemgetter(name), records))
    except KeyError:  # some have no such field
        return [record.get(name) for record in records]


def _compiled(source: Source, target: str, name: str) -> Any:
    try:
        path = jmespath.compile(name)
        path.search({})
    except JMESPathTypeError:
        return path  # there is nothing in an empty record; the functions are known
    except JMESPathError as error:
        raise ConfigurationError(
            f"Reading fields.{target} of the source {source.source}",
            f"{name!r} is not a JMESPath: {error}",
            "Write a field's name, or a path like person.iin; a name that has the signs of a"
            " path in it, in quotes within quotes: '\"Cost (USD)\"'",
        ) from error
    return path


def _by_name_or_path(record: Record, name: str, path: Any) -> Any:
    if name in record:
        return record[name]
    try:
        return path.search(record)
    except JMESPathError as error:
        return _Unfound(f"{name} cannot be followed: {type(error).__name__}")


def _names_in(path: str) -> set[str]:
    """The top-level fields that a JMESPath reads."""

    def walk(node: dict[str, Any]) -> set[str]:
        if node["type"] == "field":
            return {node["value"]}
        children = [child for child in node["children"] if isinstance(child, dict)]
        if node["type"] in ("subexpression", "index_expression", "pipe"):
            children = children[:1]
        return {name for child in children for name in walk(child)}

    return walk(jmespath.compile(path).parsed)
