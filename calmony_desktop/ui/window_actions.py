"""The verbs of the window: each kind is imported and made when it is used first.

Nothing of it is needed to paint the window, and most of it is not needed every day.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMainWindow

from calmony_desktop.ui.notice_bar import NoticeBar
from calmony_desktop.ui.window_state import WindowState

if TYPE_CHECKING:
    from calmony_desktop.ui.activity_actions import ActivityActions
    from calmony_desktop.ui.backup_actions import BackupActions
    from calmony_desktop.ui.billing_actions import BillingActions
    from calmony_desktop.ui.bulk_actions import BulkActions
    from calmony_desktop.ui.customer_detail import CustomerDetailView
    from calmony_desktop.ui.data_actions import DataActions
    from calmony_desktop.ui.document_actions import DocumentActions
    from calmony_desktop.ui.help_actions import HelpActions
    from calmony_desktop.ui.record_actions import RecordActions


class WindowActions(QMainWindow):
    """What is behind the menus, buttons and tables of a window."""

    state: WindowState
    notices: NoticeBar

    @cached_property
    def detail(self) -> CustomerDetailView:
        """The customer who is open."""
        raise NotImplementedError

    def open_customer(self, customer_id: str) -> bool:
        """Show a customer; False where there is none."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Something was written: read everything shown again."""
        raise NotImplementedError

    def show_other_database(self) -> None:
        """Another database file is open now."""
        raise NotImplementedError

    def show_restored(self) -> None:
        """The file holds now what a backup held."""
        raise NotImplementedError

    @cached_property
    def record_actions(self) -> RecordActions:
        """Cancel, download, copy, export."""
        from calmony_desktop.ui.record_actions import RecordActions

        actions = RecordActions(self, self.detail, self.notices, self.state)
        actions.changed.connect(self.refresh)
        actions.undo_wanted.connect(lambda id_: self.billing_actions.undo_cancellation(id_))
        actions.menu_made.connect(
            lambda menu, record: self.billing_actions.add_to_menu(menu, record)
        )
        actions.download_all_wanted.connect(lambda: self.bulk_actions.download_customer())
        return actions

    @cached_property
    def data_actions(self) -> DataActions:
        """Import, export, the demo company."""
        from calmony_desktop.ui.data_actions import DataActions

        actions = DataActions(
            self,
            self.notices,
            self.state,
            lambda title, text: self.record_actions.tell_problem(title, text),
        )
        actions.changed.connect(self.refresh)
        actions.database_switched.connect(self.show_other_database)
        return actions

    @property
    def shows_demo(self) -> bool:
        """Whether the demo company was opened, which only `data_actions` can do."""
        return "data_actions" in vars(self) and self.data_actions.shows_demo

    @cached_property
    def document_actions(self) -> DocumentActions:
        """Business details, and the preview of an invoice."""
        from calmony_desktop.ui.document_actions import DocumentActions

        return DocumentActions(self, self.detail, self.notices, self.record_actions)

    @cached_property
    def backup_actions(self) -> BackupActions:
        """Back up, restore."""
        from calmony_desktop.ui.backup_actions import BackupActions

        actions = BackupActions(self, self.notices, self.state, self.data_actions)
        actions.restored.connect(self.show_restored)
        return actions

    @cached_property
    def bulk_actions(self) -> BulkActions:
        """Download all invoices."""
        from calmony_desktop.ui.bulk_actions import BulkActions

        return BulkActions(self, self.detail, self.notices, self.state, self.data_actions)

    @cached_property
    def billing_actions(self) -> BillingActions:
        """Undo a cancellation, record a payment, void an invoice, run billing."""
        from calmony_desktop.ui.billing_actions import BillingActions

        actions = BillingActions(self, self.detail, self.notices, self.state, self.data_actions)
        actions.changed.connect(self.refresh)
        return actions

    @cached_property
    def activity_actions(self) -> ActivityActions:
        """What was done, and by whom."""
        from calmony_desktop.ui.activity_actions import ActivityActions

        actions = ActivityActions(self, self.detail)
        actions.customer_wanted.connect(self.open_customer)
        return actions

    @cached_property
    def help_actions(self) -> HelpActions:
        """The user guide, shortcuts, diagnostics, what the program is."""
        from calmony_desktop.ui.help_actions import HelpActions

        return HelpActions(self, self.notices)

    def connect_detail(self, detail: CustomerDetailView) -> None:
        """Let the customer who is open be acted on."""
        detail.cancel_wanted.connect(lambda id_: self.record_actions.cancel_subscription(id_))
        detail.download_wanted.connect(lambda id_: self.record_actions.download_invoice(id_))
        detail.import_wanted.connect(lambda: self.data_actions.choose_files())
        detail.demo_wanted.connect(lambda: self.data_actions.open_demo())
        detail.restore_wanted.connect(lambda: self.backup_actions.restore())
        detail.profile.activity_wanted.connect(lambda: self.activity_actions.show_customer())
        detail.invoices.table.doubleClicked.connect(
            lambda _index: self.document_actions.preview_current()
        )
        for section in detail.sections():
            section.table.customContextMenuRequested.connect(
                lambda position, section=section: self.record_actions.show_menu(section, position)
            )
