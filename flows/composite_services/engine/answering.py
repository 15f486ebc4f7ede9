"""Write what came of a group of calls, and intend the next ones in the same transaction."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.calling import Reply
from flows.composite_services.engine import attempts
from flows.composite_services.engine.calls import Answered, Intent, TooLate
from flows.composite_services.engine.changes import change_of, tried_of
from flows.composite_services.engine.decisions import Came, Decision
from flows.composite_services.engine.places import places
from flows.composite_services.engine.planning import Plan
from flows.composite_services.engine.reading import came_of
from flows.composite_services.engine.taking import carry_out
from flows.composite_services.engine.transitions import AGAIN_IN_DOUBT, IN_DOUBT
from flows.composite_services.history import Together
from flows.composite_services.loading import Loaded, locked
from flows.composite_services.mapping import Misfit

SETTLED = ("done", "refused", "waits", "misfit")
"""What a late answer can still tell of a step in doubt."""
log = logging.getLogger(__name__)


@dataclass
class Tally:
    """How many answers of a group say that their system works, and how many that it does not."""

    good: Counter[str] = field(default_factory=Counter)
    bad: Counter[str] = field(default_factory=Counter)

    def count(self, answered: Answered, came: Came) -> None:
        """Count one; what we did wrong ourselves says nothing of the system."""
        system, reply = answered.intent.system, answered.came
        if came.outcome in ("done", "refused", "waits", "absent", "misfit"):
            self.good[system] += 1
        elif isinstance(reply, Reply) and came.worked == "no" and 400 <= reply.status < 500:
            self.good[system] += reply.status != 429
            self.bad[system] += reply.status == 429
        elif not isinstance(reply, TooLate) and (came.worked == "maybe" or _theirs(came, reply)):
            self.bad[system] += 1


def _theirs(came: Came, reply: object) -> bool:
    return came.outcome == "not_sent" or isinstance(reply, Reply)


def answer(
    made: Plan, group: Sequence[Answered], tally: Tally, together: Together | None = None
) -> list[Intent]:
    """Write the answers and what follows; answers the calls to make after the commit.

    An answer whose lease has gone is kept as evidence. It moves the step only where that is
    still in doubt and nothing was sent since.
    """
    loaded = locked(made.connection, {each.intent.application for each in group})
    ended = []
    for each in group:
        whole = loaded[each.intent.application]
        came = _read(whole, each)
        tally.count(each, came)
        ended.append((each, came))
        _move(made, whole, each, came)
    attempts.keep(made.connection, ended)
    return carry_out(made, loaded, together)


def _read(whole: Loaded, each: Answered) -> Came:
    intent = each.intent
    try:
        return came_of(
            whole.step(intent.step), intent.does, each.came, whole.context_for(intent.step)
        )
    except Misfit as misfit:
        return Came("misfit", difference=misfit.difference)
    except Exception as error:  # one answer's fault must not lose the others of its group
        number = whole.row["number"]
        log.error("Reading the answer to %s of %s: %s", intent.step, number, places(error))
        return Came("misfit", difference=type(error).__name__)


def _move(made: Plan, whole: Loaded, each: Answered, came: Came) -> None:
    intent, row = each.intent, whole.steps[each.intent.step]
    if row["lease"] != intent.lease and not _still_tells(whole, intent, came):
        return
    counted = "undo_attempts" if intent.does in ("undo", "ask_undo") else "attempts"
    sends = intent.does not in ("ask", "ask_undo")
    count = row[counted] - (sends and isinstance(each.came, TooLate))
    lease: timedelta = made.carrier.lease
    tried = tried_of(row, intent.does, each.at, count, lease)
    decision = made.decide(whole, intent.step, tried, came)
    if isinstance(each.came, TooLate):
        decision = _at_once(decision, counted, count, each.at)
    held = made.held.get(intent.system) if intent.tries else None
    if held is not None and decision.state == "ready" and decision.reason != AGAIN_IN_DOUBT:
        made.changes.append(made.held_by(whole, intent.step, held, decision.sets))
        return
    made.changes.append(change_of(row, decision))
    if decision.case is not None:
        made.case(whole, intent.step, decision.case, decision.reason, came.difference)


def _still_tells(whole: Loaded, intent: Intent, came: Came) -> bool:
    row = whole.steps[intent.step]
    in_doubt = (row["state"], row["reason"]) == ("waiting", IN_DOUBT)
    same = intent.does == "call" and row["sent_at"] == intent.sent_at
    return in_doubt and same and came.outcome in SETTLED


def _at_once(decision: Decision, counted: str, count: int, at: datetime) -> Decision:
    """Nothing was sent, for want of a free thread: that is no attempt, and it waits for nothing."""
    sets = {**decision.sets, counted: count}
    return Decision(decision.state, decision.reason, at, decision.case, sets)
