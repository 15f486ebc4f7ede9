"""What every connector does: open, fetch a window since a cursor, close; health; describe."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel

from connectors.calls import Told, untold

Record = Mapping[str, Any]
CursorValue = str | int | float


@dataclass(frozen=True)
class Window:
    """What to fetch: records whose cursor is at or after `since` and before `until`.

    Values are as the source writes them; None is no bound. `since` is inclusive, because two
    records may share a cursor value: reading one twice is harmless, missing one is not.
    """

    since: CursorValue | None = None
    until: CursorValue | None = None


@dataclass(frozen=True)
class Page:
    """Some records, as the source wrote them, and the evidence of what came.

    `number` counts from 1; `size` is in bytes and `sha256` is the hex digest, both of the raw
    answer; `total` is how many records the source announced for the whole window, if it did.
    """

    number: int
    records: Sequence[Record]
    size: int
    sha256: str
    total: int | None = None


@dataclass(frozen=True)
class Health:
    """Whether the system answers now; `took` in seconds."""

    ok: bool
    took: float
    detail: str


@dataclass(frozen=True)
class Description:
    """What the source offers: each field's name with the kind of its values in a sample.

    Kinds are `text`, `number`, `boolean`, `time`, `list`, `object`, `empty`.
    """

    fields: Mapping[str, str]
    sampled: int
    notes: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class SourceContext:
    """What a connector is told beside its own options.

    `folder` is the environment's folder: relative paths in YAML start there. `cursor_field` is
    the source's own name of the field that orders changes, where there is one. `tell` is told of
    every call that the connector makes.
    """

    source: str
    system: str
    folder: Path
    cursor_field: str | None = None
    tell: Told = untold


@runtime_checkable
class Connector(Protocol):
    """One way of talking to a system.

    `Connection` checks `connection:` of the system, `Request` checks `request:` of the source.
    `moves` says that records may shift between pages while they are read, so that a repeated
    record means another may have been missed.

    Every method raises only the three kinds of `connectors.errors`, and `ConfigurationError`
    where a secret is missing.
    """

    name: ClassVar[str]
    Connection: ClassVar[type[BaseModel]]
    Request: ClassVar[type[BaseModel]]

    def __init__(self, connection: Any, request: Any, context: SourceContext) -> None: ...

    @property
    def moves(self) -> bool:
        """Whether records may shift between pages while they are read."""
        ...

    def open(self) -> None:
        """Resolve secrets and take what is needed; nothing where it is open already."""
        ...

    def pages(self, window: Window) -> Iterator[Page]:
        """The records in the window, page by page; nothing is read before it is asked for."""
        ...

    def close(self) -> None:
        """Release everything; closing twice is harmless."""
        ...

    def health(self) -> Health:
        """Whether the system answers now; opens and closes where it is not open."""
        ...

    def describe(self) -> Description:
        """The fields of a sample; opens and closes where it is not open."""
        ...
