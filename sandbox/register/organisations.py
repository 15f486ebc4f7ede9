"""The bodies: one for each sphere, and the State Corporation. None stands for a real one."""

from sandbox.register.words import SPHERES

STATE_CORPORATION = "GFC"


def organisation_rows() -> list[dict[str, str]]:
    """What `/register/organisations` answers."""
    bodies = [
        {
            "code": sphere.code,
            "name_kk": f"Уәкілетті орган: {sphere.name_kk}",
            "name_ru": f"Уполномоченный орган: {sphere.name_ru}",
            "name_en": f"Authorised body: {sphere.name_en}",
        }
        for sphere in SPHERES
    ]
    corporation = {
        "code": STATE_CORPORATION,
        "name_kk": "Азаматтарға арналған үкімет (үлгі)",
        "name_ru": "Правительство для граждан (макет)",
        "name_en": "Government for Citizens (stand-in)",
    }
    return [*bodies, corporation]


def organisation_names() -> dict[str, str]:
    """Russian names by code."""
    return {row["code"]: row["name_ru"] for row in organisation_rows()}
