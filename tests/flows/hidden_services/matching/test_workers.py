"""The tests of forked workers, in a process of their own.

Where another test has left a thread behind nothing is forked, and a worker that is killed on
purpose would be the process of all tests.
"""

import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[4]


def test_in_a_process_without_other_threads() -> None:
    alone = Path(__file__).with_name("alone_workers.py")
    command = [sys.executable, "-m", "pytest", "-p", "no:xdist", "--color=no", str(alone)]
    done = subprocess.run(
        command, cwd=HOUSE, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout[-4_000:]
    assert "skipped" not in done.stdout
