"""What is here already shows functions: unknown codes, exchanges, catalogues, regulations."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.ingest.pull import pull
from models.environment.exchanges import OURS
from tests.flows.hidden_services.house import NOW, House

HELD = """
    INSERT INTO quarantine (source, dataset, key, fingerprint, codes, reasons, record, pull_id,
        held_at)
    VALUES ('office.applications', 'applications', :key, :key, '{A04}', :reasons, '{}', 1, :at)
"""


def seen(house: House, kind: str) -> list[tuple[Any, ...]]:
    rows = house.all(
        "SELECT system, code, service, volume FROM observed_functions WHERE kind = :kind"
        " ORDER BY system, code",
        kind=kind,
    )
    return [tuple(row) for row in rows]


def test_unknown_codes_of_held_and_stored_applications(house: House) -> None:
    said = "The service is known to the register: 99999999"
    for n in range(3):
        house.do(HELD, key=str(n), reasons=[said], at=NOW - timedelta(hours=n))
    house.applied("88888888", NOW - timedelta(days=2), 2, applicant="a")
    house.applied("88888888", NOW - timedelta(days=1), 1, applicant="b")
    house.applied("00100101", NOW)
    house.run()
    assert seen(house, "application") == [
        ("office", "88888888", "88888888", 3),
        ("office", "99999999", "99999999", 3),
    ]
    [row] = house.all("SELECT recipients FROM observed_functions WHERE code = '88888888'")
    assert row.recipients == 2
    assert house.run().collected["applications"] == 0, "nothing is new"


def test_a_code_that_becomes_known_is_in_the_register(house: House) -> None:
    house.applied("88888888", NOW - timedelta(days=1), 40)
    house.run()
    assert house.one().state == "new"
    house.declare(register={"services": {"88888888": {"names": {"ru": "Новая услуга"}}}})
    assert house.run().in_register_now == 1


def test_exchanges_are_seen_once_for_each_service(house: House) -> None:
    for n, client in enumerate(("A", "B"), 1):
        house.do(
            """
            INSERT INTO exchange_series (source, side, service, client, system, first_at, last_at)
            VALUES ('log', 2, 'KZ/GOV/70/land/getPlotPlan', :client, 'land', :first, :last)
            """,
            client=client,
            first=NOW - timedelta(days=n),
            last=NOW,
        )
    house.do(
        """
        INSERT INTO exchange_hours (at, series, bucket, requests, failed, silent, paired,
            paired_failed, paired_silent, repeated, took, size)
        SELECT :at, id, 1, 50, 2, 0, 0, 0, 0, 0, 1, 1 FROM exchange_series
        """,
        at=NOW - timedelta(hours=1),
    )
    house.run()
    assert seen(house, "exchange") == [("land", "KZ/GOV/70/land/getPlotPlan", None, 100)]
    [row] = house.all("SELECT names FROM observed_functions WHERE kind = 'exchange'")
    assert row.names == {"en": "getPlotPlan"}


def test_our_own_calls_are_no_function_of_a_body(house: House) -> None:
    house.do(
        """
        INSERT INTO exchange_series (source, side, service, client, system, first_at, last_at)
        VALUES (:ours, 1, 'GET /applications', 'office.applications', 'office', :at, :at)
        """,
        ours=OURS,
        at=NOW,
    )
    house.run()
    assert seen(house, "exchange") == []


def test_catalogues_are_seen_operation_by_operation(house: House) -> None:
    form: dict[str, Any] = {
        "operations": {"getPerson": {"input": {"": {}, "iin": {}}}, "issueFishingPass": {}}
    }
    house.do(
        """
        INSERT INTO contracts (system, name, kind, seen, tried_at, seen_at)
        VALUES ('office', 'api', 'wsdl', CAST(:form AS jsonb), :at, :at),
            ('office', 'columns', 'columns', '{"operations": {"x": {}}}', :at, :at)
        """,
        form=json.dumps(form),
        at=NOW,
    )
    house.run()
    assert [row[1] for row in seen(house, "operation")] == ["api:getPerson", "api:issueFishingPass"]
    rows = house.all("SELECT fields FROM observed_functions WHERE kind = 'operation' ORDER BY code")
    assert [row.fields for row in rows] == [["iin"], None], "names of fields, never values"


def test_regulations_are_split_and_one_that_fails_stops_no_other(house: House) -> None:
    (house.folder / "good.txt").write_text(
        "5. Функции:\n1) выдача справок;\n1) регистрация лодок;\n2) исключен;\n", encoding="utf-8"
    )
    (house.folder / "bad.txt").write_bytes("5. Функции:\n1) выдача;".encode("windows-1251"))
    (house.folder / "empty.txt").write_text("Nothing is numbered here.", encoding="utf-8")
    house.declare(
        regulations={
            name: {"file": f"{name}.txt", "organisation": "ECO", "language": "ru"}
            for name in ("good", "bad", "empty", "missing")
        }
    )
    report = house.run()
    assert [row[1] for row in seen(house, "regulation")] == ["5.1", "5.1'"]
    told = "\n".join(report.problems)
    for words in ("bad.txt): it is not a text in UTF-8", "empty.txt): no numbered function",
                  "missing.txt): No such file"):  # fmt: skip
        assert words in told


SOURCE = {
    "source": "office.forms",
    "system": "office",
    "connector": "file",
    "dataset": "observed_functions",
    "request": {"path": "forms.csv"},
    "fields": {
        "kind": {"value": "form"},
        "code": "code",
        "names": "name",
        "documents": "documents",
        "volume": "uses",
        "refused": "refused",
        "last_seen": "last",
    },
    "expect": {"rows": {"min": 1}},
}
GOOD = "f-1,Выдача пропуска на стадион,паспорт;чек,40,1,2026-03-01"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("f-2,,x,1,0,2026-03-01", "H01"),
        ("f-2,Имя,x,много,0,2026-03-01", "H02"),
        ("f-2,Имя,x,1,2,2026-03-01", "H05"),
        ("f-2,Имя,x,-1,,2026-03-01", "H05"),
        ("f-2,Имя,x,1,0,2036-03-01", "H06"),
        ("f-2,Справка 900101300017,x,1,0,2026-03-01", "H07"),
        ("f-2,Имя,900101300017,1,0,2026-03-01", "H07"),
    ],
)
def test_a_source_fills_it_and_its_rules_hold(house: House, row: str, code: str) -> None:
    from tests.environments import environment

    folder: Path = house.folder
    (folder / "data").mkdir(exist_ok=True)
    text = f"code,name,documents,uses,refused,last\n{GOOD}\n{row}\n"
    (folder / "data" / "forms.csv").write_text(text, encoding="utf-8")
    house.environment = environment(folder, forms=SOURCE)
    report = pull(house.engine, house.environment, "office.forms", actor="test", now=NOW)
    assert (report.state, report.inserted, report.quarantined) == ("succeeded", 1, 1), report
    assert report.broken == {code: 1}
    [kept] = house.all("SELECT names, documents, volume FROM observed_functions")
    assert tuple(kept) == ({"kk": "Выдача пропуска на стадион"}, ["паспорт", "чек"], 40)
