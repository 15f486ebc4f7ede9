"""What a source's records look like, and how that differs from what is declared and was seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from connectors.protocol import Record

KINDS: dict[type, str] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "boolean",
    list: "list",
    dict: "object",
}


@dataclass
class Shape:
    """The fields of a pull's records with the kinds of their values, gathered page by page."""

    fields: dict[str, set[str]] = field(default_factory=dict)
    records: int = 0

    def add(self, records: Sequence[Record]) -> None:
        """Look at a page: at the names of every record, and at the values of every field."""
        self.records += len(records)
        for name in set[str]().union(*records):
            kinds = {KINDS.get(each, each.__name__) for each in _types(records, name)}
            self.fields.setdefault(name, set()).update(kinds)

    def merged(self, known: dict[str, list[str]]) -> dict[str, list[str]]:
        """What is known of the fields after this pull."""
        names = known.keys() | self.fields.keys()
        return {
            name: sorted(set(known.get(name, [])) | self.fields.get(name, set()))
            for name in sorted(names)
        }


def _types(records: Sequence[Record], name: str) -> set[type]:
    try:
        types = set(map(type, map(itemgetter(name), records)))
    except KeyError:  # some have no such field
        types = {type(record.get(name)) for record in records}
    return types - {type(None)}


def drift(shape: Shape, taken: Iterable[str], ignored: Iterable[str], known: Any) -> list[str]:
    """The differences, each in words that name the field.

    A field is new while it is neither taken nor ignored by the source's YAML, vanished when no
    record has it although the YAML takes it, and changed when its values are of a kind that no
    earlier pull has seen.
    """
    if not shape.records:
        return []
    taken_names, ignored_names = set(taken), set(ignored)
    found = [
        f"new field {name!r} ({_listed(kinds)}): add it to `fields`, or to `ignore`"
        for name, kinds in sorted(shape.fields.items())
        if name not in taken_names | ignored_names
    ]
    found += [
        f"vanished field {name!r}: no record has it any more"
        for name in sorted((taken_names | (ignored_names & known.keys())) - shape.fields.keys())
    ]
    for name, kinds in sorted(shape.fields.items()):
        before = set(known.get(name, []))
        if before and kinds - before:
            found.append(f"changed type of {name!r}: {_listed(before)} became {_listed(kinds)}")
    return found


def _listed(kinds: Iterable[str]) -> str:
    return " or ".join(sorted(kinds)) or "always empty"
