"""The funnel and the bundles as files: HTML or CSV, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy import Connection, text

from flows.hidden_services.bundles import Bundle, Bundled
from flows.hidden_services.chart import write_chart
from flows.hidden_services.funnel import STAGES, Step
from models.environment.settings import Settings
from models.errors import CouldNotRun

_BUNDLE_COLUMNS = (
    "codes",
    "services",
    "bodies",
    "recipients",
    "support",
    "lift",
    "in_this_order",
    "days",
    "applications_saved",
    "visits_saved",
)


def write_funnel(
    connection: Connection, to: Path, steps: Sequence[Step], settings: Settings
) -> None:
    """Write the funnel as CSV where the name ends so, else as one HTML file with the chart.

    Raises:
        CouldNotRun: the file cannot be written.
    """
    if to.suffix == ".csv":
        rows = [
            (step.organisation, f"{step.month:%Y-%m}", *(getattr(step, s) for s in STAGES))
            for step in steps
        ]
        _write(to, ("organisation", "month", *STAGES), rows)
        return
    names = connection.execute(text("SELECT code, names FROM organisations"))
    bodies = {row.code: named(row.names, settings.languages) for row in names}
    write_chart(to, steps, bodies, f"Hidden services: {settings.title}")


def write_bundles(to: Path, found: Bundled, languages: Sequence[str]) -> None:
    """Write a row for each bundle.

    Raises:
        CouldNotRun: the file cannot be written.
    """
    rows = [
        (" > ".join(each.services), bundle_name(each, languages), ", ".join(each.organisations),
         each.recipients, f"{each.support:.6f}", f"{each.lift:.3f}", f"{each.in_this_order:.3f}",
         f"{each.days:.2f}", each.applications_saved, each.visits_saved)
        for each in found.bundles
    ]  # fmt: skip
    _write(to, _BUNDLE_COLUMNS, rows)


def bundle_name(bundle: Bundle, languages: Sequence[str]) -> str:
    """Its services in their order, by name."""
    names = zip(bundle.services, bundle.names, strict=True)
    return " → ".join(named(each, languages) or code for code, each in names)


def named(names: dict[str, str], languages: Sequence[str]) -> str:
    """The name in the first of these languages that there is one in; empty without any."""
    chosen = next((names[each] for each in languages if each in names), None)
    return chosen or next(iter(names.values()), "")


def _write(to: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    try:
        with to.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(header)
            writer.writerows([_safe(cell) for cell in row] for row in rows)
    except OSError as error:
        raise CouldNotRun(
            f"Writing {to}", error.strerror or "it cannot be written", "Give another file"
        ) from error


def _safe(cell: object) -> object:
    """A text that a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r") else cell
