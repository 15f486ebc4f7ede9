"""The bodies' regulations as texts: tasks, functions and rights, numbered as such texts are."""

from pathlib import Path

from sandbox.functions.planted import planted
from sandbox.register.words import SPHERES, Sphere

_TEXT = """Положение об уполномоченном органе
«{name}»

Глава 1. Общие положения

1. Уполномоченный орган осуществляет руководство в своей сфере.
2. Юридический адрес: (макет).

Глава 2. Задачи, права и обязанности, функции

3. Задачи:
1) обеспечение единой политики в сфере;
2) повышение качества жизни населения.
4. Права и обязанности:
1) запрашивать у организаций сведения;
2) выдавать доверенности своим представителям.
5. Функции:
{functions}

Глава 3. Организация деятельности

6. Руководство осуществляет первый руководитель.
"""


def regulation(sphere: Sphere) -> str:
    """The text of one body; its functions in the order of their numbers in `numbers`."""
    listed = [each.ru for each in planted() if _is_of(each.place, each.sphere, sphere)]
    lines = [f"{n}) {text};" for n, text in enumerate(listed, 1)]
    return _TEXT.format(name=sphere.name_ru, functions="\n".join(lines))


def numbers(sphere: Sphere) -> dict[str, str]:
    """By number in the text, `5.1` for instance, the code of what is planted there."""
    listed = [each.code for each in planted() if _is_of(each.place, each.sphere, sphere)]
    return {f"5.{n}": code for n, code in enumerate(listed, 1)}


def drop_regulations(folder: Path) -> None:
    """Write each body's text as `regulation_SPHERE.txt`."""
    folder.mkdir(parents=True, exist_ok=True)
    for sphere in SPHERES:
        path = folder / f"regulation_{sphere.code}.txt"
        path.write_text(regulation(sphere), encoding="utf-8")


def _is_of(place: str, body: str, sphere: Sphere) -> bool:
    return place == "regulation" and body == sphere.code
