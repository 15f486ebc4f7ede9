"""A step that waits until a moment, or for a time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flows.composite_services.loading import Loaded
from flows.composite_services.mapping import Misfit, value
from flows.composite_services.status import StepChange
from models.environment.composite_steps import WaitStep

CENTURY = timedelta(days=36_525)


def begin_wait(
    loaded: Loaded, name: str, step: WaitStep, timezone: str, moment: datetime
) -> StepChange:
    """The step waits from now on; a moment that has passed is awaited no longer.

    Raises:
        Misfit: the expression does not give a date or a moment within a century.
    """
    row, zone = loaded.steps[name], ZoneInfo(timezone)
    until = _until(loaded, step, zone, moment)
    local = until.astimezone(zone)
    return StepChange(
        row["application"],
        name,
        row["state"],
        "waiting",
        "until",
        {"until": f"{local:%Y-%m-%d %H:%M}"},
        lease=row["lease"],
        next_at=max(until, moment),
    )


def _until(loaded: Loaded, step: WaitStep, zone: ZoneInfo, moment: datetime) -> datetime:
    if step.until is None:
        assert step.for_ is not None, "the model wants one of the two"
        return moment + step.for_
    found = value(step.until, loaded.context())
    try:
        until = datetime.fromisoformat(found)
    except (TypeError, ValueError) as error:
        raise Misfit(f"`{step.until}` is neither a date nor a moment") from error
    until = until if until.tzinfo is not None else until.replace(tzinfo=zone)
    if abs(until - moment) > CENTURY:
        raise Misfit(f"`{step.until}` is more than a century away")
    return until
