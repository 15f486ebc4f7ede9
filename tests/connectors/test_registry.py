"""The list of connectors."""

import pytest

from connectors.registry import CONNECTORS, connector_class
from models.errors import ConfigurationError


def test_every_connector_is_found_by_its_name() -> None:
    assert {name: connector_class(name) for name in CONNECTORS} == CONNECTORS
    assert {"file", "rest", "sql"} <= set(CONNECTORS)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match=", ".join(sorted(CONNECTORS))):
        connector_class("ftp")
