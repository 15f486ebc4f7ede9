"""Answers changed anywhere are read, or refused in one of the ways that are known; never else."""

from hypothesis import given
from hypothesis import strategies as st

from connectors.calling import Copy, Unanswered, Untrusted
from connectors.safe_xml import UnsafeXml
from connectors.shep.answers import async_content, sync_content
from connectors.shep.options import ShepCodes
from connectors.soap.reading import read
from tests.connectors.shep import answers

_SYNC = (
    answers.sync("<data><resultCode>00000</resultCode><act>7</act></data>"),
    answers.sync("<data>&lt;r&gt;&lt;act&gt;7&lt;/act&gt;&lt;/r&gt;</data>", "SCSE003", "no"),
    answers.fault("s:Server", answers.error_info("SCSE001")),
)
_ASYNC = (
    answers.asynchronous("getMessages", "<messages><messageInfo><messageId>m</messageId>"
    "</messageInfo><messageData><data><act>7</act></data></messageData></messages>"),
    answers.asynchronous("getMessages", ""),
)  # fmt: skip
_ADDED = [b"", b"x", b"<", b">", b"&", b"&lt;", b"<data/>", b"</data>", b"<messages/>", b"\xff"]


@given(
    raw=st.sampled_from([*_SYNC, *_ASYNC]),
    at=st.integers(0, 2000),
    removed=st.integers(0, 80),
    added=st.sampled_from(_ADDED),
    status=st.sampled_from([200, 202, 301, 404, 500]),
)
def test_odd_answers(raw: bytes, at: int, removed: int, added: bytes, status: int) -> None:
    at %= len(raw)
    changed = raw[:at] + added + raw[at + removed :]
    try:
        found = read("Calling", status, changed, Copy.of(changed))
        if found.fault is None and raw in _SYNC:
            content = sync_content(found.body, ShepCodes(), ["act"])
            assert content.code
        elif found.fault is None:
            assert isinstance(async_content(found.body, "getMessages", []).document, dict)
        else:
            assert found.fault.code
    except (Untrusted, Unanswered, UnsafeXml):
        return


@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    try:
        read("Calling", 200, raw, Copy.of(raw))
    except (Untrusted, Unanswered):
        return
    raise AssertionError("bytes at random are no SOAP")
