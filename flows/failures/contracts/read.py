"""Read one contract now, whatever its kind, into its normal form."""

from connectors.protocol import Description
from flows.environment import connector_for
from flows.failures.contracts.documents import documents
from flows.failures.contracts.form import UNKNOWN, Facet, Form, Operation, Unreadable
from flows.failures.contracts.openapi import read_openapi
from flows.failures.contracts.uses import RECORDS
from flows.failures.contracts.wsdl import read_wsdl
from models.environment.contracts import Contract
from models.environment.loader import Environment


def read(environment: Environment, system: str, contract: Contract, known: Form | None) -> Form:
    """The contract as it is now; `known` is how it was seen before.

    Raises:
        ConnectorError: it cannot be read, in bounded time and memory.
        ConfigurationError: a secret is missing.
    """
    if contract.kind == "columns":
        assert contract.source is not None, "columns are those of a source"
        connector = connector_for(environment, environment.sources[contract.source])
        return columns(contract.source, connector.describe(), known)
    with documents(environment.systems[system], contract, environment.folder) as found:
        body = found.first()
        if contract.kind == "wsdl":
            return read_wsdl(found.url, body, found.imported)
        return read_openapi(found.url, body)


def columns(source: str, described: Description, known: Form | None) -> Form:
    """The fields of a sample as a form; where a field was empty, its kind is the one known.

    Raises:
        Unreadable: there was no record to see fields in.
    """
    if not described.sampled:
        raise Unreadable(
            f"Looking at the fields of {source}",
            "there is no record to see them in",
            "Nothing to do if it passes; else ask the owner where the records are",
        )
    before = known.operations[RECORDS].output if known and RECORDS in known.operations else {}
    fields = {
        name: before[name] if kind == UNKNOWN and name in before else Facet(kind=kind)
        for name, kind in described.fields.items()
    }
    return Form(operations={RECORDS: Operation(output=fields)})
