"""A seeded file of any length that holds every kind of row there is a recipe for, as text, with its
decisions.
"""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from random import Random

from .derive import Sale, derive
from .recipes import RECIPES, Cells, Recipe
from .rows import read_row
from .values import FIELDS, Answer, Decisions, Row, Workspace
from .world import FIRST, REACHED, decisions, workspace

CLIENTS = ("Acme", "ACME ", "Globex", "Initech", "Umbrella GmbH", "")
OWNERS = ("Ada", "Grace", "ada@example.com", "-", "")


@dataclass(frozen=True)
class Generated:
    """`rows`: field → text, every field in each; `recipes`: what each row was made after."""

    workspace: Workspace
    decisions: Decisions
    rows: tuple[Cells, ...]
    recipes: tuple[str, ...]

    def csv(self) -> str:
        """The file: one column per field, headed by the field's name."""
        out = StringIO()
        writer = csv.DictWriter(out, FIELDS, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue()

    def parsed(self) -> list[Row]:
        return [read_row(row, self.decisions, self.workspace) for row in self.rows]

    def sales(self) -> dict[str, Sale]:
        """By Unique ID every row that could be what an Original ID names."""
        days = {str(row["unique_id"]): row["date"] for row in self.parsed()}
        return {identity: Sale(day) for identity, day in days.items() if isinstance(day, date)}

    def answers(self) -> list[Answer]:
        sales = self.sales()
        return [derive(row, self.workspace, self.decisions, sales) for row in self.parsed()]


def generate(
    seed: int, count: int = 10_000, place: Workspace | None = None, decided: Decisions | None = None
) -> Generated:
    """The recipes in turn, shuffled: with as many rows as there are recipes each is there once."""
    random, place = Random(seed), place or workspace(seed=seed)
    names = [list(RECIPES)[at % len(RECIPES)] for at in range(count)]
    random.shuffle(names)
    rows: list[Cells] = []
    sales: list[str] = []
    for at, name in enumerate(names):
        cells = filled(random, RECIPES[name], place)
        cells["unique_id"] = f"T{seed}-{at:06}"
        if cells["original_id"] == "?":
            cells["original_id"] = random.choice(sales) if sales else ""
        if name == "sale":
            sales.append(cells["unique_id"])
        rows.append(cells)
    return Generated(place, decided or decisions(place), tuple(rows), tuple(names))


def filled(random: Random, recipe: Recipe, place: Workspace) -> Cells:
    """The recipe's cells, the rest blank or from anywhere; in a net workspace most rows get a tax they can
    pay.
    """
    some_day = FIRST + timedelta(days=random.randint(31, (REACHED - FIRST).days))
    cells = dict.fromkeys(FIELDS, "") | {"date": some_day.isoformat()}
    cells |= {"client": random.choice(CLIENTS), "owner": random.choice(OWNERS)}
    cells |= {"description": random.choice(("", "as agreed", 'so-called "extra", twice', "two\nlines"))}
    if place.removes_taxes and not recipe.taxed:
        cells["taxes_percent"] = random.choice(("19", "7", "5.5", "20"))
    return cells | recipe.cells(random)
