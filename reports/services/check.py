"""Whether a file that somebody brings is a document of this workspace, as it was issued (rules 7.2)."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from django.conf import settings

from kamtrak.lib.errors import Refused
from kamtrak.uploads import too_large
from reports.models import Document
from reports.queries.documents import issued_documents
from reports.services.data import CONTRIBUTIONS, DATA_FILES
from reports.services.documents import CHUNK, fingerprint
from workspaces.models import Workspace

_CHILD = Path(__file__).with_name("check_child.py")
SECONDS, MEMORY = 20, 512 * 1024 * 1024


class Verdict(StrEnum):
    """What became of a file."""

    INTACT = "intact"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Checked:
    """The verdict, with the document that the file is, or says it is."""

    verdict: Verdict
    document: Document | None = None
    data_intact: bool = False  # of an altered file: its rows are still those that were issued


@dataclass(frozen=True)
class Claim:
    """What a file says about itself: its number, and the fingerprints of the data inside, by the document's
    column; "" for a file that is not there."""

    number: str = ""
    fingerprints: Mapping[str, str] = field(default_factory=dict)

    def is_data_of(self, document: Document) -> bool:
        """Whether all the data inside are those of this document."""
        return all(getattr(document, column) == sha for column, sha in self.fingerprints.items())


def check_file(*, workspace: Workspace, file: BinaryIO, size: int) -> Checked:
    """Compare a file with every document that this workspace issued. Raises Refused when it is too large."""
    if size > settings.LIMIT_CHECKED_BYTES:
        raise Refused(too_large(settings.LIMIT_CHECKED_BYTES, "checked"), "file")
    if not size:
        raise Refused("The file is empty. Choose the PDF that was issued.", "file")
    issued = issued_documents(workspace)
    if found := issued.filter(file_sha256=fingerprint(file)[0]).first():
        return Checked(Verdict.INTACT, found)
    claim = read_claim(file)
    sha = claim.fingerprints.get(CONTRIBUTIONS.fingerprint)
    if sha and (found := issued.filter(data_sha256=sha).first()):
        return Checked(Verdict.ALTERED, found, data_intact=claim.is_data_of(found))
    if claim.number and (found := issued.filter(number=claim.number).first()):
        return Checked(Verdict.ALTERED, found)
    return Checked(Verdict.UNKNOWN)


def read_claim(file: BinaryIO) -> Claim:
    """Read by a child process with little memory and time: the file may be made to do harm."""
    file.seek(0)
    with NamedTemporaryFile(suffix=".pdf") as copy:
        while chunk := file.read(CHUNK):
            copy.write(chunk)
        copy.flush()
        names = [data.name for data in DATA_FILES]
        order = json.dumps({"path": copy.name, "names": names, "memory": MEMORY, "seconds": SECONDS})
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(_CHILD), order],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env={},
                timeout=2 * SECONDS,
                check=False,
            )
            said = json.loads(done.stdout) if done.returncode == 0 else {}
        except (subprocess.TimeoutExpired, ValueError):
            said = {}
    inside = said.get("data", {})
    shas = {data.fingerprint: str(inside.get(data.name, ""))[:64] for data in DATA_FILES}
    return Claim(str(said.get("number", ""))[:40], shas)
