"""One entry of the activity trail, with all that it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTableFormat,
)
from PySide6.QtWidgets import QFrame, QTextEdit

from calmony_desktop.errors import KnownError
from calmony_desktop.operations.describe_activity import describe_activity
from calmony_desktop.operations.describe_changes import (
    Change,
    instant_in_words,
    read_changes,
    reason_in_words,
)
from calmony_desktop.store.activity import ActivityRow
from calmony_desktop.ui.style import theme
from calmony_desktop.ui.tables import activity

_MARGIN = 12
_CELL_PADDING = 4


class ActivityDetails(QTextEdit):
    """What was done, when, by whom, why, and what it changed, to read and to copy.

    The text is put in piece by piece, so that nothing in it is ever read as markup.
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[ActivityRow, str] | None = None
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setObjectName("activityDetails")
        self.setAccessibleName(self.tr("Details of the chosen entry"))
        self.document().setDocumentMargin(_MARGIN)

    def show_entry(self, entry: ActivityRow | None, time_zone: str) -> None:
        """Show this entry, or nothing; times are in ``time_zone`` (an IANA name)."""
        shown = None if entry is None else (entry, time_zone)
        if shown != self._shown:
            self._shown = shown
            self._write()

    def changeEvent(self, event: QEvent) -> None:
        """The text carries the theme's colours, so a new theme writes it anew."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._write()

    def _write(self) -> None:
        self.clear()
        if self._shown is None:
            return
        entry, time_zone = self._shown
        cursor = self.textCursor()
        # Reason and note stand below, each on its own.
        sentence = describe_activity(replace(entry, reason=None, note=None))
        beside_tables = QTextBlockFormat()
        beside_tables.setLeftMargin(_CELL_PADDING)
        cursor.setBlockFormat(beside_tables)
        cursor.insertText(sentence, _heading())
        self._write_table(cursor, self._facts(entry, time_zone), (36, 64))
        try:
            changes = read_changes(entry)
        except KnownError as error:
            cursor.insertText(str(error), _plain())
        else:
            self._write_changes(cursor, entry, changes)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _facts(self, entry: ActivityRow, time_zone: str) -> list[tuple[str, ...]]:
        kind = entry.object_kind.replace("_", " ").capitalize()
        of_customer = (activity.customer_name(entry), entry.customer_id or "")
        facts = [
            (self.tr("When"), instant_in_words(entry.at, time_zone)),
            (self.tr("Who"), entry.operator),
            (self.tr("Reason"), reason_in_words(entry.reason) if entry.reason else ""),
            (self.tr("Note"), entry.note or ""),
            (self.tr("Customer"), "\n".join(dict.fromkeys(of_customer))),
            # An import, a handover or the business has no id that a person would know.
            (self.tr("About"), f"{kind} {entry.object_id}" if entry.customer_id else ""),
        ]
        return [fact for fact in facts if fact[1]]

    def _write_changes(
        self, cursor: QTextCursor, entry: ActivityRow, changes: Sequence[Change]
    ) -> None:
        if entry.action == "import_conflict":
            titles = (self.tr("Field"), self.tr("Here"), self.tr("In the file"))
        else:
            titles = (self.tr("Field"), self.tr("Before"), self.tr("After"))
        changed = [
            (each.field, each.before, each.after or "")
            for each in changes
            if each.before is not None
        ]
        told = [(each.field, each.after or "") for each in changes if each.before is None]
        if changed:
            self._write_table(cursor, changed, (36, 32, 32), titles)
        if told:
            self._write_table(cursor, told, (36, 64))

    @staticmethod
    def _write_table(
        cursor: QTextCursor,
        rows: Sequence[tuple[str, ...]],
        percentages: Iterable[int],
        titles: tuple[str, ...] = (),
    ) -> None:
        table_format = QTextTableFormat()
        table_format.setBorder(0)
        table_format.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
        table_format.setCellSpacing(0)
        table_format.setCellPadding(_CELL_PADDING)
        table_format.setTopMargin(12)
        table_format.setHeaderRowCount(1 if titles else 0)
        table_format.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        table_format.setColumnWidthConstraints(
            [QTextLength(QTextLength.Type.PercentageLength, each) for each in percentages]
        )
        lines = [titles, *rows] if titles else list(rows)
        table = cursor.insertTable(len(lines), len(lines[0]), table_format)
        for number, line in enumerate(lines):
            is_title = bool(titles) and number == 0
            for column, text in enumerate(line):
                style = _title() if is_title else _muted() if column == 0 else _plain()
                table.cellAt(number, column).firstCursorPosition().insertText(text, style)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.setBlockFormat(QTextBlockFormat())


def _plain() -> QTextCharFormat:
    return _style(theme.current().text)


def _muted() -> QTextCharFormat:
    return _style(theme.current().muted)


def _title() -> QTextCharFormat:
    return _style(theme.current().muted, QFont.Weight.DemiBold, 12)


def _heading() -> QTextCharFormat:
    return _style(theme.current().text, QFont.Weight.DemiBold, 14)


def _style(
    color: QColor, weight: QFont.Weight = QFont.Weight.Normal, pixels: int = 13
) -> QTextCharFormat:
    style = QTextCharFormat()
    style.setFont(theme.weighted(weight, pixels))
    style.setForeground(color)
    return style
