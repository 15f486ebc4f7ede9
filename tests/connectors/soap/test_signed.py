"""Signed messages: ours, and answers that are believed only with a signature."""

from pathlib import Path
from typing import Any

import pytest

from connectors.calling import Untrusted
from connectors.safe_xml import parse
from sandbox.ncanode import wsse
from tests.connectors.rest.server import Server
from tests.connectors.signatures import examples
from tests.connectors.soap.asking import DONE, Open, answer, call, fault


@pytest.fixture
def signing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("T_KEY", examples.pem(examples.body_pair().key))
    own = examples.write(tmp_path, "own.pem", examples.body_pair())
    other = examples.write(tmp_path, "body.pem", examples.other_pair())
    return {
        "sign": {"kind": "rsa", "key": {"env": "T_KEY"}, "certificate": own},
        "trust": {"certificates": [other]},
    }


def test_messages_are_signed_and_answers_verified(
    server: Server, make: Open, signing: dict[str, Any]
) -> None:
    pair = examples.other_pair()
    answer(server, wsse.sign(parse(DONE), pair.key, pair.certificate))
    assert call(make(**signing)).document["number"] == "R-7"
    sent = parse(server.seen[-1].body.encode())
    assert wsse.verify(sent) == examples.body_pair().certificate


def test_an_unsigned_answer_is_not_believed_where_one_is_expected(
    server: Server, make: Open, signing: dict[str, Any]
) -> None:
    answer(server, DONE)
    with pytest.raises(Untrusted, match="not signed"):
        call(make(**signing))


def test_an_unsigned_fault_cannot_say_that_nothing_was_done(
    server: Server, make: Open, signing: dict[str, Any]
) -> None:
    answer(server, fault("Client"), 500)
    reply = call(make(**signing))
    assert reply.fault is not None
    assert reply.fault.worked == "maybe"
