"""Contributions, the achievements, contracts, transactions and files behind them, and the quarters that were
closed.
"""

from contributions.models.achievements import Achievement, AchievementLink
from contributions.models.attachments import Attachment
from contributions.models.contract_months import ClosedContractMonth, FrozenContractMonth
from contributions.models.contracts import ContractLink
from contributions.models.contributions import TYPE_ORDER, Contribution
from contributions.models.files import ContributionsFile
from contributions.models.frozen import FrozenRow
from contributions.models.periods import ClosedPeriod, ClosedRow
from contributions.models.revenue import ClosedRowTotal, ClosedTransaction, FrozenTransaction
from contributions.models.transactions import TransactionLink

__all__ = [
    "TYPE_ORDER",
    "Achievement",
    "AchievementLink",
    "Attachment",
    "ClosedContractMonth",
    "ClosedPeriod",
    "ClosedRow",
    "ClosedRowTotal",
    "ClosedTransaction",
    "ContractLink",
    "Contribution",
    "ContributionsFile",
    "FrozenContractMonth",
    "FrozenRow",
    "FrozenTransaction",
    "TransactionLink",
]
