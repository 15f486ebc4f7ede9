"""The stretch of time that numbers are of."""

from datetime import datetime, timedelta

from console.web.navigation import N_
from console.web.site import Site

PERIODS = {
    "30d": N_("Last 30 days"),
    "365d": N_("Last 12 months"),
    "all": N_("All the time"),
}


def asked(site: Site) -> str:
    """The period that the address names; the first where it names none that there is."""
    period = site.query("period")
    return period if period in PERIODS else "30d"


def since(period: str, moment: datetime) -> datetime | None:
    """When it began; None for all the time."""
    return None if period == "all" else moment - timedelta(days=int(period.removesuffix("d")))
