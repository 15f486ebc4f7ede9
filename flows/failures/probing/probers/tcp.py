"""TCP: a connection, and perhaps a few words."""

from flows.failures.probing.look import Attempt, Failed, Seen
from flows.failures.probing.wire import CHUNK, Line, connected
from models.environment.probe_targets import address
from models.environment.probes import TcpProbe


async def look(attempt: Attempt, module: TcpProbe) -> Seen:
    """Connect; say and expect what the module says.

    Raises:
        Failed: no connection, or another answer.
    """
    host, port = address(attempt.aim.target or "")
    async with connected(attempt, host, port) as line:
        if module.send is not None:
            attempt.doing = "sending"
            await line.send(module.send.encode())
        if module.expect is not None:
            attempt.doing = "waiting for the answer"
            await _expect(line, module.expect.encode())
    return Seen("the connection stands")


async def _expect(line: Line, wanted: bytes) -> None:
    came = b""
    while wanted not in came:
        data = await line.read()
        came += data
        if not data or len(came) > CHUNK:
            end = "was closed" if not data else f"said {CHUNK} bytes"
            raise Failed("answer", f"the connection {end} without {wanted.decode()!r}")
