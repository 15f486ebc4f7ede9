"""The environment in which exchanges are measured: one system, one recorder."""

from pathlib import Path

from ruamel.yaml import YAML

from benchmarks import country
from models.environment.loader import Environment, load

SYSTEM = "office"


def environment(folder: Path) -> Environment:
    """The country's environment, with a recorder's files and an objective to judge by."""
    base = country.environment(folder)
    yaml = YAML(typ="safe")
    path = folder / "systems.yaml"
    systems = yaml.load(path.read_text(encoding="utf-8"))
    name = next(iter(base.systems))
    systems["systems"][name]["objectives"] = {"availability": 0.99, "answer_within": "10s"}
    exchanges = {
        "sources": {"server": {"system": name, "files": {"folder": "monitoring"}}},
        "services": {"DEV": name},
    }
    for file, content in ((path, systems), (folder / "exchanges.yaml", exchanges)):
        with file.open("w", encoding="utf-8") as stream:
            yaml.dump(content, stream)
    (folder / "monitoring").mkdir()
    return load(folder)
