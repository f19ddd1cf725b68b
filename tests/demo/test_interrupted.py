"""Loading that is cut off half-way leaves nothing of that workspace, and can be done again."""

from pathlib import Path
from typing import Any

import pytest

from contributions.services.attachments import attach_file
from kamtrak.demo.houses import LARKFIELD
from kamtrak.demo.loader import load_house
from kamtrak.management.commands import load_demo
from tests.demo.builders import NOW, publish
from workspaces.models import User, Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_an_interrupted_load_leaves_nothing_and_the_next_one_is_whole(monkeypatch, files):
    publish()
    attached: list[Any] = []

    def breaks_after_three(**values: Any) -> Any:
        if len(attached) == 3:
            raise KeyboardInterrupt
        attached.append(attach_file(**values))
        return attached[-1]

    monkeypatch.setattr("kamtrak.demo.loader.attach_file", breaks_after_three)
    with pytest.raises(KeyboardInterrupt):
        load_house(LARKFIELD, NOW)
    assert not Workspace.objects.exists()
    assert not User.objects.exists()
    assert [path for path in files.rglob("*") if path.is_file()] == []

    monkeypatch.setattr("kamtrak.demo.loader.attach_file", attach_file)
    assert load_house(LARKFIELD, NOW)
    assert len([path for path in files.rglob("*") if path.is_file()]) == 12
    assert not load_house(LARKFIELD, NOW)


def test_without_any_rate_the_command_loads_them_first(monkeypatch):
    called = []
    monkeypatch.setattr(load_demo, "HOUSES", ())
    monkeypatch.setattr(load_demo, "load_sales", lambda house, now: False)
    monkeypatch.setattr(load_demo, "call_command", lambda name, **options: called.append(name))
    load_demo.Command().handle()
    assert called == ["load_rates"]
