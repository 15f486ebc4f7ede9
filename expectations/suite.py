"""A dataset's rules for one source, and the Great Expectations suite that they make."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from expectations import (
    application_events,
    applications,
    life_events,
    observed_functions,
    register,
)
from expectations.rules import FRESH, NOT_EMPTY, SOUND, RowRule, with_severities
from models.environment.settings import Settings
from models.environment.sources import Source
from models.errors import ConfigurationError
from models.masking import check_digit_sql

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # nothing phones home

RULES: Mapping[str, tuple[RowRule, ...]] = {
    "applications": applications.RULES,
    "application_events": application_events.RULES,
    "organisations": register.ORGANISATIONS,
    "services": register.SERVICES,
    "channels": register.CHANNELS,
    "regions": register.REGIONS,
    "offices": register.OFFICES,
    "standards": register.STANDARDS,
    "observed_functions": observed_functions.RULES,
    "life_events": life_events.RULES,
    "consents": life_events.CONSENTS,
}
IDENTIFIERS = "A03"
GX_SEVERITY = {"critical": "critical", "error": "warning", "warning": "info"}


def rules_of(source: Source, settings: Settings) -> tuple[RowRule, ...]:
    """The rules for rows of this source: its dataset's, identifiers', its own severities.

    Raises:
        ConfigurationError: the dataset has no rules (an empty suite would call everything
            good), or the source names a rule that does not exist.
    """
    rules = RULES.get(source.dataset, ())
    if not rules:
        raise ConfigurationError(
            f"Choosing the expectations of {source.source}",
            f"the dataset {source.dataset!r} has no rules",
            "An empty suite would call everything good; write its rules in expectations/",
        )
    if any(rule.code == IDENTIFIERS for rule in rules):
        raise AssertionError(f"{IDENTIFIERS} is reserved")
    checked = _identifiers(source, settings)
    return with_severities((*rules, *checked), source.expect.rules, source.source)


FRESH_BY = {
    "applications": ("changed_at", "received_at"),
    "application_events": ("changed_at", "at"),
    "observed_functions": ("last_seen",),
    "life_events": ("changed_at", "happened_at"),
    "consents": ("changed_at", "given_at"),
}
"""The times that tell how new a record is, the better one first."""


def fresh_column(source: Source) -> str | None:
    """The column whose newest value tells how fresh a batch is; None where none is expected.

    Raises:
        ConfigurationError: freshness is expected, and the source gives no time.
    """
    if source.expect.fresh_within is None:
        return None
    for column in FRESH_BY.get(source.dataset, ()):
        if column in source.fields:
            return column
    raise ConfigurationError(
        f"Reading expect.fresh_within of the source {source.source}",
        f"{source.dataset} has no time here that tells how new a record is",
        f"Map one of {', '.join(FRESH_BY.get(source.dataset, ())) or 'none'}, or remove the key",
    )


def _identifiers(source: Source, settings: Settings) -> tuple[RowRule, ...]:
    checks = {
        field: check_digit_sql(settings.identifiers[mapped.identifier], f"s.{field}")
        for field, mapped in source.fields.items()
        if mapped.identifier is not None
    }
    if not checks:
        return ()
    wrong = ", ".join(f"CASE WHEN NOT ({c}) THEN '{field}' END" for field, c in checks.items())
    return (
        RowRule(
            IDENTIFIERS,
            "error",
            "Identifiers are of their kind, with the right check digit",
            " OR ".join(f"NOT ({check})" for check in checks.values()),
            f"concat_ws(', ', {wrong})",
        ),
    )


def suite_of(source: Source, rules: tuple[RowRule, ...], **bounds: Any) -> "ExpectationSuite":
    """The suite for a judged batch (see `judge.judged_sql`).

    `bounds` are `fresh_column` and `fresh_since` where freshness is expected.
    """
    import great_expectations as gx
    import great_expectations.expectations as gxe

    expectations = [
        gxe.ExpectColumnValuesToBeInSet(
            column=rule.column,
            value_set=[True],
            severity=GX_SEVERITY[rule.severity],
            meta={"code": rule.code, "severity": rule.severity, "rule": rule.text},
        )
        for rule in rules
    ]
    rows = source.expect.rows
    expectations.append(
        gxe.ExpectTableRowCountToBeBetween(
            min_value=rows.min,
            max_value=rows.max,
            severity="critical",
            meta={"code": NOT_EMPTY.code, "severity": "critical", "rule": NOT_EMPTY.text},
        )
    )
    expectations.append(
        gxe.ExpectColumnValuesToBeInSet(
            column="sound",
            value_set=[True],
            mostly=1 - source.expect.quarantined_share,
            severity="critical",
            meta={"code": SOUND.code, "severity": "critical", "rule": SOUND.text},
        )
    )
    if bounds.get("fresh_column"):
        expectations.append(
            gxe.ExpectColumnMaxToBeBetween(
                column=bounds["fresh_column"],
                min_value=bounds["fresh_since"],
                severity="critical",
                meta={"code": FRESH.code, "severity": "critical", "rule": FRESH.text},
            )
        )
    return gx.ExpectationSuite(name=source.source, expectations=expectations)
