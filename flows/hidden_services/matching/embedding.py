"""A place for a model that knows meanings; none is needed and none is downloaded."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from flows.hidden_services.matching.entries import Entry
from flows.hidden_services.matching.sparse import Floats, Numbers
from flows.hidden_services.matching.text import clean
from models.errors import ConfigurationError

AT_ONCE = 2_000
"""Rows compared with all entries together: bounds the memory."""


class Embedder(Protocol):
    """A model of sentences."""

    def embed(self, texts: Sequence[str]) -> Floats:
        """One row of numbers for each text, of any width but always the same."""


def load(factory: str, model: Path | None) -> Embedder:
    """What `package.module:function` answers when it is given the path of the local model.

    Raises:
        ConfigurationError: there is no such function, or it cannot load the model.
    """
    module, _, name = factory.partition(":")
    tried = f"Loading the embedder {factory}"
    try:
        make = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        next_step = "Name a function that can be imported, as package.module:function"
        raise ConfigurationError(tried, str(error), next_step) from error
    try:
        made = make(model)
    except (OSError, ValueError, TypeError, ImportError) as error:
        next_step = f"The function is given the path {model}; see what it needs"
        raise ConfigurationError(tried, str(error), next_step) from error
    if not callable(getattr(made, "embed", None)):
        found = f"what it answers has no method embed: {type(made).__name__}"
        raise ConfigurationError(tried, found, "Answer an object with embed(texts)")
    embedder: Embedder = made
    return embedder


class Meanings:
    """The entries by their meaning."""

    def __init__(self, entries: Sequence[Entry], embedder: Embedder) -> None:
        self._embedder = embedder
        self._entries = self._vectors([f"{each.name}. {each.description}" for each in entries])

    def joined(
        self, texts: Sequence[str], row: Numbers, entry: Numbers, top: int
    ) -> tuple[Numbers, Numbers, Floats]:
        """The pairs of rows and entries with those nearest in meaning, and the meanings' cosine.

        A cosine below 0 counts as 0.
        """
        vectors = self._vectors(texts)
        count = len(self._entries)
        near = [row * count + entry]
        for start in range(0, len(texts), AT_ONCE):
            cosines = vectors[start : start + AT_ONCE] @ self._entries.T
            best = np.argpartition(-cosines, min(top, count) - 1, axis=1)[:, :top]
            rows = np.arange(start, start + len(cosines))[:, None]
            near.append((rows * count + best).ravel())
        row, entry = np.divmod(np.unique(np.concatenate(near)), count)
        parts = range(0, len(row), AT_ONCE * top)
        meaning = [
            np.einsum("ij,ij->i", vectors[row[part]], self._entries[entry[part]])
            for part in (slice(start, start + AT_ONCE * top) for start in parts)
        ]
        return row, entry, np.maximum(np.concatenate([np.zeros(0), *meaning]), 0.0)

    def _vectors(self, texts: Sequence[str]) -> Floats:
        cleaned = [clean(text) for text in texts]
        vectors = np.asarray(self._embedder.embed(cleaned), dtype=np.float64)
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise ConfigurationError(
                "Embedding names",
                f"for {len(texts)} texts the embedder answered an array of {vectors.shape}",
                "It has to answer one row of finite numbers for each text",
            )
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, np.finfo(float).tiny))
