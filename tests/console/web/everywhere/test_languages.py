"""Another language in the middle of a form, on every page: nothing typed is lost, nothing done."""

from collections.abc import Callable
from urllib.parse import urlsplit

from lxml import html
from lxml.html import FormElement, HtmlElement

from tests.console.web.conftest import Client
from tests.console.web.everywhere.conftest import visited
from tests.console.web.everywhere.furnished import Furnished
from tests.console.web.everywhere.test_rights import everybody

SignedIn = Callable[..., Client]
TYPED = "ж <b>\u202eтекст"
_TEXTS = (None, "text", "tel", "email")


def forms(page: str) -> list[FormElement]:
    """Those in which something is typed or chosen, and then sent to do something."""
    main = html.document_fromstring(page).get_element_by_id("content")
    posts = [each for each in main.iter("form") if each.get("method") == "post"]
    return [each for each in posts if len(typed(each)) > 1]


def writable(form: FormElement) -> list[HtmlElement]:
    """The fields that take any text."""
    fields = form.iter("input", "textarea")
    return [each for each in fields if each.tag == "textarea" or each.get("type") in _TEXTS]


def typed(form: FormElement) -> dict[str, str]:
    """What the form would send, with something typed into each field that takes any text."""
    sent = {each.get("name"): each.get("value") or "" for each in form.iter("input")}
    filled = {each.get("name"): TYPED for each in writable(form)}
    return ({} if not filled else sent) | filled


def button(form: FormElement, language: str) -> HtmlElement:
    """That of the language, for this form: above the page, or below the form without scripts."""
    [found, *_] = [
        each
        for each in form.getroottree().iter("button")
        if each.get("form") == form.get("id") and each.get("lang") == language
    ]
    return found


def test_every_form_of_every_page(signed_in: SignedIn, outage: Furnished) -> None:
    client = everybody(signed_in, outage)
    seen = set()
    for page in visited(client):
        for form in forms(page.text) if page.status == 200 else []:
            pressed = button(form, "kk")
            chosen = {pressed.get("name"): pressed.get("value")} if pressed.get("name") else {}
            sent = typed(form) | chosen
            before = outage.all("SELECT count(*) FROM audit_entries")
            answer = client.post(pressed.get("formaction"), **sent)
            where = f"{page.address} {form.get('id')}"
            assert answer.status_code == 200, where
            assert 'lang="kk"' in answer.text, where
            again = html.document_fromstring(answer.text).get_element_by_id(form.get("id"))
            assert [_text(each) for each in writable(again)] == [TYPED] * len(writable(form)), where
            assert outage.all("SELECT count(*) FROM audit_entries") == before, where
            assert client.get(page.address).text.count('<html lang="kk"') == 1, where
            client.http.cookies.pop("tereze_language")
            seen.add(urlsplit(page.template).path)
    assert len(seen) >= 8, seen


def _text(field: HtmlElement) -> str:
    text = field.text if field.tag == "textarea" else field.get("value")
    return str(text or "").strip()


def test_what_another_site_sends_is_put_into_no_form(
    signed_in: SignedIn, outage: Furnished
) -> None:
    client = everybody(signed_in, outage)
    answer = client.post("/password?speak=kk&typed=password-form", old="theirs", forms="forged")
    silence = client.post("/alerts/silences?speak=kk&typed=silence", comment="theirs", forms="x")
    assert "theirs" not in answer.text + silence.text
    assert outage.all("SELECT * FROM silences") == []


def test_a_password_stands_in_no_page(signed_in: SignedIn) -> None:
    client = signed_in("on_call")
    again = client.post("/password?speak=kk&typed=password-form", old="my secret words")
    first = client.post("/sign-in?speak=kk", do="speak", name="aru", password="my secret words")
    assert 'value="aru"' in first.text
    for answer in (again, first):
        assert answer.status_code == 200
        assert 'lang="kk"' in answer.text
        assert "my secret words" not in answer.text


def test_a_language_or_a_form_that_there_is_not(signed_in: SignedIn, outage: Furnished) -> None:
    client = signed_in("on_call")
    given = {"matchers": 'system="gateway"', "until": "2099-01-01T08:00", "comment": "c"}
    unknown = client.post("/alerts/silences?speak=kk&typed=none", **given)
    assert (unknown.status_code, "2099-01-01" in unknown.text) == (200, False)
    assert outage.all("SELECT * FROM silences") == []
    many = client.http.post(
        f"{client.web.address}/alerts/silences?speak=kk&typed=silence",
        data={f"f{n}": "" for n in range(2_000)},
        timeout=30,
    )
    assert many.status_code == 400
    assert client.get("/alerts/silences?speak=kk&typed=silence").status_code == 200


def test_a_session_that_ended_keeps_it(signed_in: SignedIn) -> None:
    client = signed_in("on_call")
    client.http.cookies.clear()
    answer = client.post("/alerts/silences?speak=kk&typed=silence", comment="kept words")
    assert (answer.status_code, "kept words" in answer.text) == (401, True)
    page = html.document_fromstring(answer.text)
    assert page.get("lang") == "kk"
    form = page.get_element_by_id("sign-in")
    assert "speak=kk" in dict(form.form_values())["then"]
    assert button(form, "ru").get("formaction") == "/sign-in?speak=ru"
