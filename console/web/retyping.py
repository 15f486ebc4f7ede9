"""Puts what somebody typed back into the forms of a page that was made anew."""

from collections.abc import Sequence

from lxml import html
from lxml.html import FormElement, HtmlElement

from console.web.access.guard import FORMS, Sent

_FIELDS = ("input", "select", "textarea")
_NEVER = ("password", "submit", "button")
"""Inputs that are not filled in: a password stands in no page that we send."""


def retyped(page: str, given: Sent, form: str) -> str:
    """The page with the form of this id filled in, and others by fields called `id:name`.

    A form is filled in only where it carries the token that was sent: what another site sends
    stands in no page of ours.
    """
    document = html.document_fromstring(page)
    for each in document.forms:
        name = each.get("id")
        prefix = "" if name == form else f"{name}:"
        values = [(k.removeprefix(prefix), v) for k, v in given.values if k.startswith(prefix)]
        if name and values:
            _fill(document, each, Sent(values, given.token))
    return str(html.tostring(document, encoding="unicode", doctype="<!doctype html>"))


def _fill(document: HtmlElement, form: FormElement, given: Sent) -> None:
    fields = [each for each in document.iter(*_FIELDS) if _belongs(each, form)]
    tokens = [each.get("value") for each in fields if each.get("name") == FORMS]
    if tokens != [given.token]:
        return
    changed = False
    for each in fields:
        if each.get("name") not in (None, FORMS):
            changed |= _put(each, given.all(each.get("name")))
    if changed:  # what was typed into is not folded away
        for each in form.iterancestors("details"):
            each.set("open", "")


def _belongs(field: HtmlElement, form: FormElement) -> bool:
    named = field.get("form")
    return bool(named == form.get("id") if named else form in field.iterancestors("form"))


def _put(field: HtmlElement, texts: Sequence[str]) -> bool:
    """Fill one field in; whether it holds something else now."""
    before = html.tostring(field, with_tail=False)
    if field.tag == "select":
        for each in field.iter("option"):
            _mark(each, "selected", each.get("value", each.text) in texts)
    elif field.tag == "textarea":
        field.text = "\n" + (texts[0] if texts else "")  # the first line break is not read
    elif field.get("type") in ("checkbox", "radio"):
        _mark(field, "checked", field.get("value", "on") in texts)
    elif field.get("type") not in _NEVER and texts:
        field.set("value", texts[0])
    return bool(html.tostring(field, with_tail=False) != before)


def _mark(element: HtmlElement, name: str, there: bool) -> None:
    if there:
        element.set(name, "")
    elif name in element.attrib:
        del element.attrib[name]
