"""`python -m benchmarks.chaos`: a round of chaos; ends with 0 where everything held."""

import argparse
import json
import signal
import sys
from functools import partial
from pathlib import Path

from benchmarks.chaos.plan import Plan
from benchmarks.chaos.report import as_json, as_markdown
from benchmarks.chaos.round import run


def main() -> None:
    """Run one round, print its report, and its line of JSON last."""
    usual = Plan()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--applications", type=int, default=usual.applications)
    parser.add_argument("--kills", type=int, default=usual.kills)
    parser.add_argument("--minutes", type=float, default=usual.minutes, help="of killing, at most")
    parser.add_argument("--every", type=float, default=usual.every, help="seconds between kills")
    parser.add_argument("--workers", type=int, default=usual.workers)
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--keep", type=Path, help="a folder for logs, ledgers and the report")
    given = vars(parser.parse_args())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))  # so that nothing is left running
    keep = given.pop("keep")
    outcome = run(Plan(**given), partial(print, flush=True), keep)
    page = as_markdown(outcome)
    if keep is not None:
        (keep / "chaos.md").write_text(page, encoding="utf-8")
    print(page)
    print(json.dumps(as_json(outcome)), flush=True)
    sys.exit(0 if outcome.good else 1)


if __name__ == "__main__":
    main()
