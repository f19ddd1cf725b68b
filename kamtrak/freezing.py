"""Rows that never change, guarded by the database itself (rules 4.9, 2.4, 7.2)."""

import pgtrigger

FROZEN = """
    IF TG_OP = 'DELETE' AND current_setting('kamtrak.purge', true) = OLD.workspace_id::text THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'frozen rows never change' USING ERRCODE = '23514';
"""


def frozen() -> pgtrigger.Trigger:
    """Refuses UPDATE and DELETE, also from raw SQL; only deleting the whole workspace may remove rows."""
    return pgtrigger.Trigger(
        name="frozen", operation=pgtrigger.Update | pgtrigger.Delete, when=pgtrigger.Before, func=FROZEN
    )
