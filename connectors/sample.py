"""What a sample of records shows of a source: its fields and the kinds of their values."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from connectors.protocol import Description

SAMPLE_SIZE = 1000


def kind_of(value: object) -> str:
    """`text`, `number`, `boolean`, `time`, `list`, `object` or `empty` (no value at all)."""
    if value is None or value == "":
        return "empty"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "time" if _is_time(value) else "text"
    return "object" if isinstance(value, Mapping) else "list"


def _is_time(text: str) -> bool:
    if len(text) < 10 or text.isdecimal():  # 20260504 may be a date, a number or a code
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def describe_records(
    records: Iterable[Mapping[str, Any]], notes: Iterable[str] = ()
) -> Description:
    """The fields of the records with the kind most of their values have.

    A field whose values are of several kinds is named in the notes with the counts.
    """
    kinds: dict[str, Counter[str]] = {}
    sampled = 0
    for record in records:
        sampled += 1
        for field, value in record.items():
            kinds.setdefault(field, Counter())[kind_of(value)] += 1
    mixed = (_mixture(field, seen) for field, seen in kinds.items())
    return Description(
        fields={field: _main_kind(seen) for field, seen in kinds.items()},
        sampled=sampled,
        notes=(*notes, *(note for note in mixed if note)),
    )


def _main_kind(seen: Counter[str]) -> str:
    filled = Counter({kind: count for kind, count in seen.items() if kind != "empty"})
    return filled.most_common(1)[0][0] if filled else "empty"


def _mixture(field: str, seen: Counter[str]) -> str | None:
    filled = sorted((kind, count) for kind, count in seen.items() if kind != "empty")
    if len(filled) < 2:
        return None
    return f"{field}: " + ", ".join(f"{kind} in {count}" for kind, count in filled)
