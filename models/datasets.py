"""The datasets that a source may fill: the table, its key, its columns and their kinds."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "time", "date", "integer", "boolean", "names", "list", "duration"]

SQL_TYPES: dict[Kind, str] = {
    "text": "text",
    "time": "timestamptz",
    "date": "date",
    "integer": "bigint",
    "boolean": "boolean",
    "names": "jsonb",
    "list": "text[]",
    "duration": "interval",
}


@dataclass(frozen=True)
class Column:
    """A field of a dataset."""

    name: str
    kind: Kind = "text"
    required: bool = False


@dataclass(frozen=True)
class Dataset:
    """What is pulled into one table.

    `key` identifies a record, within its system where `per_system`. `version` is the column
    that tells which of two records of one key is the newer.
    """

    name: str
    table: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    per_system: bool = False
    version: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of this name."""
        return next(column for column in self.columns if column.name == name)


def _required(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, required=True) for name in names)


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


APPLICATIONS = Dataset(
    name="applications",
    table="applications",
    key=("number",),
    per_system=True,
    version="changed_at",
    columns=(
        *_required("number", "service"),
        *_texts("sub_type", "channel", "region", "office", "organisation", "applicant"),
        Column("received_at", "time", required=True),
        Column("completed_at", "time"),
        Column("result"),
        Column("given_due_at", "time"),
        Column("changed_at", "time"),
    ),
)
APPLICATION_EVENTS = Dataset(
    name="application_events",
    table="application_events",
    key=("event",),
    per_system=True,
    version="changed_at",
    columns=(
        *_required("event", "number", "kind"),
        Column("at", "time", required=True),
        *_texts("holder", "stage", "reason"),
        Column("changed_at", "time"),
    ),
)
ORGANISATIONS = Dataset(
    name="organisations",
    table="organisations",
    key=("code",),
    columns=(
        *_required("code"),
        Column("names", "names", required=True),
        *_texts("kind", "parent", "region", "contact"),
    ),
)
SERVICES = Dataset(
    name="services",
    table="services",
    key=("code",),
    columns=(
        *_required("code"),
        Column("names", "names", required=True),
        *_texts("sphere", "life_situation", "organisation"),
        Column("sub_types", "list"),
        Column("form"),
    ),
)
CHANNELS = Dataset(
    name="channels",
    table="channels",
    key=("code",),
    columns=(
        *_required("code"),
        Column("names", "names", required=True),
        Column("digital", "boolean"),
        Column("calendar"),
    ),
)
REGIONS = Dataset(
    name="regions",
    table="regions",
    key=("code",),
    columns=(*_required("code"), Column("names", "names", required=True), Column("iso_code")),
)
OFFICES = Dataset(
    name="offices",
    table="offices",
    key=("code",),
    columns=(
        *_required("code"),
        Column("names", "names", required=True),
        Column("region"),
        Column("six_day_week", "boolean"),
    ),
)
STANDARDS = Dataset(
    name="standards",
    table="standards",
    key=("service", "sub_type", "channel", "valid_from"),
    columns=(
        *_required("service"),
        *_texts("sub_type", "channel"),
        Column("term", "integer"),
        *_required("unit"),
        *_texts("day_of_receipt", "day_ends", "after_hours", "calendar"),
        Column("inner_due", "duration"),
        Column("valid_from", "date", required=True),
        Column("valid_to", "date"),
    ),
)
OBSERVED_FUNCTIONS = Dataset(
    name="observed_functions",
    table="observed_functions",
    key=("kind", "code"),
    per_system=True,
    version="last_seen",
    columns=(
        *_required("kind", "code"),
        Column("names", "names", required=True),
        *_texts("description", "organisation"),
        Column("regions", "list"),
        *_texts("service", "result", "term", "fee"),
        Column("documents", "list"),
        Column("fields", "list"),
        Column("volume", "integer"),
        Column("recipients", "integer"),
        Column("refused", "integer"),
        Column("first_seen", "time"),
        Column("last_seen", "time"),
    ),
)
LIFE_EVENTS = Dataset(
    name="life_events",
    table="life_events",
    key=("event",),
    per_system=True,
    version="changed_at",
    columns=(
        *_required("event", "kind", "person"),
        Column("happened_at", "time", required=True),
        Column("details"),
        Column("changed_at", "time"),
    ),
)
CONSENTS = Dataset(
    name="consents",
    table="consents",
    key=("person",),
    per_system=True,
    version="changed_at",
    columns=(
        *_required("person"),
        *_texts("phone", "language"),
        Column("given_at", "time", required=True),
        Column("withdrawn_at", "time"),
        Column("changed_at", "time"),
    ),
)

DATASETS = {
    dataset.name: dataset
    for dataset in (
        APPLICATIONS,
        APPLICATION_EVENTS,
        ORGANISATIONS,
        SERVICES,
        CHANNELS,
        REGIONS,
        OFFICES,
        STANDARDS,
        OBSERVED_FUNCTIONS,
        LIFE_EVENTS,
        CONSENTS,
    )
}
