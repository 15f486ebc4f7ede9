"""Hand an application that a person has started to the long-lived worker."""

import os

API = "PREFECT_API_URL"


def delay(environment: str, number: str) -> bool:
    """Have the worker carry it now, as a flow run of the application's number.

    False where no Prefect server is named: then nothing shows it as a run, and the caller
    carries it, or leaves it to a worker, which is woken by the start itself. Only the number and
    the environment's name go to Prefect. For one application, not for thousands from a file.
    """
    if not os.environ.get(API):
        return False
    from flows.composite_services.flow import carry_application

    carry_application.delay(environment, number)
    return True
