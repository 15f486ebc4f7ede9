"""746 services with distinct names in three languages, made from the words of each sphere."""

from functools import cache
from itertools import product
from typing import NamedTuple

from sandbox.register.words import ACTIONS, RECIPIENTS, SPHERES, Sphere

SERVICES = 746
SUB_TYPES = ("first", "repeat", "urgent")
LATE = "late"
"""The sub-type of a birth that is told of late."""
FORMS = ("electronic_full", "electronic_part", "paper", "proactive", "one_application")


class Service(NamedTuple):
    """A service; `sphere` is an index into SPHERES, `term` is the general (count, unit)."""

    code: str
    names: tuple[str, str, str]
    sphere: int
    life_situation: str
    sub_types: tuple[str, ...]
    form: str
    term: tuple[int, str]


# The composite service "birth of a child": three services in a row, with the terms of the law.
BIRTH: tuple[tuple[int, tuple[str, str, str], tuple[int, str]], ...] = (
    (
        0,
        ("Баланың тууын тіркеу", "Регистрация рождения ребенка", "Registration of a birth"),
        (2, "working_days"),
    ),
    (
        1,
        (
            "Бала туғанда берілетін жәрдемақыны тағайындау",
            "Назначение пособия на рождение ребенка",
            "Award of the allowance for a birth",
        ),
        (7, "working_days"),
    ),
    (
        2,
        (
            "Баланы балабақша кезегіне қою",
            "Постановка на очередь в детский сад",
            "Place in the kindergarten queue",
        ),
        (30, "minutes"),
    ),
)
COMPANY = "00801025"
"""The service of the composite "opening a business" that no list of words makes."""
_NAMED = {
    COMPANY: (
        "Заңды тұлғаны тіркеу",
        "Регистрация юридического лица",
        "Registration of a legal entity",
    )
}
TERMS: tuple[tuple[int, str], ...] = (
    (1, "working_days"),
    (3, "working_days"),
    (5, "working_days"),
    (10, "working_days"),
    (15, "working_days"),
    (2, "working_days"),
    (15, "minutes"),
    (20, "calendar_days"),
    (7, "working_days"),
    (8, "working_hours"),
    (30, "minutes"),
    (4, "working_hours"),
    (30, "calendar_days"),
)


@cache
def services() -> tuple[Service, ...]:
    """The register: the three services of a birth first, then sphere by sphere."""
    made = [_birth(place) for place in range(len(BIRTH))]
    left = SERVICES - len(BIRTH)
    for number, sphere in enumerate(SPHERES):
        share = left // len(SPHERES) + (number < left % len(SPHERES))
        made.extend(_of_sphere(number, sphere, share))
    return tuple(made)


def service_rows() -> list[dict[str, object]]:
    """What `/register/services` answers."""
    return [
        {
            "code": service.code,
            "name_kk": service.names[0],
            "name_ru": service.names[1],
            "name_en": service.names[2],
            "sphere": SPHERES[service.sphere].name_ru,
            "life_situation": service.life_situation,
            "organisation": SPHERES[service.sphere].code,
            "sub_types": [LATE] if service == services()[0] else list(service.sub_types),
            "form": service.form,
        }
        for service in services()
    ]


def _birth(place: int) -> Service:
    sphere, names, term = BIRTH[place]
    code = f"{sphere + 1:03d}00{place + 1:03d}"
    return Service(code, names, sphere, "Рождение ребенка", (), "one_application", term)


def _of_sphere(number: int, sphere: Sphere, share: int) -> list[Service]:
    made: list[Service] = []
    for recipient, (situation, thing) in product(RECIPIENTS, enumerate(sphere.things, 1)):
        for kk, ru, en in ACTIONS[thing.kind]:
            names = (
                f"{_capital(recipient[0])} {thing.kk} {kk}",
                f"{ru} {thing.ru} {recipient[1]}",
                f"{en} {thing.en} {recipient[2]}",
            )
            ordinal = len(made) + 1
            code = f"{number + 1:03d}{situation:02d}{ordinal:03d}"
            names = _NAMED.get(code, names)
            made.append(_plain(code, names, number, f"{sphere.name_ru}: {thing.ru}"))
    return made[:share]


def _plain(code: str, names: tuple[str, str, str], sphere: int, situation: str) -> Service:
    ordinal = int(code[5:])
    sub_types = SUB_TYPES[: 2 + ordinal % 2] if ordinal % 7 == 3 else ()
    form = FORMS[ordinal % 4]
    term = TERMS[(ordinal * 5 + sphere) % len(TERMS)]
    return Service(code, names, sphere, situation, sub_types, form, term)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
