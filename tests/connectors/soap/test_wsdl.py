"""Loading a WSDL: once, whole, from one place, and never anything that hurts."""

from pathlib import Path

import pytest

from connectors.errors import WillNeverWork, WrongAnswer
from connectors.soap.wsdl import load
from tests.connectors.soap import service
from tests.connectors.test_safe_xml import BOMB, EXTERNAL

HOME = "http://body.example/soap?wsdl"
SCHEMA = "http://body.example/residence.xsd"


class Web:
    """Addresses with what is there, and what was asked for."""

    def __init__(self, schema: str = "residence.xsd") -> None:
        wsdl = service.WSDL.replace("SCHEMA", schema)
        self.there = {HOME: wsdl.encode(), SCHEMA: service.XSD.encode()}
        self.asked: list[str] = []

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        return self.there[url]


def test_what_did_not_change_is_parsed_once() -> None:
    web = Web()
    first = load(HOME, web.fetch)
    assert load(HOME, web.fetch) is first
    assert web.asked == [HOME, SCHEMA] * 2


def test_what_changed_is_parsed_anew() -> None:
    web = Web()
    first = load(HOME, web.fetch)
    web.there[SCHEMA] = service.XSD.replace('name="rooms"', 'name="space"').encode()
    second = load(HOME, web.fetch)
    assert second is not first
    assert "space" in str(second.get_element(f"{{{service.URN}}}register").type)


@pytest.mark.parametrize(
    "schema",
    [
        "http://elsewhere.example/a.xsd",
        "https://body.example/a.xsd",
        "http://body.example:81/a.xsd",
        "file:///etc/passwd",
        "/etc/passwd\n",
        "http://body.example@elsewhere.example/a.xsd",
    ],
)
def test_nothing_is_imported_from_elsewhere(schema: str) -> None:
    web = Web(schema)
    web.there["http://body.example/etc/passwd"] = b"not what it says"
    with pytest.raises(WrongAnswer):
        load(HOME, web.fetch)
    assert all(url.startswith("http://body.example/") for url in web.asked)


@pytest.mark.parametrize("content", [BOMB, EXTERNAL, b"<html>", b"<html/>", b""])
@pytest.mark.parametrize("where", [HOME, SCHEMA])
def test_what_is_no_wsdl_is_refused(where: str, content: bytes) -> None:
    web = Web()
    web.there[where] = content
    with pytest.raises(WrongAnswer):
        load(HOME, web.fetch)


def test_a_file_imports_only_from_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "wsdl"
    folder.mkdir()
    (tmp_path / "secret.xsd").write_text(service.XSD)
    (folder / "residence.xsd").write_text(service.XSD)
    file = folder / "residence.wsdl"
    for schema, allowed in (("residence.xsd", True), ("../secret.xsd", False)):
        file.write_text(service.WSDL.replace("SCHEMA", schema))
        if allowed:
            assert load(str(file), Web().fetch) is not None
        else:
            with pytest.raises(WrongAnswer, match="outside the WSDL's folder"):
                load(str(file), Web().fetch)


def test_a_file_imports_nothing_from_the_network(tmp_path: Path) -> None:
    file = tmp_path / "residence.wsdl"
    file.write_text(service.WSDL.replace("SCHEMA", SCHEMA))
    web = Web()
    with pytest.raises(WrongAnswer, match="outside"):
        load(str(file), web.fetch)
    assert web.asked == []


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WillNeverWork, match=r"none\.wsdl"):
        load(str(tmp_path / "none.wsdl"), Web().fetch)
