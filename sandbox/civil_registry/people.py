"""Persons as the state database of persons answers them: nobody's, made up from the IIN."""

from datetime import date
from typing import Any
from zlib import crc32

import numpy as np

from sandbox.identifiers import check_digits

_SURNAMES = ("Қасымов", "Әлиев", "Нұрланов", "Ким", "Иванов", "Сейтқали", "Оразбай", "Жұмабек")
_NAMES = {"M": ("Ерлан", "Алмас", "Тимур", "Дәулет"), "F": ("Айгүл", "Мадина", "Дана", "Әсел")}
_STREETS = ("Абай", "Достық", "Сарыарқа", "Жібек жолы")
_CHANGED = "2020-01-01"


def person(iin: str) -> dict[str, Any]:
    """A person; always the same one for the same IIN."""
    draw = crc32(iin.encode())
    sex = "M" if int(iin[6]) % 2 else "F"
    ending = "а" if sex == "F" and draw % 2 else ""
    return {
        "iin": iin,
        "surname": _SURNAMES[draw % len(_SURNAMES)] + ending,
        "name": _NAMES[sex][draw // 8 % 4],
        "birthDate": born(iin).isoformat(),
        "gender": _value(sex, *(("мужской", "ер") if sex == "M" else ("женский", "әйел"))),
        "lifeStatus": _value("0", "Нормальный", "Қалыпты"),
        "regAddress": {
            "country": _value("398", "КАЗАХСТАН", "ҚАЗАҚСТАН"),
            "district": _value("750000000", "АЛМАТЫ", "АЛМАТЫ"),
            "street": _STREETS[draw // 32 % 4],
            "building": str(draw // 128 % 90 + 1),
            "flat": str(draw // 16384 % 120 + 1),
        },
    }


def born(iin: str) -> date:
    """The day of birth that an IIN says.

    Raises:
        ValueError: it says no day.
    """
    century = 1800 + (int(iin[6]) - 1) // 2 * 100
    return date(century + int(iin[:2]), int(iin[2:4]), int(iin[4:6]))


def new_iin(day: date, sex: str, serial: int) -> str:
    """The IIN of a child, with the first serial from `serial` on that may be issued."""
    century = (day.year - 1800) // 100 * 2 + (1 if sex == "M" else 2)
    while True:
        stem = int(f"{day:%y%m%d}{century}{serial % 10_000:04d}")
        check = int(check_digits(np.array([stem], dtype=np.int64))[0])
        if check < 10:
            return f"{stem:011d}{check}"
        serial += 1


def _value(code: str, russian: str, kazakh: str) -> dict[str, str]:
    return {"code": code, "nameRu": russian, "nameKz": kazakh, "changeDate": _CHANGED}
