"""Making the world of the walk: the demo as it stands on 23 November 2026, and what it lacks."""

from unittest.mock import patch

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.totp.internal.auth import TOTP

from kamtrak.demo import PASSWORD, people
from kamtrak.demo.houses import HOUSES
from kamtrak.demo.loader import load_house
from kamtrak.history import because
from kamtrak.tenancy import in_workspace
from tests.cast import NOW
from tests.demo.builders import publish
from tests.e2e.walk.bringing import furnish_brought, furnish_proved
from tests.e2e.walk.cataloging import furnish_catalog
from tests.e2e.walk.contracting import furnish_contracts
from tests.e2e.walk.furnishing import furnish_firm, furnish_other
from tests.e2e.walk.importing import furnish_imports
from tests.e2e.walk.paperwork import furnish_documents
from tests.e2e.walk.trading import furnish_transactions
from tests.e2e.walk.world import FIRM, OTHER, WALKERS, World
from workspaces.models import User, Workspace
from workspaces.services.people import create_workspace

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def make_world() -> World:
    """Everything; nobody rings for a worker, so that jobs stay as they are put."""
    world = World()
    with patch("workspaces.services.jobs.ring"):
        publish()
        for house in HOUSES:
            load_house(house, NOW)
        _add_newcomer()
        for who, (person, slug) in WALKERS.items():
            world.users[who], world.slugs[who] = User.objects.get(email=person.email), slug
        _add_accounts(world)
        firm, other = Workspace.objects.get(slug=FIRM), Workspace.objects.get(slug=OTHER)
        with in_workspace(firm.pk):
            furnish_firm(firm, world)
            furnish_contracts(firm, world)
            furnish_brought(firm, world)
            furnish_transactions(firm, world)
            furnish_proved(firm, world)
        with in_workspace(firm.pk), because(user=world.users["ada"].pk):
            furnish_catalog(firm, world)
        with in_workspace(other.pk):
            furnish_other(world)
        furnish_documents(firm, world)
        furnish_imports(firm, world)
    return world


def _add_newcomer() -> None:
    person, slug = WALKERS["nora"]
    user = User.objects.create_user(person.email, PASSWORD, name=person.name)
    create_workspace(name="Falk Advisory", owner=user, slug=slug)


def _add_accounts(world: World) -> None:
    """A second address of e-mail, a second proof, an account without a password."""
    yuki, callum, sian = (world.users[who] for who in ("yuki", "callum", "sian"))
    private = EmailAddress.objects.create(user=yuki, email="yuki@tanaka-family.example")
    TOTP.activate(callum, SECRET)
    sian.set_unusable_password()
    sian.save()
    tom = User.objects.get(email=people.TOM.email)  # signing in would spend the link, and he does not walk
    world.rows |= {
        "confirmation": {"key": EmailConfirmationHMAC(private).key},
        "no confirmation": {"key": "used-long-ago"},
        "new password": {"uidb36": user_pk_to_url_str(tom), "key": default_token_generator.make_token(tom)},
        "no new password": {"uidb36": user_pk_to_url_str(tom), "key": "used-long-ago"},
    }
