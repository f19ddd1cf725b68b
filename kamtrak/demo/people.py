"""The people of the demo: who they are, in which workspace, with which roles and in whose team."""

import unicodedata
from dataclasses import dataclass

from workspaces.rules import Role

DOMAIN = "kamtrak.example"


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    name: str

    @property
    def email(self) -> str:
        """Inés Carvalho → ines.carvalho@kamtrak.example."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode()
        return f"{'.'.join(plain.lower().split())}@{DOMAIN}"


@dataclass(frozen=True)
class Post:
    """A person's place in one workspace: the roles, and the manager whose team they are in."""

    person: Person
    roles: tuple[Role, ...]
    manager: Person | None = None

    @property
    def logs(self) -> bool:
        return Role.ACCOUNT_MANAGER in self.roles


MAREN = Person("Maren Lindqvist")
TOM = Person("Tom Okafor")
INES = Person("Inés Carvalho")
YUKI = Person("Yuki Tanaka")
MARCUS = Person("Marcus Bell")
CHLOE = Person("Chloé Tremblay")
DANIEL = Person("Daniel Nguyen")
HELENA = Person("Helena Voss")
ADA = Person("Ada Brook")
RAVI = Person("Ravi Menon")
GRACE = Person("Grace Whitfield")

OLIVER = Person("Oliver Marsh")
PRIYA = Person("Priya Raman")
SIAN = Person("Sian Rees")
CALLUM = Person("Callum Fraser")
EDITH = Person("Edith Lowe")

DEMO_POSTS = (
    Post(MAREN, (Role.ACCOUNT_MANAGER,), HELENA),
    Post(TOM, (Role.ACCOUNT_MANAGER,), HELENA),
    Post(INES, (Role.ACCOUNT_MANAGER,), HELENA),
    Post(YUKI, (Role.ACCOUNT_MANAGER,), HELENA),
    Post(HELENA, (Role.MANAGER,)),
    Post(MARCUS, (Role.MANAGER, Role.ACCOUNT_MANAGER)),
    Post(CHLOE, (Role.ACCOUNT_MANAGER,), MARCUS),
    Post(DANIEL, (Role.ACCOUNT_MANAGER,), MARCUS),
    Post(ADA, (Role.OWNER,)),
    Post(RAVI, (Role.ADMINISTRATOR,)),
    Post(GRACE, (Role.AUDITOR,)),
)

LARKFIELD_POSTS = (
    Post(OLIVER, (Role.OWNER, Role.ACCOUNT_MANAGER)),
    Post(TOM, (Role.MANAGER, Role.ACCOUNT_MANAGER)),
    Post(SIAN, (Role.ACCOUNT_MANAGER,), TOM),
    Post(CALLUM, (Role.ACCOUNT_MANAGER,), TOM),
    Post(PRIYA, (Role.ADMINISTRATOR, Role.MANAGER)),
    Post(EDITH, (Role.AUDITOR,)),
)
