"""The menu bar, whose menus are empty until the window is painted: see `menus`."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMainWindow, QMenu

translate = QCoreApplication.translate


class Menus(NamedTuple):
    """The menus, from left to right."""

    file: QMenu
    edit: QMenu
    view: QMenu
    tools: QMenu
    help: QMenu


def build(window: QMainWindow) -> Menus:
    """Give the window its menu bar."""
    bar = window.menuBar()
    return Menus(
        bar.addMenu(translate("menus", "&File")),
        bar.addMenu(translate("menus", "&Edit")),
        bar.addMenu(translate("menus", "&View")),
        bar.addMenu(translate("menus", "&Tools")),
        bar.addMenu(translate("menus", "&Help")),
    )
