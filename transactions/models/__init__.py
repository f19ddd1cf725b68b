"""Transactions, what was imported and from where, the catalog, and the totals that are maintained (rules
5).
"""

from transactions.models.catalog import CatalogFile, CatalogItem, CatalogName, CatalogValue
from transactions.models.decisions import RowDecision
from transactions.models.imports import STANDING, Import, ImportedClient, ImportState
from transactions.models.rows import Edit, RowVersion, Transaction
from transactions.models.seen import RowRate, SeenOwner, SeenProduct
from transactions.models.totals import RowTotal, Split
from transactions.models.ways import SavedMapping, Source, TransactionWays

__all__ = [
    "STANDING",
    "CatalogFile",
    "CatalogItem",
    "CatalogName",
    "CatalogValue",
    "Edit",
    "Import",
    "ImportState",
    "ImportedClient",
    "RowDecision",
    "RowRate",
    "RowTotal",
    "RowVersion",
    "SavedMapping",
    "SeenOwner",
    "SeenProduct",
    "Source",
    "Split",
    "Transaction",
    "TransactionWays",
]
