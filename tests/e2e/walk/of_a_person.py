"""The pages outside of any workspace: the ways in, one's own account, and what goes wrong."""

from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import Page

from tests.e2e.walk.doing import is_refused, sees, sends
from tests.e2e.walk.stops import Stop, page, state
from tests.e2e.walk.world import World


def signs_in_with_a_second_proof(page: Page, world: World) -> None:
    sends("Sign in", login=world.users["callum"].email, password=world.password)(page, world)
    page.wait_for_url(f"**{reverse('mfa_authenticate')}")


def comes_without_invitation(page: Page, world: World) -> None:
    with override_settings(INVITATION_ONLY=True):
        page.reload()


def sends_an_old_form(page: Page, world: World) -> None:
    page.locator("main [name=csrfmiddlewaretoken]").first.evaluate("field => field.value = 'x'.repeat(64)")
    sends("Sign in", login="nobody@kamtrak.example", password="seven ferries")(page, world)


WAYS_IN = (
    page("account_login"),
    state(
        "account-login-refused",
        "account_login",
        does=is_refused("Sign in", login="nora@falk.example", password="wrong"),
    ),
    page("account_signup"),
    state("account-signup-refused", "account_signup", does=is_refused("Create account", email="nora@")),
    state("account-signup-closed", "account_signup", does=comes_without_invitation),
    page("account_inactive"),
    page("account_email_verification_sent"),
    page("account_confirm_email", row="confirmation"),
    state("account-confirm-email-old", "account_confirm_email", row="no confirmation"),
    page("account_reset_password"),
    page("account_reset_password_done"),
    page("account_reset_password_from_key", row="new password", does=sees("Choose a new password")),
    state("account-reset-password-from-key-old", "account_reset_password_from_key", row="no new password"),
    page("account_reset_password_from_key_done"),
    page("invitation", row="invitation"),
    state("invitation-signed-in", "invitation", "oliver", "invitation"),
    state("invitation-old", "invitation", row="no invitation", status=410),
)
OWN = (
    page("profile", "yuki"),
    page("workspace_new", "ada"),
    page("account_email", "yuki"),
    state("account-email-new", "account_email", "nora"),
    page("account_change_password", "yuki"),
    state(
        "account-change-password-refused",
        "account_change_password",
        "yuki",
        does=is_refused("Change the password", oldpassword="no"),
    ),
    page("account_set_password", "sian"),
    page("account_reauthenticate", "callum"),
    page("account_logout", "yuki"),
)
SECURITY = (
    page("mfa_index", "callum"),
    state("mfa-index-none", "mfa_index", "yuki"),
    page("mfa_activate_totp", "yuki"),
    page("mfa_deactivate_totp", "callum"),
    page("mfa_view_recovery_codes", "callum"),
    page("mfa_generate_recovery_codes", "callum"),
    page("mfa_list_webauthn", "callum"),
    state("mfa-list-webauthn-none", "mfa_list_webauthn", "yuki"),
    page("mfa_add_webauthn", "yuki"),
    page("mfa_edit_webauthn", "callum", "passkey"),
    page("mfa_remove_webauthn", "callum", "passkey"),
    page("mfa_reauthenticate", "callum"),
    page("mfa_reauthenticate_webauthn", "callum"),
    page("mfa_authenticate", does=signs_in_with_a_second_proof),
)
WRONG = (
    state("error-not-found", "client", "ada", "nothing", status=404),
    state("error-not-allowed", "settings", "yuki", status=403),
    state("error-old-form", "account_login", does=sends_an_old_form, status=403),
)
STOPS: tuple[Stop, ...] = (*WAYS_IN, *OWN, *SECURITY, *WRONG)
