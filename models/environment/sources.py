"""`sources/*.yaml`: what is pulled, from which system, into which dataset, by which rules."""

from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from models.environment.settings import Zone
from models.environment.values import Cron, Duration, Strict

Severity = Literal["critical", "error", "warning"]


class FieldMap(Strict):
    """Where a dataset's field comes from, where a bare name does not say enough."""

    from_: str | None = Field(
        default=None, alias="from", description="The source's field, or a JMESPath to it"
    )
    value: str | int | float | bool | None = Field(default=None, description="Always this")
    timezone: Zone | None = Field(
        default=None, description="Of times without one; null: the environment's"
    )
    format: str | None = Field(
        default=None,
        description="Of times: a strptime format, epoch_seconds or epoch_milliseconds;"
        " null: ISO 8601",
    )
    map: dict[str, str] | None = Field(
        default=None, description="The source's values to ours; a value not named is an error"
    )
    identifier: str | None = Field(
        default=None, description="The kind of identifier, from environment.yaml"
    )

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.from_ is None) == (self.value is None):
            raise ValueError("give exactly one of from and value")
        return self


class Cursor(Strict):
    """What orders the source's changes, so that a pull asks only for what is new."""

    field: str = Field(description="The source's own name of it")
    overlap: Duration | None = Field(
        default=None, description="Read again this much of the past: for changes that come late"
    )


class Bounds(Strict):
    """How many rows a pull may bring; an empty pull is a failure unless min is 0."""

    min: int = Field(default=1, ge=0)
    max: int | None = Field(default=None, ge=1)


class Expect(Strict):
    """What a good batch of this source looks like, beyond the dataset's own rules."""

    rows: Bounds = Bounds()
    fresh_within: Duration | None = Field(
        default=None, description="The newest change in it is no older than this"
    )
    quarantined_share: float = Field(
        default=0.5, ge=0, le=1, description="More than this share in quarantine stops the batch"
    )
    rules: dict[str, Severity] = Field(
        default_factory=dict, description="Another severity for a rule, by its code"
    )


class Source(Strict):
    """One dataset from one system. Adding a state body's data is one such file."""

    source: str = Field(pattern=r"^[a-z][a-z0-9_.]{0,60}$")
    system: str
    connector: str = Field(description="file, rest, sql")
    dataset: str = Field(description="Decides the table and the suite of expectations")
    schedule: Cron | None = Field(default=None, description="Null: only when asked for")
    request: dict[str, Any] = Field(default_factory=dict)
    cursor: Cursor | None = None
    stale_after: Duration | None = Field(
        default=None,
        description="Without a good pull for this long, nothing is concluded from it;"
        " null: after three pulls of its schedule were missed",
    )
    fields: dict[str, FieldMap]
    ignore: list[str] = Field(
        default_factory=list, description="Fields of the source that are known and not taken"
    )
    expect: Expect = Expect()

    @field_validator("fields", mode="before")
    @classmethod
    def _bare_names(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {
            field: {"from": origin} if isinstance(origin, str) else origin
            for field, origin in value.items()
        }
