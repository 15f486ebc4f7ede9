"""One case as its page needs it: without what the body was sent and what it answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from console.web.access.rights import Person
from console.web.navigation import N_
from console.web.pages.applications.reach import concerned, must_reach
from console.web.site import none_of
from flows.composite_services.assistance.following import ALLOWED
from flows.composite_services.assistance.stated import fields_of
from flows.composite_services.loading import Loaded, in_language, read
from models.environment.composite_forms import FormField

_CASE = """
    SELECT id, application, step, kind, office, missing, todo, state, how, resolution, resolved_by,
        opened_at, due_at, resolved_at
    FROM assistance_cases WHERE id = :case
"""
UNDOING = ("letter", "incident")
"""Kinds of cases about taking something back: nothing is filled in there."""
_OF_A_STEP = {
    "go_on": N_("Ask the body again, or go on without what it refused"),
    "done": N_("It was done"),
    "refused": N_("The body refuses"),
    "again": N_("The body did not do it: send it again"),
    "drop": N_("It is no longer wanted"),
}
HOWS: Mapping[str, Mapping[str, str]] = {
    "assistance": _OF_A_STEP,
    "task": {**_OF_A_STEP, "done": N_("Decided, as filled in"), "refused": N_("Refused")},
    "letter": {
        "done": N_("The organisation has taken it back"),
        "drop": N_("It cannot be taken back, and stays"),
    },
    "incident": {
        "done": N_("It was taken back after all"),
        "again": N_("Try once more to take it back"),
        "drop": N_("It cannot be taken back, and stays"),
    },
}
"""What somebody may say of each kind of case, in words."""


@dataclass(frozen=True)
class Case:
    """A case; `fields` are asked for where it was done, `hows` what may be said of it."""

    row: Mapping[str, Any]
    number: str
    service: str
    step_name: str
    hows: list[tuple[str, str]]
    fields: list[FormField]
    loaded: Loaded

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something."""
        return bool(self.row["state"] == "open")


def found(connection: Connection, person: Person, case: int, language: str) -> Case:
    """The case, if it is theirs to see.

    Raises:
        HTTPException: 404, there is none.
        NotAllowed: its application is another region's.
    """
    row = connection.execute(text(_CASE), {"case": case}).mappings().one_or_none()
    if row is None:
        raise none_of(f"case {case}")
    loaded = read(connection, [row["application"]])[row["application"]]
    region = loaded.row["region"]
    offices = concerned(connection, row["application"], region, loaded.row["office"])
    must_reach(person, region, offices, f"case {case}")
    asked = row["kind"] not in UNDOING
    words = HOWS[row["kind"]]
    return Case(
        row=dict(row),
        number=loaded.row["number"],
        service=in_language(loaded.definition.names, language),
        step_name=in_language(loaded.step(row["step"]).names, language),
        hows=[(how, words[how]) for how in ALLOWED[row["kind"]]],
        fields=fields_of(loaded.definition, row["step"], language) if asked else [],
        loaded=loaded,
    )
