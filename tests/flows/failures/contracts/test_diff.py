"""What is told when a contract changes, and that nothing is where it does not."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.failures.contracts.diff import compare
from flows.failures.contracts.form import Facet, Form, Operation
from tests.flows.failures.contracts.made import application, openapi, wsdl
from tests.flows.failures.contracts.test_forms import from_openapi, from_wsdl

GET = "GET /api/applications"
Bend = Callable[[dict[str, Any]], object]


def fields(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = application(document)["properties"]
    return found


def get(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"]["/applications"]["get"]
    return found


OF_OPENAPI: list[tuple[str, Bend, str, bool]] = [
    ("gone", lambda d: fields(d).pop("status"),
     f"field items.status of the answer of {GET} has gone", True),
    ("new", lambda d: fields(d).update(priority={"type": "string"}),
     f"field items.priority of the answer of {GET} is new (text)", False),
    ("kind", lambda d: fields(d).update(number={"type": "integer"}),
     f"field items.number of the answer of {GET}: text became number", True),
    ("optional", lambda d: application(d)["required"].remove("received_at"),
     f"field items.received_at of the answer of {GET} is now optional", True),
    ("always", lambda d: application(d)["required"].append("status"),
     f"field items.status of the answer of {GET} is now always there", False),
    ("value", lambda d: fields(d)["status"]["enum"].append("held"),
     f"field items.status of the answer of {GET} may now be `held`", True),
    ("value gone", lambda d: fields(d)["status"]["enum"].remove("open"),
     f"field items.status of the answer of {GET} may no longer be `open`", False),
    ("single", lambda d: d["components"]["schemas"]["Page"]["properties"].update(
        items={"$ref": "#/components/schemas/Application"}),
     f"field items of the answer of {GET} now comes only once", True),
    ("operation", lambda d: d["paths"].pop("/applications"), f"operation {GET} has gone", True),
    ("operation new", lambda d: d["paths"].update({"/x": {"get": {}}}),
     "operation GET /api/x is new", False),
    ("to be sent", lambda d: get(d)["parameters"].append(
        {"name": "region", "in": "query", "required": True}),
     f"field query region of the request of {GET} is new, and has to be sent", True),
    ("may be sent", lambda d: get(d)["parameters"].append({"name": "region", "in": "query"}),
     f"field query region of the request of {GET} is new (any)", False),
    ("parameter gone", lambda d: get(d)["parameters"].pop(),
     f"field query changed_since of the request of {GET} has gone", True),
    ("credentials", lambda d: d.pop("security"),
     f"field credentials key of the request of {GET} has gone", True),
    ("address", lambda d: d["servers"][0].update(url="https://new.example.org/api"),
     "address https://office.example.org/api has gone", True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("bend", "sentence", "breaking"), [c[1:] for c in OF_OPENAPI], ids=[c[0] for c in OF_OPENAPI]
)
def test_a_change_is_told(bend: Bend, sentence: str, breaking: bool) -> None:
    found = compare(from_openapi(openapi()), from_openapi(openapi(bend)))
    told = {each.sentence: each.breaking for each in found}
    assert told.get(sentence) is breaking, told


OF_WSDL: list[tuple[str, tuple[str, str], str]] = [
    ("gone", ('<x:element name="birthDate" type="x:date"/>', ""),
     "field getPersonResponse.person.birthDate of the answer of getPerson has gone"),
    ("optional", ('<x:element name="birthDate"', '<x:element minOccurs="0" name="birthDate"'),
     "field getPersonResponse.person.birthDate of the answer of getPerson is now optional"),
    ("kind", ('name="birthDate" type="x:date"', 'name="birthDate" type="x:int"'),
     "field getPersonResponse.person.birthDate of the answer of getPerson: time became number"),
    ("value", ('<x:enumeration value="dead"/>', '<x:enumeration value="missing"/>'),
     "field getPersonResponse.person.lifeStatus of the answer of getPerson may now be `missing`"),
    ("operation", ('<operation name="ping"><input message="t:ask"/></operation>', ""),
     "operation ping has gone"),
    ("to be sent", ('<x:element name="iin" type="x:string"/>',
                    '<x:element name="iin" type="x:string"/><x:element name="why"/>'),
     "field getPerson.why of the request of getPerson is new, and has to be sent"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "sentence"), [case[1:] for case in OF_WSDL], ids=[case[0] for case in OF_WSDL]
)
def test_a_change_of_a_wsdl_is_told(change: tuple[str, str], sentence: str) -> None:
    found = compare(from_wsdl(wsdl()), from_wsdl(wsdl(change)))
    assert sentence in [each.sentence for each in found]


def test_names_of_types_and_order_change_nothing() -> None:
    other = wsdl(
        ("t:status", "t:lifeStatus"), ('simpleType name="status"', 'simpleType name="lifeStatus"')
    )
    assert compare(from_wsdl(wsdl()), from_wsdl(other)) == []


def test_what_lies_within_something_gone_is_not_told_again() -> None:
    found = compare(
        from_openapi(openapi()), from_openapi(openapi(lambda d: fields(d).pop("person")))
    )
    told = [each.path for each in found if each.operation == GET]
    assert told == ["items.person"]


def columns(**kinds: str) -> Form:
    output = {name: Facet(kind=kind) for name, kind in kinds.items()}
    return Form(operations={"records": Operation(output=output)})


def test_columns() -> None:
    before = columns(number="text", status="number", empty_one="empty")
    after = columns(number="text", status="text", empty_one="time", more="text")
    assert [each.sentence for each in compare(before, after, columns=True)] == [
        "column more is new (text)",
        "column status: number became text",
    ]


FACETS = st.builds(
    Facet,
    kind=st.sampled_from(["text", "number", "time", "object"]),
    required=st.booleans(),
    many=st.booleans(),
    values=st.lists(st.sampled_from("abc"), unique=True, max_size=3).map(sorted).map(tuple),
)
PATHS = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(".".join)
OPERATIONS = st.builds(
    Operation, input=st.dictionaries(PATHS, FACETS), output=st.dictionaries(PATHS, FACETS)
)
FORMS = st.builds(
    Form,
    operations=st.dictionaries(st.sampled_from(["GET /a", "GET /b"]), OPERATIONS),
    addresses=st.lists(st.sampled_from(["http://a", "http://b"]), unique=True)
    .map(sorted)
    .map(tuple),
)


@given(FORMS)
def test_a_form_does_not_differ_from_itself(form: Form) -> None:
    again = Form.model_validate_json(form.model_dump_json())
    assert compare(form, again) == []
    assert again.digest == form.digest


@given(FORMS, FORMS)
def test_forms_that_differ_are_told(one: Form, other: Form) -> None:
    assert (compare(one, other) == []) == (one.digest == other.digest)
    there, back = compare(one, other), compare(other, one)
    assert {each.path for each in there if each.code == "kind_changed"} == {
        each.path for each in back if each.code == "kind_changed"
    }
