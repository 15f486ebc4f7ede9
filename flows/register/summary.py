"""What a synchronisation of the register did, in one sentence."""

from flows.register.sync import Synced


def sentence(synced: Synced) -> str:
    """For Prefect, the terminal and the log."""
    if not synced.anything:
        return "The register was already as the environment says"
    parts = [f"{name} {count:,}" for name, count in synced.parts.items()]
    parts += [f"calendar {name}" for name in synced.calendars]
    return f"Written: {', '.join(parts)}; due dates moved: {synced.due_dates:,}"
