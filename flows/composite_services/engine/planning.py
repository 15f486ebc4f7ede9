"""What is to be done with each step that is due: a call, a question, a task, or nothing yet."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from flows.composite_services.assistance.needed import case_for
from flows.composite_services.assistance.opening import CaseKind, NewCase, open_cases
from flows.composite_services.call_backs.early import early
from flows.composite_services.engine import attempts
from flows.composite_services.engine.attempts import Wanted
from flows.composite_services.engine.carrier import Carrier, new_lease
from flows.composite_services.engine.changes import change_of, tried_of
from flows.composite_services.engine.decisions import Came, Decision, Does, Tried, decide
from flows.composite_services.engine.lanes import Rooms
from flows.composite_services.engine.places import places
from flows.composite_services.engine.requests import request_of, shared
from flows.composite_services.engine.sparing import settle
from flows.composite_services.engine.transitions import AGAIN_IN_DOUBT, ENDS, IN_DOUBT, TRIED
from flows.composite_services.holding.blocked import Held
from flows.composite_services.holding.saying import words
from flows.composite_services.intake.rows import sub_type_of
from flows.composite_services.loading import Loaded, Row
from flows.composite_services.mapping import Misfit
from flows.composite_services.status import Key, StepChange
from flows.composite_services.status_sql import Written
from flows.composite_services.steps.person import hand_over
from flows.composite_services.steps.wait import begin_wait
from models.environment.composite_steps import PersonStep, SendStep, UndoByCall, WaitStep
from models.errors import TerezeError

HELD_ASK = timedelta(seconds=30)
"""How long a question is put off whose system is held."""
UNDO_SENT = "undo_sent"
"""The reason of a step whose undo is out."""
log = logging.getLogger(__name__)


@dataclass
class Plan:
    """What one transaction does: changes of steps, calls to be made, cases to be opened.

    `rooms` says how many calls may still be added. `held` systems get nothing, but those in `tries`
    one call each. `followed` says that what it writes leaves a step to be undone or asked for.
    """

    carrier: Carrier
    connection: Connection
    moment: datetime
    held: Mapping[str, Held]
    tries: set[str]
    rooms: Rooms
    changes: list[StepChange] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)
    cases: dict[Key, NewCase] = field(default_factory=dict)
    followed: bool = False

    def look(self, loaded: Loaded, step: str) -> None:
        """Plan a step that is due; what nobody foresaw is handed to a person."""
        try:
            self._look(loaded, step)
        except (Misfit, TerezeError) as error:
            found = error.difference if isinstance(error, Misfit) else error.found
            self._cannot(loaded, step, found)
        except Exception as error:  # one application's fault must not stop all the others
            log.error("Planning %s of %s: %s", step, loaded.row["number"], places(error))
            self._cannot(loaded, step, type(error).__name__)

    def _look(self, loaded: Loaded, name: str) -> None:
        row, step = loaded.steps[name], loaded.step(name)
        state, reason = row["state"], row["reason"]
        if state == "ready" and isinstance(step, WaitStep):
            self.changes.append(begin_wait(loaded, name, step, self._zone(), self.moment))
        elif state == "ready" and isinstance(step, PersonStep):
            self.changes.append(hand_over(loaded, name))
            self.case(loaded, name, "task", "task")
        elif state == "waiting" and isinstance(step, WaitStep):
            self.change(loaded, name, Decision("done", "time_came"))
        elif state in ("ready", "held"):
            self._send(loaded, name, "notify" if row["kind"] == "notify" else "call")
        elif state == "calling":
            self._in_doubt(loaded, name, "notify" if row["kind"] == "notify" else "call")
        elif state == "undoing":
            self._undo(loaded, name)
        elif state == "waiting" and reason != IN_DOUBT and _given_up(step, row, self.moment):
            self.change(loaded, name, Decision("person", "given_up", case="assistance"))
        elif state == "waiting":
            self._send(loaded, name, "ask")

    def _zone(self) -> str:
        return self.carrier.environment.settings.timezone

    def _undo(self, loaded: Loaded, name: str) -> None:
        undo = getattr(loaded.step(name), "undo", None)
        reason = loaded.steps[name]["reason"]
        if not isinstance(undo, UndoByCall):
            self.change(loaded, name, Decision("undoing", "undo_by_letter"))
            self.case(loaded, name, "letter", "undo_by_letter")
        elif reason == UNDO_SENT:
            self._in_doubt(loaded, name, "undo")
        else:
            self._send(loaded, name, "ask_undo" if reason == "undo_in_doubt" else "undo")

    def _in_doubt(self, loaded: Loaded, name: str, does: Does) -> None:
        """The lease has ended and no answer is known: its worker died, or is cut off."""
        row = loaded.steps[name]
        counted = "undo_attempts" if does == "undo" else "attempts"
        tried = tried_of(row, does, self.moment, row[counted], self.carrier.lease)
        self.change(loaded, name, self.decide(loaded, name, tried, Came("unanswered")))

    def decide(self, loaded: Loaded, name: str, tried: Tried, came: Came) -> Decision:
        """What the step becomes; call-backs that came meanwhile tell it too."""
        step = loaded.step(name)
        decision = settle(self.connection, self.carrier.environment, step, tried, came)
        if decision.state in ENDS or loaded.steps[name]["reply_token"] is None:
            return decision
        told = early(self.connection, loaded, name)
        if told is None or (told.outcome == "misfit" and decision.reason != "awaited"):
            return decision
        then = decide(step, replace(tried, does="call"), told)
        return replace(then, sets={**decision.sets, **then.sets})

    def _send(self, loaded: Loaded, name: str, does: Does) -> None:
        row = loaded.steps[name]
        system = row["system"]
        tries = system in self.held and system in self.tries
        if system in self.held and not tries:
            self._hold(loaded, name, self.held[system])
        elif self.rooms.take(system):
            self._call(loaded, name, does, tries)
            self.tries.discard(system)

    def _call(self, loaded: Loaded, name: str, does: Does, tries: bool) -> None:
        row, step, at = loaded.steps[name], loaded.step(name), self.moment
        request = request_of(loaded, name, does, self.carrier.reply_to(row["reply_token"]))
        lease = new_lease()
        sets: dict[str, Any] = {}
        became, reason = row["state"], row["reason"]
        if does in ("call", "notify"):
            sets = {"attempts": row["attempts"] + 1, "asks": 0}
            sub_type = row["sub_type"] or sub_type_of(step, loaded.context(), results=True)
            became, reason, sets = "calling", "sent", {**sets, "sub_type": sub_type, "sent_at": at}
        elif does == "undo":
            reason = UNDO_SENT
            sets = {"undo_attempts": row["undo_attempts"] + 1, "asks": 0, "sent_at": at}
        elif does == "ask_undo" or reason == IN_DOUBT:
            sets = {"asks": row["asks"] + 1}
        ends = at + self.carrier.lease
        if tries and became == "calling":
            reason = TRIED
        change = change_of(row, Decision(became, reason, ends, sets=sets))
        self.changes.append(replace(change, new_lease=lease))
        self.wanted.append(
            Wanted(
                row["application"],
                name,
                does,
                row["system"],
                lease,
                request,
                shared(step, does),
                at if "sent_at" in sets else row["sent_at"],
                tries,
            )
        )

    def _hold(self, loaded: Loaded, name: str, held: Held) -> None:
        """Nothing was sent yet: the step is held. A question or an undo is put off.

        So is what may have been done already: who cancels has to see that it is in doubt.
        """
        row = loaded.steps[name]
        if row["state"] == "held":
            return
        if row["state"] == "ready" and row["reason"] != AGAIN_IN_DOUBT:
            self.changes.append(self.held_by(loaded, name, held))
            return
        later = Decision(row["state"], row["reason"], self.moment + HELD_ASK)
        self.changes.append(change_of(row, later))

    def held_by(
        self, loaded: Loaded, name: str, held: Held, sets: Mapping[str, Any] | None = None
    ) -> StepChange:
        """The step becomes held, with a sentence that says until when presumably."""
        language = loaded.row["language"]
        reason, values = words(held, self.carrier.environment, language, self.moment)
        decision = Decision("held", reason, sets=dict(sets or {}))
        return replace(change_of(loaded.steps[name], decision), values=values)

    def change(self, loaded: Loaded, name: str, decision: Decision) -> None:
        """The step becomes what was decided, and gets its case."""
        row = loaded.steps[name]
        self.changes.append(change_of(row, decision))
        if decision.case is not None:
            self.case(loaded, name, decision.case, decision.reason)

    def case(
        self,
        loaded: Loaded,
        name: str,
        kind: CaseKind,
        reason: str,
        difference: str | None = None,
    ) -> None:
        """A case for a person is opened with the transaction."""
        environment = self.carrier.environment
        key = (loaded.row["id"], name)
        self.cases[key] = case_for(environment, loaded, name, kind, reason, difference)

    def _cannot(self, loaded: Loaded, name: str, found: str) -> None:
        row = loaded.steps[name]
        undoing = row["state"] == "undoing"
        reason = "undo_failed" if undoing else "cannot_be_sent"
        self.changes.append(change_of(row, Decision("undoing" if undoing else "person", reason)))
        self.case(loaded, name, "incident" if undoing else "assistance", reason, found)

    def onward(
        self, ready: Collection[tuple[Loaded, str]]
    ) -> tuple[list[StepChange], dict[int, int]]:
        """Begin steps that have just become ready, and write all intents; answers both."""
        before = len(self.changes)
        for loaded, name in ready:
            self.look(loaded, name)
        intended = attempts.intend(self.connection, self.wanted, self.carrier.name, self.moment)
        return self.changes[before:], intended

    def leaves_due(self) -> bool:
        """Whether it leaves steps that can be taken at once."""
        return self.followed or any(
            change.new_lease is None
            and change.next_at is not None
            and change.next_at <= self.moment
            for change in self.changes
        )

    def open_cases(self, written: Written) -> None:
        """Open the cases of what took effect, and of conditions that cannot be worked out."""
        for key, move in written.moved:
            self.followed = self.followed or move.state in ("undoing", "waiting")
            if move.state == "person":
                self.case(written.loaded[key], move.step, "assistance", move.reason)
        open_cases(
            self.connection, self.carrier.environment, list(self.cases.values()), self.moment
        )


def _given_up(step: object, row: Row, moment: datetime) -> bool:
    if not isinstance(step, SendStep):
        return False
    began: datetime = row["began_at"] or moment
    return moment >= began + step.give_up_after
