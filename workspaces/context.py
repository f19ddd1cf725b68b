"""What every page knows: the workspace, the member, the navigation."""

from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    return {"workspace": getattr(request, "workspace", None), "member": getattr(request, "member", None)}
