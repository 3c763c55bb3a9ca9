"""The right side: one customer's profile, payments, subscriptions, invoices and activity."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from calmony_desktop.billing.statuses import CAN_STILL_BILL
from calmony_desktop.errors import KnownError
from calmony_desktop.store import customers, database
from calmony_desktop.store.payment_pages import NEWEST_FIRST, PaymentsInAll, payment_keys
from calmony_desktop.store.rows import CustomerDetail, InvoiceRow, PaymentRow, SubscriptionRow
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.customer_profile import CustomerProfileCard
from calmony_desktop.ui.message_panel import MessagePanel
from calmony_desktop.ui.payment_history import AT_ONCE, PaymentHistory
from calmony_desktop.ui.section import Section
from calmony_desktop.ui.style import icons
from calmony_desktop.ui.tables import invoices, payments, subscriptions
from calmony_desktop.ui.tables.record_table import RecordTable

#: How the mock-up shares the height between payments, subscriptions and invoices.
_HEIGHTS = (264, 176, 217)

if TYPE_CHECKING:
    from calmony_desktop.ui.welcome import WelcomePanel


class CustomerDetailView(QWidget):
    """Shows a customer; emits the ids of what its row actions are wanted for."""

    cancel_wanted = Signal(str)
    download_wanted = Signal(str)
    #: The ways to begin, where the database is empty.
    demo_wanted = Signal()
    import_wanted = Signal()
    restore_wanted = Signal()
    #: The customer with this id could not be read, and a person wants it tried again.
    retry_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.detail: CustomerDetail | None = None
        #: The message that stands here tells of something that went wrong.
        self.has_problem = False
        self.profile = CustomerProfileCard()
        self.show_ended = QCheckBox(self.tr("Show ended"))
        self.show_ended.setToolTip(self.tr("List subscriptions that have ended, too"))
        self.show_ended.toggled.connect(lambda _on: self._show_subscriptions(keep_place=True))
        self.payments: Section[PaymentRow] = Section(
            self.tr("Payment History"),
            icons.PAYMENTS,
            RecordTable(payments.columns()),
            object_name="paymentTable",
            empty=self.tr("This customer has made no payments."),
        )
        self.subscriptions: Section[SubscriptionRow] = Section(
            self.tr("Active Subscriptions"),
            icons.SUBSCRIPTIONS,
            RecordTable(subscriptions.columns(), action_icon=icons.CANCEL, action_is_danger=True),
            object_name="subscriptionTable",
            empty="",
            extra=self.show_ended,
        )
        self.invoices: Section[InvoiceRow] = Section(
            self.tr("Invoices"),
            icons.INVOICES,
            RecordTable(invoices.columns(), action_icon=icons.DOWNLOAD),
            object_name="invoiceTable",
            empty=self.tr("This customer has no invoices."),
        )
        self._history = PaymentHistory(self.payments, self)
        self._history.summed.connect(self._show_total_paid)
        self._history.failed.connect(self._show_problem)
        self.subscriptions.table.action_requested.connect(self.cancel_wanted)
        self.invoices.table.action_requested.connect(self.download_wanted)
        self.splitter = self._make_splitter()
        self._message = MessagePanel()
        self.welcome: WelcomePanel | None = None
        self._lay_out()
        self.show_nothing()

    def show_customer(self, customer_id: str) -> bool:
        """Show the customer with this id, as the database has it now; False if there is none."""
        return self._read(customer_id, keep_place=False)

    def refresh(self) -> None:
        """Read the customer again, keeping what is selected and the scroll."""
        if self.detail is not None:
            self._read(self.detail.customer.id, keep_place=True)

    def show_nothing(self, *, has_customers: bool = True) -> None:
        """No customer is chosen; ``has_customers``: there are some to choose from."""
        self._history.leave()
        self.detail, self.has_problem = None, False
        if has_customers:
            self._say(
                self.tr("No customer chosen"),
                self.tr("Choose a customer in the list, or press Ctrl+G to go to an ID."),
            )
        else:
            self._show_welcome()

    def sections(self) -> tuple[Section[PaymentRow], Section[SubscriptionRow], Section[InvoiceRow]]:
        """The three tables' cards, from top to bottom."""
        return self.payments, self.subscriptions, self.invoices

    def stop_reading(self) -> None:
        """End what is still being read: the window closes, or the file is another."""
        self._history.forget()

    def show_icons(self) -> None:
        """Draw the icons, in the theme's colours."""
        self.profile.show_icon()
        for section in self.sections():
            section.show_icon()
        if self.welcome is not None:
            self.welcome.show_icons()

    def _read(self, customer_id: str, *, keep_place: bool) -> bool:
        from calmony_desktop.store import activity  # not needed before the first customer is open

        self._history.leave()
        try:
            with database.reading():
                detail = customers.detail(customer_id, most_payments=AT_ONCE)
                done = activity.summary(customer_id)
                has_more = detail is not None and detail.has_more_payments
                keys = payment_keys(customer_id, NEWEST_FIRST, AT_ONCE) if has_more else None
        except KnownError as error:
            self._show_problem(customer_id, error)
            return False
        if detail is None:
            self.detail, self.has_problem = None, True
            shown = plain_text.shortened(customer_id)
            self._say(
                self.tr("No such customer"),
                self.tr("There is no customer “{id}” in this database.").replace("{id}", shown),
            )
            return False
        self.detail = detail
        self.profile.show_customer(detail.customer, knows_paid=not has_more)
        self.profile.show_activity(done)
        self._history.show_payments(customer_id, detail.payments, keys, keep_place=keep_place)
        self._show_subscriptions(keep_place=keep_place)
        self.invoices.show_rows(detail.invoices, keep_place=keep_place)
        self._body.setCurrentWidget(self._page)
        return True

    def _show_problem(self, customer_id: str, error: KnownError) -> None:
        self.detail, self.has_problem = None, True
        self._message.show_message(
            self.tr("The customer could not be read"),
            str(error),
            (self.tr("Try again"), lambda: self.retry_wanted.emit(customer_id)),
        )
        self._body.setCurrentWidget(self._message)

    def _show_total_paid(self, payments: PaymentsInAll) -> None:
        if self.detail is not None:
            customer = replace(self.detail.customer, total_paid=payments.total_paid)
            self.detail = replace(self.detail, customer=customer)
            self.profile.show_customer(customer)

    def _show_subscriptions(self, *, keep_place: bool) -> None:
        if self.detail is None:
            return
        rows = self.detail.subscriptions
        ended = sum(row.status not in CAN_STILL_BILL for row in rows)
        if not self.show_ended.isChecked():
            rows = tuple(row for row in rows if row.status in CAN_STILL_BILL)
        self.subscriptions.set_empty_text(self._no_subscriptions(ended))
        self.subscriptions.show_rows(rows, keep_place=keep_place)

    def _no_subscriptions(self, ended: int) -> str:
        if not ended:
            return self.tr("This customer has no subscriptions.")
        if ended == 1:
            return self.tr("No active subscription. “Show ended” lists one that is not.")
        return self.tr(
            "No active subscriptions. “Show ended” lists {number} that are not."
        ).replace("{number}", str(ended))

    def _show_welcome(self) -> None:
        if self.welcome is None:
            # Most databases are not empty, so most windows never need it.
            from calmony_desktop.ui.welcome import WelcomePanel

            self.welcome = WelcomePanel(
                self.demo_wanted.emit, self.import_wanted.emit, self.restore_wanted.emit
            )
            self._body.addWidget(self.welcome)
        self._body.setCurrentWidget(self.welcome)

    def _say(self, title: str, sentence: str) -> None:
        self._message.show_message(title, sentence)
        self._body.setCurrentWidget(self._message)

    def _make_splitter(self) -> QSplitter:
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setHandleWidth(10)
        splitter.setChildrenCollapsible(False)
        cards: tuple[QWidget, ...] = self.sections()
        for section, height in zip(cards, _HEIGHTS, strict=True):
            section.setMinimumHeight(112)
            splitter.addWidget(section)
            splitter.setStretchFactor(splitter.count() - 1, height)
        splitter.setSizes(list(_HEIGHTS))
        return splitter

    def _lay_out(self) -> None:
        self._page = QWidget()
        page = QVBoxLayout(self._page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(10)
        page.addWidget(self.profile)
        page.addWidget(self.splitter, 1)
        self._body = QStackedLayout(self)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.addWidget(self._page)
        self._body.addWidget(self._message)
