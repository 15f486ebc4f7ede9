"""The normal form of a contract: what can be asked for, what is sent and what is answered.

WSDL, OpenAPI and the columns of a source all become operations with fields, so that two of them
compare whatever their order, their names of types or the way they are cut into files.
"""

import hashlib
from collections.abc import Mapping

import orjson
from pydantic import BaseModel, ConfigDict, Field

from connectors.errors import WrongAnswer

MOST_FIELDS = 20_000
"""A contract with more is not read: its types most likely contain each other without end."""

DEEPEST = 40
"""Fields within fields; deeper ones are left out."""

UNKNOWN = "empty"
"""The kind of a field that had no value wherever it was seen."""


class Unreadable(WrongAnswer):
    """What came is no contract that can be compared."""


class Part(BaseModel):
    """Something of a contract; equal parts compare equal."""

    model_config = ConfigDict(frozen=True)


class Facet(Part):
    """What is said of a field: its kind, whether it is always there, many times, which values.

    Kinds are `text`, `number`, `boolean`, `time`, `object`, `list`, `any`, `empty`, or several
    with ` or ` between them. `values` are those allowed, in order; none where any is.
    """

    kind: str
    required: bool = False
    many: bool = False
    values: tuple[str, ...] = ()


class Operation(Part):
    """Fields by their path, such as `items.number`; the empty path is the whole."""

    input: Mapping[str, Facet] = Field(default_factory=dict)
    output: Mapping[str, Facet] = Field(default_factory=dict)


class Form(Part):
    """Operations by name, the addresses that answer them, and what was not followed, in words."""

    operations: Mapping[str, Operation] = Field(default_factory=dict)
    addresses: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The hex digest of the form: equal forms have equal digests."""
        written = orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(written).hexdigest()


class Fields:
    """Fields of an operation while they are gathered, within what all operations may have."""

    def __init__(self, asked: str, budget: "Budget") -> None:
        self.asked = asked
        self.budget = budget
        self.found: dict[str, Facet] = {}

    def add(self, path: str, facet: Facet) -> None:
        """Take a field; said twice, it holds what both say."""
        self.budget.spend(self.asked)
        known = self.found.get(path)
        self.found[path] = facet if known is None else _both(known, facet)


class Budget:
    """How many fields may still be read."""

    def __init__(self, most: int = MOST_FIELDS) -> None:
        self.most = most
        self.left = most

    def spend(self, asked: str) -> None:
        """Count one.

        Raises:
            Unreadable: there are too many.
        """
        self.left -= 1
        if self.left < 0:
            raise Unreadable(
                asked,
                f"it has more than {self.most:,} fields",
                "Its types most likely contain each other; ask the owner for a smaller one",
            )


def joined(path: str, name: str) -> str:
    """The path of a field within a field."""
    return f"{path}.{name}" if path else name


def kinds(*found: str) -> str:
    """Several kinds as one text, each once, in order."""
    each = {kind for text in found for kind in text.split(" or ")}
    return " or ".join(sorted(each - {"any"} or each))


def _both(one: Facet, other: Facet) -> Facet:
    values = {*one.values, *other.values} if one.values and other.values else set[str]()
    return Facet(
        kind=kinds(one.kind, other.kind),
        required=one.required and other.required,
        many=one.many or other.many,
        values=tuple(sorted(values)),
    )
