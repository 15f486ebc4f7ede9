"""What was learned, and how well, in one sentence."""

from flows.delays.forecast.store import Known


def sentence(model: Known) -> str:
    """For Prefect, the terminal and the log."""
    whence = f"from {model.since:%Y-%m-%d} to {model.as_of:%Y-%m-%d}"
    if model.state == "too_few":
        return f"Too few cases {whence} to learn from: {model.reason}"
    learned = f"Learned from {model.cases:,} decided cases {whence}, {model.late:,} of them late"
    quality = model.quality
    if not quality:
        return f"{learned}; too few to judge it by"
    auc = "" if quality["auc"] is None else f"AUC {quality['auc']:.2f}, "
    return (
        f"{learned}; on the latest {quality['count']:,} points, not seen before:"
        f" {auc}Brier score {quality['brier']:.3f}"
        f" ({quality['base']:.3f} where only the share of late is known)"
    )
