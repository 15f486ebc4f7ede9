"""What a check of the delays found, in one sentence."""

from flows.delays.tick import CheckReport


def sentence(report: CheckReport) -> str:
    """For Prefect, the terminal and the log; what was not looked at is said, not left out."""
    counts = ", ".join(f"{state} {count:,}" for state, count in sorted(report.counts.items()))
    parts = [
        f"As of {report.as_of.isoformat(timespec='minutes')}",
        "replayed, nothing written" if report.replay else f"changed {report.changed:,}",
        f"breaches opened {report.breaches_opened:,}, closed {report.breaches_closed:,}",
        *([counts] if counts else []),
        *report.not_looked_at,
    ]
    return "; ".join(parts)
