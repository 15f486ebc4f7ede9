"""What is wrong in the form of a composite service: fields that are not there, or of no use."""

import re
from collections.abc import Collection, Iterator
from datetime import date

from models.environment.composite_forms import FormField
from models.environment.composites import Composite
from models.environment.document import Location
from models.environment.expressions import reads

_KNOWN = re.compile(r"steps\.[a-z][a-z0-9_]*\.result\.[a-z][a-z0-9_]*")

Wrong = tuple[Location, str, str]


def wrong_form(composite: Composite, identifiers: Collection[str]) -> Iterator[Wrong]:
    """What is wrong with the fields, with what is read of them, and with a proactive start."""
    form = composite.form
    for place, found, right in wrong_fields(form.fields, identifiers):
        yield ("form", "fields", *place), found, right
    by_name = {each.name: each for each in form.fields}
    filled_in = [each.name for each in form.fields if each.known is None]
    for index, each in enumerate(form.fields):
        if each.known is not None and _KNOWN.fullmatch(each.known) is None:
            at: Location = ("form", "fields", index, "known")
            yield at, "what the state has comes from one result", "`steps.<step>.result.<name>`"
    yield from _one_of(("form", "applicant"), form.applicant, filled_in)
    if form.applicant in by_name and not by_name[form.applicant].required:
        yield ("form", "applicant"), "the applicant may be left empty", "Make the field required"
    for key, kind in (("phone", form.phone), ("email", form.email)):
        if kind is not None:
            fitting = [each.name for each in form.fields if each.type == key]
            yield from _one_of(("form", key), kind, fitting)
    for index, name in enumerate(form.same_when):
        yield from _one_of(("form", "same_when", index), name, filled_in)
    yield from _facts(composite, by_name)
    yield from _proactive(composite, by_name)


def wrong_fields(fields: Collection[FormField], identifiers: Collection[str]) -> Iterator[Wrong]:
    """The same for the fields of any form, a person's task included."""
    names: list[str] = []
    for index, each in enumerate(fields):
        if each.name in names:
            yield (index, "name"), f"two fields are called {each.name!r}", "Rename one of them"
        names.append(each.name)
        if each.identifier is not None:
            yield from _one_of((index, "identifier"), each.identifier, identifiers)
        for key, day in (("not_before", each.not_before), ("not_after", each.not_after)):
            if day is not None and day != "today" and not _is_day(day):
                yield (index, key), "this is no day of the calendar", "Write it like 2026-01-31"
    for index, each in enumerate(fields):
        for path in reads(each.when) if each.when else ():
            if path[0] != "form" or len(path) < 2 or path[1] not in names:
                known = ", ".join(f"form.{name}" for name in names)
                yield (index, "when"), f"it reads `{'.'.join(path)}`", f"It may read: {known}"


def _is_day(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def _facts(composite: Composite, by_name: dict[str, FormField]) -> Iterator[Wrong]:
    dates = [name for name, each in by_name.items() if each.type == "date" and not each.known]
    for name, fact in composite.form.facts.items():
        key = "working_days_since" if fact.working_days_since else "days_since"
        expression = fact.working_days_since or fact.days_since or ""
        if expression not in {f"form.{each}" for each in dates}:
            known = ", ".join(f"form.{each}" for each in dates) or "none"
            at: Location = ("form", "facts", name, key)
            yield at, f"`{expression}` is no date that is filled in", f"One of: {known}"


def _proactive(composite: Composite, by_name: dict[str, FormField]) -> Iterator[Wrong]:
    if composite.proactive is None:
        return
    at: Location = ("proactive", "form")
    given = composite.proactive.form
    for name, expression in given.items():
        yield from _one_of((*at, name), name, [n for n, f in by_name.items() if f.known is None])
        for path in reads(expression):
            if path[0] not in ("event", "consent"):
                found = f"it reads `{'.'.join(path)}`"
                yield (*at, name), found, "It may read `event` and `consent`"
    for name, each in by_name.items():
        if each.required and each.known is None and each.when is None and name not in given:
            yield at, f"the required field {name!r} comes from nowhere", f"Add `{name}: event.…`"


def _one_of(place: Location, name: str, known: Collection[str]) -> Iterator[Wrong]:
    if name not in known:
        yield place, f"{name!r} is none that fits", f"One of: {', '.join(known) or 'none'}"
