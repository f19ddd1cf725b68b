"""The component sheet: every component in every state on one page, for eyes, axe and the keyboard."""

from datetime import date
from decimal import Decimal as D
from typing import Any

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.validators import RegexValidator

from kamtrak.lib.charts import (
    MonthBar,
    Stack,
    StripMonth,
    bar_list,
    month_columns,
    rule_strip,
    stacked_columns,
)
from kamtrak.lib.months import FiscalCalendar
from tests.look.drawing import request_for

SERIES = ["Direct revenue", "Influenced revenue", "Cost savings", "Retention value"]
QUARTERS = {
    "Q4 2025": "258475.05 288120.40 35260.75 304390",
    "Q1 2026": "214380.70 334600 41905.20 233750.25",
    "Q2 2026": "248916.35 319704.10 58730.45 287226.80",
    "Q3 2026": "268530.47 378758.52 53756.49 383972.59",
}
PAGES = "layout-dashboard Dashboard,coins Contributions,trophy Achievements,file-certificate Contracts"
ADMIN = "math-function Formulas,tag Catalog,currency-euro Rates,history History"


class RefusedForm(forms.Form):
    client = forms.CharField(label="Client account", help_text="Pick one or type a new name")
    amount = forms.CharField(
        validators=[RegexValidator(r"^[\d,]+$", "Yen has no decimals. Enter 1,234 or 1,235.")]
    )
    currency = forms.ChoiceField(choices=[("JPY", "JPY Yen")])
    basis = forms.ChoiceField(choices=[("one", "one-off"), ("year", "per year")], widget=forms.RadioSelect)
    description = forms.CharField(widget=forms.Textarea, required=False)
    remember = forms.BooleanField(required=False)
    evidence = forms.FileField(required=False)


class AddForm(forms.Form):
    client = forms.CharField(label="Client account")
    amount = forms.CharField()


class Person:
    email = "maren@haldenbrook.example"
    quick_add_key = True

    def __str__(self) -> str:
        return "Maren Lindqvist"


def _navigation() -> list[dict[str, Any]]:
    def items(text: str) -> list[dict[str, Any]]:
        pairs = [entry.split(" ", 1) for entry in text.split(",")]
        return [{"icon": icon, "label": label, "url": f"/{label}"} for icon, label in pairs]

    work, admin = items(PAGES), items(ADMIN)
    work[1] |= {"current": True, "count": 18}
    admin[1] |= {"count_bad": 2}
    return [{"label": "", "items": work}, {"label": "Admin console", "items": admin}]


def _charts() -> dict[str, Any]:
    stacks = [
        Stack(name, name[:2], tuple(map(D, values.split())), name[3:], f"/c?period={name}", name == "Q3 2026")
        for name, values in QUARTERS.items()
    ]
    months = [
        MonthBar(
            f"Month {n + 1}",
            "JFMAMJJASOND"[n],
            D(35000 - 900 * n),
            kind="sure" if n < 6 else "forecast",
            strong=n == 5,
            selected=3 <= n < 6,
            upon=(("lost", D(900 * n)), ("expected", D(4000))) if n > 7 else (),
            says=f"Month {n + 1}, confirmed",
            url=f"/rows?month={n + 1}",
        )
        for n in range(12)
    ]
    rules = [1] * 6 + [None] * 2 + [2] * 16
    return {
        "series": SERIES,
        "columns": stacked_columns(stacks),
        "months": month_columns(months, now_after=6),
        "strip": rule_strip(
            [StripMonth(rule, D(9000) if rule else D(0), f"{n + 1}") for n, rule in enumerate(rules)]
        ),
        "bars": bar_list([("Nordhavn Logistics", D("48000.10"), "/n"), ("Castellan Bank", D(12000), "/c")]),
    }


def sheet_context() -> dict[str, Any]:
    """Everything that sheet.html and base.html read; the day is Tuesday 22 September 2026."""
    calendar, today = FiscalCalendar(), date(2026, 9, 22)
    return {
        "user": Person(),
        "workspace": {"name": "Halden & Brook", "currency": "EUR"},
        "workspaces": [
            {"name": "Halden & Brook", "url": "/w/hb", "current": True},
            {"name": "Larkspur Partners", "url": "/w/larkspur"},
        ],
        "nav": _navigation(),
        "add_url": "/add",
        "appearance": "",
        "messages": [Message(constants.SUCCESS, "Contribution voided: 48,000.00 USD", "undo=/restore")],
        "calendar": calendar,
        "period": calendar.of_quarter(calendar.quarter_of(today)),
        "today": today,
        "people": [(1, "Tom Okafor"), (2, "Maren Lindqvist")],
        "types": list(enumerate(SERIES, start=1)),
        "form": RefusedForm({"client": "Nordhavn", "amount": "¥1,234.50", "currency": "JPY"}),
        "figures": {
            "direct": D("268530.47"),
            "before": D("248916.35"),
            "yen": D(7850000),
            "negative": D("-22"),
            "zero": D("0.00"),
        },
        **_charts(),
    }


def sheet_request() -> Any:
    return request_for("/w/hb/components?type=1&staff=2")
