"""A WSDL and the documents that it imports, over a real socket."""

from collections.abc import Callable

from tests.flows.failures.contracts.conftest import Watched
from tests.flows.failures.contracts.made import GOOD, stands, wsdl


def split(watched: Watched, bend: Callable[[str], str] = str) -> None:
    """The WSDL with its types in a document beside it."""
    text = wsdl().decode()
    start, end = text.index("<x:schema"), text.index("</x:schema>") + len("</x:schema>")
    names = 'xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:persons"'
    types = bend(text[start:end].replace("<x:schema", f"<x:schema {names}", 1))
    imported = '<x:schema><x:import schemaLocation="types.xsd"/></x:schema>'
    watched.publish((text[:start] + imported + text[end:]).encode(), path="/api/ws")
    watched.publish(types.encode(), path="/api/types.xsd")


def test_a_wsdl_and_what_it_imports(watched: Watched) -> None:
    watched.declare({"name": "persons", "kind": "wsdl", "url": "/ws"})
    split(watched)
    assert stands(watched.look()) == GOOD
    gone = '<x:element name="birthDate" type="x:date"/>'
    split(watched, lambda types: types.replace(gone, ""))
    verdict = watched.look()
    assert stands(verdict) == ("confirmed", "drifted", "warning")
    assert verdict is not None
    assert "birthDate of the answer of getPerson has gone" in verdict.sentence
    assert "No source pulls by it" in verdict.sentence
    watched.publish("no", 500, path="/api/types.xsd")
    verdict = watched.look()
    assert verdict is not None
    assert "now it cannot be read" in verdict.sentence


def test_imports_in_a_chain_without_end(watched: Watched) -> None:
    watched.declare({"name": "persons", "kind": "wsdl", "url": "/ws"})
    split(watched)
    for number in range(30):
        body = (
            '<x:schema xmlns:x="http://www.w3.org/2001/XMLSchema">'
            f'<x:include schemaLocation="s{number + 1}.xsd"/></x:schema>'
        )
        watched.publish(body.encode(), path=f"/api/s{number}.xsd")
    first = '<x:include schemaLocation="s0.xsd"/><x:element'
    split(watched, lambda types: types.replace("<x:element", first, 1))
    verdict = watched.look()
    assert stands(verdict) == ("suspected", "unreadable", "warning")
    assert verdict is not None
    assert "more than 20 documents" in verdict.sentence
