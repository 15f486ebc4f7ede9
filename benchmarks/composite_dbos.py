"""The peer, in a process of its own: `python -m benchmarks.composite_dbos URL SIZE BODY CALLS`."""

import sys
import time
from pathlib import Path
from typing import Any

from dbos import DBOS

from connectors.calling import CallContext, Request
from connectors.rest.calling import RestCaller
from connectors.rest.options import RestConnection

THREADS = 16
OPERATION = {"method": "POST", "path": "/things"}


def main(url: str, size: int, body: str, calls: str) -> None:
    """Run the workflows; prints seconds of the processor, and from first start to last end."""
    config: dict[str, Any] = {
        "name": "benchmark",
        "system_database_url": url,
        "max_executor_threads": THREADS,
        "log_level": "ERROR",
    }
    DBOS(config=config)
    caller = RestCaller(RestConnection(url=body), CallContext("body", Path()))
    caller.open()

    def once(number: int, nth: int) -> int:
        if calls == "none":
            return 7
        data = {"key": f"{number}/{nth}", "applicant": "somebody", "number": str(number)}
        document = caller.call(Request(OPERATION, data, data["key"])).document
        return int(document["number"])

    step = DBOS.step()(once)

    def carried(number: int) -> int:
        return sum(step(number, nth) for nth in range(4))

    carry = DBOS.workflow()(carried)

    DBOS.launch()
    [handle.get_result() for handle in [DBOS.start_workflow(carry, n) for n in range(50)]]
    print("here", flush=True)
    sys.stdin.readline()
    started, used = time.perf_counter(), time.process_time()
    handles = [DBOS.start_workflow(carry, number) for number in range(size)]
    assert all(handle.get_result() == 28 for handle in handles)
    print(time.process_time() - used, time.perf_counter() - started, flush=True)
    DBOS.destroy()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4])
