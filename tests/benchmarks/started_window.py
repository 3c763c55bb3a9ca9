"""Starts the program as a person does, and says when its list is painted with customers."""

from __future__ import annotations

import os
import sys

from calmony_desktop.cli import calmony_desktop


def tell_the_first_paint() -> None:
    from the_list import has_blank_row

    from calmony_desktop.ui.customer_list_view import CustomerListView

    paint = CustomerListView.paintEvent

    def paint_and_tell(self: CustomerListView, event: object) -> None:
        paint(self, event)
        if self.model().rowCount() and not has_blank_row(self):
            os.write(1, b"painted\n")

    CustomerListView.paintEvent = paint_and_tell


if __name__ == "__main__":
    tell_the_first_paint()
    sys.exit(calmony_desktop(["--database", sys.argv[1]]))
