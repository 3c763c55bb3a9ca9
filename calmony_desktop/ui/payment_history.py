"""The payments of the customer who is open: all of them or, of very many, the first at once.

Of a customer with more than `AT_ONCE` payments the database sorts, the first rows are shown, and
a thread reads the others. Whatever needs every row before that waits until they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from calmony_desktop.errors import KnownError
from calmony_desktop.store import customers
from calmony_desktop.store.customers import NEWEST_FIRST, PaymentOrder
from calmony_desktop.store.rows import PaymentRow
from calmony_desktop.ui.payment_reader import AllPayments, PaymentReader
from calmony_desktop.ui.section import Section
from calmony_desktop.ui.tables import payments

T = TypeVar("T")

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
        self._records.order_wanted.connect(self._show_in_order)
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
        elif self._order() == NEWEST_FIRST:
            self._show_first(newest, keep_place=False)
        else:
            self._show_in_order()

    def leave(self) -> None:
        """The customer is shown no more."""
        self._reader.stop()

    def _order(self) -> PaymentOrder:
        chosen = self._records.sorted_by
        if chosen is None:
            return NEWEST_FIRST
        column, order = chosen
        return PaymentOrder(payments.SORTED_BY[column], order == Qt.SortOrder.DescendingOrder)

    def _show_in_order(self) -> None:
        self._reader.stop()
        first = self._tried(
            lambda: customers.payments(self._customer_id, self._order(), most=AT_ONCE)
        )
        if first is not None:
            self._show_first(first, keep_place=True)

    def _show_first(self, rows: Sequence[PaymentRow], *, keep_place: bool) -> None:
        self._section.show_rows(rows, keep_place=keep_place, has_more=True)
        self._reader.read(self._customer_id, self._order())

    def _read_all_now(self) -> None:
        self._reader.stop()
        answer = self._tried(lambda: self._reader.read_now(self._customer_id, self._order()))
        if answer is not None:
            self._show_all(answer)

    def _take_answer(self) -> None:
        answer = self._reader.take()
        if isinstance(answer, KnownError):
            self.failed.emit(self._customer_id, answer)
        elif answer is not None:
            self._show_all(answer)

    def _show_all(self, answer: AllPayments) -> None:
        self._section.show_rows(
            answer.payments, keep_place=True, is_ordered=True, samples=answer.samples
        )
        self.completed.emit(answer)

    def _tried(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except KnownError as error:
            self.failed.emit(self._customer_id, error)
            return None
