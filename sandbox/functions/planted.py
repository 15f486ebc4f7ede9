"""What the bodies' lists show: operations, fees, forms and regulations, with the truth about each.

A hidden service shows itself in one to three places, by other words in each.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from sandbox.functions.dormant import dormant
from sandbox.functions.hidden import DEEDS, THINGS
from sandbox.functions.internal import INTERNAL, REFUSED, TESTS
from sandbox.functions.renamed import RENAMED
from sandbox.register.regions import REGIONS
from sandbox.register.services import services
from sandbox.register.words import SPHERES

Truth = Literal["hidden", "renamed", "internal", "test", "described_but_refused", "present"]
Place = Literal["operation", "fee", "form", "regulation"]
PRESENT = 60
"""Services of the register that show themselves under their own names."""


@dataclass(frozen=True)
class Shown:
    """One line of a body's list; `thing` says which function it really is."""

    place: Place
    code: str
    truth: Truth
    thing: str
    sphere: str
    ru: str = ""
    kk: str = ""
    en: str = ""
    description: str = ""
    term: str = ""
    fee: str = ""
    documents: tuple[str, ...] = field(default=())
    uses: int = 0
    people: int = 0
    refused: int = 0

    def row(self, day: str) -> dict[str, object]:
        """As the list answers it; empty texts are null, and it was last used on `day`."""
        number = sum(map(ord, self.code))
        return {
            "code": self.code,
            "name_ru": self.ru or None,
            "name_kk": self.kk or None,
            "name_en": self.en or None,
            "description": self.description or None,
            "body": self.sphere,
            "regions": [REGIONS[(number + n) % len(REGIONS)].kato for n in range(1 + number % 3)],
            "term": self.term or None,
            "fee": self.fee or None,
            "documents": list(self.documents),
            "uses": self.uses,
            "people": self.people,
            "refused": self.refused,
            "last_used": day,
        }


@cache
def planted() -> tuple[Shown, ...]:
    """Every line of every list; the codes are unique in each place."""
    return (*_hidden(), *_renamed(), *_internal(), *_tests(), *_refused(), *_present())


def rows(place: Place, day: str) -> list[dict[str, object]]:
    """What one list answers."""
    return [each.row(day) for each in planted() if each.place == place]


def operation_name(english: str) -> str:
    """`Get a library ticket` as a program would be called: `getLibraryTicket`."""
    words = [w for w in re.findall(r"[A-Za-z]+", english) if w.lower() not in ("a", "an", "the")]
    return "".join([words[0].lower(), *(word.capitalize() for word in words[1:])])


def _hidden() -> Iterator[Shown]:
    pairs = [(thing, deed) for thing in THINGS for deed in DEEDS[thing.kind]]
    for n, (thing, deed) in enumerate(pairs):
        named = f"H{n + 1:03d}"
        ru, kk, en = deed.form.format(thing.ru), deed.kk.format(thing.kk), deed.en.format(thing.en)
        uses = 40 + 37 * n % 900
        regulation = Shown(
            "regulation", named, "hidden", named, thing.sphere, deed.regulation.format(thing.ru)
        )
        form = Shown(
            "form",
            f"f-{named}",
            "hidden",
            named,
            thing.sphere,
            ru,
            kk[0].upper() + kk[1:],
            term=f"{3 + n % 12} рабочих дней" if n % 2 else "",
            documents=("удостоверение личности",) if n % 3 else (),
            uses=uses,
            people=uses * 9 // 10,
        )
        fee = Shown(
            "fee", f"p-{named}", "hidden", named, thing.sphere, f"Плата за услугу: {ru.lower()}",
            fee=f"{1 + n % 4} МРП", uses=uses, people=uses * 9 // 10,
        )  # fmt: skip
        operation = Shown(
            "operation", operation_name(en), "hidden", named, thing.sphere, en=en,
            description=ru if n % 3 else "", uses=uses,
        )  # fmt: skip
        chosen = (
            (regulation, form, fee),
            (form, operation),
            (regulation,),
            (fee, operation),
            (form,),
        )
        yield from chosen[n % 5]


def _renamed() -> Iterator[Shown]:
    by_name = {service.names[1]: service for service in services()}
    for n, (registered, ru, kk, en) in enumerate(RENAMED):
        service = by_name[registered]
        sphere, uses = SPHERES[service.sphere].code, 60 + 53 * n % 700
        if n % 3 == 2:
            yield Shown("operation", operation_name(en), "renamed", service.code, sphere, ru, en=en,
                        uses=uses)  # fmt: skip
        else:
            yield Shown("form", f"f-R{n + 1:03d}", "renamed", service.code, sphere, ru, kk, en,
                        documents=("удостоверение личности",) if n % 2 else (), uses=uses,
                        people=uses * 8 // 10)  # fmt: skip


def _internal() -> Iterator[Shown]:
    for n, (ru, kk, en) in enumerate(INTERNAL):
        named, sphere = f"I{n + 1:03d}", SPHERES[n % len(SPHERES)].code
        if n % 4 == 3:
            yield Shown("operation", operation_name(en), "internal", named, sphere, ru, kk, en,
                        uses=300 + n)  # fmt: skip
        else:
            yield Shown("regulation", named, "internal", named, sphere, ru)


def _tests() -> Iterator[Shown]:
    for n, (code, description) in enumerate(TESTS):
        yield Shown("operation", code, "test", f"T{n + 1:03d}", SPHERES[n].code, en=code,
                    description=description, uses=5000 + n)  # fmt: skip


def _refused() -> Iterator[Shown]:
    for n, (ru, kk, en) in enumerate(REFUSED):
        uses = 45 + 10 * n
        yield Shown("form", f"f-X{n + 1:03d}", "described_but_refused", f"X{n + 1:03d}",
                    SPHERES[n * 2].code, ru, kk, en, term="10 рабочих дней",
                    documents=("заявление", "удостоверение личности"), uses=uses, people=uses,
                    refused=uses)  # fmt: skip


def _present() -> Iterator[Shown]:
    asleep = set(dormant())
    awake = [service for place, service in enumerate(services()) if place not in asleep]
    for n in range(PRESENT):
        service = awake[5 + n * 12]
        sphere, (kk, ru, en) = SPHERES[service.sphere].code, service.names
        if n % 3:
            yield Shown("form", f"f-S{n + 1:03d}", "present", service.code, sphere, ru, kk, en,
                        uses=900 + n, people=800)  # fmt: skip
        else:
            yield Shown("operation", operation_name(en), "present", service.code, sphere, ru, en=en,
                        uses=900 + n)  # fmt: skip
