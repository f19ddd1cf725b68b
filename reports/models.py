"""Issued documents: snapshots with their rows, their file and its fingerprint (rules 7.2)."""

from django.db import models

from contributions.models import FrozenRow
from contributions.models.frozen import frozen
from kamtrak.fields import MonthField
from kamtrak.history import tracked
from workspaces.models import Job, Membership, User, Workspace


class DocumentKind(models.TextChoices):
    REVIEW = "review", "Performance review"


@tracked()
class Document(models.Model):
    """One document, issued from a snapshot: its figures never move, whatever happens to the rows later.

    `content` holds every figure that is printed; `file_sha256` and `data_sha256` are the fingerprints of
    the PDF and of the CSV inside it.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=DocumentKind.choices)
    number = models.CharField(max_length=40)
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
    path = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    file_sha256 = models.CharField(max_length=64, blank=True)
    data_sha256 = models.CharField(max_length=64, blank=True)
    shared = models.BooleanField(default=False)
    job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="document")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="document_numbers_are_unique")
        ]
        indexes = [models.Index(fields=["workspace", "-issued_at"], name="document_list")]

    def __str__(self) -> str:
        return f"{self.number} {self.period_label}"

    @property
    def is_ready(self) -> bool:
        return bool(self.file_sha256)


class DocumentRow(FrozenRow):
    """A counted row as the document shows it; also the row of its embedded CSV."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="rows")
    position = models.PositiveIntegerField()
    achievements = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="document_row_has_its_place")
        ]
        triggers = [frozen()]
