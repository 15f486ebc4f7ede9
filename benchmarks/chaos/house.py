"""The environment of a round: the demo's composite services, with waits of seconds."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from models.environment.composite_steps import Step
from models.environment.composites import Composite

DEMO = Path(__file__).resolve().parents[2] / "deployments" / "environments" / "demo"
BODIES = (
    "civil_registry",
    "social_protection",
    "education",
    "business_register",
    "migration_service",
    "sms_gateway",
)
VARIABLES = {name: f"SANDBOX_{name.upper()}" for name in BODIES}
CERTIFICATES = "SANDBOX_CERTIFICATES"
CALL_BACKS = "TEREZE_CALL_BACKS"

RETRY = {"attempts": 8, "first_wait": "1s", "longest_wait": "4s"}


def write(folder: Path, lease: int) -> Path:
    """Write the environment into the folder; addresses come from variables, as in the demo.

    What a body does late it has to do within the lease, in seconds: only then may its "nothing
    of it" be believed.
    """
    composites = {path.stem: _composite(_read(path)) for path in _definitions()}
    _write(folder / "environment.yaml", _settings(lease))
    _write(folder / "calendars.yaml", _read(DEMO / "calendars.yaml"))
    _write(folder / "systems.yaml", {"systems": _systems(lease)})
    _write(folder / "register.yaml", _register(composites))
    for name, composite in composites.items():
        _write(folder / "composites" / f"{name}.yaml", composite)
    return folder


def _definitions() -> list[Path]:
    return sorted((DEMO / "composites").glob("*.yaml"))


def _settings(lease: int) -> dict[str, Any]:
    demo = _read(DEMO / "environment.yaml")
    kept = ("timezone", "languages", "calendar", "service_code", "identifiers")
    return {
        **{name: demo[name] for name in kept},
        "environment": "chaos",
        "title": "A round of chaos",
        "composite_services": {
            **demo["composite_services"],
            "lease": f"{lease}s",
            "threads": 8,
            "circuit": {"failures": 8, "first_try": "2s", "longest_wait": "8s"},
            "release_per_minute": 6000,
        },
    }


def _systems(lease: int) -> dict[str, Any]:
    declared = _read(DEMO / "systems.yaml")["systems"]
    return {name: _hurried(declared[name], lease) for name in BODIES}


def _hurried(system: dict[str, Any], lease: int) -> dict[str, Any]:
    within = max(1, lease // 3)
    limits = {"timeouts": {"connect": within, "read": within}, "answer_within": within}
    kept = {name: value for name, value in system.items() if name != "probes"}
    return {**kept, "connection": {**system["connection"], **limits}}


def _composite(composite: dict[str, Any]) -> dict[str, Any]:
    """The same steps, asked for after seconds and tried again after one."""
    for step in composite["steps"].values():
        if step["kind"] in ("call", "send"):
            step["retry"] = dict(RETRY)
        if "ask_every" in step:
            step["ask_every"] = "3s"
    composite.pop("proactive", None)
    return composite


def _register(composites: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The services, offices and bodies that the definitions name, with a term each."""
    made = [Composite.model_validate(each) for each in composites.values()]
    steps = [step for each in made for step in each.steps.values()]
    services = {code for step in steps if (code := getattr(step, "service", None))}
    named = {step.help.office for step in steps if step.help and step.help.office}
    letters = {str(to) for step in steps if (to := getattr(_undo(step), "to", None))}
    owners = {system["owner"] for system in _systems(0).values()}
    office = _read(DEMO / "environment.yaml")["composite_services"]["office"]
    languages = _read(DEMO / "environment.yaml")["languages"]
    return {
        "organisations": {
            code: {"names": dict.fromkeys(languages, code), "contact": f"{code}, extension 1"}
            for code in sorted(named | owners | letters | {office})
        },
        "services": {code: {"names": dict.fromkeys(languages, code)} for code in sorted(services)},
        "standards": [{"service": "*", "term": 2, "unit": "working_days"}],
    }


def _undo(step: Step) -> object:
    return getattr(step, "undo", None)


def _read(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def _write(path: Path, data: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    yaml = YAML(typ="safe")
    yaml.representer.ignore_aliases = lambda *_: True
    with path.open("w", encoding="utf-8") as stream:
        yaml.dump(data, stream)
