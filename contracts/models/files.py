"""Files of older contracts on their way in."""

from django.db import models

from workspaces.models import BroughtFile, Job


class ContractsFile(BroughtFile):
    """A file of contracts; `added` counts those that it brought. `job` is the work that adds them."""

    job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["workspace", "-uploaded_at"], name="contracts_file_newest")]
