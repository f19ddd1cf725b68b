"""Workspaces for measurements hold what the services would have made."""

from collections import Counter

import pytest

from bench import seed
from contributions.models import ClosedPeriod, Contribution
from kamtrak.tenancy import in_workspace
from reports.services.reconcile import prove
from tests.demo.builders import publish

pytestmark = pytest.mark.django_db


def test_a_seeded_workspace_has_its_rows_and_every_proof_holds(monkeypatch):
    publish()
    monkeypatch.setattr(seed, "ORIGINALS", 60)
    monkeypatch.setattr(seed, "_freshen", lambda: None)  # no vacuum inside a test's transaction
    workspace = seed.make_workspace("mini", 200, people=3, clients=7)
    with in_workspace(workspace.pk):
        rows = Contribution.objects.filter(workspace=workspace)
        assert rows.count() == 200
        assert len(set(rows.values_list("description", flat=True))) == 200
        copies = Counter(rows.values_list("created_at", "client", "amount", "converted", "rate", "rate_day"))
        assert set(copies.values()) == {3, 4}  # 60 rows, 140 copies of them
        assert ClosedPeriod.objects.filter(workspace=workspace).count() == 10
        assert [proof for proof in prove(workspace, seed.NOW.date()) if not proof.ok] == []
