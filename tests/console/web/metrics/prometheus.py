"""The real tools: promtool reads the text, a Prometheus server scrapes and answers queries."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from console.up.ports import free_port
from tests.waiting import until

START_WITHIN = 60.0  # seconds; alone it is one

CONFIG = """
global: {{scrape_interval: 3s, scrape_timeout: 3s}}
scrape_configs:
  - job_name: tereze
    static_configs: [{{targets: ["{target}"]}}]
"""


def tool(name: str) -> str:
    """The program's path; skips the test where it is not installed."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (Debian's package prometheus has it)")
    return found


def checked(text: str) -> str:
    """What `promtool check metrics` has to say of the text: nothing, where it is right."""
    done = subprocess.run(
        [tool("promtool"), "check", "metrics"],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = done.stdout + done.stderr
    return said if said.strip() else "" if done.returncode == 0 else f"exit {done.returncode}"


@dataclass
class Prometheus:
    """A server that scrapes one target every three seconds."""

    address: str

    def get(self, path: str, **parameters: str) -> Any:
        answer = requests.get(f"{self.address}/api/v1/{path}", params=parameters, timeout=60)
        return answer.json()

    def ask(self, expression: str) -> dict[str, float]:
        """The values of a query by the label values of their series, sorted by name."""
        answer = self.get("query", query=expression)
        assert answer["status"] == "success", answer
        return {
            ",".join(v for k, v in sorted(each["metric"].items()) if not k.startswith("__")
                     and k not in ("job", "instance")): float(each["value"][1])
            for each in answer["data"]["result"]
        }  # fmt: skip


@contextmanager
def prometheus(folder: Path, target: str) -> Iterator[Prometheus]:
    """A server of our own, that has scraped the target once."""
    program = tool("prometheus")
    port = free_port(0)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "prometheus.yml").write_text(CONFIG.format(target=target))
    command = [
        program,
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    server = Prometheus(f"http://127.0.0.1:{port}")
    try:
        until(lambda: _scraped(server, process, folder), START_WITHIN)
        yield server
    finally:
        process.kill()
        process.wait()


def _scraped(server: Prometheus, process: "subprocess.Popen[bytes]", folder: Path) -> bool:
    assert process.poll() is None, (folder / "log").read_text()
    try:
        [target] = server.get("targets")["data"]["activeTargets"]
    except (requests.ConnectionError, ValueError, KeyError):
        return False
    return bool(target["health"] == "up")
