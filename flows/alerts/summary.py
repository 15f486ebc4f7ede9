"""What a round of notices did, in one sentence."""

from flows.alerts.notices import RoundReport


def sentence(report: RoundReport) -> str:
    """For Prefect, the terminal and the log."""
    if report.busy:
        return "Another round of notices is going on; nothing was done"
    counts = {
        "groups with news": report.groups,
        "notices sent": report.sent,
        "sent again": report.repeated,
        "to be tried again": report.retrying,
        "given up": report.failed,
        "alerts without a receiver": report.unrouted,
    }
    told = [f"{what} {count:,}" for what, count in counts.items() if count]
    return ", ".join(told).capitalize() or "Nothing new to tell"
