"""The steps of an application as they begin."""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.composite_services.loading import in_language
from flows.composite_services.mapping import Context, context_of, value
from flows.composite_services.words import said
from models.environment.composite_steps import CallStep, NotifyStep, SendStep, Step
from models.environment.composites import Composite
from models.environment.expressions import reads


@dataclass(frozen=True)
class Applied:
    """An application that is about to be stored. `places` are its office, region and channel."""

    id: int
    definition: Composite
    data: Mapping[str, Any]
    facts: Mapping[str, Any]
    language: str
    received_at: datetime
    places: Mapping[str, str | None]


def context_at_start(applied: Applied, number: str) -> Context:
    """What expressions see before any step has begun."""
    row = {
        "number": number,
        "data": applied.data,
        "facts": applied.facts,
        "received_at": applied.received_at,
        "language": applied.language,
        **applied.places,
    }
    return context_of(row, {}, applied.definition)


def step_rows(applied: Applied, number: str) -> list[dict[str, Any]]:
    """A row for each step, each with its own idempotency key.

    A sub-type that depends on an earlier step's result is worked out when the step is sent.

    Raises:
        Misfit: the sub-type of a step cannot be worked out.
    """
    context = context_at_start(applied, number)
    rows = []
    for position, (name, step) in enumerate(applied.definition.steps.items()):
        word = in_language(step.names, applied.language)
        rows.append(
            {
                "step": name,
                "position": position,
                "kind": step.kind,
                "system": step.system
                if isinstance(step, CallStep | SendStep | NotifyStep)
                else None,
                "service": step.service if isinstance(step, CallStep | SendStep) else None,
                "sub_type": sub_type_of(step, context, results=False),
                "sentence": said("not_yet", applied.language, step=word),
                "key": str(uuid.uuid4()),
                "reply_token": _token(step),
            }
        )
    return rows


def sub_type_of(step: Step, context: Context, *, results: bool) -> str | None:
    """The sub-type of the step's service; null where there is none, or it cannot be told yet.

    `results` says that earlier results are there.

    Raises:
        Misfit: the expression cannot be worked out.
    """
    expression = step.sub_type if isinstance(step, CallStep | SendStep) else None
    if expression is None or (not results and any(p[0] == "steps" for p in reads(expression))):
        return None
    found = value(expression, context)
    return None if found is None else str(found)


def _token(step: Step) -> str | None:
    """The part of a call-back's address that nobody can guess: 128 bits."""
    awaits = isinstance(step, SendStep) and step.call_back is not None
    return secrets.token_urlsafe(16) if awaits else None
