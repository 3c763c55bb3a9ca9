"""What is in the menus: every action of the window, with its shortcut.

What an action does is looked up when it is triggered: see `window_actions`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from calmony_desktop.ui.section import Section
from calmony_desktop.ui.style import theme

if TYPE_CHECKING:
    from calmony_desktop.ui.customer_detail import CustomerDetailView
    from calmony_desktop.ui.main_window import MainWindow
    from calmony_desktop.ui.menu_bar import Menus

translate = QCoreApplication.translate

Standard = QKeySequence.StandardKey


def fill(menus: Menus, window: MainWindow, detail: CustomerDetailView) -> None:
    """Fill the menus of ``window``, whose right side is ``detail``."""
    _file(window, menus.file)
    _edit(window, detail, menus.edit)
    _view(window, detail, menus.view)
    _tools(window, menus.tools)
    _help(window, menus.help)


def _file(window: MainWindow, menu: QMenu) -> None:
    _add(
        menu,
        translate("menus", "&Import files…"),
        lambda: window.data_actions.choose_files(),
        Standard.Open,
    )
    _add(
        menu,
        translate("menus", "Import a &folder…"),
        lambda: window.data_actions.choose_folder(),
        "Ctrl+Shift+O",
    )
    _add(
        menu,
        translate("menus", "&Export all records…"),
        lambda: window.data_actions.export_records(),
    )
    menu.addSeparator()
    _add(
        menu,
        translate("menus", "Download &all invoices…"),
        lambda: window.bulk_actions.download_period(),
    )
    _add(
        menu,
        translate("menus", "Export table as &CSV…"),
        lambda: window.record_actions.export_focused(),
        "Ctrl+Shift+E",
    )
    menu.addSeparator()
    _add(menu, translate("menus", "&Back up now"), lambda: window.backup_actions.back_up_now())
    _add(menu, translate("menus", "&Save a backup as…"), lambda: window.backup_actions.save_as())
    _add(menu, translate("menus", "&Restore a backup…"), lambda: window.backup_actions.restore())
    menu.addSeparator()
    demo = _add(
        menu, translate("menus", "Open the &demo company"), lambda: window.data_actions.open_demo()
    )
    own = _add(
        menu, translate("menus", "Back to &my records"), lambda: window.data_actions.close_demo()
    )

    def show_which() -> None:
        demo.setVisible(not window.shows_demo)
        own.setVisible(window.shows_demo)

    menu.aboutToShow.connect(show_which)
    show_which()
    menu.addSeparator()
    _add(menu, translate("menus", "&Quit"), window.close, Standard.Quit)


def _edit(window: MainWindow, detail: CustomerDetailView, menu: QMenu) -> None:
    # Text fields and tables copy by themselves; the shortcut is theirs.
    _add(
        menu, translate("menus", "&Copy"), lambda: window.record_actions.copy()
    ).setShortcutVisibleInContextMenu(False)
    _add(menu, translate("menus", "Copy customer &ID"), detail.profile.copy_id, "Ctrl+Shift+C")
    menu.addSeparator()
    _add(
        menu, translate("menus", "&Find customer"), window.customer_list.focus_search, Standard.Find
    )
    _add(menu, translate("menus", "&Go to customer ID…"), window.ask_customer, "Ctrl+G")


def _view(window: MainWindow, detail: CustomerDetailView, menu: QMenu) -> None:
    _add(menu, translate("menus", "&Refresh"), window.refresh, "F5")
    ended = _add(menu, translate("menus", "Show &ended subscriptions"), lambda: None)
    switch = detail.show_ended
    ended.setCheckable(True)
    ended.setChecked(switch.isChecked())
    ended.toggled.connect(switch.setChecked)
    switch.toggled.connect(ended.setChecked)
    menu.addSeparator()
    themes = menu.addMenu(translate("menus", "&Theme"))
    group = QActionGroup(themes)
    for words, scheme in (
        (translate("menus", "As the &system"), Qt.ColorScheme.Unknown),
        (translate("menus", "&Light"), Qt.ColorScheme.Light),
        (translate("menus", "&Dark"), Qt.ColorScheme.Dark),
    ):
        action = _add(themes, words, partial(window.pin_theme, scheme))
        action.setCheckable(True)
        action.setChecked(scheme == theme.pinned())
        group.addAction(action)
    menu.addSeparator()
    sections: tuple[Section[Any], ...] = detail.sections()
    for number, section in enumerate(sections, start=1):
        _add(
            menu,
            translate("menus", "Go to {title}").replace("{title}", section.title),
            section.table.focus_first,
            f"Ctrl+{number}",
        )
    _add(
        menu,
        translate("menus", "Activity of this customer"),
        lambda: window.activity_actions.show_customer(),
        f"Ctrl+{len(sections) + 1}",
    )


def _tools(window: MainWindow, menu: QMenu) -> None:
    _add(
        menu,
        translate("menus", "&Cancel Subscription…"),
        lambda: window.record_actions.cancel_current(),
        "Ctrl+Del",
    )
    _add(
        menu,
        translate("menus", "&Download PDF…"),
        lambda: window.record_actions.download_current(),
        "Ctrl+D",
    )
    _add(
        menu,
        translate("menus", "&Preview invoice"),
        lambda: window.document_actions.preview_current(),
        "Ctrl+P",
    )
    menu.addSeparator()
    _add(
        menu,
        translate("menus", "&Undo cancellation or reinstate"),
        lambda: window.billing_actions.undo_current(),
    )
    _add(
        menu,
        translate("menus", "Record a pa&yment…"),
        lambda: window.billing_actions.record_payment_of_current(),
    )
    _add(menu, translate("menus", "&Void invoice…"), lambda: window.billing_actions.void_current())
    menu.addSeparator()
    _add(menu, translate("menus", "&Run billing…"), lambda: window.billing_actions.run_billing())
    _add(
        menu,
        translate("menus", "P&ending changes…"),
        lambda: window.billing_actions.show_pending_changes(),
    )
    _add(
        menu,
        translate("menus", "&Activity of all customers"),
        lambda: window.activity_actions.show_all(),
        "Ctrl+Shift+A",
    )
    menu.addSeparator()
    _add(
        menu,
        translate("menus", "&Business details…"),
        lambda: window.document_actions.edit_business(),
    )


def _help(window: MainWindow, menu: QMenu) -> None:
    _add(menu, translate("menus", "&User guide"), lambda: window.help_actions.show_guide(), "F1")
    _add(
        menu,
        translate("menus", "&Keyboard shortcuts"),
        lambda: window.help_actions.show_shortcuts(),
        "Ctrl+F1",
    )
    menu.addSeparator()
    _add(
        menu,
        translate("menus", "Copy &diagnostics"),
        lambda: window.help_actions.copy_diagnostics(),
    )
    _add(
        menu, translate("menus", "&About Calmony Desktop"), lambda: window.help_actions.show_about()
    )


def _add(
    menu: QMenu,
    words: str,
    action: Callable[[], object],
    shortcut: str | QKeySequence.StandardKey | None = None,
) -> QAction:
    made = menu.addAction(words)
    made.triggered.connect(lambda _checked=False: action())
    if shortcut is not None:
        made.setShortcut(QKeySequence(shortcut))
    return made
