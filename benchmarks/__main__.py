"""`python -m benchmarks NAME`: one comparison with peers; the last line is its result as JSON."""

import argparse
import importlib
import json

NAMES = (
    "ingest",
    "due_dates",
    "delays_tick",
    "alerts",
    "clocks",
    "scan",
    "exchanges",
    "probes",
    "shep",
    "matching",
    "hidden",
    "failures_study",
    "composite",
    "composite_start",
    "composite_waiting",
    "forecast",
    "console",
)


def main() -> None:
    """Run the benchmarks that were named, or all of them, each to its line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=[*NAMES, "all"])
    parser.add_argument("--size", type=int, help="smaller than the full size, to try it out")
    chosen = parser.parse_args()
    for name in NAMES if chosen.name == "all" else (chosen.name,):
        run = importlib.import_module(f"benchmarks.{name}").run
        result = run(chosen.size) if chosen.size else run()
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
