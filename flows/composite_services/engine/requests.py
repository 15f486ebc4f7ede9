"""What is sent to a body for a step: its request, and the names of the data that go out."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from connectors.calling import Request
from flows.composite_services.engine.decisions import Does
from flows.composite_services.loading import Loaded, in_language
from flows.composite_services.mapping import Context, inputs
from models.environment.composite_steps import (
    Ask,
    CallStep,
    NotifyStep,
    SendStep,
    Step,
    UndoByCall,
)


def request_of(loaded: Loaded, name: str, does: Does, reply_to: str | None) -> Request:
    """The request.

    In expressions `key` is the step's own key, also in those of its undo; on the wire an undo
    has a key of its own, so that nobody takes it for the step.

    Raises:
        Misfit: something that has to be sent is missing.
    """
    step, row = loaded.step(name), loaded.steps[name]
    what = _sent(step, does)
    more: dict[str, Any] = {"key": row["key"], "reply_to": reply_to}
    context = loaded.context()
    if isinstance(step, NotifyStep):
        more |= message(loaded, step, context)
    key = f"{row['key']}:undo" if does in ("undo", "ask_undo") else row["key"]
    return Request(what.operation, inputs(what, context, **more), key, reply_to)


def _sent(step: Step, does: Does) -> CallStep | SendStep | NotifyStep | Ask | UndoByCall:
    if isinstance(step, NotifyStep):
        return step
    if isinstance(step, CallStep | SendStep):
        undo = step.undo if isinstance(step.undo, UndoByCall) else None
        found = {
            "call": step,
            "ask": step.ask,
            "undo": undo,
            "ask_undo": undo.ask if undo is not None else None,
        }.get(does)
        if found is not None:
            return found
    raise TypeError(f"a step of kind {step.kind} has nothing to send to {does}")


def message(loaded: Loaded, step: NotifyStep, context: Context) -> dict[str, Any]:
    """The words to the applicant in their language, and where they go.

    A result that is not there is a dash.
    """
    known: dict[str, Any] = {"number": loaded.row["number"]}
    for row in loaded.steps.values():
        known |= row["result"] or {}
    values: Mapping[str, Any] = defaultdict(lambda: "—", known)
    text = in_language(step.text, loaded.row["language"]).format_map(values)
    form, fields = loaded.definition.form, context["form"]
    return {
        "text": text,
        "phone": fields.get(form.phone) if form.phone else None,
        "email": fields.get(form.email) if form.email else None,
    }


def shared(step: Step, does: Does) -> list[str]:
    """The names of the person's data that go out with the step."""
    if does != "call" or not isinstance(step, CallStep | SendStep):
        return []
    return [name for share in step.shares for name in share.data]
