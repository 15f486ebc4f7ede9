"""Each metric says what the tables say, and nothing where nothing is known."""

from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from console.web.metrics.families import FAMILIES
from tests.console.web.conftest import Web
from tests.console.web.metrics.prometheus import checked, prometheus
from tests.console.web.metrics.watched import PERSON, ago, alerted, everything, execute, probed
from tests.console.web.metrics.watched import pulled as pull
from tests.deployments.grafana import expressions
from tests.flows.failures.waiting.outage import Outage
from tests.waiting import until


def near(value: float, moment: datetime) -> bool:
    return abs(value - moment.timestamp()) < 300


def test_every_metric_is_there_and_the_text_is_right(web: Web, outage: Outage) -> None:
    everything(outage)
    text = web.get("/metrics").text
    samples = {line.partition("{")[0].partition(" ")[0] for line in text.splitlines()
               if not line.startswith("#")}  # fmt: skip
    assert samples == {family.name for family in FAMILIES}
    assert PERSON not in text
    assert checked(text) == ""


def test_promtool_would_see_a_wrong_name() -> None:
    assert "milliseconds" in checked("# HELP a_milliseconds x\n# TYPE a_milliseconds gauge\n"
                                     "a_milliseconds 1\n")  # fmt: skip


def test_an_empty_database_says_only_what_is_known(web: Web) -> None:
    names = {name.partition("{")[0] for name in web.metrics()}
    assert names <= {
        "tereze_info",
        "tereze_system_state",
        "tereze_source_last_success_timestamp_seconds",
        "tereze_metrics_age_seconds",
    }


def test_a_real_prometheus_scrapes_it_and_the_dashboard_finds_all(
    web: Web, outage: Outage, tmp_path: Path
) -> None:
    everything(outage)
    with prometheus(tmp_path / "prometheus", web.address.removeprefix("http://")) as server:
        until(lambda: server.ask("up") == {"": 1})
        down = {"down,critical,confirmed": 1}
        until(lambda: server.ask('tereze_findings{kind="down"}') == down)
        names = server.get("label/__name__/values")["data"]
        assert {family.name for family in FAMILIES} <= set(names)
        for expression in expressions():
            if "tereze_pull_success == 0" not in expression:
                until(partial(server.ask, expression))
        [timeline] = [each for each in expressions() if each.startswith("sum by (system) (")]
        states = {"gateway": 1, "office": 3, "registry": 1}  # 3 is failing, 1 not seen
        until(lambda: server.ask(timeline) == states)


def test_probes(web: Web, outage: Outage) -> None:
    probed(outage, "office", "good", ends_at=ago(days=-30))
    probed(outage, "office", "bad", outcome="failed", took_ms=1500.0)
    probed(outage, "office", "broken certificate", outcome="certificate")
    probed(outage, "office", "missed", missed=2)
    probed(outage, "office", "stopped", tried_at=ago(minutes=30))
    probed(outage, "office", "removed", tried_at=ago(days=3), ends_at=ago(days=-1))
    found = web.metrics()
    success = 'tereze_probe_success{system="office",target="%s"}'
    assert (found[success % "good"], found[success % "bad"]) == (1, 0)
    assert found[success % "broken certificate"] == 0
    assert not {success % name for name in ("missed", "stopped", "removed")} & found.keys()
    took = 'tereze_probe_duration_seconds{system="office",target="bad"}'
    assert found[took] == 1.5
    expiry = 'tereze_certificate_expiry_timestamp_seconds{system="office",target="%s"}'
    assert near(found[expiry % "good"], ago(days=-30))
    assert not {expiry % name for name in ("bad", "removed")} & found.keys()
    looked = 'tereze_probe_last_look_timestamp_seconds{system="office",target="stopped"}'
    assert near(found[looked], ago(seconds=1))


