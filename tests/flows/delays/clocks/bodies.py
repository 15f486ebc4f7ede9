"""Two bodies, an office, and a system that the service needs: what most tests start from."""

from typing import Any

NAMES = {"names": {"en": "x"}}

REGISTER: dict[str, Any] = {
    "organisations": {"LAND": NAMES, "REGISTRY": NAMES, "state_corporation": NAMES},
    "offices": {"12": NAMES},
}
SYSTEMS: dict[str, Any] = {
    "systems": {
        "registry": {
            "names": {"en": "Registry of titles"},
            "owner": "REGISTRY",
            "contact": "duty officer",
            "connector": "file",
            "connection": {"folder": "data"},
            "services": ["00100101"],
        }
    }
}
