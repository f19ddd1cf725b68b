"""Imports from their upload to their undo, and the files that they bring (rules 5.14 to 5.18)."""

from django.db import models

from kamtrak.history import tracked
from transactions.models.ways import Source
from workspaces.models import ClientAccount, Job, Membership, User, Workspace


class ImportState(models.TextChoices):
    """How far an import has come. Work that ends without a result leads back to where it began."""

    UPLOADED = "uploaded", "Being looked at"
    MAPPING = "mapping", "To be mapped"
    CHECKING = "checking", "Being checked"
    CHECKED = "checked", "Checked"
    COMMITTING = "committing", "Being imported"
    COMMITTED = "committed", "Imported"
    UNDOING = "undoing", "Being undone"
    UNDONE = "undone", "Undone"
    FAILED = "failed", "Could not be read"


# Whose rows are in: all of them until the very moment of the undo (rules 5.18).
STANDING = (ImportState.COMMITTED, ImportState.UNDOING)


@tracked(exclude=["looked", "mapping", "answered", "checked", "relied", "layout", "proposed"])
class Import(models.Model):
    """One file on its way in, and what became of it.

    `turn` orders commits and edits of the workspace; it names the versions that this import gave to rows.
    `relied` is what the check stood on, compared again by the commit. `continues` is the import whose reject
    file this corrects: its count of equal lines goes on. `proposed` is another mapping for the rows that are
    in, with the columns whose questions are answered; from `proposed_at` on they wait for a decision on it
    (rules 5.12), and `remapped_at` tells when one was accepted last.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=ImportState.choices, default=ImportState.UPLOADED.value)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200)  # in the storage
    layout = models.JSONField(default=dict)
    looked = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    answered = models.JSONField(default=list)  # columns, by place, whose open question a person has answered
    source_name = models.CharField(max_length=200, blank=True)  # as given while it is mapped
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, blank=True, related_name="imports"
    )
    owner = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="imports"
    )  # all rows are this person's, whatever a column says: an account manager's own import
    repeats_are_new = models.BooleanField(default=False)  # lines seen in earlier files are new sales
    replaces_from = models.DateField(null=True, blank=True)
    replaces_until = models.DateField(null=True, blank=True)
    continues = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="continued_by"
    )
    checked = models.JSONField(default=dict)
    relied = models.JSONField(default=dict)
    prepared = models.CharField(max_length=200, blank=True)  # finished lines, in the storage
    promised = models.CharField(max_length=200, blank=True)  # new client accounts, in the storage
    rejects = models.CharField(max_length=200, blank=True)  # the reject file, in the storage
    turn = models.BigIntegerField(null=True, blank=True)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    failure = models.CharField(max_length=1000, blank=True)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    committed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    committed_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    proposed = models.JSONField(null=True, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    remapped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "turn"], name="one_import_a_turn"),
            models.CheckConstraint(
                condition=models.Q(replaces_from=None, replaces_until=None)
                | models.Q(replaces_from__lte=models.F("replaces_until")),
                name="a_replaced_span_has_two_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(proposed_at=None) | models.Q(proposed__isnull=False),
                name="rows_wait_for_a_mapping_that_there_is",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "-uploaded_at"], name="imports_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def known_source(self) -> Source:
        """The source, which there is from the check on."""
        assert self.source is not None  # noqa: S101 - request_check sets it
        return self.source


class ImportedClient(models.Model):
    """A client account that an import made: it leaves with the undo, unless something else uses it."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    # "import" is a word of Python's
    by = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="made_clients")
    client = models.ForeignKey(ClientAccount, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "client"], name="made_by_one_import")]
