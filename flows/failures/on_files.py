"""The rules on recorded data: CSV in, CSV out, no database."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

from flows.csv_files import Problems, safe_cell, written
from flows.failures import outages, probes
from flows.failures.scan import Scanner
from flows.failures.series import COLUMNS, read
from flows.failures.table import nothing_read, opened

OUTAGES_HEADER = ("endpoint", "began_at", "ended_at", "probes", "reason", "kind")


@dataclass
class OutagesReport:
    """What `find_outages` read, found and could not use."""

    probes: int
    endpoints: int
    outages: int
    still_open: int
    not_looked_at: int
    problems: Problems


def find_outages(
    source: Path, to: Path, rules: outages.Rules, *, without: frozenset[str] = frozenset()
) -> OutagesReport:
    """Write a row for each outage and each stretch not looked at, by endpoint and beginning.

    All probes are held in memory, about 250 bytes each. Texts that a spreadsheet would run as a
    formula get an apostrophe before them.

    Raises:
        ConfigurationError: the source cannot be read, or has no usable row.
        CouldNotRun: the file cannot be written.
    """
    problems = Problems()
    looks = probes.read(source, problems, without)
    found = outages.find(looks, rules)
    with written(to) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(OUTAGES_HEADER)
        writer.writerows(_row(each) for each in found)
    failed = [each for each in found if each.kind == "outage"]
    return OutagesReport(
        probes=len(looks),
        endpoints=len({look.endpoint for look in looks}),
        outages=len(failed),
        still_open=sum(each.ended_at is None for each in failed),
        not_looked_at=len(found) - len(failed),
        problems=problems,
    )


def _row(finding: outages.Finding) -> tuple[str | int, ...]:
    ended_at = "" if finding.ended_at is None else finding.ended_at.isoformat()
    texts = safe_cell(finding.endpoint), safe_cell(finding.reason)
    return (
        texts[0],
        finding.began_at.isoformat(),
        ended_at,
        finding.probes,
        texts[1],
        finding.kind,
    )


@dataclass
class ScanReport:
    """What `scan_series` read, flagged and could not judge."""

    rows: int = 0
    flagged: int = 0
    not_judged: int = 0
    problems: Problems = field(default_factory=Problems)


def scan_series(source: Path, to: Path) -> ScanReport:
    """Write the rows as they are, each with `score` and `flag`; memory does not grow with them.

    A row whose value cannot be read keeps both empty: it was not judged.

    Raises:
        ConfigurationError: the source cannot be read, or has no usable row.
        CouldNotRun: the file cannot be written.
    """
    report, scanner = ScanReport(), Scanner()
    with opened(source, COLUMNS) as table, written(to) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([*table.header, "score", "flag"])
        for cells, sample in read(table, report.problems):
            report.rows += 1
            if sample is None:
                report.not_judged += 1
                writer.writerow([*cells, "", ""])
                continue
            score, flag = scanner.step(sample[1])
            report.flagged += flag
            writer.writerow([*cells, f"{score:.6f}", int(flag)])
        if report.rows == report.not_judged:
            raise nothing_read(source, report.problems)
    return report
