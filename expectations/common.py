"""Rules that every dataset has: required fields, types, one meaning for a key."""

from expectations.rules import RowRule
from models.datasets import Dataset


def required(code: str, dataset: Dataset) -> RowRule:
    """Required fields are filled."""
    names = [column.name for column in dataset.columns if column.required]
    missing = ", ".join(f"CASE WHEN s.{name} IS NULL THEN '{name}' END" for name in names)
    return RowRule(
        code,
        "error",
        "Required fields are filled",
        " OR ".join(f"s.{name} IS NULL" for name in names),
        f"concat_ws(', ', {missing})",
        firm=True,
    )


def typed(code: str) -> RowRule:
    """Every value fits its field: found while reading, told with the field and the value."""
    return RowRule(
        code,
        "error",
        "Every value fits its field",
        "s.problems IS NOT NULL",
        "s.problems",
        firm=True,
    )


def unique(code: str, dataset: Dataset) -> RowRule:
    """Two records of one key and one time of change do not contradict each other."""
    key = ", ".join(dataset.key)
    return RowRule(
        code,
        "error",
        f"A record ({key}) is unique in its system: no two of the same change contradict",
        "s.clash",
        firm=True,
    )


def known(code: str, column: str, table: str, severity: str = "error") -> RowRule:
    """A code stands in the register, wherever the register has any of its kind."""
    return RowRule(
        code,
        "warning" if severity == "warning" else "error",
        f"The {column} is known to the register",
        f"s.{column} IS NOT NULL AND s.{column} NOT IN (SELECT code FROM {table})"
        f" AND EXISTS (SELECT FROM {table})",
        f"s.{column}",
    )
