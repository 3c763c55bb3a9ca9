"""What the questions that come before a change have in common."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QGridLayout,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QWidget,
)

translate = QCoreApplication.translate

_LONGEST_NOTE = 500


def note_field() -> QLineEdit:
    """A field for why it is done, which can stay empty."""
    field = QLineEdit()
    field.setAccessibleName(translate("questions", "Note"))
    field.setPlaceholderText(translate("questions", "A note, if you like"))
    field.setMaxLength(_LONGEST_NOTE)
    return field


def note_in(field: QLineEdit) -> str | None:
    """What was noted; None for nothing."""
    return field.text().strip() or None


def ask(box: QMessageBox, form: QWidget | None, *, keep: str, act: str) -> bool:
    """Show the box, with a form above its buttons if there is one; whether the person wants to act.

    The default button, and Escape, keep everything as it is.
    """
    keeps = box.addButton(keep, QMessageBox.ButtonRole.RejectRole)
    acts: QPushButton = box.addButton(act, QMessageBox.ButtonRole.DestructiveRole)
    acts.setProperty("danger", True)
    acts.style().polish(acts)
    box.setDefaultButton(keeps)
    box.setEscapeButton(keeps)
    if form is not None:
        _put_above_buttons(box, form)
    box.exec()
    return box.clickedButton() is acts


def _put_above_buttons(box: QMessageBox, form: QWidget) -> None:
    """Into the message box's own layout: between what it says and its buttons."""
    layout = box.layout()
    buttons = box.findChild(QDialogButtonBox)
    assert isinstance(layout, QGridLayout)
    assert buttons is not None
    layout.removeWidget(buttons)
    row = layout.rowCount()
    layout.addWidget(form, row, 0, 1, layout.columnCount())
    layout.addWidget(buttons, row + 1, 0, 1, layout.columnCount())
