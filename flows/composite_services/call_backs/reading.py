"""What a call-back says, read by the step's definition."""

from typing import Any

import orjson

from flows.composite_services.engine.decisions import Came
from flows.composite_services.engine.reading import came_of_read
from flows.composite_services.loading import Loaded
from flows.composite_services.mapping import Misfit, read_answer, with_answer
from models.environment.composite_steps import SendStep


def read(loaded: Loaded, step: str, document: Any) -> Came:
    """What it says; what no expression of `call_back` holds of is a misfit, not a failure.

    Nobody can be asked to send a call-back again, so a person looks at one that fits nothing.
    """
    definition = loaded.step(step)
    if not isinstance(definition, SendStep) or definition.call_back is None:
        return Came("misfit", difference="this step awaits no call-back")
    try:
        found = read_answer(definition.call_back, with_answer(loaded.context_for(step), document))
    except Misfit as misfit:
        return Came("misfit", difference=misfit.difference)
    came = came_of_read(found)
    if came.outcome in ("failed", "absent"):
        difference = came.difference or "the call-back says that the body has nothing of it"
        return Came("misfit", difference=difference)
    return came


def parsed(body: bytes) -> Any:
    """The document of a call-back.

    Raises:
        ValueError: it is not JSON in UTF-8.
    """
    return orjson.loads(body)
