"""The window: customers on the left, the one who is open on the right."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from calmony_desktop.errors import KnownError
from calmony_desktop.store import database
from calmony_desktop.ui import menu_bar, plain_text
from calmony_desktop.ui.customer_list import CustomerList
from calmony_desktop.ui.first_paint import after_first_paint
from calmony_desktop.ui.notice_bar import NoticeBar
from calmony_desktop.ui.style import formatting, theme
from calmony_desktop.ui.window_actions import WindowActions
from calmony_desktop.ui.window_state import WindowState

if TYPE_CHECKING:
    from calmony_desktop.ui.customer_detail import CustomerDetailView
    from calmony_desktop.ui.latest_work import LatestWork

#: How often the file is asked whether another program has changed it; the question is one number.
_LOOK_FOR_CHANGES_MS = 1000
_SIZE = (1320, 860)
_DETAIL_WIDTH, _DETAIL_STRETCH = 560, 3


class MainWindow(WindowActions):
    """Shows the database that is open."""

    def __init__(self, state: WindowState) -> None:
        super().__init__()
        self.state = state
        self.customer_list = CustomerList()
        self.notices = NoticeBar()
        self._status = plain_text.label()
        #: Where the right side will be.
        self._room = QWidget()
        self._has_icons = False
        self._data_version = database.data_version()
        self._watch = QTimer(self)
        self._lay_out()
        self._menus = menu_bar.build(self)
        self.customer_list.customer_selected.connect(self.open_customer)
        self.restoreGeometry(self.state.bytes("window/geometry"))
        self._splitter.restoreState(self.state.bytes("window/splitter"))
        self.customer_list.show_at_once()
        # The list is there at once; the rest follows, and who shows the list counts it, too.
        after_first_paint(self, lambda: self.detail, self.customer_list.refresh)
        self._watch.timeout.connect(self._look_for_changes)
        self._watch.start(_LOOK_FOR_CHANGES_MS)
        self.setAcceptDrops(True)

    @cached_property
    def detail(self) -> CustomerDetailView:
        """The right side. Made, with what the menus can do to it, when it is first needed.

        That is right after the first paint.
        """
        from calmony_desktop.ui import menus
        from calmony_desktop.ui.customer_detail import CustomerDetailView

        detail = CustomerDetailView()
        detail.setMinimumWidth(_DETAIL_WIDTH)
        self._splitter.replaceWidget(1, detail)
        self._splitter.setStretchFactor(1, _DETAIL_STRETCH)
        self._room.deleteLater()
        # The keyboard comes to the notice last, as it stands.
        self.setTabOrder(detail.invoices.table, self.notices.close_button)
        self._restore(detail)
        detail.retry_wanted.connect(self.open_customer)
        self.connect_detail(detail)
        menus.fill(self._menus, self, detail)
        if self._has_icons:
            detail.show_icons()
        self._show_status(detail)
        return detail

    def open_customer(self, customer_id: str) -> bool:
        """Show a customer; False, and a sentence in the window, where there is none."""
        found = self.detail.show_customer(customer_id)
        if found:
            self.customer_list.mark(customer_id)
            self.state.keep_customer(customer_id)
        else:
            self.customer_list.mark_nothing()
        return found

    def open_last_customer(self) -> None:
        """Show whoever was open when the window was closed, if that customer is still there."""
        last = self.state.text("customer")
        if last and self.detail.detail is None and self._has_customer(last):
            self.open_customer(last)

    def refresh(self) -> None:
        """Read everything shown again, keeping what is selected and the scroll."""
        self.customer_list.refresh()
        self.detail.refresh()
        self.activity_actions.refresh()
        self._show_status(self.detail)

    def ask_customer(self) -> None:
        """Ask for a customer's id and go there."""
        from calmony_desktop.ui.dialogs.go_to_customer import GoToCustomerDialog

        dialog = GoToCustomerDialog(self)
        if dialog.exec() == QDialog.DialogCode.Accepted and dialog.customer_id():
            self.open_customer(dialog.customer_id())
        dialog.deleteLater()

    def pin_theme(self, scheme: Qt.ColorScheme) -> None:
        """Show this theme from now on, or follow the system's again."""
        theme.pin(scheme)
        self.state.keep("theme", scheme.name)

    def changeEvent(self, event: QEvent) -> None:
        """Icons carry the theme's colours, so a new theme draws them anew."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._has_icons:
            self.show_icons()

    def show_icons(self) -> None:
        """Draw the icons; left until after the first paint, because they take long to import."""
        self._has_icons = True
        self.customer_list.show_icons()
        self.detail.show_icons()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember how the window was left."""
        self._watch.stop()
        self.customer_list.customers.searcher.stop()
        self.detail.stop_reading()
        self.state.keep("window/geometry", self.saveGeometry())
        self.state.keep("window/splitter", self._splitter.saveState())
        self.state.keep("window/sections", self.detail.splitter.saveState())
        self.state.keep("window/ended", self.detail.show_ended.isChecked())
        for section in self.detail.sections():
            header = section.table.horizontalHeader()
            name = section.table.objectName()
            self.state.keep(f"{name}/widths", section.table.column_widths())
            column = header.sortIndicatorSection()
            order = header.sortIndicatorOrder()
            self.state.keep(f"{name}/sort", [column, order.value] if column >= 0 else [])
        self.state.write()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere on the window."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Import what was dropped, once the drop is over."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        QTimer.singleShot(0, self, lambda: self.data_actions.import_files(paths))

    def _look_for_changes(self) -> None:
        """Show what another window, or the command line, has written to the file."""
        try:
            version = database.data_version()
        except KnownError as error:
            self._status.setText(str(error))
            return
        if version != self._data_version:
            self._data_version = version
            self.refresh()

    def show_other_database(self) -> None:
        """Another file is open: nothing of the one before stays."""
        self._data_version = database.data_version()
        self.activity_actions.close_all()
        self.detail.show_nothing()
        self.customer_list.search_field.clear()
        self.customer_list.mark_nothing()
        self.refresh()

    def show_restored(self) -> None:
        """The file holds now what a backup held."""
        # A damaged file was put aside: no connection may go on with that one.
        self.customer_list.customers.searcher.stop()
        self.detail.stop_reading()
        database.close_database()
        database.open_database(database.path(), must_exist=True)
        shown = self.detail.detail
        if shown is not None and not self._has_customer(shown.customer.id):
            self.detail.show_nothing()
            self.customer_list.mark_nothing()
        self.refresh()

    @cached_property
    def _counting(self) -> LatestWork:
        """Counts very many customers off the window's thread."""
        from calmony_desktop.ui.latest_work import LatestWork  # no list of customers waits for it

        made = LatestWork(self)
        made.finished.connect(self._show_count)
        made.failed.connect(lambda error: self._status.setText(str(error)))
        return made

    def _show_status(self, detail: CustomerDetailView) -> None:
        from calmony_desktop.store import customers  # no list of customers waits for its import

        def count_aside() -> int:
            with database.connection():
                return customers.count()

        try:
            are_many = customers.are_many()
            count = 0 if are_many else customers.count()
        except KnownError as error:
            self._status.setText(str(error))
            return
        if detail.detail is None and not detail.has_problem:
            detail.show_nothing(has_customers=are_many or count > 0)
        if are_many:
            self._counting.ask(count_aside)
        else:
            self._show_count(count)

    def _show_count(self, count: int) -> None:
        number = formatting.whole_number(count)
        words = self.tr("1 customer") if count == 1 else self.tr("{number} customers")
        demo = self.shows_demo
        which = self.tr("Demo company") if demo else self.tr("Local database")
        self._status.setText(f"{which} · {words.replace('{number}', number)}")
        title = self.tr("Calmony Desktop")
        self.setWindowTitle(f"{which} – {title}" if demo else title)

    def _has_customer(self, customer_id: str) -> bool:
        from calmony_desktop.store import customers  # as above

        try:
            return customers.exists(customer_id)
        except KnownError:
            return False  # the list already says what is wrong with the file

    def _lay_out(self) -> None:
        self.setWindowTitle(self.tr("Calmony Desktop"))
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(10)
        self._splitter.setChildrenCollapsible(False)
        self.customer_list.setMinimumWidth(240)
        self.customer_list.setMaximumWidth(420)
        self._room.setMinimumWidth(_DETAIL_WIDTH)
        self._splitter.addWidget(self.customer_list)
        self._splitter.addWidget(self._room)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, _DETAIL_STRETCH)
        self._splitter.setSizes([326, 960])
        central = QWidget()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(12, 4, 12, 0)
        layout.setSpacing(8)
        layout.addWidget(self._splitter, 1)
        layout.addWidget(self.notices)
        self.setCentralWidget(central)
        self.statusBar().addWidget(self._status, 1)
        self.setMinimumSize(900, 600)
        self.resize(*_SIZE)

    def _restore(self, detail: CustomerDetailView) -> None:
        detail.splitter.restoreState(self.state.bytes("window/sections"))
        detail.show_ended.setChecked(self.state.flag("window/ended"))
        for section in detail.sections():
            name = section.table.objectName()
            section.table.set_column_widths(self.state.numbers(f"{name}/widths"))
            sort = self.state.numbers(f"{name}/sort")
            if len(sort) == 2 and sort[0] < section.table.records.columnCount():
                order = Qt.SortOrder.DescendingOrder if sort[1] else Qt.SortOrder.AscendingOrder
                section.table.sortByColumn(sort[0], order)
