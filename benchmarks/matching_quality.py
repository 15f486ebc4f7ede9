"""How often the right entry is nearest, and how good the probability of absence is."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process, utils
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import precision_recall_curve, roc_auc_score

from benchmarks.matching_data import Task
from flows.hidden_services.matching.entries import Entry, Match
from flows.hidden_services.matching.register import Register

Floats = NDArray[np.float64]
Scores = Callable[[Sequence[str], Sequence[str]], Floats]
BINS = 10


def matches(task: Task) -> list[Match]:
    """What we answer."""
    return Register.from_rows(task.entries).match(task.asked, told=0)


def ours(tasks: Sequence[Task]) -> dict[str, float]:
    """The share of right entries at first place and within five."""
    found = [[near.id for near in match.nearest] for task in tasks for match in matches(task)]
    return _shares(found, [right for task in tasks for right in task.right])


def peer(tasks: Sequence[Task], scores: Scores) -> dict[str, float]:
    """The same by a plain score of two texts; it is given all texts of an entry as one."""
    found = []
    for task in tasks:
        table = scores([each.name for each in task.asked], [_text(each) for each in task.entries])
        best = np.argsort(-table, axis=1, kind="stable")[:, :5]
        found += [[task.entries[place].id for place in row] for row in best]
    return _shares(found, [right for task in tasks for right in task.right])


def _text(entry: Entry) -> str:
    return " ".join([entry.name, *entry.names, entry.organisation, entry.description]).strip()


def token_set_ratio(asked: Sequence[str], known: Sequence[str]) -> Floats:
    """rapidfuzz's, with its own preparation of texts."""
    return np.asarray(
        process.cdist(asked, known, scorer=fuzz.token_set_ratio, processor=utils.default_process)
    )


def tfidf(asked: Sequence[str], known: Sequence[str]) -> Floats:
    """The cosine of characters' TF-IDF, two to four on end within words."""
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4))
    register = vectorizer.fit_transform(known)
    return np.asarray((vectorizer.transform(asked) @ register.T).toarray())


PEERS: dict[str, Scores] = {"token_set_ratio": token_set_ratio, "tfidf": tfidf}


def _shares(found: list[list[str]], right: list[str]) -> dict[str, float]:
    pairs = [(ids, one) for ids, one in zip(found, right, strict=True) if one]
    first = np.mean([ids[:1] == [one] for ids, one in pairs])
    five = np.mean([one in ids[:5] for ids, one in pairs])
    return {"first": round(float(first), 3), "five": round(float(five), 3)}


def absence(tasks: Sequence[Task]) -> dict[str, Any]:
    """AUC, best F1 and calibration of p_absent, all tasks pooled."""
    p = np.array([match.p_absent or 0.0 for task in tasks for match in matches(task)])
    return _judged(p, np.array([not right for task in tasks for right in task.right]))


def absence_by(tasks: Sequence[Task], scores: Scores) -> dict[str, float]:
    """AUC and best F1 of one minus a peer's largest score."""
    p = np.concatenate([
        -scores([e.name for e in task.asked], [_text(e) for e in task.entries]).max(axis=1)
        for task in tasks
    ])  # fmt: skip
    absent = np.array([not right for task in tasks for right in task.right])
    return {"auc": round(float(roc_auc_score(absent, p)), 3), "f1": _best_f1(p, absent)}


def _judged(p: Floats, absent: NDArray[np.bool_]) -> dict[str, Any]:
    place = np.minimum((p * BINS).astype(int), BINS - 1)
    bins = [
        {
            "from": number / BINS,
            "count": int((place == number).sum()),
            "said": round(float(p[place == number].mean()), 2),
            "was": round(float(absent[place == number].mean()), 2),
        }
        for number in range(BINS)
        if (place == number).any()
    ]
    error = sum(each["count"] * abs(each["said"] - each["was"]) for each in bins) / len(p)
    return {
        "auc": round(float(roc_auc_score(absent, p)), 3),
        "f1": _best_f1(p, absent),
        "calibration_error": round(error, 3),
        "absent": round(float(absent.mean()), 2),
        "bins": bins,
    }


def _best_f1(p: Floats, absent: NDArray[np.bool_]) -> float:
    precision, recall, _ = precision_recall_curve(absent, p)
    return round(float((2 * precision * recall / np.maximum(precision + recall, 1e-9)).max()), 3)
