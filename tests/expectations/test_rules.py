"""Rules: each dataset has its own, with codes of their own, and severities a source may change."""

import re
from collections import Counter
from typing import Any

import pytest

from expectations.rules import BATCH_RULES, RowRule, with_severities
from expectations.suite import FRESH_BY, RULES, fresh_column, rules_of
from models.datasets import DATASETS
from models.environment.settings import Settings
from models.environment.sources import Source
from models.errors import ConfigurationError
from tests.environments import KAZAKHSTAN

SETTINGS = Settings.model_validate(KAZAKHSTAN["environment.yaml"])


def source(dataset: str = "applications", **more: Any) -> Source:
    return Source.model_validate(
        {"source": "a.b", "system": "a", "connector": "file", "dataset": dataset,
         "fields": {"number": "n", "received_at": "r"}, **more}
    )  # fmt: skip


def test_every_dataset_has_rules_and_every_rule_a_code_of_its_own() -> None:
    assert set(RULES) == set(DATASETS)
    codes = [rule.code for rules in RULES.values() for rule in rules]
    codes += [rule.code for rule in BATCH_RULES]
    assert [code for code, count in Counter(codes).items() if count > 1] == []
    assert all(re.fullmatch(r"[A-Z]\d\d", code) for code in codes)


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_dataset_knows_required_fields_types_and_one_meaning(dataset: str) -> None:
    words = " ".join(rule.text for rule in RULES[dataset])
    for part in ("Required fields are filled", "Every value fits", "is unique in its system"):
        assert part in words


def test_what_the_tables_refuse_is_firm() -> None:
    firm = {rule.code for rules in RULES.values() for rule in rules if rule.firm}
    assert {"A01", "A02", "A06", "A07", "E01", "E05", "T05", "T09", "T10"} <= firm
    assert "A04" not in firm


def test_a_source_changes_severities() -> None:
    declared = source(expect={"rules": {"A04": "warning", "A06": "critical"}})
    found = {rule.code: rule.severity for rule in rules_of(declared, SETTINGS)}
    assert (found["A04"], found["A06"], found["A05"]) == ("warning", "critical", "error")


@pytest.mark.parametrize(
    ("rules", "words"),
    [({"A99": "error"}, "no rule 'A99'"), ({"A02": "warning"}, "A02 cannot be a warning")],
)
def test_what_a_source_may_not_say(rules: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        rules_of(source(expect={"rules": rules}), SETTINGS)


def test_a_dataset_without_rules_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="has no rules"):
        rules_of(source("weather"), SETTINGS)


def test_identifiers_are_checked_where_they_are_mapped() -> None:
    fields = {"number": "n", "applicant": {"from": "iin", "identifier": "iin"}}
    codes = [rule.code for rule in rules_of(source(fields=fields), SETTINGS)]
    assert "A03" in codes
    assert "A03" not in [rule.code for rule in rules_of(source(), SETTINGS)]


def test_what_tells_freshness() -> None:
    fresh: dict[str, Any] = {"expect": {"fresh_within": "1h"}}
    assert fresh_column(source()) is None
    assert fresh_column(source(**fresh)) == "received_at"
    assert fresh_column(source(fields={"changed_at": "c", "received_at": "r"}, **fresh)) == (
        "changed_at"
    )
    with pytest.raises(ConfigurationError, match="Map one of changed_at, at"):
        fresh_column(source("application_events", **fresh))
    for dataset, columns in FRESH_BY.items():
        assert all(DATASETS[dataset].column(name).kind == "time" for name in columns)


def test_quotes_in_a_rule_s_words() -> None:
    rule = RowRule("X01", "error", "a body's rule", "true", "s.number")
    assert rule.reason == "concat_ws(': ', 'a body''s rule', s.number)"
    assert with_severities((rule,), {}, "a.b") == (rule,)
