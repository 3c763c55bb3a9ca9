"""The payments of the customer who is open: all of them or, of very many, those in sight.

Of a customer with more than `AT_ONCE` payments the newest are shown at once. The others are sorted
by the database, off the window's thread, and come a page at a time.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.progress import Cancelled, Progress
from calmony_desktop.store import payment_pages
from calmony_desktop.store.payment_pages import NEWEST_FIRST, PaymentOrder, PaymentsInAll
from calmony_desktop.store.rows import PaymentRow
from calmony_desktop.ui import background
from calmony_desktop.ui.payment_reader import Pages, PaymentReader
from calmony_desktop.ui.section import Section
from calmony_desktop.ui.tables import payments
from calmony_desktop.ui.tables.paged_rows import PAGE, PagedRows

#: So many seconds a key press waits for all payments before the window goes on.
_A_MOMENT: Final = 0.05
#: More than any table shows at once.
AT_ONCE: Final = 250


class PaymentHistory(QObject):
    """Fills the section of payments."""

    #: What can be said of all of very many payments: a `PaymentsInAll`.
    summed = Signal(object)
    #: They could not be read: the customer's id and a `KnownError`.
    failed = Signal(str, object)

    def __init__(self, section: Section[PaymentRow], parent: QObject) -> None:
        super().__init__(parent)
        self._section = section
        self._customer_id = ""
        self._records = section.table.records
        self._records.all_wanted.connect(self._wait_for_all)
        self._records.order_wanted.connect(self._show_in_order)
        self._records.rows_wanted.connect(self._show_rows)
        self._records.failed.connect(lambda error: self.failed.emit(self._customer_id, error))
        self._reader = PaymentReader(self)
        self._reader.answered.connect(self._take_answers)
        self._reader.page_came.connect(self._records.page_came)
        self._shown: Pages | None = None
        #: Payments as wide as any, as far as they are known.
        self._samples: Sequence[PaymentRow] = ()

    def show_payments(
        self,
        customer_id: str,
        newest: Sequence[PaymentRow],
        keys: array[int] | None,
        *,
        keep_place: bool,
    ) -> None:
        """Show a customer's payments: these or, where they have ``keys``, these first."""
        self._reader.stop()
        self._customer_id = customer_id
        if keys is None:
            self._shown, self._samples = None, ()
            self._section.show_rows(newest, keep_place=keep_place)
            return
        # Where they are only read anew, what is shown stays until then.
        is_new = not keep_place or self._shown is None
        if is_new:
            read = partial(payment_pages.payments_at, customer_id)
            self._samples = newest
            self._show(PagedRows(keys, newest, length=None, read=read), keep_place=False)
        order = self._order()
        is_right = order == NEWEST_FIRST
        self._reader.read(
            customer_id, order, first=is_new and not is_right, is_new=is_new and is_right
        )

    def leave(self) -> None:
        """The customer is shown no more."""
        self._reader.stop()

    def forget(self) -> None:
        """What is shown is of another file, and none of its keys the key of the same payment."""
        self.leave()
        self._shown = None

    def _order(self) -> PaymentOrder:
        chosen = self._records.sorted_by
        if chosen is None:
            return NEWEST_FIRST
        column, order = chosen
        return PaymentOrder(payments.SORTED_BY[column], order == Qt.SortOrder.DescendingOrder)

    def _show_in_order(self) -> None:
        """To sort very many takes longer than a key press may: the first were read ahead."""
        order, is_at_top = self._order(), self._reader.sight.stop <= PAGE
        first = self._reader.first_of(order) if is_at_top else None
        if first is not None:
            self._show(first, keep_place=True)
        # Where they were not, the old order stays in sight until they are.
        self._reader.read(self._customer_id, order, first=is_at_top and first is None)

    def _show_rows(self, numbers: range) -> None:
        if self._shown is not None:
            self._reader.show(self._shown, numbers)

    def _wait_for_all(self) -> None:
        """The order is known in a moment mostly; where it is not, the window goes on meanwhile."""
        if not self._reader.wait_for_all(_A_MOMENT):
            with suppress(Cancelled):
                background.run(
                    self._section.window(),
                    self.tr("Reading all payments…"),
                    self._wait,
                    is_connected=False,
                )
        self._take_answers()

    def _wait(self, progress: Progress) -> None:
        while not self._reader.wait_for_all(_A_MOMENT):
            progress(0, 0)

    def _take_answers(self) -> None:
        while self._reader.answers:
            match self._reader.answers.popleft():
                case KnownError() as error:
                    self.failed.emit(self._customer_id, error)
                case PaymentsInAll() as in_all:
                    self._samples = self._one_of_each(in_all.samples)
                    self._section.table.make_room_for(self._samples)
                    self.summed.emit(in_all)
                case PagedRows() as rows:
                    self._show(rows, keep_place=True)

    def _one_of_each(self, rows: Sequence[PaymentRow]) -> Sequence[PaymentRow]:
        """One of those that are equally wide in every column."""
        alike = [each.alike for each in self._records.columns if each.alike is not None]
        return tuple({tuple(of(row) for of in alike): row for row in rows}.values())

    def _show(self, rows: Pages, *, keep_place: bool) -> None:
        rows.samples = (*self._samples, *rows.here())
        before = None if self._shown is None else self._shown.numbering
        # Else what was selected may have another key now.
        has_same_keys = before in (None, rows.numbering)
        self._shown = rows
        self._section.show_rows(rows, keep_place=keep_place, has_same_keys=has_same_keys)
