"""Whom and what the walk finds: people, the workspaces they are in, rows for addresses, files to hand in."""

from dataclasses import dataclass, field
from typing import Any

from kamtrak.demo import PASSWORD, people
from kamtrak.demo.people import Person
from workspaces.models import Membership, User

FIRM, OTHER, NEW = "demo", "larkfield", "falk-advisory"
# In Halden & Brook an owner, an account manager and an auditor; in Larkfield an owner who logs, somebody with
# a second proof and somebody without a password; and who came this minute.
WALKERS: dict[str, tuple[Person, str]] = {
    "ada": (people.ADA, FIRM),
    "yuki": (people.YUKI, FIRM),
    "grace": (people.GRACE, FIRM),
    "oliver": (people.OLIVER, OTHER),
    "callum": (people.CALLUM, OTHER),
    "sian": (people.SIAN, OTHER),
    "nora": (Person("Nora Falk"), NEW),
}


@dataclass
class World:
    """What the stops refer to by name. `rows` are arguments of addresses."""

    users: dict[str, User] = field(default_factory=dict)
    slugs: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[str, Any]] = field(default_factory=lambda: {"": {}, "nothing": {"pk": 0}})
    files: dict[str, bytes] = field(default_factory=dict)
    password: str = PASSWORD

    def member(self, who: str) -> Membership:
        known = Membership.objects.select_related("workspace", "user")
        return known.get(user=self.users[who], workspace__slug=self.slugs[who])
