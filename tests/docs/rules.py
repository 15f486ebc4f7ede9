"""The tables of `docs/rules.md`, as they have to be: `python -m tests.docs.rules` prints them."""

import sys
from collections.abc import Iterable

from expectations.rules import BATCH_RULES
from expectations.suite import RULES
from flows.failures.exchanges import rules as exchanges


def row_rules() -> dict[str, list[list[str]]]:
    """By dataset, the rows of its table: code, severity, whether it may be a warning, rule."""
    return {
        dataset: [[r.code, r.severity, "no" if r.firm else "yes", r.text] for r in rules]
        for dataset, rules in RULES.items()
    }


def batch_rules() -> list[list[str]]:
    """The rows of the table of rules for a batch as a whole."""
    return [[rule.code, "critical", rule.text] for rule in BATCH_RULES]


def exchange_rules() -> list[list[str]]:
    """The rows of the table of rules for exchanges between systems."""
    return [[rule.code, rule.text] for rule in exchanges.RULES]


def table(name: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of the page, with the comment that the test finds it by."""
    head = list(columns)
    lines = [f"<!-- rules: {name} -->", _row(head), _row(["---"] * len(head))]
    return "\n".join([*lines, *(_row([f"`{code}`", *rest]) for code, *rest in rows), ""])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    parts = [table("batch", ("Code", "Severity", "Rule"), batch_rules())]
    for dataset, rows in row_rules().items():
        columns = ("Code", "Severity", "May be a warning", "Rule")
        parts.append(f"## {dataset}\n\n{table(dataset, columns, rows)}")
    parts.append(f"## Exchanges\n\n{table('exchanges', ('Code', 'Rule'), exchange_rules())}")
    sys.stdout.write("\n".join(parts))
