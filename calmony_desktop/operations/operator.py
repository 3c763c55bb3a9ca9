"""Who is at the desk, and what time it is: what every activity entry is signed with."""

from __future__ import annotations

import getpass
import time


def operator_name() -> str:
    """The login name of whoever runs the program."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # No login name and no entry for the user's number: a container or a stripped system.
        return "unknown"


def now() -> int:
    """This instant, in whole seconds (UTC)."""
    return int(time.time())
