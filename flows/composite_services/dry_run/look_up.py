"""Look up what the state knows, where the person agreed to that: calls that change nothing."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine

from connectors.calling import Request
from connectors.errors import ConnectorError
from flows.composite_services.definition.versions import named
from flows.composite_services.engine.calls import Callers
from flows.composite_services.engine.carry import now
from flows.composite_services.engine.exchanges import Exchanges
from flows.composite_services.mapping import Misfit, inputs, read_answer, with_answer
from models import trail
from models.environment.composite_steps import CallStep
from models.environment.loader import Environment


@dataclass
class LookedUp:
    """What was found, by step; and of the steps that could not be answered, why not."""

    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    unanswered: dict[str, str] = field(default_factory=dict)


def look_up(
    engine: Engine,
    environment: Environment,
    composite: str,
    form: dict[str, Any],
    *,
    actor: str,
    basis: str,
) -> LookedUp:
    """The results of the first steps that only read, each asked for once.

    The reading is an entry of the audit trail, with its basis, before anything is asked. What a
    step would tell that cannot be answered now stays unknown.

    Raises:
        ConfigurationError: no such composite service, or a secret is missing.
    """
    definition = named(environment.composites, composite)
    steps = {
        name: step
        for name, step in definition.steps.items()
        if isinstance(step, CallStep) and not step.lasting and not step.requires
    }
    found = LookedUp()
    if not steps:
        return found
    with engine.begin() as connection:
        trail.record(
            connection,
            actor=actor,
            action="composite.looked_up",
            subject=f"composite:{composite}",
            details={"steps": sorted(steps)},
            basis=basis,
        )
    exchanges = Exchanges(now)
    callers = Callers(environment, exchanges.add)
    try:
        for name, step in steps.items():
            _ask(callers, name, step, form, found)
    finally:
        callers.close()
        exchanges.keep(engine)
    return found


def _ask(
    callers: Callers, name: str, step: CallStep, form: dict[str, Any], found: LookedUp
) -> None:
    context = {"form": form, "facts": {}, "application": {}, "steps": {}}
    key = str(uuid.uuid4())
    try:
        request = Request(step.operation, inputs(step, context, key=key), key)
        reply = callers.of(step.system).call(request)
    except ConnectorError as error:
        found.unanswered[name] = error.found
        return
    except Misfit as misfit:
        found.unanswered[name] = misfit.difference
        return
    read = read_answer(step.answers, with_answer(context, reply.document, reply.code, reply.status))
    if read.kind == "done":
        found.results[name] = read.result
    else:
        found.unanswered[name] = read.difference or read.kind
