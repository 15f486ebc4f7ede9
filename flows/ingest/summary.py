"""What a pull did, in one sentence."""

from flows.ingest.report import PullReport


def sentence(report: PullReport) -> str:
    """For Prefect, the terminal and the log: counts of rows, rules and fields, never values."""
    if report.state != "succeeded":
        return f"{report.source}: {report.sentence or report.reason}"
    parts = [
        f"{report.source}: read {report.read:,}",
        f"new {report.inserted:,}",
        f"changed {report.updated:,}",
        f"unchanged {report.unchanged:,}",
        f"quarantined {report.quarantined:,}",
    ]
    parts += [f"repeated {report.repeated:,}"] if report.repeated else []
    parts += [f"{code} {count:,}" for code, count in sorted(report.broken.items())]
    parts += [str(drift) for drift in report.drift]
    return ", ".join(parts)
