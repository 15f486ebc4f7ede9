"""How records differ from what is declared and from what was seen before."""

from typing import Any

import pytest

from flows.ingest.drift import Shape, drift


def shape(*pages: list[dict[str, Any]]) -> Shape:
    found = Shape()
    for page in pages:
        found.add(page)
    return found


@pytest.mark.parametrize(
    ("pages", "known", "words"),
    [
        ([[{"a": "x", "b": 1}]], {}, []),
        ([[{"a": "x", "b": 1, "c": 1}]], {}, ["new field 'c' (number)"]),
        ([[{"a": "x", "b": 1}], [{"a": "x", "c": None}]], {}, ["new field 'c' (always empty)"]),
        ([[{"a": "x"}]], {}, ["vanished field 'b'"]),
        ([[{"a": "x"}], [{"b": None}]], {}, []),
        ([[{"a": 1, "b": 1}]], {"a": ["text"]}, ["changed type of 'a': text became number"]),
        ([[{"a": 1, "b": 1}, {"a": "x"}]], {"a": ["text"]},
         ["changed type of 'a': text became number or text"]),
        ([[{"a": None, "b": 1}]], {"a": ["text"]}, []),
        ([[{"a": "x", "b": 1}]], {"a": []}, []),
        ([[{"a": "x", "b": 1, "i": True}]], {}, []),
        ([[{"a": "x", "b": 1}]], {"i": ["boolean"]}, ["vanished field 'i'"]),
        ([[{"a": "x", "b": 1, "i": 1}]], {"i": ["boolean"]}, ["boolean became number"]),
        ([], {"a": ["text"]}, []),
        ([[]], {"a": ["text"]}, []),
    ],
)  # fmt: skip
def test_differences(
    pages: list[list[dict[str, Any]]], known: dict[str, list[str]], words: list[str]
) -> None:
    found = drift(shape(*pages), {"a", "b"}, {"i"}, known)
    assert len(found) == len(words)
    assert all(part in sentence for part, sentence in zip(words, found, strict=True))


def test_what_is_known_grows() -> None:
    known = shape([{"a": 1, "b": None}]).merged({"a": ["text"], "old": ["list"]})
    assert known == {"a": ["number", "text"], "b": [], "old": ["list"]}
