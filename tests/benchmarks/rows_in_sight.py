"""Whether every row of the list in sight has a customer.

Apart from all that watches a window, whose imports would count into the time of a start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calmony_desktop.ui.customer_list_view import CustomerListView


def rows_in_sight(view: CustomerListView) -> range:
    """The rows that are to be seen, in part at least."""
    first, last = view.rowAt(0), view.rowAt(view.maximumViewportSize().height() - 1)
    return range(0) if first < 0 else range(first, (last % view.model().rowCount()) + 1)


def has_blank_row(view: CustomerListView) -> bool:
    """Whether a row in sight has no customer to show yet."""
    return any(view.model().entry(row) is None for row in rows_in_sight(view))
