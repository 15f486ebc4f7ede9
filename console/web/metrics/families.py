"""What /metrics offers: a query for each group of metrics, and what its columns are called."""

from dataclasses import dataclass

from console.web.metrics import queries


@dataclass(frozen=True)
class Family:
    """One metric, always a gauge: `value` is the column that it shows, a null shows nothing.

    Units are Prometheus' base units: seconds, and moments as seconds since 1970.
    """

    name: str
    help: str
    labels: tuple[str, ...]
    value: str


@dataclass(frozen=True)
class Question:
    """A query, and the metrics that its rows are.

    `kept` answers may be older than the scrape: what took long is asked again the later.
    """

    name: str
    sql: str
    families: tuple[Family, ...]
    kept: bool = False


_SYSTEM_TARGET = ("system", "target")
_SOURCE = ("system", "source")

QUESTIONS: tuple[Question, ...] = (
    Question(
        "probes",
        queries.PROBES,
        (
            Family(
                "tereze_probe_success",
                "Whether the last look was good (1) or failed (0); absent where nobody could look",
                _SYSTEM_TARGET,
                "success",
            ),
            Family(
                "tereze_probe_duration_seconds",
                "How long the last look took",
                _SYSTEM_TARGET,
                "duration",
            ),
            Family(
                "tereze_probe_last_look_timestamp_seconds",
                "When the target was last really looked at",
                _SYSTEM_TARGET,
                "looked_at",
            ),
            Family(
                "tereze_certificate_expiry_timestamp_seconds",
                "When the first certificate of the chain ends",
                _SYSTEM_TARGET,
                "expiry",
            ),
        ),
    ),
    Question(
        "findings",
        queries.FINDINGS,
        (
            Family(
                "tereze_findings",
                "Findings that are not over",
                ("kind", "severity", "state"),
                "findings",
            ),
        ),
    ),
    Question(
        "open_findings",
        queries.OPEN_FINDINGS,
        (
            Family(
                "tereze_finding_open_seconds",
                "How long a finding has lasted; the 1,000 oldest",
                ("system", "kind", "subject", "severity", "state"),
                "seconds",
            ),
        ),
    ),
    Question(
        "sources",
        queries.SOURCES,
        (
            Family(
                "tereze_source_last_success_timestamp_seconds",
                "When the last pull that succeeded began",
                _SOURCE,
                "last_success",
            ),
            Family(
                "tereze_pull_success",
                "Whether the last pull that ended succeeded (1) or failed (0)",
                _SOURCE,
                "success",
            ),
            Family(
                "tereze_pull_duration_seconds",
                "How long the last pull that ended took",
                _SOURCE,
                "duration",
            ),
        ),
    ),
    Question(
        "pulls",
        queries.PULLS,
        (
            Family(
                "tereze_pull_rows",
                "Rows of the last pull that succeeded, by what became of them",
                (*_SOURCE, "outcome"),
                "rows",
            ),
        ),
    ),
    Question(
        "quarantine",
        queries.QUARANTINE,
        (
            Family(
                "tereze_quarantine_rows",
                "Rows held because they broke a rule",
                ("source",),
                "rows",
            ),
        ),
        kept=True,
    ),
    Question(
        "alerts",
        queries.ALERTS,
        (
            Family(
                "tereze_alerts",
                "Alerts that are not resolved",
                ("name", "severity", "state"),
                "alerts",
            ),
        ),
        kept=True,
    ),
    Question(
        "jobs",
        queries.JOBS,
        (
            Family(
                "tereze_last_tick_timestamp_seconds",
                "When a job last ran to its end; not called job, which Prometheus sets itself",
                ("flow",),
                "last",
            ),
        ),
    ),
)
"""In the order in which they are asked."""

SYSTEM_STATE = Family(
    "tereze_system_state",
    "1 for the state that a system is in, 0 for the others",
    ("system", "state"),
    "is",
)
DATA = Family(
    "tereze_source_data_timestamp_seconds",
    "The newest moment in the data of the last pull that succeeded",
    _SOURCE,
    "data",
)
APPLICATIONS = Family(
    "tereze_applications",
    "Applications by timeliness, as the last check of the delays left them",
    ("timeliness",),
    "applications",
)
INFO = Family(
    "tereze_info", "Always 1: the environment and the version", ("environment", "version"), "one"
)
AGE = Family(
    "tereze_metrics_age_seconds",
    "How old the answers of a question are that is not asked at each scrape",
    ("question",),
    "age",
)
FAMILIES: tuple[Family, ...] = (
    INFO,
    SYSTEM_STATE,
    *(family for question in QUESTIONS for family in question.families),
    DATA,
    APPLICATIONS,
    AGE,
)
