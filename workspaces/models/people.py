"""People, their memberships, the teams of managers, and invitations."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from kamtrak.history import tracked
from workspaces.models.workspaces import Workspace
from workspaces.rules import Right, Role, reads_everyone, rights_of, role_labels


class UserManager(BaseUserManager["User"]):
    """Makes people by e-mail."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in; the e-mail is the name of the account."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)
    quick_add_key = models.BooleanField("Press C anywhere to add a contribution", default=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_address")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def initials(self) -> str:
        words = (self.name or self.email).split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def _known_roles(field: str) -> models.Q:
    return models.Q(**{f"{field}__contained_by": [role.value for role in Role], f"{field}__len__gte": 1})


@tracked()
class Membership(models.Model):
    """A person in a workspace. Read before the workspace is known, so without a policy of its own."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=20))
    joined_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="one_membership_per_person"),
            models.UniqueConstraint(fields=["workspace", "id"], name="workspaces_membership_ws_id"),
            models.CheckConstraint(condition=_known_roles("roles"), name="membership_has_known_roles"),
        ]

    def __str__(self) -> str:
        return str(self.user)

    def can(self, right: Right | str) -> bool:
        return Right(right) in rights_of(self.roles)

    @property
    def reads_everyone(self) -> bool:
        return reads_everyone(self.roles)

    @property
    def is_account_manager(self) -> bool:
        return Role.ACCOUNT_MANAGER in self.roles

    @property
    def role_labels(self) -> list[str]:
        return role_labels(self.roles)


@tracked()
class TeamMember(models.Model):
    """An account manager assigned to a manager: the manager's team (rules 8.2)."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    manager = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="team")
    member = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="managers")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "manager", "member"], name="once_in_a_team"),
            models.CheckConstraint(
                condition=~models.Q(manager=models.F("member")), name="nobody_manages_themselves"
            ),
        ]


@tracked(exclude=["token_hash"])
class Invitation(models.Model):
    """A link that lets its holder join. Read before the workspace is known, so without a policy.

    Only the hash of the token is kept: whoever reads the table cannot use the link.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    roles = ArrayField(models.CharField(max_length=20))
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_known_roles("roles"), name="invitation_has_known_roles")
        ]
        ordering = ["-created_at", "-id"]

    @property
    def role_labels(self) -> list[str]:
        return role_labels(self.roles)
