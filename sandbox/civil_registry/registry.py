"""What the registry and the clinics do, and what they refuse.

A birth is refused where the medical certificate's number ends in 00 (it was never issued) or
where the mother's IIN is none; a clinic takes nobody where its code ends in 00. Registering
twice makes two acts: the ledger shows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox.acts.ledger import Ledger
from sandbox.civil_registry.people import new_iin, person
from sandbox.identifiers import is_valid

REGISTER = "CivilRegistry.RegisterBirth"
ANNUL = "CivilRegistry.AnnulBirth"
ATTACH = "Clinics.Attach"
DETACH = "Clinics.Detach"

DONE, DATA, UNKNOWN = "SCSS001", "SCSE002", "SCSE001"
_SERIAL = 9000  # the sandbox's own, as everywhere

_REASONS = {
    "R101": (
        "Медицинское свидетельство о рождении не выдавалось",
        "Туу туралы медициналық куәлік берілмеген",
        "The medical certificate of birth was never issued",
    ),
    "R102": (
        "ИИН матери не найден", "Анасының ЖСН-ы табылмады", "The mother's IIN is not known"
    ),
    "R103": (
        "Дата рождения не подтверждена", "Туған күні расталмады", "The date of birth is no date"
    ),
    "R201": ("Запись акта не найдена", "Акт жазбасы табылмады", "There is no such act"),
    "R202": (
        "Запись акта уже аннулирована", "Акт жазбасы жойылған", "The act was annulled before"
    ),
    "R301": ("Лицо не найдено", "Адам табылмады", "There is no such person"),
    "R401": (
        "Организация не прикрепляет", "Ұйым тіркемейді", "The clinic takes nobody at present"
    ),
    "R402": ("Прикрепления нет", "Тіркелу жоқ", "There is no such attachment"),
    "R199": ("Отказано", "Бас тартылды", "Refused"),
}  # fmt: skip
_GROUNDS = "Закон «О государственных услугах», ст. 19-1"


@dataclass(frozen=True)
class Told:
    """An answer: the gateway's code and what the body says."""

    code: str
    data: dict[str, Any]


def refusal(code: str) -> Told:
    """A motivated refusal, with its reason in three languages and its grounds."""
    russian, kazakh, english = _REASONS[code]
    return Told(
        DATA,
        {
            "resultCode": code,
            "reasonRu": russian,
            "reasonKk": kazakh,
            "reasonEn": english,
            "grounds": _GROUNDS,
        },
    )


class Registry:
    """The acts and attachments, as the ledger has them. Refusals are kept while it runs."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._refused: dict[str, Told] = {}

    def do(self, service: str, key: str, data: Mapping[str, str], at: str) -> Told:
        """Do what a service is asked for."""
        work = {
            REGISTER: self._register,
            ANNUL: self._annul,
            DETACH: self._detach,
            ATTACH: self._attach,
        }.get(service)
        if work is None:
            return self._read(service, data)
        told = work(key, data, at)
        if told.code != DONE:
            self._refused[key] = told
        return told

    def refuse(self, key: str) -> Told:
        """Refuse whatever it is."""
        self._refused[key] = refusal("R199")
        return self._refused[key]

    def _read(self, service: str, data: Mapping[str, str]) -> Told:
        if service in ("CivilRegistry.Status", "Clinics.Status"):
            return self._status(data.get("key", ""))
        if service == "CivilRegistry.Person":
            iin = data.get("iin", "")
            return _done(person(iin)) if is_valid(iin) else refusal("R301")
        if service == "CivilRegistry.Acts":
            return self._acts(int(data.get("page", 1)), int(data.get("size", 100)))
        return Told(UNKNOWN, {})

    def _register(self, key: str, data: Mapping[str, str], at: str) -> Told:
        if data.get("medicalCertificate", "00").endswith("00"):
            return refusal("R101")
        if not is_valid(data.get("motherIin", "")):
            return refusal("R102")
        try:
            born = date.fromisoformat(data.get("bornOn", ""))
        except ValueError:
            return refusal("R103")
        number = len(self._ledger.entries(operation=REGISTER)) + 1
        sex = "M" if data.get("sex", "").upper()[:1] == "M" else "F"
        result = {
            "actNumber": f"{at[:4]}-{number:06d}",
            "childIin": new_iin(born, sex, _SERIAL + number),
            "registeredOn": at[:10],
        }
        self._ledger.write(REGISTER, key, dict(data) | result)
        return _done(result)

    def _annul(self, key: str, data: Mapping[str, str], at: str) -> Told:
        number = data.get("actNumber", "")
        known = {each.what["actNumber"] for each in self._ledger.entries(operation=REGISTER)}
        if number not in known:
            return refusal("R201")
        return self._undo(ANNUL, key, "actNumber", number, at, "R202")

    def _attach(self, key: str, data: Mapping[str, str], at: str) -> Told:
        if data.get("clinic", "00").endswith("00"):
            return refusal("R401")
        number = len(self._ledger.entries(operation=ATTACH)) + 1
        result = {"attachmentNumber": f"A-{number:06d}", "attachedOn": at[:10]}
        self._ledger.write(ATTACH, key, dict(data) | result)
        return _done(result)

    def _detach(self, key: str, data: Mapping[str, str], at: str) -> Told:
        number = data.get("attachmentNumber", "")
        known = {each.what["attachmentNumber"] for each in self._ledger.entries(operation=ATTACH)}
        if number not in known:
            return refusal("R402")
        return self._undo(DETACH, key, "attachmentNumber", number, at, "R402")

    def _undo(self, what: str, key: str, name: str, number: str, at: str, again: str) -> Told:
        if any(each.what[name] == number for each in self._ledger.entries(operation=what)):
            return refusal(again)
        self._ledger.write(what, key, {name: number, "undoneOn": at[:10]})
        return _done({name: number})

    def _status(self, key: str) -> Told:
        entry = self._ledger.last(key)
        if entry is not None:
            return _done({"state": "done", **entry.what})
        if key in self._refused:
            return _done({"state": "refused", **self._refused[key].data})
        return _done({"state": "absent"})

    def _acts(self, page: int, size: int) -> Told:
        entries = self._ledger.entries(operation=REGISTER)
        part = entries[(page - 1) * size : page * size]
        acts = [{"at": each.at, "key": each.key, **each.what} for each in part]
        return _done({"total": len(entries), "acts": acts})


def _done(data: Mapping[str, Any]) -> Told:
    return Told(DONE, {"resultCode": "00000", **data})
