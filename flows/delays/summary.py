"""What a check of the delays found, in one sentence."""

from flows.delays.forecast.score import ScoreReport
from flows.delays.tick import CheckReport


def sentence(report: CheckReport) -> str:
    """For Prefect, the terminal and the log; what was not looked at is said, not left out."""
    counts = ", ".join(f"{state} {count:,}" for state, count in sorted(report.counts.items()))
    parts = [
        f"As of {report.as_of.isoformat(timespec='minutes')}",
        "replayed, nothing written" if report.replay else f"changed {report.changed:,}",
        f"breaches opened {report.breaches_opened:,}, closed {report.breaches_closed:,}",
        *([counts] if counts else []),
        *([_forecast(report.forecast)] if report.forecast and report.forecast.scored else []),
        *report.not_looked_at,
    ]
    return "; ".join(parts)


def _forecast(report: ScoreReport) -> str:
    return f"forecast for {report.scored:,}, services warned of {report.warned:,}"
