"""Every key of every file is in the docs, with its default, and the docs have no other."""

from collections import Counter

import pytest
from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML

from connectors.registry import connector_class
from models.datasets import DATASETS
from models.environment.loader import FILES, FOLDERS
from models.environment.sources import Source
from tests.docs.keys import keys, models
from tests.docs.markdown import DOCS, PAGES, blocks, code, named, tables

DOCUMENTED = [(name, rows) for page in PAGES for name, rows in named(page, "keys")]


def test_every_model_has_one_table() -> None:
    assert Counter(name for name, _ in DOCUMENTED) == Counter(list(models()))


@pytest.mark.parametrize(("name", "model"), sorted(models().items()))
def test_keys_and_defaults(name: str, model: type[BaseModel]) -> None:
    rows = dict(DOCUMENTED)[name]
    assert {code(row[0]): code(row[2]) for row in rows} == keys(model)
    assert len(rows) == len(keys(model)), "a key stands there twice"


@pytest.mark.parametrize(("name", "rows"), DOCUMENTED, ids=[name for name, _ in DOCUMENTED])
def test_every_example_is_taken_by_its_key(name: str, rows: list[list[str]]) -> None:
    for key, _, _, example in rows:
        if example != "see below":
            value = YAML(typ="safe").load(code(example))
            wrong = problems(models()[name], code(key), value)
            assert not wrong, f"{name}.{code(key)}: {example}: {wrong}"


PARTS = [
    (page.name, YAML(typ="safe").load(block.text))
    for page in PAGES
    if page.name != "add-a-city.md"  # followed as a whole, the mistake in it included
    for block in blocks(page)
    if block.language == "yaml"
]


@pytest.mark.parametrize(("page", "part"), PARTS, ids=[page for page, _ in PARTS])
def test_every_yaml_block_is_part_of_a_file(page: str, part: dict[str, object]) -> None:
    files: list[type[BaseModel]] = [*FILES.values(), *(model for _, model in FOLDERS.values())]
    wrong = [[each for key in part for each in problems(file, key, part[key])] for file in files]
    assert [] in wrong, f"{page}: {sorted(part)} fit no file: {wrong}"


@pytest.mark.parametrize(
    "part", [part for _, part in PARTS if {"source", "dataset"} <= part.keys()]
)
def test_every_source_shown_is_a_whole_one(part: dict[str, object]) -> None:
    source = Source.model_validate(part)
    connector_class(source.connector).Request.model_validate(source.request)
    columns = DATASETS[source.dataset].columns
    assert {column.name for column in columns if column.required} <= source.fields.keys()
    assert source.fields.keys() <= set(DATASETS[source.dataset].names)


def problems(model: type[BaseModel], key: str, value: object) -> list[str]:
    """What the model has against this value of this key; not what else it needs."""
    try:
        model.model_validate({key: value})
    except ValidationError as error:
        return [each["msg"] for each in error.errors() if each["loc"][:1] == (key,)]
    return []


def test_a_wrong_example_would_be_seen() -> None:
    assert problems(models()["Expect"], "fresh_within", 5)
    assert problems(models()["Expect"], "fresh", "5d")
    assert not problems(models()["Expect"], "fresh_within", "5d")


def test_every_dataset_is_described() -> None:
    rows = next(rows for above, rows in tables(DOCS / "sources.md") if above == "## Datasets")
    described = {code(row[0]): (code(row[1]), code(row[2]), code(row[3])) for row in rows[1:]}
    assert described.keys() == DATASETS.keys()
    for name, (required, optional, key) in described.items():
        dataset = DATASETS[name]
        assert required.split(", ") == [c.name for c in dataset.columns if c.required]
        assert set(optional.split(", ")) == {c.name for c in dataset.columns if not c.required}
        where = " in its system" if dataset.per_system else ""
        assert key == ", ".join(dataset.key) + where
