"""What ``calmony-desktop`` does.

Apart from the commands, whose imports would keep the window waiting.
"""

from __future__ import annotations

import gc
import os
import sys
from argparse import Namespace

from calmony_desktop.errors import CannotOpen, KnownError
from calmony_desktop.settings import Settings
from calmony_desktop.single_window import LEADS_NOWHERE, PATIENCE, OnlyWindow


def open_window(arguments: Namespace, settings: Settings) -> int:
    """``calmony-desktop``: the window, until it is closed, or the one that is open already."""
    if has_no_display() and not os.environ.get("QT_QPA_PLATFORM"):
        raise KnownError(
            "There is no display to open a window on. The commands of `calmony` need none."
        )
    place = OnlyWindow()
    try:
        if not place.take(settings.database, _customer_id(arguments.customer), patience=PATIENCE):
            return 0
    except CannotOpen as error:
        from calmony_desktop import app

        return app.say_it_is_starting(error)
    # Nothing of what is imported is garbage, neither now nor later: to look for some took a fifth
    # of the start.
    gc.disable()
    from calmony_desktop import app

    gc.freeze()
    gc.enable()
    try:
        return app.run_window(_customer_id(arguments.customer), place)
    finally:
        place.leave()


def _customer_id(given: str | None) -> str | None:
    if not given or given == LEADS_NOWHERE:
        return given
    from calmony_desktop.store.search import CustomerSearch  # most starts name nobody

    return CustomerSearch(given).term


def has_no_display() -> bool:
    """True on a system whose windows need a display server, where none is running."""
    has_one = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.platform == "linux" and not has_one
