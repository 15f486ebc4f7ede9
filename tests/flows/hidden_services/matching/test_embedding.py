"""A model of meanings in its place: here one that knows synonyms from a few sentences."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline

from flows.hidden_services.matching.embedding import load
from flows.hidden_services.matching.entries import Entry
from flows.hidden_services.matching.register import Register
from models.errors import ConfigurationError

SENTENCES = (
    "a car is a motor vehicle and an automobile is a motor vehicle, a car",
    "a pension is money for retirement, who retires gets a pension",
    "a passport is a travel document, to travel abroad take the travel document, a passport",
    "a dog is a pet and a cat is a pet",
)
SERVICES = [
    Entry("vehicle", "Registration of a motor vehicle"),
    Entry("pension", "Award of the pension"),
    Entry("passport", "Issue of a passport"),
    Entry("house", "Permit to build a house"),
    Entry("school", "Enrolment in school"),
]


class Latent:
    """Latent semantic analysis of the sentences in a file: small, real, and on disk."""

    def __init__(self, path: Path | None) -> None:
        if path is None:
            raise ValueError("it needs the path of a file with sentences")
        sentences = path.read_text(encoding="utf-8").splitlines()
        self._model = make_pipeline(TfidfVectorizer(), TruncatedSVD(4, random_state=0))
        self._model.fit([line for line in sentences if line])

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return np.asarray(self._model.transform(texts))


class Wrong:
    """Answers one number too few."""

    def __init__(self, _: Path | None) -> None: ...

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return np.zeros(len(texts) - 1)


def nothing(_: Path | None) -> int:
    return 1


HERE = __name__
assert HERE in sys.modules


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "sentences.txt"
    path.write_text("\n".join(SENTENCES), encoding="utf-8")
    return path


def test_a_model_finds_what_shares_no_word(model: Path) -> None:
    asked = [Entry("", "Automobile"), Entry("", "Retirement money"), Entry("", "Travel document")]
    plain = Register.from_rows(SERVICES).match(asked)
    assert not any(match.nearest and match.nearest[0].similarity > 0.4 for match in plain)
    knowing = Register.from_rows(SERVICES, embedder=load(f"{HERE}:Latent", model)).match(asked)
    assert [each.nearest[0].id for each in knowing] == ["vehicle", "pension", "passport"]
    for with_model, without in zip(knowing, plain, strict=True):
        assert (with_model.p_absent or 0) < (without.p_absent or 0)


def test_names_without_words_are_still_not_judged(model: Path) -> None:
    register = Register.from_rows(SERVICES, embedder=load(f"{HERE}:Latent", model))
    assert [each.kind for each in register.match([Entry("", ""), Entry("", "!!")])] == [
        "not_judged", "not_judged",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("factory", "said"),
    [
        ("no.such.module:Latent", "No module named"),
        (f"{HERE}:Absent", "has no attribute"),
        (f"{HERE}", "Loading the embedder"),
        (f"{HERE}:Latent", "needs the path"),
        (f"{HERE}:nothing", "no method embed"),
    ],
)
def test_what_cannot_be_loaded_is_said(factory: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        load(factory, None)


def test_a_missing_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        load(f"{HERE}:Latent", tmp_path / "absent.txt")


def test_a_model_that_answers_wrongly_is_said() -> None:
    with pytest.raises(ConfigurationError, match="one row of finite numbers"):
        Register.from_rows(SERVICES, embedder=load(f"{HERE}:Wrong", None))
