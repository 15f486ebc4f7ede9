"""What a round of the watch did, in one sentence."""

from flows.failures.heartbeat import SENT
from flows.failures.tick import Report


def sentence(report: Report) -> str:
    """For Prefect, the terminal and the log; what was not looked at is said, not left out."""
    as_of = f"As of {report.as_of.isoformat(timespec='minutes')}"
    if report.replay:
        return f"{as_of}: before the last round, nothing was looked at and nothing written"
    counts = {
        "verdicts": report.verdicts,
        "findings changed": report.changed,
        "alerts fired": report.fired,
        "resolved": report.resolved,
        "held back": report.held_back,
    }
    told = [f"{what} {count:,}" for what, count in counts.items() if count]
    parts = [as_of, ", ".join(told) or "nothing to judge"]
    parts += [f"{side} did not look: {why}" for side, why in sorted(report.unseen.items())]
    parts += [] if report.gap is None else [report.gap]
    if report.heartbeat not in (None, SENT):
        parts.append(f"the heartbeat was not sent: {report.heartbeat}")
    return "; ".join(parts)
