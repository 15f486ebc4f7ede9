"""A run in a sentence, for logs and for the Prefect run."""

from flows.hidden_services.run import RunReport

_KINDS = {
    "hidden": "hidden",
    "renamed": "renamed",
    "dormant": "dormant",
    "described_but_refused": "always refused",
    "internal": "internal",
    "test": "test traffic",
}


def sentence(report: RunReport) -> str:
    """What was judged and found, and what is open by kind."""
    parts = [f"{report.judged:,} observations judged", f"{report.new:,} new candidates"]
    if report.raised_again:
        parts.append(f"{report.raised_again:,} raised again")
    if report.in_register_now:
        parts.append(f"{report.in_register_now:,} in the register now")
    listed = [
        f"{report.open[kind]:,} {words}" for kind, words in _KINDS.items() if kind in report.open
    ]
    beside = f"; open: {', '.join(listed)}" if listed else ""
    told = [*report.problems, *report.not_looked_at]
    return f"{', '.join(parts)}{beside}{''.join(f'. {each}' for each in told)}"
