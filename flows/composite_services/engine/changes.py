"""Changes of steps by what was decided, and attempts as their rows tell them."""

from datetime import datetime, timedelta

from flows.composite_services.engine.decisions import Decision, Does, Tried
from flows.composite_services.engine.transitions import IN_DOUBT
from flows.composite_services.loading import Row
from flows.composite_services.status import StepChange


def change_of(row: Row, decision: Decision) -> StepChange:
    """The change of a step, as it stands, into what was decided."""
    return StepChange(
        row["application"],
        row["step"],
        row["state"],
        decision.state,
        decision.reason,
        lease=row["lease"],
        next_at=decision.next_at,
        sets=decision.sets,
    )


def tried_of(row: Row, does: Does, moment: datetime, attempts: int, lease: timedelta) -> Tried:
    """An attempt at the step that has ended at the moment."""
    sent_at = row["sent_at"] or moment
    awaited = row["state"] == "waiting" and row["reason"] != IN_DOUBT
    began_at = row["began_at"] or sent_at
    return Tried(does, moment, attempts, sent_at, began_at, lease, row["asks"], awaited)
