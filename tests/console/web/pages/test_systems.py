"""Systems in the console: how each stands, its findings, its days, the letter to its owner."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from console.web.pages.systems.days import Day, days_of, since_known
from console.web.pages.systems.words import rounded_down
from models.environment.contracts import Contract
from models.environment.probes import Target
from models.environment.systems import Maintenance
from tests.console.web.alerting import down
from tests.console.web.conftest import Client
from tests.flows.failures.waiting.outage import Outage

SignedIn = Callable[..., Client]
_LOOK = """
    INSERT INTO probe_results (system, probe, looked_at, outcome, reason, sentence, took_ms)
    VALUES ('gateway', 'https', :at, :outcome, '', '', :took)
"""


def looked(outage: Outage, at: datetime, took: float, outcome: str = "good") -> None:
    with outage.engine.begin() as connection:
        connection.execute(text(_LOOK), {"at": at, "took": took, "outcome": outcome})


def test_those_that_need_somebody_stand_first(signed_in: SignedIn, outage: Outage) -> None:
    outage.found("gateway", "06-02 10:00")
    outage.found("office", "06-02 10:00", state="suspected", confirmed=None)
    client = signed_in("auditor")
    page = client.get("/systems").text
    assert page.index("Gateway") < page.index("Front offices")
    for part in ("Failing", "Does not answer", "The connection is refused", "99.5%", "Promised"):
        assert part in page, part
    assert "0%" in page  # down since long before the period
    assert page.count("100%") == 1  # nobody ever looked at the registry
    table = client.get("/systems?format=csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert len(table.text.strip().splitlines()) == 4


def test_a_system_says_all_that_is_known(signed_in: SignedIn, outage: Outage) -> None:
    _, finding = down(outage)
    before = outage.found("gateway", "05-02 10:00", "05-02 12:30", subject="probe:other")
    outage.applied("W-1", "06-02 09:00", system="gateway", region="71")
    gateway = outage.environment.systems["gateway"]
    gateway.probes.append(Target(module="https"))
    gateway.maintenance.append(Maintenance(schedule="0 3 * * *", lasts="2h"))
    gateway.contracts.append(Contract(name="api", kind="openapi", url="/openapi.json"))
    page = signed_in("on_call").get("/systems/gateway").text
    for part in (
        "Failing", "connection refused &lt;script&gt;", "duty, extension 7", "Depend on it",
        "Front offices", "An allowance", "1 application", "Astana", "Try it now", "not read yet",
        f"/systems/gateway/findings/{finding}", f"/systems/gateway/findings/{before}",
        "2 h 30 min", "Letter to the owner", "Day by day", "next from", "probe:https",
        "never looked at", "/alerts/runbooks/system_down",
    ):  # fmt: skip
        assert part in page, part
    assert signed_in("on_call").get("/systems/nothing").status_code == 404
    assert signed_in("on_call").get("/systems/%00").status_code == 404
    assert signed_in("on_call").get("/systems/tereze").url.endswith("/systems/tereze/findings")


def test_what_nobody_looked_at_is_not_called_healthy(signed_in: SignedIn, outage: Outage) -> None:
    assert outage
    page = signed_in("on_call").get("/systems/registry").text
    assert "Not looked at" in page
    assert "Works" not in page
    assert "Nothing is declared that would look at it." in page


def test_days(outage: Outage) -> None:
    now = datetime.now(UTC)
    noon = (now - timedelta(days=2)).replace(hour=7, minute=0, second=0, microsecond=0)
    for minute, took in enumerate((100, 200, 300, 9_000)):
        looked(outage, noon + timedelta(minutes=minute), took)
    looked(outage, noon + timedelta(minutes=9), 50_000, "failed")
    with outage.engine.begin() as connection:
        for kind, system, reason, hours in (
            ("down", "gateway", "refused", 6), ("not_looked_at", "tereze", "gap", 2),
            ("not_looked_at", "tereze", "side_failed", 9), ("down", "office", "refused", 20),
        ):  # fmt: skip
            connection.execute(
                text("""
                    INSERT INTO findings (kind, system, subject, side, state, severity, reason,
                        sentence, began_at, found_at, confirmed_at, ended_at, looked_until)
                    VALUES (:kind, :system, :reason, 'x', 'over', 'critical', :reason, '', :at,
                        :at, :at, :until, :until)"""),
                {"kind": kind, "system": system, "reason": reason, "at": noon,
                 "until": noon + timedelta(hours=hours)},
            )  # fmt: skip
        found = days_of(connection, outage.environment, "gateway", now)
    assert len(found) == 30
    assert [day.on for day in found] == sorted(day.on for day in found)
    [day] = [each for each in found if each.looks]
    assert (day.looks, day.median, day.down, day.unseen) == (
        5, 250.0, timedelta(hours=6), timedelta(hours=2),
    )  # fmt: skip
    assert day.availability == pytest.approx(0.75)
    assert {each.availability for each in found if not each.looks} == {None}


def test_days_before_anything_is_known_are_left_out() -> None:
    nothing = Day(
        on=date(2026, 6, 1), length=timedelta(days=1), down=timedelta(), unseen=timedelta(),
        looks=0, median=None, slow=None, requests=0, failed=0, mean=None,
    )  # fmt: skip
    looked, unseen = replace(nothing, looks=1), replace(nothing, unseen=timedelta(hours=1))
    for found, shown in [
        ([nothing, nothing], [nothing]),
        ([nothing, looked, nothing], [looked, nothing]),
        ([nothing, unseen, looked], [unseen, looked]),
        ([looked, nothing], [looked, nothing]),
    ]:
        assert since_known(found) == shown


def test_days_of_exchanges_are_counted_once(outage: Outage) -> None:
    now = datetime.now(UTC)
    day = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    with outage.engine.begin() as connection:
        for side, requests in ((1, 90), (2, 100)):
            connection.execute(
                text("""
                    WITH s AS (
                        INSERT INTO exchange_series (source, side, service, client, system,
                            first_at, last_at)
                        VALUES ('ss', :side, 'svc', 'c', 'gateway', :at, :at) RETURNING id)
                    INSERT INTO exchange_days (at, series, requests, failed, silent, paired,
                        paired_failed, paired_silent, repeated, took, size)
                    SELECT :at, id, :requests, 7, 0, 0, 0, 0, 0, :requests * 40, 0 FROM s"""),
                {"side": side, "requests": requests, "at": day},
            )
        found = days_of(connection, outage.environment, "gateway", now)
    [counted] = [each for each in found if each.requests]
    assert (counted.on, counted.requests, counted.failed, counted.mean) == (day.date(), 100, 7, 40)


def test_findings_and_their_evidence(signed_in: SignedIn, outage: Outage) -> None:
    alert, finding = down(outage)
    client = signed_in("auditor")
    listed = client.get("/systems/gateway/findings")
    assert "The connection is refused" in listed.text
    assert "none like this" in client.get("/systems/gateway/findings?state=over").text
    assert str(finding) in client.get("/systems/gateway/findings?format=csv").text
    page = client.get(f"/systems/gateway/findings/{finding}").text
    for part in ("connection refused &lt;script&gt;", f"/alerts/{alert}", "Confirmed", "History"):
        assert part in page, part
    for path in (f"/systems/office/findings/{finding}", "/systems/gateway/findings/0",
                 "/systems/gateway/findings/99999999999999999999", "/systems/x/findings",
                 f"/systems/x/findings/{finding}/letter",
                 "/systems/gateway/findings/0/letter"):  # fmt: skip
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize(
    ("language", "there"),
    [("ru", "Оператор шлюза"), ("kk", "Шлюз операторы"), ("en", "To"), ("xx", "Шлюз операторы")],
)
def test_the_letter_in_each_language(
    signed_in: SignedIn, outage: Outage, language: str, there: str
) -> None:
    _, finding = down(outage)
    path = f"/systems/gateway/findings/{finding}/letter?language={language}"
    client = signed_in("on_call")
    page = client.get(path)
    assert page.status_code == 200
    letter = page.text[page.text.index('<pre class="letter"') :]
    assert there in letter
    assert "<script>" not in letter
    file = client.get(f"{path}&format=txt")
    assert file.headers["content-type"].startswith("text/plain")
    assert "attachment" in file.headers["content-disposition"]
    assert there in file.text


def test_a_region_sees_its_own(signed_in: SignedIn, outage: Outage) -> None:
    _, finding = down(outage)
    for number, region in (("W-1", "71"), ("W-2", "75"), ("W-3", "75")):
        outage.applied(number, "06-02 09:00", system="gateway", region=region)
    page = signed_in("region", region="71").get("/systems/gateway").text
    waits = page[page.index('id="waits"') :]
    assert "1 application<" in waits
    assert "Letter to the owner" not in page
    assert "3 applications" in signed_in("on_call").get("/systems/gateway").text
    letter = f"/systems/gateway/findings/{finding}/letter"
    assert signed_in("region", region="71").get(letter).status_code == 403
    with outage.engine.connect() as connection:
        refused = connection.execute(
            text("SELECT subject FROM audit_entries WHERE action = 'console_refused'")
        ).scalar_one()
    assert refused == f"letter of finding {finding}"


def test_who_waits_is_not_guessed(signed_in: SignedIn, outage: Outage) -> None:
    with outage.engine.begin() as connection:
        connection.execute(text("DELETE FROM calendar_days"))
    page = signed_in("on_call").get("/systems/gateway")
    assert page.status_code == 200
    assert "Who waits is not known now." in page.text


def test_tried_now_by_whoever_handles_alerts(signed_in: SignedIn, outage: Outage) -> None:
    assert outage
    page = signed_in("on_call").post("/systems/office/try")
    assert page.status_code == 200
    assert "source:office.applications" in page.text
    assert "Nothing is declared by which" in signed_in("on_call").post("/systems/gateway/try").text
    assert signed_in("on_call").post("/systems/none/try").status_code == 404
    for role in ("auditor", "office_staff", "region", "reviewer"):
        assert signed_in(role).post("/systems/office/try").status_code == 403
        assert "Try it now" not in signed_in(role).get("/systems/office").text


@pytest.mark.parametrize(
    ("share", "shown"), [(1.0, 1.0), (0.999999, 0.99999), (0.995, 0.995), (0.0, 0.0)]
)
def test_availability_is_never_rounded_up(share: float, shown: float) -> None:
    assert rounded_down(share) == shown
