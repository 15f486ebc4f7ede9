"""Every rule on records, and nothing that is held back has a person's fields."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.failures.exchanges.batch import Batch, Bounds
from flows.failures.exchanges.records import RecordReader
from flows.failures.exchanges.rules import RULES
from models.exchanges import FAILED, GOOD, REFUSED, SILENT
from tests.flows.failures.exchanges.made import MOMENT, client

AT = MOMENT - timedelta(hours=1)
BEGAN = round(AT.timestamp() * 1000)


def read(*records: Any) -> Batch:
    batch = Batch()
    reader = RecordReader(Bounds.of(MOMENT, timedelta(days=30)), ["Client.", "Server.AccessDenied"])
    reader.add(records, batch)
    assert batch.read == len(records) == len(batch.rows) + len(batch.held)
    return batch


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"messageId": None}, "X02"),
        ({"messageId": ""}, "X02"),
        ({"messageId": 12}, "X02"),
        ({"messageId": "a\nb"}, "X01"),
        ({"messageId": "a\x00b"}, "X01"),
        ({"messageId": "a" * 300}, "X01"),
        ({"requestInTs": None}, "X02"),
        ({"requestInTs": str(BEGAN)}, "X02"),
        ({"requestInTs": BEGAN + 0.5}, "X02"),
        ({"responseOutTs": None}, "X02"),
        ({"responseOutTs": BEGAN - 1}, "X04"),
        ({"responseInTs": BEGAN + 1, "requestOutTs": BEGAN + 2}, "X04"),
        ({"responseInTs": "soon"}, "X02"),
        ({"securityServerType": None}, "X03"),
        ({"securityServerType": "Both"}, "X03"),
        ({"serviceCode": None}, "X02"),
        ({"clientMemberCode": ["a"]}, "X02"),
        ({"succeeded": None}, "X02"),
        ({"succeeded": "yes"}, "X02"),
        ({"statusCode": "200"}, "X02"),
        ({"requestSoapSize": -1}, "X02"),
        ({"requestInTs": BEGAN + 7_200_000, "responseOutTs": BEGAN + 7_200_001}, "X05"),
        ({"requestInTs": BEGAN - 31 * 86_400_000}, "X06"),
        ({"xRequestId": {}}, "X02"),
    ],
)
def test_rules(changed: dict[str, Any], code: str) -> None:
    batch = read(client(1, AT, **changed))
    assert dict(batch.broken) == {code: 1}
    assert batch.held[0].rule.code == code
    assert batch.held[0].reason


@pytest.mark.parametrize("record", [None, 3, "text", [], {}])
def test_what_is_no_record(record: Any) -> None:
    assert sum(read(record).broken.values()) == 1


@pytest.mark.parametrize(
    ("changed", "outcome", "code"),
    [
        ({}, GOOD, r"\N"),
        ({"statusCode": 200}, GOOD, r"\N"),
        ({"statusCode": 302}, GOOD, r"\N"),
        ({"succeeded": False}, FAILED, r"\N"),
        ({"succeeded": False, "faultCode": "Server.ClientProxy.Down"}, FAILED, None),
        ({"succeeded": False, "statusCode": 503}, FAILED, "HTTP 503"),
        ({"succeeded": False, "statusCode": 429}, FAILED, "HTTP 429"),
        ({"succeeded": False, "statusCode": 404}, REFUSED, "HTTP 404"),
        ({"succeeded": False, "faultCode": "Client.InvalidRequest"}, REFUSED, None),
        ({"succeeded": False, "faultCode": "Server.AccessDenied"}, REFUSED, None),
        ({"succeeded": True, "faultCode": "Server.Inner"}, SILENT, "Server.Inner"),
        ({"succeeded": True, "statusCode": 500}, SILENT, "HTTP 500"),
        ({"succeeded": True, "statusCode": 404}, REFUSED, "HTTP 404"),
    ],
)
def test_outcomes(changed: dict[str, Any], outcome: int, code: str | None) -> None:
    fields = read(client(1, AT, **changed)).rows[0].rstrip("\n").split("\t")
    assert int(fields[7]) == outcome
    assert fields[10] == (changed["faultCode"] if code is None else code)


def test_good_ones_are_used_beside_broken_ones() -> None:
    batch = read(client(1, AT), client(2, AT, messageId=None), client(3, AT))
    assert len(batch.rows) == 2
    assert batch.series == [(1, "KZ/GOV/LAND/SUB/getParcel", "KZ/GOV/CORP/OFFICES")]


def test_an_odd_message_id_is_kept_as_it_is() -> None:
    row = read(client(1, AT, messageId=r"a\tb\N")).rows[0]
    assert row.count("\t") == 11
    assert r"a\\tb\\N" in row


def test_no_person_in_quarantine() -> None:
    held = read(client(1, AT, succeeded=None, messageUserId="EE37701010101")).held[0]
    assert "37701010101" not in held.record
    assert orjson.loads(held.record)["messageId"] == "message-1"


def test_codes_are_different() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(changed=st.dictionaries(st.sampled_from(sorted(client(1, AT))), values, max_size=4))
def test_anything_is_read_or_held(changed: dict[str, Any]) -> None:
    batch = read(client(1, AT) | changed)
    for row in batch.rows:
        assert row.endswith("\n")
        assert row.count("\t") == 11
        assert row.count("\n") == 1
        row.encode()
