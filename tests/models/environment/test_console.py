"""`console.yaml`: tiles that are off the map or on top of each other are refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from models.environment.console import Console


def test_each_region_has_its_place() -> None:
    assert Console.model_validate({"map": {"75": [6, 5]}}).map == {"75": (6, 5)}
    assert Console().map == {}


@pytest.mark.parametrize(
    ("tiles", "said"),
    [
        ({"75": [6, 5], "71": [6, 5]}, "71 and 75 are in the same place"),
        ({"75": [0, 1]}, "75 is off the map"),
        ({"75": [1, 11]}, "75 is off the map"),
        ({"75": [1]}, "map.75"),
        ({"75": ["left", 1]}, "map.75"),
    ],
)
def test_what_is_wrong_is_told(tiles: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Console.model_validate({"map": tiles})
