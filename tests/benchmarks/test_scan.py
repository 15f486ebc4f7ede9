"""The figures in the docs hold, on all series."""

from benchmarks.scan import run
from tests.shared import shared


def test_scan_beats_both_baselines_on_the_labelled_series() -> None:
    shared("anomalies/windows.json")
    result = run()
    assert (result["series"], result["windows"]) == (17, 30)
    assert result["ours"] >= 50
    assert result["scan"]["precision"] >= 0.39
    assert result["scan"]["recall"] >= 0.6
    assert result["peer"] < 40
    assert result["constant"]["recall"] == 1.0
