"""The processes of a round: database, bodies and workers, each of which can be killed with -9."""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

ROOT = Path(__file__).resolve().parents[2]
_START = (
    "import sys; from pathlib import Path; from models.database import embedded;"
    " print(embedded.start(Path(sys.argv[1]), keep_running=True))"
)


@dataclass
class DatabaseServer:
    """An embedded server in a folder of its own, which outlives whoever starts it."""

    folder: Path
    url: str = ""
    kills: int = 0

    def start(self) -> str:
        """Start it, or start it again after it was killed; answers its URL."""
        # Into a file: the server inherits what its starter writes to, and would keep a pipe open.
        told = self.folder.with_suffix(".url")
        with told.open("wb") as out:
            subprocess.run(
                [sys.executable, "-c", _START, str(self.folder)],
                cwd=ROOT, check=True, stdout=out, stderr=subprocess.DEVNULL, timeout=180,
            )  # fmt: skip
        self.url = told.read_text("utf-8").strip().splitlines()[-1]
        return self.url

    def kill(self) -> None:
        """Kill the postmaster; its children see that and go, then it is started again."""
        children = self._process().children()
        self._process().kill()
        psutil.wait_procs(children, timeout=30)
        self.kills += 1
        self.start()

    def stop(self) -> None:
        """End it: what is still connected is cut off."""
        try:
            process = self._process()
        except (FileNotFoundError, psutil.NoSuchProcess):
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except psutil.TimeoutExpired:
            process.kill()

    def answers(self) -> bool:
        """Whether it takes connections."""
        try:
            psycopg.connect(self.url, connect_timeout=3).close()
        except psycopg.OperationalError:
            return False
        return True

    def _process(self) -> psutil.Process:
        pid = (self.folder / "postgres" / "postmaster.pid").read_text().splitlines()[0]
        return psutil.Process(int(pid))


@dataclass
class Workers:
    """Workers of composite services on an environment's folder; a killed one is replaced."""

    environment: Path
    log: Path
    count: int
    variables: dict[str, str]
    kills: int = 0
    ended: list[int] = field(default_factory=list)
    _running: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def start(self) -> None:
        """As many as there should be."""
        while len(self._running) < self.count:
            self._running.append(self._one())

    def tend(self) -> None:
        """Replace those that have ended by themselves, as a supervisor does."""
        for worker in [each for each in self._running if each.poll() is not None]:
            self.ended.append(worker.returncode)
            self._running.remove(worker)
        self.start()

    def kill(self, count: int, draw: random.Random) -> None:
        """Kill so many with -9 at once, and put others in their place."""
        killed = draw.sample(self._running, count)
        for worker in killed:
            worker.kill()
        for worker in killed:
            worker.wait()
            self._running.remove(worker)
        self.kills += count
        self.start()

    def stop(self) -> None:
        """Ask them to end, and wait."""
        for worker in self._running:
            worker.terminate()
        until = time.monotonic() + 30
        for worker in self._running:
            try:
                worker.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
        self._running.clear()

    def _one(self) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "deployments.composite_worker", str(self.environment)],
                cwd=ROOT,
                env=os.environ | self.variables | {"TEREZE_PARENT": str(os.getpid())},
                stdout=log,
                stderr=log,
            )
