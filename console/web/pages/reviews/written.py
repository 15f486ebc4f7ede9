"""What people write to a review: what each form must hold, and which function takes it."""

from abc import ABC, abstractmethod
from typing import ClassVar

from sqlalchemy import Connection

from console.web.access.guard import Sent
from console.web.access.rights import Right
from console.web.navigation import N_
from console.web.pages.delays.parties import Parties
from flows.delays.reviews.decide import NOBODYS, POSITIONS, Closing, Dispute, close, dispute
from flows.delays.reviews.revise import Revision, revise
from flows.delays.reviews.steps import LONGEST
from models.environment.loader import Environment
from models.reviews import CAUSES

NOTHING = N_("Write something here")
TOO_LONG = N_("Write 10,000 characters at the most")
NO_BODY = N_("The register has no body or office of this code")
CHOOSE = N_("Choose one")


class Act(ABC):
    """One of the forms. `problems` are words by the field, still to be translated."""

    name: ClassVar[str]
    right: ClassVar[Right]

    @abstractmethod
    def problems(self, given: Sent, parties: Parties) -> dict[str, str]:
        """What is wrong with it, by field; nothing is done while anything is."""

    @abstractmethod
    def do(
        self, connection: Connection, environment: Environment, review: int, given: Sent, actor: str
    ) -> None:
        """Do it.

        Raises:
            Overtaken: somebody was first.
            ConfigurationError: something else is wrong with it.
        """


class Close(Act):
    """How it ends."""

    name, right = "close", "reviews"

    def problems(self, given: Sent, parties: Parties) -> dict[str, str]:
        """Cause, body, measure, the right, and each answer."""
        found = _cause(given, "cause", "body", parties) | _texts(given, "measure")
        if given.get("restored") not in ("yes", "no"):
            found["restored"] = CHOOSE
        return found | _texts(given, *_answers(given))

    def do(
        self, connection: Connection, environment: Environment, review: int, given: Sent, actor: str
    ) -> None:
        """Close it."""
        answers = [given.get(name) for name in _answers(given)]
        closing = Closing(
            given.get("cause"),
            given.get("body") or None,
            given.get("measure"),
            given.get("restored") == "yes",
            answers,
            seen(given),
        )
        close(connection, environment, review, closing, actor=actor)


class TakePosition(Act):
    """What a body says to it."""

    name, right = "dispute", "dispute"

    def problems(self, given: Sent, parties: Parties) -> dict[str, str]:
        """Which body, what, and why."""
        found = _texts(given, "why") | _body(given.get("by"), "by", parties)
        return found if given.get("says") in POSITIONS else {**found, "says": CHOOSE}

    def do(
        self, connection: Connection, environment: Environment, review: int, given: Sent, actor: str
    ) -> None:
        """Write it down."""
        position = Dispute(given.get("by"), given.get("says"), given.get("why"), seen(given))
        dispute(connection, environment, review, position, actor=actor)


class Revise(Act):
    """What the cause probably is after all; the decision on a dispute."""

    name, right = "revise", "reviews"

    def problems(self, given: Sent, parties: Parties) -> dict[str, str]:
        """Cause, body, and why."""
        return _cause(given, "probable", "party", parties) | _texts(given, "because")

    def do(
        self, connection: Connection, environment: Environment, review: int, given: Sent, actor: str
    ) -> None:
        """Write it down."""
        body = given.get("party") or None
        revision = Revision(given.get("probable"), body, given.get("because"), seen(given))
        revise(connection, environment, review, revision, actor=actor)


ACTS: dict[str, Act] = {each.name: each for each in (Close(), TakePosition(), Revise())}


def _texts(given: Sent, *names: str) -> dict[str, str]:
    found = {}
    for name in names:
        if not given.get(name):
            found[name] = NOTHING
        elif len(given.get(name)) > LONGEST:
            found[name] = TOO_LONG
    return found


def _cause(given: Sent, cause: str, body: str, parties: Parties) -> dict[str, str]:
    if given.get(cause) not in CAUSES:
        return {cause: CHOOSE}
    if not given.get(body) and given.get(cause) in NOBODYS:
        return {}
    return _body(given.get(body), body, parties)


def _body(code: str, name: str, parties: Parties) -> dict[str, str]:
    return {} if parties.knows(code) else {name: NO_BODY}


def _answers(given: Sent) -> list[str]:
    """The fields with answers, in the order of the questions."""
    count = sum(name.startswith("answer-") for name in given.as_dict())
    return [f"answer-{number}" for number in range(count)]


def seen(given: Sent) -> int | None:
    """The revision that was looked at; what is none was looked at by nobody, and fits none."""
    seen = given.get("seen")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else -1
