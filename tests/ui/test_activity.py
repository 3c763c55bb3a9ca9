"""The fourth place of a customer: what was done, in the profile and in windows of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from calmony_desktop.store import activity, business, customers
from calmony_desktop.store import database as store
from calmony_desktop.store.activity import ActivityEntry
from calmony_desktop.ui import activity_window
from calmony_desktop.ui.activity_window import ActivityWindow
from calmony_desktop.ui.main_window import MainWindow

from .conftest import ANDERS, BEATRIZ, MARKUP, MARKUP_NAME, Answer

#: 14 March 2026, 23:30 UTC.
LATE = 1_773_531_000
NOTE = "<b>Called</b> & wrote\n" + "x" * 400


@pytest.fixture
def opened(window: MainWindow) -> MainWindow:
    window.open_customer(BEATRIZ)
    return window


def add(operation_id: str, customer_id: str | None = BEATRIZ, **values: object) -> None:
    entry = ActivityEntry(
        operation_id=operation_id,
        at=LATE,
        operator="anna",
        action="cancel_subscription",
        object_kind="subscription",
        object_id=f"sub_{operation_id}",
        customer_id=customer_id,
        before={"status": "active", "next_billing_date": "2026-04-01"},
        after={"status": "canceled", "next_billing_date": None},
    )
    activity.add(replace(entry, **values))  # type: ignore[arg-type]


def link(window: MainWindow) -> QToolButton:
    found = window.findChild(QToolButton, "customerActivity")
    assert isinstance(found, QToolButton)
    return found


def shown_windows(window: MainWindow) -> list[ActivityWindow]:
    return [each for each in window.findChildren(ActivityWindow) if each.isVisible()]


def customer_window(window: MainWindow) -> ActivityWindow:
    window.activity_actions.show_customer()
    return shown_windows(window)[-1]


def window_of_all(window: MainWindow) -> ActivityWindow:
    window.activity_actions.show_all()
    return shown_windows(window)[-1]


def cells(shown: ActivityWindow, row: int = 0) -> list[str]:
    records = shown.table.records
    return [records.index(row, column).data() for column in range(records.columnCount())]


def test_the_profile_says_how_much_was_done_and_when_last(window: MainWindow) -> None:
    with store.writing():
        business.save(replace(business.details(), time_zone="Europe/Madrid"))
        for number in range(1234):
            add(str(number))
    add("other", ANDERS, at=LATE - 86_400)
    window.open_customer(BEATRIZ)
    # In Madrid it was the next day already.
    assert link(window).text() == "Activity · 1,234 entries · 15 Mar 2026"
    assert link(window).accessibleName() == "Activity, 1,234 entries, 15 Mar 2026"
    assert "Last, by anna: Cancelled at once; " in link(window).toolTip()
    assert "(subscription sub_1233)" in link(window).toolTip()
    window.open_customer(ANDERS)
    assert link(window).text() == "Activity · 1 entry · 14 Mar 2026"


def test_the_profile_says_that_nothing_was_done(opened: MainWindow) -> None:
    assert link(opened).text() == "Activity · nothing yet"
    shown = customer_window(opened)
    assert "Nothing was done here yet" in shown.message.words()
    assert shown.message.isVisible()


def test_the_profiles_tooltip_reads_no_markup(window: MainWindow) -> None:
    add("1", note="<img src=/dev/zero>")
    window.open_customer(BEATRIZ)
    assert "<img" not in link(window).toolTip()
    assert "&lt;img src=/dev/zero&gt;" in link(window).toolTip()


def test_the_link_and_the_shortcut_lead_to_the_same_window(
    opened: MainWindow, qtbot: QtBot
) -> None:
    add("1")
    qtbot.mouseClick(link(opened), Qt.MouseButton.LeftButton)
    (shown,) = shown_windows(opened)
    assert shown.windowTitle() == "Activity of Beatriz Salgado Núñez"
    with qtbot.waitActive(opened):
        opened.activateWindow()
    qtbot.keyClick(opened, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert shown_windows(opened) == [shown]
    link(opened).setFocus()
    qtbot.keyClick(link(opened), Qt.Key.Key_Space)
    assert shown_windows(opened) == [shown]


def test_the_link_is_reached_with_tab_and_fits_in_the_narrowest_window(
    opened: MainWindow, qtbot: QtBot
) -> None:
    add("1")
    opened.resize(opened.minimumSize())
    opened.refresh()
    assert link(opened).focusPolicy() & Qt.FocusPolicy.TabFocus
    button, card = link(opened), opened.detail.profile
    qtbot.waitUntil(lambda: button.width() >= button.sizeHint().width())
    corner = button.mapTo(card, QPoint(button.width(), button.height()))
    assert card.rect().contains(corner)


def test_a_cancellation_stands_in_every_place_at_once(opened: MainWindow, answer: Answer) -> None:
    add("old")
    of_customer, of_all = customer_window(opened), window_of_all(opened)
    chosen = of_customer.table.current_id()
    answer("Cancel Subscription")
    opened.record_actions.cancel_subscription("sub_pro")
    assert link(opened).text().startswith("Activity · 2 entries · ")
    assert "Cancelled at once" in cells(of_customer)[2]
    assert cells(of_all)[2] == "Beatriz Salgado Núñez"
    assert "Cancelled at once" in cells(of_all)[3]
    assert of_customer.table.current_id() == chosen == "old"
    opened.billing_actions.undo_cancellation("sub_pro")
    assert "Undid the cancellation" in cells(of_customer)[2]
    assert link(opened).text().startswith("Activity · 3 entries · ")


def test_a_voided_invoice_ends_the_emptiness_of_an_open_window(
    opened: MainWindow, answer: Answer
) -> None:
    shown = customer_window(opened)
    detail = customers.detail(BEATRIZ)
    assert detail is not None
    answer("Void invoice")
    opened.billing_actions.void_invoice(next(row for row in detail.invoices if row.id == "in_open"))
    assert shown.table.isVisible()
    assert "Voided invoice NW-2026-0001" in cells(shown)[2]
    assert "Voided invoice NW-2026-0001" in shown.details.toPlainText()


def test_what_another_program_wrote_appears_by_itself(opened: MainWindow, qtbot: QtBot) -> None:
    shown = customer_window(opened)
    opened._data_version = (0, 0)  # as after a commit of another connection
    add("1")
    qtbot.waitUntil(lambda: shown.table.isVisible())
    assert link(opened).text().startswith("Activity · 1 entry")


def test_an_entry_is_shown_whole_and_as_plain_text(opened: MainWindow) -> None:
    with store.writing():
        business.save(replace(business.details(), time_zone="Europe/Madrid"))
    add("1", reason="too_expensive", note=NOTE, operator="<i>anna</i>")
    shown = customer_window(opened)
    assert cells(shown)[0] == "15 Mar 2026 00:30"
    lines = shown.details.toPlainText().splitlines()
    assert lines[0].startswith("Cancelled at once")
    assert "Reason" not in lines[0]
    text = "\n".join(lines)
    for part in ("<i>anna</i>", "Too expensive", NOTE, BEATRIZ, "Subscription sub_1"):
        assert part in text
    table = [line for line in lines if line]
    status = table.index("Status")
    assert table[status : status + 3] == ["Status", "active", "canceled"]
    assert table[status + 3 :] == ["Next billing date", "1 April 2026", "none"]
    assert not shown.details.horizontalScrollBar().maximum()


def test_the_details_follow_the_keyboard(opened: MainWindow, qtbot: QtBot) -> None:
    add("1")
    add("2")
    shown = customer_window(opened)
    assert "sub_2" in shown.details.toPlainText()
    qtbot.keyClick(shown.table, Qt.Key.Key_Down)
    assert "sub_1" in shown.details.toPlainText()


def test_an_entry_of_another_version_is_shown_all_the_same(opened: MainWindow) -> None:
    add("1", action="merge_accounts", before={"owner_name": "A"}, after={"owner_name": "B"})
    shown = customer_window(opened)
    assert cells(shown)[2] == "Merge accounts"
    assert "Owner name" in shown.details.toPlainText()


def test_enter_in_the_window_of_all_opens_the_customer_and_nothing_else(
    opened: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity_window, "PAGE", 1)
    add("1", BEATRIZ)
    add("2", ANDERS)
    shown = window_of_all(opened)
    qtbot.keyClick(shown.table, Qt.Key.Key_Return)
    assert opened.detail.detail is not None
    assert opened.detail.detail.customer.id == ANDERS
    # Neither “Close” nor “Show older” took the key as well.
    assert shown.isVisible()
    assert len(shown.table.records.rows()) == 1


def test_a_double_click_opens_the_customer_too(opened: MainWindow, qtbot: QtBot) -> None:
    add("1", ANDERS)
    shown = window_of_all(opened)
    table = shown.table
    where = table.visualRect(table.records.index(0, 3)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert opened.detail.detail is not None
    assert opened.detail.detail.customer.id == ANDERS


def test_an_entry_about_no_customer_leads_nowhere(opened: MainWindow, qtbot: QtBot) -> None:
    add("1", None, action="import", after={"customer": {"new": 2, "updated": 0}}, before=None)
    shown = window_of_all(opened)
    assert not shown.open_customer.isEnabled()
    assert cells(shown)[2] == "—"
    qtbot.keyClick(shown.table, Qt.Key.Key_Return)
    assert opened.detail.detail is not None
    assert opened.detail.detail.customer.id == BEATRIZ


def test_older_entries_are_read_on_demand_and_stay(
    opened: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity_window, "PAGE", 2)
    for number in range(4):
        add(str(number))
    shown = customer_window(opened)
    assert [row.id for row in shown.table.records.rows()] == ["3", "2"]
    shown.more.click()
    assert [row.id for row in shown.table.records.rows()] == ["3", "2", "1", "0"]
    # These were all: nobody is sent to look for none.
    assert not shown.more.isVisible()
    add("4")
    opened.refresh()
    assert [row.id for row in shown.table.records.rows()] == ["4", "3", "2", "1"]
    assert shown.more.isVisible()


def test_a_file_that_cannot_be_read_is_said_in_the_window(
    opened: MainWindow, records: Path
) -> None:
    add("1")
    shown = customer_window(opened)
    aside = records.with_name("aside.db")
    records.rename(aside)
    shown.refresh()
    assert "could not be read" in shown.message.words()
    assert "moved, deleted or replaced" in shown.message.words()
    aside.rename(records)
    shown.refresh()
    assert shown.table.isVisible()


def test_a_closed_window_is_gone_and_opens_anew(opened: MainWindow, qtbot: QtBot) -> None:
    add("1")
    customer_window(opened).close()
    qtbot.waitUntil(lambda: not opened.findChildren(ActivityWindow))
    add("2")
    opened.refresh()
    assert len(customer_window(opened).table.records.rows()) == 2


def test_another_database_closes_the_windows_of_the_first(opened: MainWindow) -> None:
    customer_window(opened)
    window_of_all(opened)
    opened.data_actions.database_switched.emit()
    assert shown_windows(opened) == []


def test_the_windows_labels_read_no_markup(window: MainWindow) -> None:
    window.open_customer(MARKUP)
    shown = customer_window(window)
    heading = next(
        each for each in shown.findChildren(QLabel) if each.text() == f"Activity of {MARKUP_NAME}"
    )
    assert heading.textFormat() == Qt.TextFormat.PlainText


def test_everything_in_the_window_has_a_name(opened: MainWindow) -> None:
    add("1")
    shown = customer_window(opened)
    assert shown.table.accessibleName() == "Activity of Beatriz Salgado Núñez"
    assert shown.details.accessibleName() == "Details of the chosen entry"
