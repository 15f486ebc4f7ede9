"""`python -m console.web.background FOLDER ACTOR JOB SUBJECT [ID…]`: do it, and say how it goes.

Each line of its output is an object of JSON: how far it is, and in the end how it went. The
environment's files are read anew, so that what was mended in them counts.
"""

import json
import os
import sys
import time
from typing import TextIO, cast

from console.web.background.works import WORKS, Job, Outcome, Work
from deployments import lifeline
from flows.environment import choose, open_environment
from flows.prepare import prepared
from models.errors import TerezeError

EVERY = 0.5
"""Seconds between two words of how far it is."""


class Teller:
    """Says how far it is, now and then."""

    def __init__(self, to: TextIO) -> None:
        self._to = to
        self._said = 0.0

    def __call__(self, done: int, of: int | None) -> None:
        """One line, if the last one is long enough ago."""
        if time.monotonic() - self._said >= EVERY:
            self._said = time.monotonic()
            self.line({"done": done, "of": of})

    def line(self, values: dict[str, object]) -> None:
        """One line."""
        self._to.write(json.dumps(values) + "\n")
        self._to.flush()


def done(folder: str, work: Work, told: Teller) -> Outcome:
    """Do the work; an error of Tereze's own is how it ended."""
    try:
        environment = open_environment(choose(folder))
        with prepared(environment, work.actor, sync_register=work.job != "audit") as engine:
            return WORKS[work.job](engine, environment, work, told)
    except TerezeError as error:
        return Outcome("failed", str(error))


def main() -> None:
    """Work, with the output kept for us: what libraries print goes where errors go."""
    lifeline.hold()
    told = Teller(os.fdopen(os.dup(1), "w"))
    os.dup2(2, 1)
    folder, actor, job, subject, *ids = sys.argv[1:]
    work = Work(cast(Job, job), subject, actor, tuple(map(int, ids)))
    outcome = done(folder, work, told)
    told.line({"state": outcome.state, "sentence": outcome.sentence})


if __name__ == "__main__":
    main()
