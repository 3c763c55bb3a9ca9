"""What waits for the first paint of a window."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from calmony_desktop.ui.first_paint import after_first_paint


class Painted(QLabel):
    """Writes down when it is painted."""

    def __init__(self, done: list[str]) -> None:
        super().__init__("Acme")
        self._done = done

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  # Qt's name
        super().paintEvent(event)
        self._done.append("painted")


def test_the_steps_follow_the_first_paint_of_all_that_is_in_the_window_once(qtbot: QtBot) -> None:
    done: list[str] = []
    window = QWidget()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(Painted(done))
    after_first_paint(window, lambda: done.append("first"), lambda: done.append("second"))
    QApplication.processEvents()
    assert done == []
    window.show()
    qtbot.waitUntil(lambda: "second" in done)
    assert done[:1] == ["painted"]
    assert [step for step in done if step != "painted"] == ["first", "second"]
    window.repaint()
    QApplication.processEvents()
    assert done.count("first") == 1
