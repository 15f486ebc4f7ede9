"""How a composite application stands: words and codes, and nothing that is a person's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from console.web.access.rights import Person
from console.web.pages.applications.reach import concerned, must_reach
from console.web.site import none_of
from flows.composite_services.engine.transitions import ENDS
from flows.composite_services.loading import Loaded, in_language, read
from flows.composite_services.showing.next_words import Next, Words, next_of
from flows.composite_services.showing.rows import names_of_offices
from flows.composite_services.undoing.cancel import known
from models.environment.loader import Environment

_CASES = """
    SELECT id, step, office, due_at FROM assistance_cases
    WHERE application = :id AND state = 'open' ORDER BY id
"""


@dataclass(frozen=True)
class StepStands:
    """A step. `means` is what a refusal means for the rest, `case` the open case of it."""

    name: str
    state: str
    sentence: str
    body: str
    due_at: datetime | None
    ended_at: datetime | None
    means: str
    case: int | None
    next: Next | None


@dataclass(frozen=True)
class Stands:
    """The whole of it, in one language; `state` is the outcome where it has ended."""

    number: str
    service: str
    state: str
    sentence: str
    received_at: datetime
    ended: bool
    cancelling: bool
    speaks: str
    latest: datetime | None
    steps: tuple[StepStands, ...]

    @property
    def going_on(self) -> list[StepStands]:
        """The steps that somebody has in hand now."""
        return [each for each in self.steps if each.next is not None and each.state != "pending"]


def found(connection: Connection, person: Person, number: str) -> Loaded:
    """The composite application of this number, if it is theirs to see.

    Raises:
        HTTPException: 404, there is none.
        NotAllowed: it is another region's.
    """
    identity = known(connection, number)
    if identity is None:
        raise none_of("application")
    loaded = read(connection, [identity])[identity]
    row = loaded.row
    offices = concerned(connection, row["id"], row["region"], row["office"])
    must_reach(person, row["region"], offices, f"application tereze {number}")
    return loaded


def standing(
    connection: Connection, environment: Environment, loaded: Loaded, language: str
) -> Stands:
    """How it stands now, and what comes next."""
    words = Words(environment, names_of_offices(connection), language)
    rows = connection.execute(text(_CASES), {"id": loaded.row["id"]}).mappings()
    cases = {str(row["step"]): dict(row) for row in rows}
    row = loaded.row
    open_ = [each["due_at"] for each in loaded.steps.values() if each["state"] not in ENDS]
    return Stands(
        number=row["number"],
        service=in_language(loaded.definition.names, language),
        state=row["outcome"] or row["state"],
        sentence=row["sentence"],
        received_at=row["received_at"],
        ended=row["state"] == "ended",
        cancelling=row["undo_from"] is not None,
        speaks=row["language"],
        latest=max((at for at in open_ if at is not None), default=None),
        steps=tuple(_step(loaded, name, words, cases) for name in loaded.steps),
    )


def _step(
    loaded: Loaded, name: str, words: Words, cases: Mapping[str, Mapping[str, Any]]
) -> StepStands:
    row, step = loaded.steps[name], loaded.step(name)
    means = getattr(step, "refusal_means", None) if row["state"] == "refused" else None
    case = cases.get(name)
    return StepStands(
        name=in_language(step.names, words.language),
        state=row["state"],
        sentence=row["sentence"],
        body=words.body(row["system"]) if row["system"] else "",
        due_at=row["due_at"],
        ended_at=row["ended_at"],
        means=in_language(means, words.language) if means else "",
        case=None if case is None else int(case["id"]),
        next=next_of(loaded, name, words, cases),
    )
