"""`delays: forecast:` of environment.yaml: from what forecasts are learned, and when they warn."""

from pydantic import Field

from models.environment.values import Cron, Duration, Strict, parse_duration


class Forecast(Strict):
    """How breaches are forecast, and from how many on somebody is told."""

    learn: Cron = Field(default="40 3 * * *", description="When it is learned anew")
    learn_from: Duration = Field(
        default=parse_duration("365d"), description="So far back cases are learned from"
    )
    enough: int = Field(
        default=20, ge=5, description="A chance rests on at least so many decided cases"
    )
    ahead: int = Field(
        default=3, ge=0, le=60, description="Warn of what is due within so many working days more"
    )
    warn_share: float = Field(
        default=0.5, gt=0, le=1, description="Warn where so large a share is expected to be late"
    )
    warn_cases: int = Field(
        default=10, ge=1, description="Warn where at least so many are expected to be late"
    )
