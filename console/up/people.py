"""The console's address, and at the very first start a user to sign in with."""

from console.printing import out
from console.session import actor
from console.web.access.users import first_user
from flows.prepare import prepared
from models.environment.loader import Environment


def tell_console(environment: Environment, address: str) -> None:
    """Print where the console is; where nobody can sign in yet, make a user and print it once."""
    out.print(f"\n  console              {address}")
    if environment.console.sign_in.local:
        with (
            prepared(environment, actor(), sync_register=False) as engine,
            engine.begin() as connection,
        ):
            made = first_user(connection, actor())
        if made is not None:
            name, password = made
            out.print(f"  sign in as           {name}, with the password {password}", markup=False)
            out.print("                       It is printed once, and to be changed at once.")
    out.print(f"  metrics              {address}/metrics")
