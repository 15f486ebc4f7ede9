"""`POST /call-backs/{token}`: where bodies tell by themselves what became of a step."""

import logging
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse
from starlette.requests import ClientDisconnect

from flows.composite_services.call_backs.receive import LONGEST, receive

ANSWERS = {"unknown": (404, "nobody awaits this"), "refused": (400, "not JSON")}
"""By what became of the call-back; all others are accepted, so that they are not sent again."""
log = logging.getLogger(__name__)
router = APIRouter()


@router.post("/call-backs/{token}")
async def called_back(token: str, request: Request) -> PlainTextResponse:
    """202 where it was taken in, also too late or again; 404, 413 and 400 with a sentence.

    Of one that breaks off in the middle nothing is recorded: whoever sent it has no answer, and
    sends it again; where nobody does, the body is asked.
    """
    try:
        body = await _bounded(request)
    except ClientDisconnect:
        log.info("A call-back broke off before its end; nothing of it is kept")
        return PlainTextResponse("it broke off\n", 400)
    if body is None:
        return PlainTextResponse(f"at most {LONGEST} bytes\n", 413)
    state = request.app.state
    found = await run_in_threadpool(
        lambda: receive(state.database.engine(), state.environment, token, body, datetime.now(UTC))
    )
    status, words = ANSWERS.get(found.outcome, (202, found.outcome))
    return PlainTextResponse(f"{words}\n", status)


async def _bounded(request: Request) -> bytes | None:
    """The whole body; None as soon as it is too long, whatever its header says."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST:
            return None
    return bytes(body)
