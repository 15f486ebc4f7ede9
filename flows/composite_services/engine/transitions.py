"""The machine's rules, as pure functions: which step follows, and how the whole stands.

Whoever writes a step's state does it by `flows.composite_services.status`, which applies these.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from models.environment.composite_steps import CallStep, SendStep, Step
from models.environment.composites import Composite

ENDS = frozenset({"done", "refused", "skipped", "dropped", "undone"})
"""States in which nothing more happens to a step, unless it is taken back or asked for again."""
MOVES = frozenset({"ready", "calling", "undoing"})
IN_DOUBT = "in_doubt"
"""The reason of a waiting step of which it is not known whether the body did it."""
AGAIN_IN_DOUBT = "again_in_doubt"
"""The reason of a ready step that may have been done: sending it again does nothing twice."""
TRIED = "tried"
"""The reason of a step that is out to try a system that failed: for people it is still held."""
STAYS = "stays_done"
"""The reason of a done step of which a person decided that it is not taken back after all."""
GONE_ON_WITHOUT = "gone_on_without"
"""The reason of a refused step where a person decided that the rest goes on."""

Way = Literal["open", "on", "closed"]
Condition = Callable[[str], bool | None]
"""Whether the step's `when` holds; None where it cannot be worked out."""


@dataclass(frozen=True)
class Standing:
    """How a step stands: what the machine needs to know of its row."""

    state: str
    reason: str
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Move:
    """A step that something else has moved. `reason` is a code of the words."""

    step: str
    state: str
    reason: str


def way(step: Step, standing: Standing) -> Way:
    """What a step means to those that require it: still open, go on, or never more."""
    if standing.state in ("done", "skipped"):
        return "on"
    if standing.state == "refused":
        lets = step.on_refusal == "go_on" or standing.reason == GONE_ON_WITHOUT
        return "on" if lets else "closed"
    return "closed" if standing.state in ("dropped", "undone", "undoing") else "open"


def followers(
    definition: Composite, standings: Mapping[str, Standing], holds: Condition
) -> list[Move]:
    """What becomes of the pending steps, in the order in which it follows.

    Ready where all that it requires lets it, skipped where its condition does not hold, dropped
    where something that it requires will never be, with a person where the condition cannot be
    worked out. A skipped or dropped step moves others in turn.
    """
    now, moves = dict(standings), list[Move]()
    while found := list(_one_round(definition, now, holds)):
        moves += found
        now |= {move.step: Standing(move.state, move.reason) for move in found}
    return moves


def _one_round(
    definition: Composite, standings: Mapping[str, Standing], holds: Condition
) -> Iterator[Move]:
    for name, standing in standings.items():
        if standing.state != "pending":
            continue
        step = definition.steps[name]
        ways = {way(definition.steps[each], standings[each]) for each in step.requires}
        if "closed" in ways:
            yield Move(name, "dropped", "required_is_missing")
        elif "open" not in ways:
            yield _begins(name, True if step.when is None else holds(name))


def _begins(name: str, holds: bool | None) -> Move:
    if holds is None:
        return Move(name, "person", "condition_misfit")
    return Move(name, "ready", "its_turn") if holds else Move(name, "skipped", "not_needed")


def taken_back(definition: Composite, standings: Mapping[str, Standing]) -> list[Move]:
    """What follows for an application that is being cancelled.

    Steps that were never sent are dropped, and so is waiting for a moment; one that may have
    been done is asked for instead of sent again. Those that are out are awaited. When none is,
    what was done last is undone first, and the next one only when that has ended. (A step that
    is with a person is closed by whoever withdraws its case.)
    """
    moves = [
        _not_begun(definition.steps[name], name, standing)
        for name, standing in standings.items()
        if standing.state in ("pending", "ready", "held")
        or (standing.state == "waiting" and definition.steps[name].kind == "wait")
    ]
    dropped = {move.step for move in moves if move.state == "dropped"}
    left = {name: each for name, each in standings.items() if name not in dropped}
    if any(each.state not in ENDS for each in left.values()):
        return moves
    last = next_undo(definition, left)
    return moves if last is None else [*moves, Move(last, "undoing", "being_undone")]


def _not_begun(step: Step, name: str, standing: Standing) -> Move:
    """What becomes of a step of a cancelled application that is not out."""
    if standing.reason != AGAIN_IN_DOUBT or not lasting(step):
        return Move(name, "dropped", "cancelled")
    if isinstance(step, CallStep | SendStep) and step.ask is not None:
        return Move(name, "waiting", IN_DOUBT)
    return Move(name, "person", "unknown_whether_done")


def next_undo(definition: Composite, standings: Mapping[str, Standing]) -> str | None:
    """The step to be undone next: the one that ended last of those done that can be undone."""
    done = [
        name
        for name, standing in standings.items()
        if standing.state == "done"
        and standing.reason != STAYS
        and undoable(definition.steps[name])
    ]
    order = list(definition.steps)
    return max(done, key=lambda name: (_ended(standings[name]), order.index(name)), default=None)


def _ended(standing: Standing) -> datetime:
    if standing.ended_at is None:
        raise ValueError("a step that is done has ended at some moment")
    return standing.ended_at


def lasting(step: Step) -> bool:
    """Whether the step changes something at a body."""
    return isinstance(step, CallStep | SendStep) and step.lasting


def undoable(step: Step) -> bool:
    """Whether the step can be taken back, by a call or by a letter."""
    if not isinstance(step, CallStep | SendStep) or not step.lasting:
        return False
    return step.undo is not None and step.undo.by != "none"


@dataclass(frozen=True)
class Whole:
    """How an application stands; `outcome` is there once it has ended."""

    state: str
    reason: str
    outcome: str | None = None


def whole(definition: Composite, standings: Mapping[str, Standing], *, undo: bool) -> Whole:
    """How the application stands, by its steps. `undo` says that it is being cancelled."""
    states = [seen(each.state, each.reason) for each in standings.values()]
    if all(state in ENDS for state in states):
        return _ended_as(definition, standings, undo)
    if undo:
        return Whole("cancelling", "being_cancelled")
    if any(_moves(each) for each in standings.values()):
        return Whole("running", "under_way")
    for state, reason in (("person", "with_staff"), ("held", "held"), ("waiting", "awaits")):
        if state in states:
            return Whole(state, reason)
    return Whole("running", "under_way")


def seen(state: str, reason: str) -> str:
    """The state of a step as people see it: one that tries whether its system is back is held."""
    return "held" if (state, reason) == ("calling", TRIED) else state


def _moves(standing: Standing) -> bool:
    state = seen(standing.state, standing.reason)
    return state in MOVES or (standing.state, standing.reason) == ("waiting", IN_DOUBT)


def _ended_as(definition: Composite, standings: Mapping[str, Standing], undo: bool) -> Whole:
    if undo:
        return Whole("ended", "application_cancelled", "cancelled")
    states = {each.state for each in standings.values()}
    if states <= {"done", "skipped"}:
        return Whole("ended", "all_done", "done")
    if any(each.state == "done" and lasting(definition.steps[n]) for n, each in standings.items()):
        return Whole("ended", "partly_done", "partly")
    return Whole("ended", "all_refused", "refused")
