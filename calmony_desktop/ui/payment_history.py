"""The payments of the customer who is open: all of them or, of very many, the first at once.

Of a customer with more than `AT_ONCE` payments the database sorts, off the window's thread: the
first rows are shown as soon as they are known, then all. Whatever needs every row waits for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal

from calmony_desktop.errors import KnownError
from calmony_desktop.store.customers import NEWEST_FIRST, PaymentOrder
from calmony_desktop.store.rows import PaymentRow
from calmony_desktop.ui.payment_reader import AllPayments, PaymentReader
from calmony_desktop.ui.section import Section
from calmony_desktop.ui.tables import payments

#: More than any table shows at once.
AT_ONCE: Final = 250


class PaymentHistory(QObject):
    """Fills the section of payments."""

    #: All payments are there: an `AllPayments`.
    completed = Signal(object)
    #: They could not be read: the customer's id and a `KnownError`.
    failed = Signal(str, object)

    def __init__(self, section: Section[PaymentRow], parent: QObject) -> None:
        super().__init__(parent)
        self._section = section
        self._records = section.table.records
        self._records.all_wanted.connect(self._read_all_now)
        self._records.order_wanted.connect(self._read_in_order)
        self._reader = PaymentReader(self._records.columns, self)
        self._reader.done.connect(self._take_answer)
        self._customer_id = ""

    def show_payments(
        self, customer_id: str, newest: Sequence[PaymentRow], *, has_more: bool, keep_place: bool
    ) -> None:
        """Show a customer's payments; where there are more than these newest, the first of all."""
        self._reader.stop()
        self._customer_id = customer_id
        if not has_more:
            self._section.show_rows(newest, keep_place=keep_place)
        elif keep_place:
            # What is shown stays until all are read anew.
            self._reader.read(customer_id, self._order())
        else:
            self._section.show_rows(newest, keep_place=False, has_more=True)
            is_in_order = self._order() == NEWEST_FIRST
            self._reader.read(customer_id, self._order(), first=0 if is_in_order else AT_ONCE)

    def leave(self) -> None:
        """The customer is shown no more."""
        self._reader.stop()

    def _order(self) -> PaymentOrder:
        chosen = self._records.sorted_by
        if chosen is None:
            return NEWEST_FIRST
        column, order = chosen
        return PaymentOrder(payments.SORTED_BY[column], order == Qt.SortOrder.DescendingOrder)

    def _read_in_order(self) -> None:
        # To sort very many takes longer than a key press may: until then the old order stays.
        self._reader.read(self._customer_id, self._order(), first=AT_ONCE)

    def _read_all_now(self) -> None:
        self._reader.stop()
        try:
            self._show_all(self._reader.read_now(self._customer_id, self._order()))
        except KnownError as error:
            self.failed.emit(self._customer_id, error)

    def _take_answer(self) -> None:
        match self._reader.take():
            case KnownError() as error:
                self.failed.emit(self._customer_id, error)
            case AllPayments() as answer:
                self._show_all(answer)
            case tuple() as first:
                self._section.show_rows(first, keep_place=True, has_more=True)

    def _show_all(self, answer: AllPayments) -> None:
        self._section.show_rows(
            answer.payments, keep_place=True, is_ordered=True, samples=answer.samples
        )
        self.completed.emit(answer)
