"""A field for a calendar date, with a calendar that follows the theme."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QIcon, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QDateEdit, QToolButton, QWidget

from calmony_desktop.ui.style import formatting


class DateField(QDateEdit):
    """Shows dates as the rest of the window does; opens a calendar."""

    def __init__(self, day: date, parent: QWidget | None = None) -> None:
        super().__init__(QDate(day.year, day.month, day.day), parent)
        self.setCalendarPopup(True)
        self.setDisplayFormat(formatting.date_format())
        _use_theme(self.calendarWidget())

    def day(self) -> date:
        """The date that it shows."""
        shown = self.date()
        return date(shown.year(), shown.month(), shown.day())


def _use_theme(calendar: QCalendarWidget) -> None:
    """Qt's own weekends are red and its arrows black, in the dark theme too."""
    weekend = QTextCharFormat()
    weekend.setForeground(calendar.palette().text())
    for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
        calendar.setWeekdayTextFormat(day, weekend)
    for name, arrow in (
        ("qt_calendar_prevmonth", Qt.ArrowType.LeftArrow),
        ("qt_calendar_nextmonth", Qt.ArrowType.RightArrow),
    ):
        button = calendar.findChild(QToolButton, name)
        if button is not None:
            button.setIcon(QIcon())
            button.setArrowType(arrow)
