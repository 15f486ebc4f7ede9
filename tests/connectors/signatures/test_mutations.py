"""A signed message, changed anywhere by anybody, is read as it was signed or not at all."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from connectors.envelope import read_envelope
from connectors.safe_xml import UnsafeXml, as_json, parse
from connectors.signatures.rsa import RsaVerifier
from connectors.signatures.security import NotBelieved
from sandbox.ncanode.wsse import verify
from tests.connectors.signatures import examples


@cache
def original() -> bytes:
    return bytes(etree.tostring(examples.signed()))


@cache
def meant() -> Any:
    return as_json(examples.body(parse(original())))


def read(raw: bytes) -> Any:
    """What is read of a message; nothing, where it is not believed."""
    try:
        body = RsaVerifier([examples.body_pair().certificate]).verify(read_envelope(raw))
    except (UnsafeXml, NotBelieved):
        return None
    return as_json(body)


def test_the_message_itself_is_read() -> None:
    assert read(original()) == meant()


@given(
    at=st.integers(0, 5000),
    removed=st.integers(0, 60),
    added=st.sampled_from([b"", b"x", b"<", b">", b"&amp;", b"<!-- -->", b"<a/>", b" ", b"9"]),
)
def test_a_change_of_bytes_changes_nothing_that_is_read(
    at: int, removed: int, added: bytes
) -> None:
    raw, at = original(), at % len(original())
    assert read(raw[:at] + added + raw[at + removed :]) in (None, meant())


@given(data=st.data())
def test_a_change_of_elements_changes_nothing_that_is_read(data: st.DataObject) -> None:
    envelope = parse(original())
    elements = list(envelope.iter())
    chosen = elements[data.draw(st.integers(1, len(elements) - 1))]
    change = data.draw(st.sampled_from(["empty", "drop", "double", "move", "rename", "bare"]))
    parent = chosen.getparent()
    match change:
        case "empty":
            chosen.text = None
        case "drop":
            parent.remove(chosen)
        case "double":
            parent.append(etree.fromstring(etree.tostring(chosen)))
        case "move":
            envelope.append(chosen)
        case "rename":
            chosen.tag = "other"
        case "bare":
            chosen.attrib.clear()
    assert read(bytes(etree.tostring(envelope))) in (None, meant())


@pytest.mark.parametrize("algorithm", ["", "nonsense", "http://www.w3.org/2000/09/xmldsig#sha1"])
@pytest.mark.parametrize("where", range(1, 12))
def test_no_algorithm_is_taken_that_is_not_known(algorithm: str, where: int) -> None:
    envelope = examples.signed()
    named = [element for element in envelope.iter() if element.get("Algorithm")]
    element = named[where % len(named)]
    element.set("Algorithm", algorithm)
    assert read(bytes(etree.tostring(envelope))) is None
    assert verify(examples.signed()) is not None
