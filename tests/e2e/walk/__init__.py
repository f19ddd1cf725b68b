"""The walk through every page: what is looked at (of_*.py), in which world (world.py, making.py), and how."""

from tests.e2e.walk import (
    of_a_person,
    of_contracts,
    of_contributions,
    of_imports,
    of_the_catalog,
    of_the_firm,
    of_transactions,
)

# One's own account first: its pages ask for the password again after a while.
STOPS = (
    *of_a_person.STOPS,
    *of_the_firm.STOPS,
    *of_contributions.STOPS,
    *of_contracts.STOPS,
    *of_transactions.STOPS,
    *of_imports.STOPS,
    *of_the_catalog.STOPS,
)
