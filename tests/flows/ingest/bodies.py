"""The stand-in bodies' environment: three systems, three ways of speaking, real faults."""

from typing import Any

from sqlalchemy import Engine, make_url

from sandbox.register.regions import REGIONS
from tests.flows.ingest.office import Office
from tests.sandbox.reading import Reader

KEY_VARIABLE = "SANDBOX_API_KEY"
PASSWORD_VARIABLE = "TEREZE_TEST_LAND_PASSWORD"
CORPORATION, EVENTS = "corporation.applications", "corporation.events"
LAND, AGRICULTURE = "land.requests", "agriculture.subsidies"


def _system(connector: str, **connection: Any) -> dict[str, Any]:
    return {
        "names": {"en": connector},
        "owner": "a_body",
        "contact": "duty officer",
        "connector": connector,
        "connection": connection,
    }


def rest_system(url: str) -> dict[str, Any]:
    """The State Corporation."""
    return _system(
        "rest",
        url=url,
        auth={"kind": "header", "name": "X-Api-Key", "value": {"env": KEY_VARIABLE}},
        retry={"attempts": 3, "first_wait": 0.05, "max_wait": 2},
    )


def land_system(url: str) -> dict[str, Any]:
    """The land registry; the password, if any, is in `PASSWORD_VARIABLE`."""
    address = make_url(url)
    bare = address.set(password="").render_as_string(hide_password=False).replace(":@", "@")
    secret = {"password": {"env": PASSWORD_VARIABLE}} if address.password else {}
    return _system("sql", url=bare, **secret)


def agriculture_system(folder: str) -> dict[str, Any]:
    return _system("file", folder=folder)


def _rest(source: str, path: str, dataset: str, size: int, **more: Any) -> dict[str, Any]:
    request = {
        "path": path, "page": {"param": "page", "size": size}, "items": "items", "total": "total",
        "since_param": "changed_since", "until_param": "changed_until",
    }  # fmt: skip
    return {"source": source, "system": "corporation", "connector": "rest", "dataset": dataset,
            "request": request, "cursor": {"field": "changed_at"}} | more  # fmt: skip


APPLICATIONS = _rest(
    CORPORATION, "/applications", "applications", 500,
    fields={
        "number": "application_id", "service": "service_code", "sub_type": "sub_type",
        "channel": "channel", "region": "region", "office": "office_code",
        "organisation": "organisation", "received_at": "received_at",
        "applicant": {"from": "applicant_iin", "identifier": "iin"},
        "completed_at": "completed_at", "result": "result", "changed_at": "changed_at",
    },
)  # fmt: skip
APPLICATION_EVENTS = _rest(
    EVENTS, "/events", "application_events", 2000,
    fields={
        "event": "event_id", "number": "application_id", "kind": "kind", "at": "at",
        "holder": "holder", "stage": "stage", "changed_at": "changed_at",
    },
)  # fmt: skip
LAND_REQUESTS: dict[str, Any] = {
    "source": LAND, "system": "land", "connector": "sql", "dataset": "applications",
    "request": {"table": "land_registry.cadastre_requests", "key": "request_no", "page_size": 200},
    "cursor": {"field": "modified_at"},
    "fields": {
        "number": "request_no", "service": "kind", "received_at": "filed_at",
        "completed_at": "closed_at", "region": "region_kato", "changed_at": "modified_at",
        "applicant": {"from": "filer_bin", "identifier": "bin"},
        "result": {"from": "state", "map": {"filed": "", "in_work": "", "issued": "issued",
                                            "refused": "refused"}},
    },
}  # fmt: skip
MOMENT = "%d.%m.%Y %H:%M"
SUBSIDIES: dict[str, Any] = {
    "source": AGRICULTURE, "system": "agriculture", "connector": "file",
    "dataset": "applications",
    "request": {"path": "subsidies_*.csv", "encoding": "windows-1251", "delimiter": ";",
                "cursor": "file_name"},
    "cursor": {"field": "file_name"},
    "fields": {
        "number": "номер", "service": "услуга",
        "received_at": {"from": "дата_приема", "format": MOMENT},
        "completed_at": {"from": "дата_исполнения", "format": MOMENT},
        "changed_at": {"from": "изменено", "format": MOMENT},
        "region": {"from": "область", "map": {r.name_ru: r.kato for r in REGIONS}},
        "applicant": {"from": "БИН", "identifier": "bin"},
        "result": {"from": "состояние", "map": {"в работе": "", "исполнено": "issued",
                                                "отказано": "refused"}},
    },
}  # fmt: skip


NAMES = "{kk: name_kk, ru: name_ru, en: name_en}"
REGISTER = {
    "services": {"code": "code", "names": NAMES, "sub_types": "sub_types"},
    "channels": {"code": "code", "names": NAMES, "digital": "digital"},
    "standards": {name: name for name in
                  ("service", "sub_type", "channel", "term", "unit", "valid_from", "valid_to")},
}  # fmt: skip
REGISTER_SOURCES = [
    _rest(f"corporation.{name}", f"/register/{name}", name, 2000, fields=fields, cursor=None)
    for name, fields in REGISTER.items()
]


class Bodies(Office):
    """The stand-ins' systems, as far as they run; the same questions as to an `Office`."""

    def __init__(self, folder: Any, engine: Engine, systems: dict[str, Any]) -> None:
        self.folder = folder
        self.engine = engine
        known = {"corporation": [APPLICATIONS, APPLICATION_EVENTS, *REGISTER_SOURCES],
                 "land": [LAND_REQUESTS], "agriculture": [SUBSIDIES]}  # fmt: skip
        self.changes = {
            "applications": None,
            "register": None,
            "systems": {"systems": {"office": None, **systems}},
        }
        for name in systems:
            self.changes |= {each["source"].replace(".", "_"): each for each in known[name]}
        self.environment = self.declare()


def truth(reader: Reader) -> dict[str, tuple[Any, ...]]:
    """What the body says happened: number → service, received, completed (or None), identifier."""
    now = reader.get("/control/clock").json()["now"][:19]
    return {
        str(row["number"]): (
            row["service"],
            row["received_at"],
            row["completes_at"] if row["completes_at"] and row["completes_at"] <= now else None,
            row["identifier"],
        )
        for row in reader.lines("/truth/applications")
    }


def stored(body: Office) -> dict[str, tuple[Any, ...]]:
    """The same of what is stored."""
    local = "to_char({0} AT TIME ZONE 'Asia/Almaty', 'YYYY-MM-DD\"T\"HH24:MI:SS')"
    rows = body.rows(
        f"SELECT number, service, {local.format('received_at')} AS received,"
        f" {local.format('completed_at')} AS completed, applicant FROM applications"
    )
    return {row.number: tuple(row)[1:] for row in rows}
