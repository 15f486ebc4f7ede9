"""The first route that fits decides."""

import pytest

from flows.alerts.routes import receivers_for
from models.environment.alerts import Alerts

CONFIG = Alerts.model_validate(
    {
        "receivers": {name: {"terminal": True} for name in ("night", "land", "mail")},
        "routes": [
            {"receivers": ["land", "land"], "labels": {"system": "land"}, "severity": ["info"]},
            {"receivers": ["night", "mail"], "severity": ["critical"]},
            {"receivers": ["mail"], "labels": {"name": "PullFailed"}},
        ],
    }
)


@pytest.mark.parametrize(
    ("name", "severity", "labels", "receivers"),
    [
        ("PullFailed", "info", {"system": "land"}, ("land",)),
        ("PullFailed", "critical", {"system": "land"}, ("night", "mail")),
        ("PullFailed", "warning", {"system": "land"}, ("mail",)),
        ("SourceStale", "warning", {"system": "land"}, ()),
        ("SourceStale", "info", {}, ()),
        ("ReceiverFailing", "critical", {"receiver": "night"}, ("mail",)),
        ("ReceiverFailing", "critical", {"receiver": "other"}, ("night", "mail")),
        ("ReceiverFailing", "warning", {"receiver": "mail"}, ("night", "land")),
    ],
)
def test_receivers(
    name: str, severity: str, labels: dict[str, str], receivers: tuple[str, ...]
) -> None:
    assert receivers_for(CONFIG, name, severity, labels) == receivers


def test_without_routes_nobody() -> None:
    assert receivers_for(Alerts(), "PullFailed", "critical", {}) == ()
