"""A real `tereze up` in a home folder of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from console.up.state import read
from tests.console.conftest import small_environment
from tests.waiting import until

START_WITHIN = 300.0  # seconds; alone it is 8


@dataclass
class Up:
    """The home folder, the environment, and whatever runs there."""

    home: Path
    folder: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def variables(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "TEREZE_"))}
        return {**kept, "TEREZE_HOME": str(self.home), "TEREZE_ENVIRONMENT": str(self.folder)}

    @property
    def said(self) -> str:
        return (self.home / "said").read_text()

    def start(self) -> None:
        with (self.home / "said").open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "console", "up"],
                env=self.variables,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until(lambda: "Tereze runs" in self.said or self.ended, START_WITHIN)
        assert not self.ended, self.said

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def tereze(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "console", *arguments],
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def prefect(self, path: str, body: dict[str, Any]) -> Any:
        state = read(self.home)
        assert state is not None
        answer = requests.post(f"{state.prefect_api}{path}", json=body, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def processes(self) -> list[psutil.Process]:
        """The supervisor, all that it started, and the database server with its own."""
        found = []
        if self.process is not None and not self.ended:
            supervisor = psutil.Process(self.process.pid)
            found += [supervisor, *supervisor.children(recursive=True)]
        with suppress(FileNotFoundError, psutil.NoSuchProcess):  # after a kill the file stays
            first = (self.home / "postgres" / "postmaster.pid").read_text().splitlines()[0]
            postgres = psutil.Process(int(first))
            found += [postgres, *postgres.children(recursive=True)]
        return found

    def kill_everything(self) -> None:
        """What a power cut does."""
        doomed = self.processes()
        for process in doomed:
            process.send_signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()
        psutil.wait_procs(doomed, timeout=60)


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    home = Path(tempfile.mkdtemp(prefix="tz"))  # short: the path of a Unix socket is bounded
    home.chmod(0o755)  # the database server may run as a user of its own
    started = Up(home, small_environment(tmp_path / "environment"))
    try:
        yield started
    finally:
        started.kill_everything()
        shutil.rmtree(home, ignore_errors=True)


def as_json(done: "subprocess.CompletedProcess[str]") -> Any:
    """What the command printed; fails with its errors where that is no JSON."""
    assert done.stdout, done.stderr
    return json.loads(done.stdout)
