"""A step that is a task for a member of staff."""

from flows.composite_services.loading import Loaded
from flows.composite_services.status import StepChange


def hand_over(loaded: Loaded, name: str) -> StepChange:
    """The step is with a person until its case is resolved; whoever plans it opens the case."""
    row = loaded.steps[name]
    return StepChange(row["application"], name, row["state"], "person", "task", lease=row["lease"])
