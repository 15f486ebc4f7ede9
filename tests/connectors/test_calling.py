"""What people read of a fault: its code and our words, and nothing that can be a person's name."""

import pytest

from connectors.calling import Fault, named

NONE = "a code that is none"
CODES = [
    ("SCSE002", "SCSE002"),
    ("503", "503"),
    ("HTTP 503", "HTTP 503"),
    ("Server.ServerProxy.ServiceFailed", "Server.ServerProxy.ServiceFailed"),
    ("urn:faults/E-17", "urn:faults/E-17"),
    ("Serik Akhmetov", NONE),
    ("Серик", NONE),
    ("E:850101400011", NONE),
    ("HTTP 503 Serik", NONE),
    ("x" * 101, NONE),
    ("SCSE002\nSerik", NONE),
    ("", NONE),
]


@pytest.mark.parametrize(("code", "shown"), CODES)
def test_a_code_is_named_where_it_is_one(code: str, shown: str) -> None:
    assert named(code) == shown


def test_a_fault_is_told_in_our_words() -> None:
    no = Fault("SCSE001", "Serik Akhmetov has died", "no")
    assert no.sentence == "it answered SCSE001; nothing was done"
    maybe = Fault("Serik Akhmetov", "-", "maybe")
    assert maybe.sentence == f"it answered {NONE}; it may have been done"
