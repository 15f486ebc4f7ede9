"""Read a gateway's log with the connector of its system."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from connectors.protocol import Window
from flows.environment import connector_for
from flows.failures.exchanges.readers.page import Page
from flows.ingest.cursor import Progress, since
from models.environment.loader import Environment
from models.environment.sources import Source


def read(environment: Environment, name: str, cursor: Any, moment: datetime) -> Iterator[Page]:
    """The log from the cursor on; without a declared cursor all of it, each time.

    Raises:
        ConnectorError: the log cannot be read.
    """
    declared = environment.exchanges.sources[name]
    log = declared.log
    assert log is not None
    source = Source(
        source=name,
        system=declared.system,
        connector=environment.systems[declared.system].connector,
        dataset="exchanges",
        request=log.request,
        cursor=log.cursor,
        fields={},
    )
    progress = Progress(log.cursor.field if log.cursor else None, cursor)
    connector = connector_for(environment, source)
    connector.open()
    try:
        for page in connector.pages(Window(since=since(log.cursor, cursor))):
            progress.add(page.records)
            # Records may come in any order: the cursor waits for the last page.
            yield Page(page.records, cursor)
    finally:
        connector.close()
    yield Page((), progress.end(), moment)
