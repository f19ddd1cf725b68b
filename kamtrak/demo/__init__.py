"""The demo: two invented firms with three years of work, the same for everybody who loads it on one day.

`history.make_plan` is a function of a firm and a day and gives plain values; `loader.load_house` plays them
through the product's own services. Here stands who can sign in.
"""

from typing import NamedTuple

from kamtrak.demo.people import DEMO_POSTS, LARKFIELD_POSTS, Post

PASSWORD = "harbour-lantern-7"


class SignIn(NamedTuple):
    """One person's way into one workspace of the demo."""

    email: str
    name: str
    roles: str
    workspace: str


def _sign_in(post: Post, workspace: str) -> SignIn:
    team = f" in {post.manager.name}’s team" if post.manager else ""
    labels = " and ".join(role.label.lower() for role in post.roles).capitalize()
    return SignIn(post.person.email, post.person.name, labels + team, workspace)


SIGN_INS = [
    *(_sign_in(post, "demo") for post in DEMO_POSTS),
    *(_sign_in(post, "larkfield") for post in LARKFIELD_POSTS),
]


def sign_ins() -> str:
    """Who can sign in, as a table of plain text under the password."""
    widths = [max(len(line[column]) for line in SIGN_INS) for column in range(4)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in SIGN_INS
    ]
    return "\n".join([f"Sign in with the password {PASSWORD} as", "", *lines])
