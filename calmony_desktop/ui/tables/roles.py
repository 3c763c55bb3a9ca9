"""What models are asked by and for: apart from the models, which the first paint does without."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What delegates ask for, beyond Qt's own roles."""

    RECORD = Qt.ItemDataRole.UserRole + 1
    TERM = Qt.ItemDataRole.UserRole + 2
