"""One long-lived child: started, watched, started again with back-off, stopped."""

import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from console.up.leftovers import end
from console.up.state import Process, descendants

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
STEADY = 60.0
"""Seconds after which a child that lives is taken for healthy, and its pauses begin anew."""
LONGEST_LOG = 20_000_000
"""Bytes; a longer log is put aside at the next start, in place of the one before."""
GRACE = 10.0
"""Seconds that a child has to end by itself."""


@dataclass
class Child:
    """A process of ours. Its output goes to the file `log`; it inherits the files `keeps`."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    keeps: tuple[int, ...] = ()
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    _known: Process | None = None
    _pause: float = FIRST_PAUSE
    _again_at: float | None = None
    _started_at: float = 0.0

    def start(self) -> None:
        """Start it, away from the terminal's Ctrl-C: the supervisor stops things in order."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self.command,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=self.keeps,
            )
        self._started_at = time.monotonic()
        self._again_at = None
        self._known = Process.of(self.name, self._process.pid)

    @property
    def pid(self) -> int:
        """The number of its process; 0 before the first start."""
        return self._process.pid if self._process is not None else 0

    @property
    def alive(self) -> bool:
        """Whether it runs now."""
        return self._process is not None and self._process.poll() is None

    def processes(self) -> list[Process]:
        """It and all that it started, as far as they live."""
        return descendants([self._known]) if self._known is not None else []

    def look(self) -> str | None:
        """Start it again where it has ended and its pause is over; a sentence where it has news."""
        now = time.monotonic()
        if self.alive:
            if now - self._started_at > STEADY:
                self._pause = FIRST_PAUSE
            return None
        if self._again_at is None:
            code = self._process.returncode if self._process is not None else None
            self._again_at, pause = now + self._pause, self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            return f"{self.name} ended with {code}; starting it again in {pause:.0f} s ({self.log})"
        if now < self._again_at:
            return None
        self.start()
        return f"{self.name} is started again"

    def stop(self) -> None:
        """End it and everything that it started."""
        whole = self.processes()
        if self._process is not None and self.alive:
            self._process.terminate()
            try:
                self._process.wait(GRACE)
            except subprocess.TimeoutExpired:
                self._process.kill()
        end(whole, grace=1.0)
