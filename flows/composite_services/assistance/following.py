"""What follows for a step from what a person says of its case: rules, without a database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from flows.composite_services.assistance.opening import CaseKind
from flows.composite_services.assistance.stated import means_refused, refusal, results
from flows.composite_services.engine.transitions import GONE_ON_WITHOUT, IN_DOUBT, STAYS
from flows.composite_services.loading import Loaded
from models.environment.composite_steps import CallStep, SendStep
from models.environment.loader import Environment
from models.errors import ConfigurationError

How = Literal["go_on", "done", "refused", "again", "drop"]
ALLOWED: Mapping[CaseKind, tuple[How, ...]] = {
    "assistance": ("go_on", "done", "refused", "again", "drop"),
    "task": ("done", "refused", "drop"),
    "letter": ("done", "drop"),
    "incident": ("done", "again", "drop"),
}
"""What a person may say of each kind of case."""


@dataclass(frozen=True)
class Case:
    """What matters of a case; `sent` says that the step may have reached the body."""

    kind: CaseKind
    step: str
    sent: bool


@dataclass(frozen=True)
class Following:
    """What the step becomes; `sets` are columns of it."""

    state: str
    reason: str
    next_at: datetime | None = None
    sets: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Said:
    """All that is known when a person speaks."""

    environment: Environment
    loaded: Loaded
    case: Case
    resolution: str
    answers: Mapping[str, Any]
    moment: datetime


def following(
    environment: Environment,
    loaded: Loaded,
    case: Case,
    how: How,
    resolution: str,
    answers: Mapping[str, Any],
    moment: datetime,
) -> Following:
    """What the step becomes by what the person says.

    Raises:
        ConfigurationError: this cannot be said of such a case, or `answers` do not fit.
    """
    if how not in ALLOWED[case.kind]:
        listed = ", ".join(ALLOWED[case.kind])
        raise _not_so(loaded, case, f"{how} is not said of a case of kind {case.kind}", listed)
    said = _Said(environment, loaded, case, resolution, answers, moment)
    undoing = case.kind in ("letter", "incident")
    if answers and (undoing or how in ("go_on", "again", "drop")):
        named = ", ".join(sorted(answers))
        raise _not_so(loaded, case, f"{how} takes no answers, but {named} came", "Leave them out")
    rules = _UNDOING if undoing else _DOING
    return rules[how](said)


def _done(said: _Said) -> Following:
    step = said.loaded.step(said.case.step)
    found = results(said.environment, said.loaded, said.case.step, said.answers, said.moment)
    if means_refused(step, found):
        kept = {"result": found, "refusal": refusal({}, reason=said.resolution)}
        return Following("refused", "staff_refused", sets=kept)
    return Following("done", "staff_done", sets={"result": found})


def _refused(said: _Said) -> Following:
    return Following("refused", "staff_refused", sets={"refusal": refusal(said.answers)})


def _again(said: _Said) -> Following:
    """Sent again with the same key; the attempts count anew."""
    anew = {"attempts": 0, "refusal": None, "result": None}
    return Following("ready", "staff_again", said.moment, anew)


def _go_on(said: _Said) -> Following:
    """The rest goes on without what was refused; a step in doubt is asked for."""
    row, step = said.loaded.steps[said.case.step], said.loaded.step(said.case.step)
    if row["refusal"] is not None:
        return Following("refused", GONE_ON_WITHOUT)
    if not said.case.sent:
        return Following("ready", "staff_go_on", said.moment, {"attempts": 0})
    if isinstance(step, CallStep | SendStep) and step.ask is not None:
        return Following("waiting", IN_DOUBT, said.moment, {"attempts": 0, "asks": 0})
    if isinstance(step, CallStep | SendStep) and (step.repeatable or not step.lasting):
        return Following("ready", "staff_go_on", said.moment, {"attempts": 0})
    found = "it may have been done, and the body has no operation that tells"
    raise _not_so(said.loaded, said.case, found, "Ask by telephone; then done, refused or again")


def _drop(_: _Said) -> Following:
    return Following("dropped", "staff_dropped")


def _undone(_: _Said) -> Following:
    return Following("undone", "staff_undone")


def _undo_again(said: _Said) -> Following:
    return Following("undoing", "being_undone", said.moment, {"undo_attempts": 0})


def _stays(_: _Said) -> Following:
    return Following("done", STAYS)


_DOING: Mapping[How, Callable[[_Said], Following]] = {
    "go_on": _go_on,
    "done": _done,
    "refused": _refused,
    "again": _again,
    "drop": _drop,
}
_UNDOING: Mapping[How, Callable[[_Said], Following]] = {
    "done": _undone,
    "again": _undo_again,
    "drop": _stays,
}


def _not_so(loaded: Loaded, case: Case, found: str, next_step: str) -> ConfigurationError:
    number = loaded.row["number"]
    return ConfigurationError(f"Resolving {case.step} of {number}", found, next_step)
