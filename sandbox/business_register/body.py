"""The business register: names, companies, licences, registrations for taxes.

A company is registered at once and for good. The register looks at no key and cannot be asked
what became of a request: who loses its answer has to telephone. It refuses a name that is taken,
or that holds the word `state`. A licence is decided `after` seconds later and has to be asked
for; one for an activity whose code ends in `00` is refused.
"""

import numpy as np
from starlette.applications import Starlette
from starlette.responses import Response

from sandbox.acts.desk import Acting, Desk
from sandbox.acts.faults import Struck
from sandbox.acts.rest import Content, route, told, wrong
from sandbox.acts.taken import Decision, Kind, Taken, refused
from sandbox.history.local_time import naive
from sandbox.identifiers import check_digits

NAME = "business_register"
RESERVED = "state"
_FOUNDER = ("founderIin", "founderBin")
_COMPANY, _TAX = "company", "tax_registration"


def build(settings: Acting) -> "BusinessRegister":
    """The register with these options."""
    return BusinessRegister(Desk(NAME, settings))


class BusinessRegister:
    """`/names/{name}`, `/companies`, `/licences` and `/tax/registrations`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def app(self) -> Starlette:
        """The ASGI application."""
        needs = ("name", "address", "activity")
        licence = Kind("licence", "/licences", "L", ("bin", "activity"), _license, once=False)
        return Starlette(
            routes=[
                route(self.desk, "GET", "/names/{name:path}", self._name),
                route(self.desk, "POST", "/companies", self._register, needs),
                route(self.desk, "POST", "/tax/registrations", self._enter, ("bin", "regime")),
                *Taken(self.desk, licence).routes(),
                *self.desk.routes(),
            ]
        )

    def _name(self, asked: Content, hit: Struck) -> Response:  # noqa: ARG002 - as all work
        why = self._not_free(str(asked["name"]))
        return told({"name": asked["name"], "free": why is None, "reason": why})

    def _register(self, asked: Content, hit: Struck) -> Response:
        if not any(asked.get(name) for name in _FOUNDER):
            return wrong(422, f"missing: one of {', '.join(_FOUNDER)}")
        why = "The register was told to refuse" if "refuse" in hit else None
        if why := why or self._not_free(str(asked["name"])):
            return told(refused(why, "article 6 of the stand-in's law on registration"))
        count = self.desk.ledger.count(_COMPANY)
        made = {
            "bin": _bin(self.desk.clock.now(), count),
            "registrationNumber": f"R{count + 1:07d}",
        }
        kept = ("name", *_FOUNDER, "address", "activity")
        what = {name: asked[name] for name in kept if name in asked}
        self.desk.ledger.write(_COMPANY, str(asked.get("key", "")), what | made)
        return told({**made, "state": "registered"}, 201)

    def _enter(self, asked: Content, hit: Struck) -> Response:
        if "refuse" in hit:
            return told(refused("The register was told to refuse", "article 3 of the tax rules"))
        count = self.desk.ledger.count(_TAX) + 1
        what = {"bin": asked["bin"], "regime": asked["regime"], "number": f"TAX-{count:06d}"}
        self.desk.ledger.write(_TAX, str(asked.get("key", "")), what)
        return told({"number": what["number"], "state": "registered"}, 201)

    def _not_free(self, name: str) -> str | None:
        wanted = name.strip().casefold()
        if RESERVED in wanted.split():
            return f"A name may not hold the word {RESERVED!r}"
        entries = self.desk.ledger.entries(operation=_COMPANY)
        taken = {str(entry.what["name"]).strip().casefold() for entry in entries}
        return "The name is taken" if wanted in taken else None


def _license(asked: Content) -> Decision:
    if str(asked["activity"]).endswith("00"):
        return refused("The activity needs another licence", "annex 1 to the law on licences")
    return {"state": "granted", "validFrom": "on receipt"}


def _bin(now: int, serial: int) -> str:
    """A BIN of a resident legal entity: YYMM, 4, 0, five digits of serial, check digit."""
    while True:
        stem = int(f"{naive(now):%y%m}40{serial % 100_000:05d}")
        check = int(check_digits(np.array([stem], dtype=np.int64))[0])
        if check < 10:
            return f"{stem:011d}{check}"
        serial += 50_000  # a number that is never issued: far from those of the next companies
