"""A rule: its code, its severity, the rule as written, and when a row breaks it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.environment.sources import Severity
from models.errors import ConfigurationError


@dataclass(frozen=True)
class RowRule:
    """A rule that each row keeps or breaks.

    `broken` is a SQL condition over the row `s` of a batch; null is not broken. `detail` is a
    SQL text that shows what is wrong with this row, without personal data. Codes are stable:
    people search for them, and runbooks name them. A `firm` rule may not become a warning:
    the tables cannot hold a row that breaks it, or what it says would be guessed.
    """

    code: str
    severity: Severity
    text: str
    broken: str
    detail: str | None = None
    firm: bool = False

    @property
    def column(self) -> str:
        """The column of the judged batch that is true where the rule is kept."""
        return self.code.lower()

    @property
    def reason(self) -> str:
        """A SQL text: the rule, and what is wrong with this row."""
        words = "'" + self.text.replace("'", "''") + "'"
        return words if self.detail is None else f"concat_ws(': ', {words}, {self.detail})"


@dataclass(frozen=True)
class BatchRule:
    """A rule that a batch keeps or breaks as a whole; breaking it stops the batch."""

    code: str
    text: str


NOT_EMPTY = BatchRule("B01", "A batch has as many rows as the source declares, and is not empty")
FRESH = BatchRule("B02", "The newest change in a batch is as fresh as the source declares")
FIELDS = BatchRule("B03", "Every required field stands in at least one record of the batch")
SOUND = BatchRule("B04", "No more rows break a rule than the source declares")
COMPLETE = BatchRule("B05", "A batch brings as many records as the system announced")
BATCH_RULES = (NOT_EMPTY, FRESH, FIELDS, SOUND, COMPLETE)


def with_severities(
    rules: tuple[RowRule, ...], declared: Mapping[str, Severity], source: str
) -> tuple[RowRule, ...]:
    """The rules with the severities that a source declares for some of them.

    Raises:
        ConfigurationError: a declared code is none of this dataset's rules, or its rule may
            not be softened.
    """
    unknown = set(declared) - {rule.code for rule in rules}
    if unknown:
        known = ", ".join(rule.code for rule in rules)
        raise ConfigurationError(
            f"Reading expect.rules of the source {source}",
            f"no rule {sorted(unknown)[0]!r} for this dataset",
            f"Its rules are {known}",
        )
    softened = [r.code for r in rules if r.firm and declared.get(r.code) == "warning"]
    if softened:
        raise ConfigurationError(
            f"Reading expect.rules of the source {source}",
            f"{softened[0]} cannot be a warning: the store does not hold rows that break it",
            "Make it an error or critical",
        )
    return tuple(replace(rule, severity=declared.get(rule.code, rule.severity)) for rule in rules)
