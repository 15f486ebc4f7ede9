"""Where the shared data lie, for tests that need them."""

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared(name: str) -> Path:
    """The path of a shared file; skips the test where it is missing."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the shared data are not beside the project ({name} is missing)")
    return path
