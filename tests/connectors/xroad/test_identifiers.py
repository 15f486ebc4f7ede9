"""Identifiers, numbers of messages, and what codes of a failed exchange mean."""

from urllib.parse import unquote
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from connectors.xroad.errors import exchange_fault, worked
from connectors.xroad.identifiers import Client, Service, message_id, spelled

PARTS = st.text(min_size=1, max_size=9).filter(
    lambda part: (
        part.isprintable()
        and part.strip() != ""
        and part not in (".", "..")
        and not set("/%") & set(part)
    )
)

SERVICE, CLIENT = TypeAdapter[str](Service), TypeAdapter[str](Client)


@given(st.lists(PARTS, min_size=5, max_size=5))
def test_parts_are_spelled_one_by_one(parts: list[str]) -> None:
    service = SERVICE.validate_python("/".join(parts))
    assert [unquote(part) for part in spelled(service).split("/")] == parts


@pytest.mark.parametrize(
    "service", ["KZ/GOV/SOCIAL/sub", "KZ/GOV/SOCIAL/sub/a/b", "KZ/GOV//sub/a", "KZ/GOV/../sub/a",
                "KZ/GOV/S%2FO/sub/a", "KZ/GOV/S\nO/sub/a"],
)  # fmt: skip
def test_what_is_no_service_is_refused(service: str) -> None:
    with pytest.raises(ValidationError, match="instance/class/member/subsystem/service"):
        SERVICE.validate_python(service)


@pytest.mark.parametrize("client", ["KZ/GOV/AGENCY", "KZ/GOV/AGENCY/tereze"])
def test_a_client_has_a_subsystem_or_none(client: str) -> None:
    assert CLIENT.validate_python(client) == client


@given(st.text())
def test_a_key_is_always_the_same_message(key: str) -> None:
    try:
        key.encode()
    except UnicodeEncodeError:
        return
    assert UUID(message_id(key)) == UUID(message_id(key))
    assert message_id(message_id(key)) == message_id(key)


def test_different_keys_are_different_messages() -> None:
    assert message_id("T-1:birth") != message_id("T-1:birth:undo")


CODES = [
    ("Client.BadRequest", "no"),
    ("Client", "no"),
    ("ClientSomething", "maybe"),
    ("Server.ClientProxy.UnknownMember", "no"),
    ("Server.ClientProxy.OutdatedGlobalConf", "no"),
    ("Server.ClientProxy.NetworkError", "maybe"),
    ("Server.ClientProxy.LoggingFailed.TimestamperFailed", "maybe"),
    ("Server.ServerProxy.AccessDenied", "no"),
    ("Server.ServerProxy.UnknownService", "no"),
    ("Server.ServerProxy.ServiceFailed.HttpError", "maybe"),
    ("Server.ServerProxy.NetworkError", "maybe"),
    ("Server.Other", "maybe"),
    ("", "maybe"),
]


@pytest.mark.parametrize(("code", "expected"), CODES)
def test_whether_the_service_can_have_done_it(code: str, expected: str) -> None:
    assert worked(code) == expected


def test_the_header_decides_whether_the_exchange_failed() -> None:
    said = {"type": "Server.ServerProxy.AccessDenied", "message": "not allowed"}
    assert exchange_fault({}, said) is None
    fault = exchange_fault({"X-Road-Error": "Server.ServerProxy"}, said)
    assert fault is not None
    assert (fault.code, fault.message, fault.worked) == (said["type"], "not allowed", "no")
    bare = exchange_fault({"X-Road-Error": "Server.ServerProxy.NetworkError"}, None)
    assert bare is not None
    assert bare.worked == "maybe"
