"""A composite service that enters a child into a registry as GovStack's building block has it.

The same definition runs, unchanged, against Prism and against WireMock.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from models.environment.composites import Composite
from models.environment.loader import Environment
from tests.environments import environment as small_environment
from tests.flows.composite_services.bodies import Body
from tests.flows.composite_services.carried import Scene
from tests.flows.composite_services.small import composite, names

CLIENT = {"Information-Mediator-Client": "XX/GOV/1/tereze"}
PATH = "/data/births/1.0"
_QUERY = {"query": "{content: {ID: key}}"}
ENTER: dict[str, Any] = {
    "kind": "call",
    "names": names("Entry in the registry"),
    "system": "registry",
    "operation": {"method": "POST", "path": f"{PATH}/create", "headers": CLIENT},
    "input": {"write": "{content: {ID: key, BirthCertificateID: form.mother_iin}}"},
    "answers": {
        "done": "status == `200` && answer.content.ID",
        "result": {"entry": "answer.content.ID"},
    },
    "ask": {
        "operation": {"method": "POST", "path": f"{PATH}/exists", "headers": CLIENT},
        "input": _QUERY,
        "answers": {
            "done": "answer.answer.status == `true`",
            "absent": "answer.answer.status == `false`",
            "result": {"entry": "key"},
        },
    },
    "retry": {"attempts": 5, "first_wait": "1s", "longest_wait": "2s"},
    "undo": {
        "by": "call",
        "operation": {"method": "DELETE", "path": f"{PATH}/{{ID}}/delete", "headers": CLIENT},
        "input": {"ID": "key"},
        "done": "status == `204`",
    },
}
LOOK: dict[str, Any] = {
    "kind": "call",
    "names": names("Look into the registry"),
    "requires": ["enter"],
    "system": "registry",
    "operation": {"method": "POST", "path": f"{PATH}/read", "headers": CLIENT},
    "input": _QUERY,
    "answers": {"done": "status == `200`", "result": {"name": "answer.content.FirstName"}},
    "lasting": False,
    "repeatable": True,
}


STAY: dict[str, Any] = {
    "kind": "wait",
    "names": names("Time to think it over"),
    "requires": ["look"],
    "for": "10d",
}


def definition() -> Composite:
    """The composite service."""
    plain = composite().model_dump(by_alias=True, exclude_defaults=True)
    plain["form"]["fields"] = [f for f in plain["form"]["fields"] if "known" not in f]
    return Composite.model_validate(
        {**plain, "steps": {"enter": ENTER, "look": LOOK, "stay": STAY}}
    )


def scene(engine: Engine, folder: Path, address: str, secret: str) -> Scene:
    """One application for it, at its beginning; `secret` names the variable of the key."""
    return Scene(engine, environment(folder, address, secret), Body(), definition()).begin()


def environment(folder: Path, address: str, secret: str) -> Environment:
    """The small environment with the registry at this address."""
    return small_environment(
        folder,
        environment={"composite_services": {"office": "office 1", "lease": "1m", "threads": 2}},
        systems={
            "systems": {
                "registry": {
                    "names": names("The registry"),
                    "owner": "somebody",
                    "contact": "duty officer",
                    "connector": "rest",
                    "connection": {
                        "url": address,
                        "auth": {"kind": "header", "name": "Authorization",
                                 "value": {"env": secret}},
                        "timeouts": {"connect": 10, "read": 6},
                        "answer_within": 15,
                    },
                }
            }
        },
    )  # fmt: skip
