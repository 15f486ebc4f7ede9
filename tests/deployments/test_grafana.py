"""The dashboard is one that Grafana takes, and names only metrics that there are."""

from itertools import combinations
from typing import Any

from console.web.metrics.families import FAMILIES
from tests.deployments.grafana import dashboard, expressions, metrics

KNOWN = {family.name: family for family in FAMILIES}


def overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    return (
        one["x"] < other["x"] + other["w"]
        and other["x"] < one["x"] + one["w"]
        and one["y"] < other["y"] + other["h"]
        and other["y"] < one["y"] + one["h"]
    )


def test_it_has_what_grafana_needs() -> None:
    found = dashboard()
    assert found["schemaVersion"] >= 39
    assert found["uid"] == "tereze"
    panels: list[dict[str, Any]] = found["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        assert {"type", "title", "gridPos", "targets", "fieldConfig"} <= panel.keys()
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
        assert panel["datasource"]["uid"] == "${datasource}"
    for one, other in combinations(panels, 2):
        assert not overlap(one["gridPos"], other["gridPos"]), (one["title"], other["title"])


def test_its_variables_are_of_ours() -> None:
    variables = {each["name"]: each for each in dashboard()["templating"]["list"]}
    assert variables.keys() == {"datasource", "system"}
    assert variables["datasource"]["type"] == "datasource"
    assert variables["system"]["query"]["query"] == "label_values(tereze_system_state, system)"
    assert "system" in KNOWN["tereze_system_state"].labels


def test_every_metric_is_shown_and_no_other() -> None:
    shown = {name for expression in expressions() for name in metrics(expression)}
    assert shown == KNOWN.keys()
