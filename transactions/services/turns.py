"""The order of everything that happens to rows: each commit and each edit by hand takes one turn (rules
5.18).
"""

from django.db import connection


def next_turn() -> int:
    """The next turn. Taken while the workspace's rows are held, so that turns are in the order of commits."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval('transactions_turn')")
        return int(cursor.fetchone()[0])
