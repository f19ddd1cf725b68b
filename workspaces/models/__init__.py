"""People, workspaces and what every domain above stands on."""

from workspaces.models.alerts import Alert, AlertState, Severity
from workspaces.models.clients import ClientAccount, ClientName
from workspaces.models.files import BroughtFile
from workspaces.models.jobs import UNFINISHED, Job, JobState
from workspaces.models.people import Invitation, Membership, TeamMember, User
from workspaces.models.workspaces import RateMode, Workspace

__all__ = [
    "UNFINISHED",
    "Alert",
    "AlertState",
    "BroughtFile",
    "ClientAccount",
    "ClientName",
    "Invitation",
    "Job",
    "JobState",
    "Membership",
    "RateMode",
    "Severity",
    "TeamMember",
    "User",
    "Workspace",
]
