"""The form of a composite service: what a person is asked for, and what may not be asked."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from models.environment.settings import Pattern
from models.environment.values import Expression, Names, Strict

FieldType = Literal[
    "text", "identifier", "date", "integer", "decimal", "choice", "boolean", "phone", "email"
]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,60}$")]


def _a_day(value: str) -> str:
    if value not in ("today",) and not value.replace("-", "").isdecimal():
        raise ValueError("write `today`, or a day like 2026-01-31")
    return value


Day = Annotated[str, AfterValidator(_a_day)]


class FormField(Strict):
    """One field. With `known`, the state has the value already: nobody is asked for it."""

    name: Name
    type: FieldType
    labels: Names
    hints: dict[str, str] = Field(default_factory=dict, description="A line below the label")
    required: bool = True
    personal: bool = Field(default=True, description="Masked wherever it is not needed")
    identifier: str | None = Field(
        default=None, description="The kind of identifier, from environment.yaml"
    )
    choices: dict[str, Names] | None = Field(
        default=None, description="Of a choice: codes, each with its names"
    )
    pattern: Pattern | None = Field(default=None, description="Of a text: the whole matches it")
    longest: int = Field(default=200, ge=1, le=10_000, description="Letters at most")
    not_before: Day | None = Field(default=None, description="Of a date: `today` or a day")
    not_after: Day | None = Field(default=None, description="Of a date: `today` or a day")
    when: Expression | None = Field(
        default=None, description="Asked for only where this holds of the form's other fields"
    )
    known: Expression | None = Field(
        default=None,
        description="Where the state has it: `steps.<step>.result.<name>`; it is not asked for",
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.identifier is None) == (self.type == "identifier"):
            raise ValueError("`identifier` belongs to fields of type identifier, which need it")
        if (self.choices is None) == (self.type == "choice"):
            raise ValueError("`choices` belong to fields of type choice, which need them")
        if (self.not_before or self.not_after) and self.type != "date":
            raise ValueError("`not_before` and `not_after` belong to fields of type date")
        return self


class Fact(Strict):
    """A number that is counted when the application is received: `facts.<name>` afterwards."""

    working_days_since: Expression | None = Field(
        default=None, description="Working days after a date up to the day of receipt"
    )
    days_since: Expression | None = Field(
        default=None, description="Calendar days after a date up to the day of receipt"
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.working_days_since is None) == (self.days_since is None):
            raise ValueError("give exactly one of working_days_since and days_since")
        return self


class Form(Strict):
    """The fields, in the order in which they are asked."""

    fields: list[FormField] = Field(min_length=1)
    applicant: Name = Field(description="The field that says who applies")
    phone: Name | None = Field(default=None, description="The field for messages by SMS")
    email: Name | None = Field(default=None, description="The field for messages by e-mail")
    same_when: list[Name] = Field(
        default_factory=list,
        description="Two applications with the same values here are one; null: all fields",
    )
    facts: dict[Name, Fact] = Field(default_factory=dict)
