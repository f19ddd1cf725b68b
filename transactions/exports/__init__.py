"""What leaves as a file: the catalog, and the rows of a list."""

from transactions.exports.catalog import catalog_export
from transactions.exports.rows import all_transactions, transactions_export

__all__ = ["all_transactions", "catalog_export", "transactions_export"]
