"""XML from outside: what is not read, what is read as what, and that nothing is lost on the way."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from connectors.safe_xml import UnsafeXml, append, as_json, parse

BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]><a>&y;</a>"""
EXTERNAL = b"""<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"""


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (BOMB, "document type"),
        (EXTERNAL, "document type"),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>', "document type"),
        (b"<a><![CDATA[<!DOCTYPE b>]]></a>", "document type"),
        (BOMB.decode().encode("utf-16"), "encoding"),
        (b'<?xml version="1.0" encoding="UTF-16"?><a/>', "encoding"),
        (b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE', "encoding"),
        (b"<a>", "not whole XML"),
        (b"", "not whole XML"),
        (b"no XML", "not whole XML"),
        (b"<a>" * 300 + b"</a>" * 300, "not whole XML"),
        (b"<a>&nothing;</a>", "not whole XML"),
    ],
)
def test_what_is_not_read(raw: bytes, words: str) -> None:
    with pytest.raises(UnsafeXml, match=words):
        parse(raw)


@pytest.mark.parametrize(
    ("xml", "value"),
    [
        ("<a>text</a>", "text"),
        ("<a/>", ""),
        ("<a><b>1</b><c/></a>", {"b": "1", "c": ""}),
        ("<a><b>1</b><b>2</b></a>", {"b": ["1", "2"]}),
        ("<a><item>1</item></a>", {"item": ["1"]}),
        ("<a><b>1</b><item>1</item><item>2</item></a>", {"b": "1", "item": ["1", "2"]}),
        ("<a><b><c>1</c></b></a>", {"b": {"c": "1"}}),
        ('<n:a xmlns:n="urn:n"><n:b>1</n:b></n:a>', {"b": "1"}),
        ('<a code="7"><b>1</b></a>', {"@code": "7", "b": "1"}),
        ("<a>before<b>1</b>after</a>", {"b": "1", "#text": "beforeafter"}),
        ("<a>\n  <b>1</b>\n</a>", {"b": "1"}),
        ("<a>sa<!-- hidden -->fe</a>", "safe"),
        ("<a>sa<?hidden?>fe</a>", "safe"),
        (
            '<a xmlns:x="http://www.w3.org/2001/XMLSchema-instance"><b x:nil="true"/></a>',
            {"b": None},
        ),
        (
            '<a xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:type="t"><b>1</b></a>',
            {"b": "1"},
        ),
    ],
)
def test_what_is_read_as_what(xml: str, value: Any) -> None:
    assert as_json(parse(xml.encode()), lists=["item"]) == value


def test_windows_1251_is_read() -> None:
    raw = '<?xml version="1.0" encoding="windows-1251"?><a>Өтініш заявление</a>'
    assert as_json(parse(raw.replace("Өтініш ", "").encode("cp1251"))) == "заявление"


def _written(data: Any) -> bytes:
    root = etree.Element("root")
    append(root, data)
    return bytes(etree.tostring(root))


@pytest.mark.parametrize(
    ("data", "xml"),
    [
        ({"a": 1, "b": True, "c": 1.5}, b"<root><a>1</a><b>true</b><c>1.5</c></root>"),
        ({"a": None, "b": [1, None, 2]}, b"<root><b>1</b><b>2</b></root>"),
        ({"a": {"b": "<&>"}}, b"<root><a><b>&lt;&amp;&gt;</b></a></root>"),
        ({"a": {}}, b"<root><a/></root>"),
    ],
)
def test_what_is_written_as_what(data: Any, xml: bytes) -> None:
    assert _written(data) == xml


@pytest.mark.parametrize(
    "data",
    [{"a b": 1}, {"": 1}, {"1a": 1}, {"a": "\x00"}, {"a": "\x0b"}, {"{urn:x}a": 1}, {"a": [[1]]}],
)
def test_what_xml_cannot_have_is_an_error(data: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        _written(data)


_texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\t\n\r<>&\"'"),
    max_size=40,
)
_names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,12}", fullmatch=True)
_values = st.recursive(
    _texts,
    lambda inner: (
        st.dictionaries(_names, inner, min_size=1, max_size=4)
        | st.lists(_texts, min_size=2, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(_names, _values, min_size=1, max_size=5))
def test_nothing_is_lost_between_writing_and_reading(data: dict[str, Any]) -> None:
    assert as_json(parse(_written(data))) == data