def test_findings(web: Web, outage: Outage) -> None:
    first = outage.found("office", "06-02 10:00")
    outage.found("gateway", "06-02 10:00", state="suspected", kind="slow")
    outage.found("registry", "06-02 10:00", "06-02 11:00")
    execute(outage, "UPDATE findings SET began_at = :at WHERE id = :id", at=ago(hours=1), id=first)
    found = web.metrics()
    assert found['tereze_findings{kind="down",severity="critical",state="confirmed"}'] == 1
    assert found['tereze_findings{kind="slow",severity="critical",state="suspected"}'] == 1
    assert sum("tereze_findings" in name for name in found) == 2
    [open_] = [v for k, v in found.items() if "open_seconds" in k and 'system="office"' in k]
    assert 3600 <= open_ < 3900


def test_sources(web: Web, outage: Outage) -> None:
    outage.looked_at("office.applications", ago(seconds=150))
    pull(outage, "office.applications", inserted=5, updated=2, quarantined=1)
    execute(
        outage,
        """
        INSERT INTO pulls (source, kind, holder, state, started_at, ended_at)
        VALUES ('office.applications', 'pull', 'x', 'failed', :at, :at)
        """,
        at=ago(seconds=30),
    )
    found = web.metrics()
    labels = 'source="office.applications",system="office"}'
    last = found[f"tereze_source_last_success_timestamp_seconds{{{labels}"]
    assert near(last, ago(seconds=150))
    newest = found[f"tereze_source_data_timestamp_seconds{{{labels}"]
    assert newest == datetime.fromisoformat("2025-06-02T09:00+05:00").timestamp()
    assert found[f"tereze_pull_success{{{labels}"] == 0, "the last one failed"
    rows = {
        outcome: found[f'tereze_pull_rows{{outcome="{outcome}",{labels}']
        for outcome in ("inserted", "updated", "unchanged", "quarantined", "repeated")
    }
    assert rows == {"inserted": 5, "updated": 2, "unchanged": 0, "quarantined": 1, "repeated": 0}


def test_alerts_and_quarantine_are_asked_again_when_they_were_cheap(
    web: Web, outage: Outage
) -> None:
    alerted(outage, "f1", "SystemDown", "critical", "firing")
    alerted(outage, "f2", "SystemDown", "critical", "firing")
    alerted(outage, "f3", "SystemDown", "critical", "resolved")
    found = web.metrics()
    firing = 'tereze_alerts{name="SystemDown",severity="critical",state="firing"}'
    assert found[firing] == 2
    assert sum("tereze_alerts" in name for name in found) == 1
    assert found['tereze_metrics_age_seconds{question="alerts"}'] < 60
    execute(outage, "UPDATE alerts SET state = 'acknowledged' WHERE fingerprint = 'f2'")
    until(lambda: web.metrics()[firing] == 1)


@pytest.mark.parametrize("checks", [1, 3])
def test_applications_are_counted_by_their_changes(web: Web, outage: Outage, checks: int) -> None:
    for number in ("1", "2", "3"):
        outage.received(number, "05-30 10:00")
    for at in ("05-30 12:00", "06-02 12:00", "06-04 12:00")[-checks:]:
        outage.check(at)
        told = {
            name.partition('"')[2].partition('"')[0]: value
            for name, value in web.metrics().items()
            if name.startswith("tereze_applications") and value
        }
        rows = outage.all("SELECT timeliness, count(*) FROM applications GROUP BY 1")
        assert told == dict(rows)


def test_last_ticks(web: Web, outage: Outage) -> None:
    everything(outage)
    found = web.metrics()
    jobs = {name.partition('"')[2].partition('"')[0]: value for name, value in found.items()
            if name.startswith("tereze_last_tick")}  # fmt: skip
    assert jobs.keys() == {"alerts", "delays", "failures"}, "the register never ran"
    assert near(jobs["failures"], ago(seconds=30))
    assert near(jobs["alerts"], ago(seconds=30))
    assert jobs["delays"] == datetime.fromisoformat("2025-06-02T10:00+05:00").timestamp()
