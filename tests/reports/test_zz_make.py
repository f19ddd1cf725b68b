import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from dataclasses import replace

from django.core.serializers.json import DjangoJSONEncoder
from contributions.services.contributions import edit_contribution, entry_of
from reports.services.documents import verify_document, open_document
from tests.cast import NOW, Cast
from tests.reports.builders import *

HERE = Path(__file__).parent / "kept"

def test_make(inside: Cast) -> None:
    make_rate("USD", "1.1"); make_rate("GBP", "0.88"); make_rate("JPY", "160.5")
    first = make_contribution(inside, "100.00")
    make_contribution(inside, "100.00", currency="EUR")
    make_contribution(inside, "1500.50", currency="GBP", type=INFLUENCED, share=Decimal("33.33"))
    make_contribution(inside, "7850000", currency="JPY", type=SAVINGS)
    make_contribution(inside, "12.00", currency="AUD", type=RETENTION)
    make_achievement(inside, "Three depots in one summer", first)
    close(inside, Q3)
    edit_contribution(contribution=first, by=inside.alex, entry=replace(entry_of(first), amount=Decimal("90")), version=1, now=NOW, reason="Typo")
    make_contribution(inside, "3.00", type=RETENTION, reason="Late")
    document = issue(inside)
    assert verify_document(document).problems == ()
    document.refresh_from_db()
    skip = {"id", "workspace", "person", "issued_by", "job", "document"}
    def cols(row):
        return {f.name: f.value_to_string(row) if f.name in ("quarter","first_month","last_month") else getattr(row, f.attname) for f in row._meta.concrete_fields if f.name not in skip}
    kept = {"document": cols(document), "rows": [cols(r) for r in document.rows.order_by("pk")]}
    (HERE / "review-2.json").write_text(json.dumps(kept, cls=DjangoJSONEncoder, indent=1, ensure_ascii=False) + "\n")
    with open_document(document) as f:
        (HERE / "review-2.pdf").write_bytes(f.read())
