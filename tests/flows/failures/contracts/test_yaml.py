"""What is wrong with a contract in systems.yaml is told."""

from typing import Any

import pytest

from models.errors import ConfigurationError
from tests.flows.failures.contracts.conftest import Watched


@pytest.mark.parametrize(
    ("contract", "words"),
    [
        ({"name": "c", "kind": "columns", "source": "office.nothing"}, "no source"),
        ({"name": "c", "kind": "columns", "url": "/x"}, "Give `source`"),
        ({"name": "c", "kind": "wsdl"}, "Give `source`"),
        ({"name": "c", "kind": "wsdl", "url": "ftp://x"}, "http"),
        ({"name": "c", "kind": "raml", "url": "/x"}, "does not fit"),
    ],
)
def test_what_is_wrong_in_the_yaml_is_told(
    watched: Watched, contract: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConfigurationError, match=words):
        watched.declare(contract)


def test_two_contracts_of_one_name(watched: Watched) -> None:
    twice = {"name": "interface", "kind": "openapi", "url": "/openapi.json"}
    with pytest.raises(ConfigurationError, match="two contracts"):
        watched.declare(twice, twice)
