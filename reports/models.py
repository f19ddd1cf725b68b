"""Issued documents: snapshots with their rows, their file and its fingerprint (rules 7.2)."""

from decimal import Decimal

import pgtrigger
from django.db import models

from contributions.models import FrozenContractMonth, FrozenRow, FrozenTransaction
from kamtrak.fields import MonthField
from kamtrak.freezing import frozen
from kamtrak.history import tracked
from workspaces.models import Job, Membership, User, Workspace

ISSUED = """
    IF TG_OP = 'DELETE' AND current_setting('kamtrak.purge', true) = OLD.workspace_id::text THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.content = '{}'::jsonb OR OLD.content = NEW.content) AND (
        OLD.file_sha256 = ''
        OR (OLD.number, OLD.path, OLD.size, OLD.file_sha256, OLD.data_sha256, OLD.issued_at, OLD.person_id)
         = (NEW.number, NEW.path, NEW.size, NEW.file_sha256, NEW.data_sha256, NEW.issued_at, NEW.person_id)
        AND (OLD.contracts_sha256, OLD.months_count) = (NEW.contracts_sha256, NEW.months_count)
        AND (OLD.transactions_sha256, OLD.transactions_count)
         = (NEW.transactions_sha256, NEW.transactions_count)
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an issued document never changes' USING ERRCODE = '23514';
"""


class DocumentKind(models.TextChoices):
    REVIEW = "review", "Performance review"


@tracked(exclude=["content"])
class Document(models.Model):
    """One document, issued from a snapshot: its figures never move, whatever happens to the rows later.

    `content` holds every figure that is printed; `file_sha256` and `data_sha256` are the fingerprints of
    the PDF and of the CSV inside it. Until they are set it is being made: listed nowhere, and without a
    number once its making was given up, so that the next document takes that number.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=DocumentKind.choices)
    number = models.CharField(max_length=40, blank=True)
    person = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="documents_about")
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    period_code = models.CharField(max_length=10)
    period_label = models.CharField(max_length=20)
    first_month = MonthField()
    last_month = MonthField()
    currency = models.CharField(max_length=3)
    content = models.JSONField(default=dict)
    rows_count = models.PositiveIntegerField(default=0)
    months_count = models.PositiveIntegerField(default=0)  # of contracts, each figure by itself
    transactions_count = models.PositiveIntegerField(default=0)  # imported rows
    path = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    file_sha256 = models.CharField(max_length=64, blank=True)
    data_sha256 = models.CharField(max_length=64, blank=True)
    contracts_sha256 = models.CharField(max_length=64, blank=True)
    transactions_sha256 = models.CharField(max_length=64, blank=True)
    shared = models.BooleanField(default=False)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="document")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "number"],
                condition=~models.Q(number=""),
                name="document_numbers_are_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(file_sha256="") | ~models.Q(number="") & ~models.Q(data_sha256=""),
                name="issued_document_has_number_and_data",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "-issued_at"], name="document_list")]
        triggers = [
            pgtrigger.Trigger(
                name="issued",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=ISSUED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.period_label}"

    @property
    def is_ready(self) -> bool:
        return bool(self.file_sha256)


class DocumentRow(FrozenRow):
    """A row of a document; also a row of its embedded CSV.

    Rows that count (`counts`) make the printed totals: of a closed quarter the rows as closed, of an open
    one the rows as they stood. What changed after a close stands beside: `why` says the reason, `later` is
    the difference of this row to what it is now, None while no rate tells it; a row added after the close
    does not count, and all of it is later. So the totals plus all that is later is what the live rows came
    to (rules 2.4).
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="rows")
    counts = models.BooleanField(default=True)
    later = models.DecimalField(max_digits=28, decimal_places=4, null=True)
    why = models.CharField(max_length=600, blank=True)
    achievements = models.JSONField(default=list)
    contracts = models.JSONField(default=list)
    transactions = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "contribution_id", "quarter", "type", "counts"],
                name="document_row_stands_once",
            )
        ]
        triggers = [frozen()]

    @property
    def counted(self) -> Decimal | None:
        """What the row adds to the totals; None while it is unknown (rules 6.6)."""
        return self.converted if self.counts or self.converted is None else Decimal(0)


class DocumentContractMonth(FrozenContractMonth):
    """A figure of a month of a contract; also a row of the embedded `contracts.csv`.

    `counts`, `later` and `why` are what they are of a DocumentRow: months that count make the printed totals,
    what changed after a close stands beside. Of the two figures of a month only those of the document's
    person are here.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="contract_months")
    counts = models.BooleanField(default=True)
    later = models.DecimalField(max_digits=28, decimal_places=4, null=True)
    why = models.CharField(max_length=600, blank=True)

    class Meta(FrozenContractMonth.Meta):
        constraints = [
            *FrozenContractMonth.Meta.constraints,
            models.UniqueConstraint(
                fields=["document", "contract_id", "month", "side"], name="document_month_stands_once"
            ),
        ]
        triggers = [frozen()]


class DocumentTransaction(FrozenTransaction):
    """An imported row; also a row of the embedded `transactions.csv`.

    `counts`, `later` and `why` are what they are of a DocumentRow. Figures, rates and lacks of a closed
    quarter are as closed; clients and products bear the name that they had at issue, as in the printed
    tables.
    """

    document = models.ForeignKey(
        Document,
        on_delete=models.DO_NOTHING,
        related_name="transactions",
        db_constraint=False,
        db_index=False,
    )
    counts = models.BooleanField()
    later = models.DecimalField(max_digits=38, decimal_places=4, null=True)
    why = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "source_id", "key", "occurrence", "day", "counts"],
                name="document_transaction_stands_once",
            )
        ]
        triggers = [frozen()]
