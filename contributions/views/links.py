"""Linking contributions with achievements and contracts, from both sides: search, tick, link."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from contracts.models import Contract
from contributions.models import Achievement
from contributions.queries.achievements import linkable_achievements, linkable_contributions
from contributions.queries.contracts import (
    get_confirmed_contract,
    linkable_contracts,
    linkable_to_contract,
)
from contributions.services.achievements import link_achievements, unlink_achievement
from contributions.services.contracts import link_contracts, unlink_contract
from contributions.views.achievements import own_achievement
from contributions.views.attachments import own_contribution, row_line
from contributions.views.ticking import Choice, Pick, choose, joined, shown_contribution
from kamtrak.web import back_to, go, moment
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.people import scope_of
from workspaces.rules import Right

SAME_MONEY = "A contribution and its contract are two views of the same money: linked, never added."


@workspace_view(Right.LOG)
def achievement_link(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Choose the contributions that this achievement stands behind."""
    story = own_achievement(workspace, member, pk)
    choice = Choice(
        find=lambda text: linkable_contributions(workspace, member, story, text),
        show=lambda rows: [shown_contribution(workspace, row) for row in rows],
        link=lambda rows: link_achievements(achievements=[story], contributions=rows, by=member),
        back=reverse("achievement", args=[workspace.slug, pk]),
        noun="contribution",
        words={
            "title": "Link contributions",
            "sub_line": story.title,
            "placeholder": "Client or description",
            "none_text": "There is no contribution of yours left to link.",
            "foot_text": "Whoever may read the contribution can then read the achievement.",
        },
    )
    return choose(request, choice)


@workspace_view(Right.LOG)
def contribution_link(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    """Choose the achievements behind this contribution."""
    row = own_contribution(workspace, member, pk)
    write = f"{reverse('achievement_add', args=[workspace.slug])}?contribution={row.pk}"
    choice = Choice(
        find=lambda text: linkable_achievements(workspace, member, row, text),
        show=lambda stories: [_achievement(story) for story in stories],
        link=lambda stories: link_achievements(achievements=stories, contributions=[row], by=member),
        back=reverse("contribution", args=[workspace.slug, pk]),
        noun="achievement",
        words={
            "title": "Link achievements",
            "sub_line": row_line(row),
            "placeholder": "Title, story or skill",
            "none_text": "There is no achievement of yours left to link. Write the one behind this figure.",
            "foot_text": "Whoever may read the contribution can then read the achievement.",
            "other": {"url": write, "label": "Write a new one"},
        },
    )
    return choose(request, choice)


@workspace_view(Right.LOG)
def contribution_contracts(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    """Choose the contracts that this contribution is."""
    row, scope = own_contribution(workspace, member, pk), scope_of(member)
    choice = Choice(
        find=lambda text: linkable_contracts(workspace, scope, row, text),
        show=lambda contracts: [_contract(contract) for contract in contracts],
        link=lambda contracts: link_contracts(
            contracts=contracts, contributions=[row], by=member, now=moment(request)
        ),
        back=reverse("contribution", args=[workspace.slug, pk]),
        noun="contract",
        words={
            "title": "Link contracts",
            "sub_line": row_line(row),
            "placeholder": "Number, name or client",
            "none_text": "There is no confirmed contract left to link.",
            "foot_text": SAME_MONEY,
        },
    )
    return choose(request, choice)


@workspace_view(Right.LOG)
def contract_link(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Choose the contributions of one's own that this contract is."""
    contract = get_confirmed_contract(workspace, scope_of(member), pk)
    choice = Choice(
        find=lambda text: linkable_to_contract(workspace, member, contract, text),
        show=lambda rows: [shown_contribution(workspace, row) for row in rows],
        link=lambda rows: link_contracts(
            contracts=[contract], contributions=rows, by=member, now=moment(request)
        ),
        back=reverse("contract", args=[workspace.slug, pk]),
        noun="contribution",
        words={
            "title": "Link contributions",
            "sub_line": f"{contract.number}, {contract.name}",
            "placeholder": "Client or description",
            "none_text": "There is no contribution of yours left to link.",
            "foot_text": SAME_MONEY,
        },
    )
    return choose(request, choice)


@workspace_view(Right.LOG)
@require_POST
def achievement_unlink(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int, contribution_pk: int
) -> HttpResponse:
    """Undo a link, from the page of either side (`next`)."""
    row = own_contribution(workspace, member, contribution_pk)
    story = own_achievement(workspace, member, pk)
    unlink_achievement(achievement=story, contribution=row, by=member)
    messages.success(request, f"No longer linked: {story.title}")
    return go(request, back_to(request, reverse("contribution", args=[workspace.slug, contribution_pk])))


@workspace_view(Right.LOG)
@require_POST
def contract_unlink(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int, contract_pk: int
) -> HttpResponse:
    """Undo a link, from the page of either side (`next`); also of a contract that is no longer read."""
    row = own_contribution(workspace, member, pk)
    unlink_contract(contract_id=contract_pk, contribution=row, by=member, now=moment(request))
    messages.success(request, "The contract is no longer linked.")
    return go(request, back_to(request, reverse("contribution", args=[workspace.slug, pk])))


def _achievement(story: Achievement) -> Pick:
    return Pick(story.pk, story.title, joined([f"{story.happened_on:%-d %b %Y}", story.result]))


def _contract(contract: Contract) -> Pick:
    client = contract.client.survivor or contract.client
    said = [client.name, f"confirmed {contract.confirmed_on:%-d %b %Y}"]
    total = contract.total.confirmed
    return Pick(contract.pk, str(contract), joined(said), amount=total, currency=contract.currency)
