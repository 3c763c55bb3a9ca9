"""Starts the program as a person does, and says when its list is painted with customers."""

from __future__ import annotations

import functools
import gc
import os
import sys
from argparse import Namespace

from calmony_desktop.cli import calmony_desktop, window
from calmony_desktop.settings import Settings

open_window = window.open_window


@functools.wraps(open_window)
def open_window_and_tell(arguments: Namespace, settings: Settings) -> int:
    """Listen only now, without the collector as the program does: these are its own imports."""
    gc.disable()
    tell_the_first_paint()
    return open_window(arguments, settings)


def tell_the_first_paint() -> None:
    from rows_in_sight import has_blank_row

    from calmony_desktop.ui.customer_list_view import CustomerListView

    paint = CustomerListView.paintEvent

    def paint_and_tell(self: CustomerListView, event: object) -> None:
        paint(self, event)
        if self.model().rowCount() and not has_blank_row(self):
            os.write(1, b"painted\n")

    CustomerListView.paintEvent = paint_and_tell


if __name__ == "__main__":
    window.open_window = open_window_and_tell
    sys.exit(calmony_desktop(["--database", sys.argv[1]]))
