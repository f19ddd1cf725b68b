"""Contracts with their schedules, what was confirmed of them, and what their months come to (rules 4)."""

from contracts.models.contracts import Contract, HandOver, ScheduleVersion
from contracts.models.current import CurrentMonth, MonthRate
from contracts.models.files import ContractsFile
from contracts.models.formulas import Formula
from contracts.models.frozen import Confirmation, ConfirmationRate, FrozenMonth
from contracts.models.totals import ContractTotal, MonthTotal

__all__ = [
    "Confirmation",
    "ConfirmationRate",
    "Contract",
    "ContractTotal",
    "ContractsFile",
    "CurrentMonth",
    "Formula",
    "FrozenMonth",
    "HandOver",
    "MonthRate",
    "MonthTotal",
    "ScheduleVersion",
]
