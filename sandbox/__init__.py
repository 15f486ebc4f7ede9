"""Stand-in state bodies of Kazakhstan: processes that speak real protocols and can be told to fail.

- `state_corporation`: REST pages of applications and their events, and the register of services;
- `land_registry`: a table in an SQL database that goes on changing;
- `agriculture`: one CSV file in windows-1251 for each day that is over;
- `fleet`: many small bodies in one process, each of which fails in a way of its own, by order.

    SANDBOX_API_KEY=… python -m sandbox all --database-url URL --folder DIR --volume 20000
    python -m sandbox fault --url http://127.0.0.1:8801 --kind 429 --set count=3

What is visible at a simulated time t depends on (seed, volume, days, anchor, t) only: start a
body again with the same `--anchor` (the end of its first history) and its story goes on where it
was. Each body answers `/control/faults`, `/control/clock` and `/truth/…` without a key. Nothing
here is taken from the rest of the house, and no person, firm or body is a real one.
"""
