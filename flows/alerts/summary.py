"""What a round of notices did, in one sentence."""

from flows.alerts.notices import RoundReport


def sentence(report: RoundReport) -> str:
    """For Prefect, the terminal and the log."""
    counts = {
        "groups with news": report.groups,
        "notices sent": report.sent,
        "sent again": report.repeated,
        "to be tried again": report.retrying,
        "given up": report.failed,
        "alerts without a receiver": report.unrouted,
        "groups that wait for their turn": report.waiting,
        "escalations and reminders": report.calls,
    }
    told = [f"{what} {count:,}" for what, count in counts.items() if count]
    nothing = "Another round was deciding" if report.busy else "Nothing new to tell"
    return ", ".join(told).capitalize() or nothing
