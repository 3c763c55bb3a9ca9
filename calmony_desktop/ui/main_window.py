"""The window: customers on the left, the one who is open on the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QMainWindow,
    QMessageBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from calmony_desktop import __version__
from calmony_desktop.errors import KnownError
from calmony_desktop.store import customers, database
from calmony_desktop.ui import menus, plain_text
from calmony_desktop.ui.activity_actions import ActivityActions
from calmony_desktop.ui.billing_actions import BillingActions
from calmony_desktop.ui.bulk_actions import BulkActions
from calmony_desktop.ui.customer_detail import CustomerDetailView
from calmony_desktop.ui.customer_list import CustomerList
from calmony_desktop.ui.data_actions import DataActions
from calmony_desktop.ui.dialogs.go_to_customer import GoToCustomerDialog
from calmony_desktop.ui.document_actions import DocumentActions
from calmony_desktop.ui.notice_bar import NoticeBar
from calmony_desktop.ui.record_actions import RecordActions
from calmony_desktop.ui.style import formatting, theme
from calmony_desktop.ui.window_state import WindowState

#: How often the file is asked whether another program has changed it; the question is one number.
_LOOK_FOR_CHANGES_MS = 1000
_SIZE = (1320, 860)


class MainWindow(QMainWindow):
    """Shows the database that is open."""

    def __init__(self, state: WindowState) -> None:
        super().__init__()
        self.state = state
        self.customer_list = CustomerList()
        self.detail = CustomerDetailView()
        self.notices = NoticeBar()
        self.record_actions = RecordActions(self, self.detail, self.notices, self.state)
        self.data_actions = DataActions(
            self, self.notices, self.state, self.record_actions.tell_problem
        )
        self.document_actions = DocumentActions(
            self, self.detail, self.notices, self.record_actions
        )
        self.bulk_actions = BulkActions(
            self, self.detail, self.notices, self.state, self.data_actions
        )
        self.billing_actions = BillingActions(
            self, self.detail, self.notices, self.state, self.data_actions
        )
        self.activity_actions = ActivityActions(self, self.detail)
        self._status = plain_text.label()
        self._has_icons = False
        self._data_version = database.data_version()
        self._watch = QTimer(self)
        self._lay_out()
        menus.build(self)
        self._connect()
        self._restore()
        self.customer_list.show_at_once()
        # Who shows it counts it, too; the first paint does not wait for that.
        QTimer.singleShot(0, self.customer_list.refresh)
        self._show_status()
        self.setAcceptDrops(True)

    def open_customer(self, customer_id: str) -> bool:
        """Show a customer; False, and a sentence in the window, where there is none."""
        found = self.detail.show_customer(customer_id)
        if found:
            self.customer_list.mark(customer_id)
            self.state.keep("customer", customer_id)
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
        self._show_status()

    def ask_customer(self) -> None:
        """Ask for a customer's id and go there."""
        dialog = GoToCustomerDialog(self)
        if dialog.exec() == QDialog.DialogCode.Accepted and dialog.customer_id():
            self.open_customer(dialog.customer_id())
        dialog.deleteLater()

    def pin_theme(self, scheme: Qt.ColorScheme) -> None:
        """Show this theme from now on, or follow the system's again."""
        theme.pin(scheme)
        self.state.keep("theme", scheme.name)

    def show_shortcuts(self) -> None:
        """List every shortcut of the menus."""
        lines = [
            f"{action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)}: "
            f"{action.text().replace('&', '').rstrip('…')}"
            for action in self.findChildren(QAction)
            if not action.shortcut().isEmpty() and action.text()
        ]
        lines += [
            self.tr("Enter or Space: the row’s action"),
            self.tr("Ctrl+C: copy the selected rows"),
            self.tr("Tab: the next section"),
        ]
        title = self.tr("Keyboard shortcuts")
        icon = QMessageBox.Icon.NoIcon
        plain_text.message_box(self, icon, title, title, "\n".join(lines)).open()

    def show_about(self) -> None:
        """Name the program and where its records are."""
        details = "\n".join(
            (
                self.tr("Version {version}").replace("{version}", __version__),
                self.tr("Your records: {path}").replace("{path}", str(database.path())),
            )
        )
        title = self.tr("About Calmony Desktop")
        icon = QMessageBox.Icon.NoIcon
        plain_text.message_box(self, icon, title, "Calmony Desktop", details).open()

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

    def _show_other_database(self) -> None:
        self._data_version = database.data_version()
        self.activity_actions.close_all()
        self.detail.show_nothing()
        self.customer_list.search_field.clear()
        self.customer_list.mark_nothing()
        self.refresh()

    def _show_status(self) -> None:
        try:
            count = customers.count()
        except KnownError as error:
            self._status.setText(str(error))
            return
        if self.detail.detail is None and not self.detail.has_problem:
            self.detail.show_nothing(has_customers=count > 0)
        number = formatting.whole_number(count)
        words = self.tr("1 customer") if count == 1 else self.tr("{number} customers")
        demo = self.data_actions.shows_demo
        which = self.tr("Demo company") if demo else self.tr("Local database")
        self._status.setText(f"{which} · {words.replace('{number}', number)}")
        title = self.tr("Calmony Desktop")
        self.setWindowTitle(f"{which} – {title}" if demo else title)

    def _has_customer(self, customer_id: str) -> bool:
        try:
            return customers.exists(customer_id)
        except KnownError:
            return False  # the list already says what is wrong with the file

    def _connect(self) -> None:
        self.customer_list.customer_selected.connect(self.open_customer)
        self.detail.retry_wanted.connect(self.open_customer)
        self.customer_list.import_wanted.connect(self.data_actions.choose_files)
        self.customer_list.demo_wanted.connect(self.data_actions.open_demo)
        self.record_actions.changed.connect(self.refresh)
        self.record_actions.undo_wanted.connect(self.billing_actions.undo_cancellation)
        self.record_actions.menu_made.connect(self.billing_actions.add_to_menu)
        self.billing_actions.changed.connect(self.refresh)
        self.activity_actions.customer_wanted.connect(self.open_customer)
        self.record_actions.download_all_wanted.connect(self.bulk_actions.download_customer)
        self.data_actions.changed.connect(self.refresh)
        self.data_actions.database_switched.connect(self._show_other_database)
        self._watch.timeout.connect(self._look_for_changes)
        self._watch.start(_LOOK_FOR_CHANGES_MS)

    def _lay_out(self) -> None:
        self.setWindowTitle(self.tr("Calmony Desktop"))
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(10)
        self._splitter.setChildrenCollapsible(False)
        self.customer_list.setMinimumWidth(240)
        self.customer_list.setMaximumWidth(420)
        self.detail.setMinimumWidth(560)
        self._splitter.addWidget(self.customer_list)
        self._splitter.addWidget(self.detail)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 3)
        self._splitter.setSizes([326, 960])
        central = QWidget()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(12, 4, 12, 0)
        layout.setSpacing(8)
        layout.addWidget(self._splitter, 1)
        layout.addWidget(self.notices)
        self.setCentralWidget(central)
        self.statusBar().addWidget(self._status)
        self.setMinimumSize(900, 600)
        self.resize(*_SIZE)

    def _restore(self) -> None:
        self.restoreGeometry(self.state.bytes("window/geometry"))
        self._splitter.restoreState(self.state.bytes("window/splitter"))
        self.detail.splitter.restoreState(self.state.bytes("window/sections"))
        self.detail.show_ended.setChecked(self.state.flag("window/ended"))
        for section in self.detail.sections():
            name = section.table.objectName()
            section.table.set_column_widths(self.state.numbers(f"{name}/widths"))
            sort = self.state.numbers(f"{name}/sort")
            if len(sort) == 2 and sort[0] < section.table.records.columnCount():
                order = Qt.SortOrder.DescendingOrder if sort[1] else Qt.SortOrder.AscendingOrder
                section.table.sortByColumn(sort[0], order)
