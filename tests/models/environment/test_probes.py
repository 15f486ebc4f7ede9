"""Wrong probes: file, line, key and what would be right."""

from pathlib import Path
from typing import Any

import pytest

from flows.environment import open_environment
from models.environment.loader import load
from models.environment.problems import EnvironmentProblems
from tests.environments import files, write

MODULES: dict[str, Any] = {
    "web": {"prober": "http"},
    "port": {"prober": "tcp"},
    "tls": {"prober": "tls"},
    "wsdl": {"prober": "soap"},
    "road": {"prober": "xroad", "server": "https://ss.example.org", "client": "KZ/GOV/1/tereze"},
    "db": {"prober": "sql"},
    "pull": {"prober": "connector"},
}


def declared(
    folder: Path, target: dict[str, Any], modules: dict[str, Any] | None = None, **system: Any
) -> Path:
    office = {"probes": [target], **system}
    contents = files(systems={"systems": {"office": office}})
    return write(folder, {**contents, "probes.yaml": {"modules": {**MODULES, **(modules or {})}}})


@pytest.mark.parametrize(
    "target",
    [
        {"module": "web", "target": "https://api.example.org/health?deep=1"},
        {"module": "web", "target": "http://[::1]:8080/"},
        {"module": "web", "target": "http://жер.қаз/", "name": "land.https"},
        {"module": "port", "target": "[::1]:22"},
        {"module": "tls", "target": "api.example.org:443"},
        {"module": "wsdl", "target": "https://api.example.org/soap"},
        {"module": "road", "target": "KZ/GOV/70000001/land", "services": ["getLand"]},
        {"module": "db", "target": "postgresql+psycopg://reader@host/base"},
        {"module": "pull", "target": "office.applications"},
    ],
)
def test_a_target_as_its_kind_reads_it(tmp_path: Path, target: dict[str, Any]) -> None:
    environment = load(declared(tmp_path, target))
    [found] = environment.systems["office"].probes
    assert found.target == target["target"]
    assert found.called == target.get("name", target["module"])
    assert environment.modules[found.module].timeout.total_seconds() == 10


@pytest.mark.parametrize(
    ("target", "key", "words"),
    [
        ({"module": "wep", "target": "http://x/"}, "module", "Did you mean `web`?"),
        ({"module": "web"}, "", "Add `target: …`"),
        ({"module": "web", "target": "api.example.org"}, "target", "https://api.example.org"),
        ({"module": "web", "target": "http://x:99999/"}, "target", "https://api.example.org"),
        ({"module": "web", "target": "http://me:pw@x/"}, "target", "user and password out"),
        ({"module": "port", "target": "api.example.org"}, "target", "host:port"),
        ({"module": "port", "target": "x:0"}, "target", "host:port"),
        ({"module": "tls", "target": "https://x:443"}, "target", "host:port"),
        ({"module": "road", "target": "KZ/GOV/land"}, "target", "INSTANCE/CLASS"),
        ({"module": "db", "target": "postgresql://me:pw@host/base"}, "target", "password out"),
        ({"module": "db", "target": "nowhere"}, "target", "postgresql://"),
        ({"module": "db"}, "", "spoken to by 'file'"),
        ({"module": "pull", "target": "office"}, "target", "Known: office.applications"),
        ({"module": "pull"}, "", "Known: office.applications"),
        ({"module": "web", "target": "http://x/", "services": ["a"]}, "services", "Remove"),
        ({"module": "web", "target": "http://x/", "name": "Two words"}, "name", "pattern"),
    ],
)
def test_a_wrong_target(tmp_path: Path, target: dict[str, Any], key: str, words: str) -> None:
    folder = declared(tmp_path, target)
    with pytest.raises(EnvironmentProblems) as raised:
        load(folder)
    [problem] = raised.value.problems
    assert problem.file == "systems.yaml"
    assert problem.key == f"systems.office.probes.0{'.' if key else ''}{key}"
    assert words in f"{problem.found}. {problem.right}"
    assert "pw" not in str(problem)
    line = (folder / problem.file).read_text().splitlines()[problem.line - 1]
    assert key.split(".")[-1] in line if key else "module" in line


@pytest.mark.parametrize(
    ("module", "key", "words"),
    [
        ({"prober": "ftp"}, "modules.mine", "'http'"),
        ({"timeout": "5s"}, "modules.mine", "prober"),
        ({"prober": "http", "timeout": "51s"}, "modules.mine.timeout", "50s"),
        ({"prober": "http", "timeout": "0s"}, "modules.mine.timeout", "50s"),
        ({"prober": "http", "stauts": [200]}, "modules.mine.stauts", "Did you mean `status`?"),
        ({"prober": "http", "matches": "("}, "modules.mine.matches", "regular expression"),
        ({"prober": "http", "method": "get"}, "modules.mine.method", "pattern"),
        ({"prober": "http", "tls": {"verify": False, "ca_file": "x"}}, "modules.mine.tls",
         "no meaning"),
        ({"prober": "tls", "warn_before": "1d"}, "modules.mine", "longer than warn_before"),
        ({"prober": "soap", "wsdl": None}, "modules.mine", "nothing to look at"),
        ({"prober": "soap", "wsdl": None, "operation": "Ping"}, "modules.mine", "needs the wsdl"),
        ({"prober": "xroad", "client": "KZ/GOV/1/a"}, "modules.mine.server", "Add `server: …`"),
        ({"prober": "xroad", "client": "KZ", "server": "http://s"}, "modules.mine.client",
         "INSTANCE"),
        ({"prober": "xroad", "client": "KZ/GOV/1/a", "server": "http://s/r1"},
         "modules.mine.server", "only the server"),
    ],
)  # fmt: skip
def test_a_wrong_module(tmp_path: Path, module: dict[str, Any], key: str, words: str) -> None:
    target = {"module": "web", "target": "http://x/"}
    with pytest.raises(EnvironmentProblems) as raised:
        load(declared(tmp_path, target, {"mine": module}))
    [problem] = raised.value.problems
    assert (problem.file, problem.key) == ("probes.yaml", key)
    assert words in f"{problem.found}. {problem.right}"


def test_two_probes_of_one_name(tmp_path: Path) -> None:
    folder = declared(tmp_path, {"module": "web", "target": "http://x/"})
    contents = files()
    twice = [{"module": "web", "target": f"http://{host}/"} for host in "xy"]
    contents["systems.yaml"]["systems"]["office"]["probes"] = twice
    with pytest.raises(EnvironmentProblems, match="two probes of office are called 'web'"):
        load(write(folder, contents))


def test_a_query_that_writes(tmp_path: Path) -> None:
    modules = {"db": {"prober": "sql", "query": "DELETE FROM persons"}}
    folder = declared(tmp_path, {"module": "web", "target": "http://x/"}, modules)
    with pytest.raises(EnvironmentProblems, match=r"modules\.db\.query"):
        open_environment(folder)


def test_a_systems_own_database_needs_no_target(tmp_path: Path) -> None:
    contents = files(applications=None)
    office = contents["systems.yaml"]["systems"]["office"]
    office |= {"connector": "sql", "connection": {"url": "sqlite:///x.db"}}
    office["probes"] = [{"module": "db"}]
    environment = open_environment(
        write(tmp_path, {**contents, "probes.yaml": {"modules": MODULES}})
    )
    assert environment.systems["office"].probes[0].target is None
