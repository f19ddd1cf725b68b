"""Who may do what in a workspace (rules 8), and how names of client accounts are compared (rules 3.7)."""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """A person's roles in one workspace add up (rules 8.1)."""

    OWNER = "owner"
    ADMINISTRATOR = "administrator"
    MANAGER = "manager"
    ACCOUNT_MANAGER = "account_manager"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


class Right(StrEnum):
    """What a page or an action asks for."""

    READ = "read"
    LOG = "log"  # write contributions and achievements of one's own
    CLOSE = "close"  # close and reopen a quarter
    MASTERS = "masters"  # rates, clients, members, settings
    HISTORY = "history"  # the history of the whole workspace
    ROLES = "roles"  # members' roles, transfer of ownership, deletion


_ADMINISTRATOR = {Right.READ, Right.CLOSE, Right.MASTERS, Right.HISTORY}
_MANAGER = {Right.READ, Right.CLOSE}
_RIGHTS: dict[Role, set[Right]] = {
    Role.OWNER: _ADMINISTRATOR | _MANAGER | {Right.ROLES},
    Role.ADMINISTRATOR: _ADMINISTRATOR,
    Role.MANAGER: _MANAGER,
    Role.ACCOUNT_MANAGER: {Right.READ, Right.LOG},
    Role.AUDITOR: {Right.READ, Right.HISTORY},
}
_READ_EVERYONE = frozenset({Role.OWNER, Role.ADMINISTRATOR, Role.AUDITOR})


def rights_of(roles: Iterable[str]) -> frozenset[Right]:
    """The rights of these roles together (rules 8.1, 8.2)."""
    return frozenset(right for role in roles for right in _RIGHTS[Role(role)])


def reads_everyone(roles: Iterable[str]) -> bool:
    """Whether these roles read every person's figures: owner, administrator, auditor (rules 8.2)."""
    return not _READ_EVERYONE.isdisjoint(roles)


def grantable_roles(roles: Iterable[str]) -> tuple[Role, ...]:
    """The roles that a person with these roles may give in an invitation.

    Members' roles belong to the owner (rules 8.1); an administrator keeps the members, so may invite
    people into the roles that hold no masters. Ownership is transferred, never given by invitation.
    """
    rights = rights_of(roles)
    if Right.ROLES in rights:
        return (Role.ACCOUNT_MANAGER, Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR)
    return (Role.ACCOUNT_MANAGER, Role.MANAGER, Role.AUDITOR) if Right.MASTERS in rights else ()


NAME_LENGTH = 200
DESCRIPTION_LENGTH = 5000
# Marks that turn the direction of what follows: a name must not rearrange the page around it.
_DIRECTION_MARKS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class UnfitName(ValueError):
    """A name that cannot be taken; the message says what to change."""


def clean_name(text: str, what: str = "The name") -> str:
    """The name as it is kept: white space folded, composed; refused when empty, too long or hidden.

    Raises UnfitName. Emoji and every script are fine; control characters and marks that change the
    direction of reading are refused, since they make two names look alike or the page read wrongly.
    """
    if any(c in _DIRECTION_MARKS for c in text):
        raise UnfitName(f"{what} has invisible marks that turn the direction of reading. Type it again.")
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    if any(unicodedata.category(c) in ("Cc", "Cs", "Co") for c in folded):
        raise UnfitName(f"{what} has control characters. Type it again.")
    if not folded.strip("\u200b\u200c\u200d\ufeff\u2060"):
        raise UnfitName(f"{what} is empty.")
    if len(folded) > NAME_LENGTH:
        raise UnfitName(f"{what} has {len(folded)} characters; at most {NAME_LENGTH} are kept.")
    return folded


def name_key(text: str) -> str:
    """How names are compared: without regard to case and surrounding space (rules 3.7)."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
