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

    @property
    def meaning(self) -> str:
        """What the role is for, in the words of rules 8."""
        return _MEANINGS[self]


_MEANINGS = {
    Role.OWNER: "Everything, also members’ roles, handing over and deleting the workspace.",
    Role.ADMINISTRATOR: (
        "Keeps contracts, catalog, rates, clients, members and settings; reads everybody’s contributions."
    ),
    Role.MANAGER: "Reads the contributions of a team and closes quarters.",
    Role.ACCOUNT_MANAGER: "Logs contributions, achievements and contracts of their own.",
    Role.AUDITOR: "Reads all figures, rows and history; changes nothing.",
}


class Right(StrEnum):
    """What a page or an action asks for."""

    READ = "read"
    LOG = "log"  # write contributions and achievements of one's own
    CONTRACTS = "contracts"  # write contracts: one's own, or as an administrator anybody's
    IMPORT = "import"  # bring transactions: rows of one's own, or as an administrator anybody's
    ISSUE = "issue"  # issue documents about people whose contributions one reads
    CLOSE = "close"  # close and reopen a quarter
    MASTERS = "masters"  # rates, clients, members, settings
    HISTORY = "history"  # the history of the whole workspace
    ROLES = "roles"  # members' roles, transfer of ownership, deletion


_ADMINISTRATOR = {
    Right.READ,
    Right.CONTRACTS,
    Right.IMPORT,
    Right.ISSUE,
    Right.CLOSE,
    Right.MASTERS,
    Right.HISTORY,
}
_MANAGER = {Right.READ, Right.ISSUE, Right.CLOSE}
_RIGHTS: dict[Role, set[Right]] = {
    Role.OWNER: _ADMINISTRATOR | _MANAGER | {Right.ROLES},
    Role.ADMINISTRATOR: _ADMINISTRATOR,
    Role.MANAGER: _MANAGER,
    Role.ACCOUNT_MANAGER: {Right.READ, Right.LOG, Right.CONTRACTS, Right.IMPORT, Right.ISSUE},
    Role.AUDITOR: {Right.READ, Right.HISTORY},
}
_READ_EVERYONE = frozenset({Role.OWNER, Role.ADMINISTRATOR, Role.AUDITOR})


def rights_of(roles: Iterable[str]) -> frozenset[Right]:
    """The rights of these roles together (rules 8.1, 8.2)."""
    return frozenset(right for role in roles for right in _RIGHTS[Role(role)])


def role_labels(roles: Iterable[str]) -> list[str]:
    """The roles as people read them, the highest first."""
    held = set(roles)
    return [role.label for role in Role if role in held]


def reads_everyone(roles: Iterable[str]) -> bool:
    """Whether these roles read every person's figures: owner, administrator, auditor (rules 8.2)."""
    return not _READ_EVERYONE.isdisjoint(roles)


def may_settle_alert(roles: Iterable[str], *, about_readable: bool, assigned: bool) -> bool:
    """Whether an alert may be reviewed, dismissed or assigned (rules 5.11, 8.2).

    Whoever keeps the masters settles every alert; others those assigned to them, and those about people
    whose rows they read (`about_readable`) if they write anything at all: an auditor never does.
    """
    rights = rights_of(roles)
    if Right.MASTERS in rights:
        return True
    return bool(rights & {Right.LOG, Right.CLOSE}) and (about_readable or assigned)


def grantable_roles(roles: Iterable[str]) -> tuple[Role, ...]:
    """The roles that a person with these roles may give in an invitation.

    Members' roles belong to the owner (rules 8.1); an administrator keeps the members, so may invite
    people into the roles that hold no masters. Ownership is transferred, never given by invitation.
    """
    rights = rights_of(roles)
    if Right.ROLES in rights:
        return (Role.ACCOUNT_MANAGER, Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR)
    return (Role.ACCOUNT_MANAGER, Role.MANAGER, Role.AUDITOR) if Right.MASTERS in rights else ()


def keeps_quarters(old_start: int, new_start: int) -> bool:
    """Whether moving the start of the fiscal year leaves every quarter where it is (rules 2.1)."""
    return (new_start - old_start) % 3 == 0


NAME_LENGTH = 200
KEY_LENGTH = 400
DESCRIPTION_LENGTH = 5000
# Marks that turn the direction of what follows: a name must not rearrange the page around it.
_DIRECTION_MARKS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SPACES = frozenset("\t\n\r")  # what a paste brings along; folded like any space


class UnfitName(ValueError):
    """A name that cannot be taken; the message says what to change."""


def clean_name(text: str, what: str = "The name") -> str:
    """The name as it is kept: white space folded, composed; refused when empty, too long or hidden.

    Raises UnfitName. Emoji and every script are fine; control characters and marks that change the
    direction of reading are refused, since they make two names look alike or the page read wrongly.
    """
    if any(c in _DIRECTION_MARKS for c in text):
        raise UnfitName(f"{what} has invisible marks that turn the direction of reading. Type it again.")
    if any(unicodedata.category(c) in ("Cc", "Cs", "Co") and c not in _SPACES for c in text):
        raise UnfitName(f"{what} has control characters. Type it again.")
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    if len(folded) > NAME_LENGTH:
        raise UnfitName(f"{what} has {len(folded)} characters; at most {NAME_LENGTH} are kept.")
    key = name_key(folded)
    if not key:
        raise UnfitName(f"{what} is empty.")
    if len(key) > KEY_LENGTH:  # a few signs unfold into many letters
        raise UnfitName(f"{what} is too long when its signs are spelled out. Use a shorter one.")
    return folded


def visible(text: str) -> str:
    """A text of a file as a page can show it: each sign that no name may have is a replacement mark."""
    return "".join("\ufffd" if _is_hidden(c) else c for c in text)


def _is_hidden(sign: str) -> bool:
    """Whether it is a control character, turns the direction of reading, or is no character at all."""
    if sign in _DIRECTION_MARKS or ord(sign) & 0xFFFE == 0xFFFE:
        return True
    return unicodedata.category(sign) in ("Cc", "Cs", "Co") and sign not in _SPACES


def name_key(text: str) -> str:
    """How names are compared: without regard to case and surrounding space (rules 3.7).

    Signs that cannot be seen (joiners, zero-width spaces, control characters) do not make another name.
    """
    composed = " ".join(unicodedata.normalize("NFKC", text).split())
    seen = "".join(c for c in composed if unicodedata.category(c) not in ("Cf", "Cc"))
    return " ".join(seen.split()).casefold()
