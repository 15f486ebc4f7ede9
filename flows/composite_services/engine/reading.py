"""What came of a call, read by the definition."""

from typing import Any

import orjson

from connectors.calling import NotSent, Reply, Untrusted
from connectors.errors import WillNeverWork
from flows.composite_services.engine.calls import TooLate
from flows.composite_services.engine.decisions import Came, Does
from flows.composite_services.mapping import Context, Misfit, Read, holds, read_answer, with_answer
from models.environment.composite_steps import (
    Answers,
    CallStep,
    NotifyStep,
    SendStep,
    Step,
    UndoByCall,
)
from models.errors import ConfigurationError, TerezeError


def came_of(step: Step, does: Does, came: Reply | TerezeError, context: Context) -> Came:
    """What came of a call, as the machine sees it.

    An answer that fits nothing, of a protocol that says that something went wrong, is that
    failure. What cannot be stored as JSON is a misfit: nothing of it is cut off or replaced.
    """
    if isinstance(came, Reply):
        return _of_reply(step, does, came, context)
    if isinstance(came, NotSent | TooLate):
        return Came("not_sent", "no", difference=came.found)
    if isinstance(came, Untrusted):
        return Came("untrusted", difference=came.found)
    if isinstance(came, WillNeverWork | ConfigurationError):
        return Came("failed", "no", difference=came.found)
    return Came("unanswered", difference=came.found)


def _of_reply(step: Step, does: Does, reply: Reply, context: Context) -> Came:
    seen = with_answer(context, reply.document, reply.code, reply.status)
    read = _read(step, does, seen)
    if reply.fault is not None and read.kind in ("failed", "misfit"):
        return Came("failed", reply.fault.worked, difference=reply.fault.sentence)
    return came_of_read(read, reply.reference)


def came_of_read(read: Read, reference: str | None = None) -> Came:
    """What an answer says, once it has been read; `reference` is the protocol's own."""
    if not _storable([read.result, read.refusal, read.reference]):
        return Came("misfit", difference="the answer has characters that cannot be kept")
    return Came(
        read.kind,
        result=read.result,
        refusal=read.refusal,
        reference=read.reference or reference,
        difference=read.difference,
    )


def _storable(value: Any) -> bool:
    try:
        return b"\\u0000" not in orjson.dumps(value)
    except TypeError:  # half of a surrogate pair, or a number beyond 64 bits
        return False


def _read(step: Step, does: Does, context: Context) -> Read:
    answers = _answers(step, does)
    if isinstance(answers, Answers):
        return read_answer(answers, context)
    try:
        return Read("done") if holds(answers, context) else Read("failed")
    except Misfit as misfit:
        return Read("misfit", difference=misfit.difference)


def _answers(step: Step, does: Does) -> Answers | str:
    """How the answer is read; a lone expression says done."""
    if isinstance(step, NotifyStep):
        return step.done
    if isinstance(step, CallStep | SendStep):
        if does == "call":
            return step.answers
        if does == "ask" and step.ask is not None:
            return step.ask.answers
        if isinstance(step.undo, UndoByCall):
            if does == "undo":
                return step.undo.done
            if step.undo.ask is not None:
                return step.undo.ask.answers
    raise TypeError(f"a step of kind {step.kind} has no answer to {does}")
