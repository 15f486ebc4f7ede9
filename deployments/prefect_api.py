"""The few calls to a Prefect server that need no more than HTTP, and no import of Prefect."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import requests

from models.errors import CouldNotRun

CONNECT, READ = 3.0, 20.0  # seconds
PAGE = 200
UNFINISHED = ("RUNNING", "PENDING", "CANCELLING")


class PrefectAway(CouldNotRun):
    """The Prefect server does not answer, or not as it should."""


def is_up(api: str, patience: float = CONNECT) -> bool:
    """Whether a Prefect server answers at this address within `patience` seconds."""
    try:
        return requests.get(f"{api}/health", timeout=(CONNECT, patience)).ok
    except requests.RequestException:
        return False


def begin(api: str, flow: str, parameters: Mapping[str, str]) -> str:
    """Write down that a run begins which happens outside of Prefect; answers its id.

    `parameters` are codes only, never personal data.

    Raises:
        PrefectAway: the server did not take it.
    """
    known = _post(api, "/flows/", {"name": flow})["id"]
    run = {
        "flow_id": known,
        "parameters": dict(parameters),
        "tags": ["tereze", "by-hand"],
        "state": _state("RUNNING", ""),
    }
    return str(_post(api, "/flow_runs/", run)["id"])


def finish(api: str, run: str, outcome: str, message: str) -> None:
    """Write down how it ended; `outcome` is the type of Prefect's state.

    Raises:
        PrefectAway: the server did not take it.
    """
    body = {"state": _state(outcome, message), "force": True}
    _post(api, f"/flow_runs/{run}/set_state", body)


def clear_unfinished(api: str) -> int:
    """Say of every run that a stopped Tereze left unfinished that it crashed; answers how many.

    Otherwise such a run would hold its deployment's only place for ever.

    Raises:
        PrefectAway: the server did not answer.
    """
    sentence = "Tereze was stopped while it ran; the next run takes up what it left"
    return _end_all(api, {"type": {"any_": list(UNFINISHED)}}, "CRASHED", sentence, None)


def clear_missed(api: str, before: datetime) -> int:
    """Cancel the runs whose time passed while Tereze stood; answers how many.

    The next tick does all that they would have done.

    Raises:
        PrefectAway: the server did not answer.
    """
    sentence = "Its time passed while Tereze was stopped; the next run does its work"
    return _end_all(api, {"type": {"any_": ["SCHEDULED"]}}, "CANCELLED", sentence, before)


def _end_all(
    api: str, state: dict[str, Any], outcome: str, sentence: str, before: datetime | None
) -> int:
    runs: dict[str, Any] = {"tags": {"all_": ["tereze"]}, "state": state}
    if before is not None:
        runs["expected_start_time"] = {"before_": before.astimezone(UTC).isoformat()}
    ended = 0
    for identity in _matching(api, runs):
        finish(api, identity, outcome, sentence)
        ended += 1
    return ended


def _matching(api: str, runs: dict[str, Any]) -> Iterator[str]:
    # Whoever reads this ends each run, so the first page is always a new one.
    while True:
        page = _post(api, "/flow_runs/filter", {"flow_runs": runs, "limit": PAGE})
        yield from (str(run["id"]) for run in page)
        if len(page) < PAGE:
            return


def _state(kind: str, message: str) -> dict[str, Any]:
    return {"type": kind, "name": kind.capitalize(), "message": message or None}


def _post(api: str, path: str, body: dict[str, Any]) -> Any:
    try:
        answer = requests.post(f"{api}{path}", json=body, timeout=(CONNECT, READ))
        answer.raise_for_status()
        return answer.json()
    except requests.RequestException as error:
        raise PrefectAway(
            f"Writing to the Prefect server at {api}",
            str(error),
            "Is it up? `tereze up` starts one; PREFECT_API_URL names another",
        ) from error
