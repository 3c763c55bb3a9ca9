"""The business's details: typed, checked, seen on an invoice, and kept."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.operations.check_business_details import LARGEST_LOGO, problems
from calmony_desktop.store import activity, business
from calmony_desktop.store.business import BusinessDetails
from calmony_desktop.ui.dialogs.business_details import BusinessDetailsDialog
from calmony_desktop.ui.main_window import MainWindow

Open = Callable[[], BusinessDetailsDialog]


@pytest.fixture
def open_form(window: MainWindow, qtbot: QtBot) -> Open:
    def open_form() -> BusinessDetailsDialog:
        window.document_actions.edit_business()
        dialog = window.findChild(BusinessDetailsDialog)
        assert isinstance(dialog, BusinessDetailsDialog)
        return dialog

    return open_form


def field(dialog: BusinessDetailsDialog, name: str) -> Any:
    return dialog.findChild(QLineEdit, f"seller.{name}")


def save(dialog: BusinessDetailsDialog) -> None:
    box = dialog.findChild(QDialogButtonBox)
    assert isinstance(box, QDialogButtonBox)
    box.button(QDialogButtonBox.StandardButton.Save).click()


def shown_problems(dialog: BusinessDetailsDialog) -> list[str]:
    labels = dialog.findChildren(QLabel)
    return [each.text() for each in labels if each.property("tone") == "danger" and each.text()]


def test_what_is_saved_is_kept_with_an_activity_entry(open_form: Open, qtbot: QtBot) -> None:
    dialog = open_form()
    qtbot.keyClicks(field(dialog, "name"), "Nordlicht Werkstatt GmbH")
    qtbot.keyClicks(field(dialog, "iban"), "DE02 1203 0000 0000 2020 51")
    save(dialog)
    assert not dialog.isVisible()
    assert business.seller().name == "Nordlicht Werkstatt GmbH"
    (entry,) = activity.of_object("business", "1")
    assert entry.after["seller"]["name"] == "Nordlicht Werkstatt GmbH"
    assert entry.before["seller"] == {}


def test_a_wrong_iban_is_said_beside_its_field_and_not_saved(open_form: Open, qtbot: QtBot) -> None:
    dialog = open_form()
    qtbot.keyClicks(field(dialog, "name"), "Nordlicht")
    qtbot.keyClicks(field(dialog, "iban"), "DE02 1203 0000 0000 2020 52")
    assert any("IBAN" in text for text in shown_problems(dialog))
    save(dialog)
    assert dialog.isVisible()
    assert business.seller() == Party()
    dialog.reject()


def test_a_seller_needs_a_name(open_form: Open) -> None:
    dialog = open_form()
    save(dialog)
    assert dialog.isVisible()
    assert shown_problems(dialog)
    dialog.reject()
    assert business.seller() == Party()


def test_the_preview_follows_what_is_typed(open_form: Open, qtbot: QtBot) -> None:
    dialog = open_form()
    qtbot.waitUntil(lambda: len(dialog._preview.pages) == 1)
    before = dialog._preview.pages[0]
    qtbot.keyClicks(field(dialog, "name"), "A Name That Was Not There Before")
    qtbot.waitUntil(lambda: dialog._preview.pages[0] != before)
    dialog.reject()


def test_a_logo_is_kept_small_and_can_be_removed(
    open_form: Open, qtbot: QtBot, tmp_path: Path
) -> None:
    picture = QImage(3000, 1500, QImage.Format.Format_ARGB32)
    picture.fill(QColor("teal"))
    picture.save(str(tmp_path / "logo.png"))
    dialog = open_form()
    dialog.use_logo_file(tmp_path / "logo.png")
    logo = dialog.details().logo
    assert logo is not None
    kept = QImage.fromData(logo)
    assert (kept.width(), kept.height()) == (600, 300)
    qtbot.keyClicks(field(dialog, "name"), "Nordlicht")
    save(dialog)
    assert business.details().logo == logo
    dialog._remove_logo.click()
    assert dialog.details().logo is None


def test_a_logo_that_hardly_compresses_is_made_smaller_until_it_fits(
    open_form: Open, qtbot: QtBot, tmp_path: Path
) -> None:
    noise = random.Random(1).randbytes(600 * 600 * 4)
    QImage(noise, 600, 600, QImage.Format.Format_RGB32).save(str(tmp_path / "noise.png"))
    dialog = open_form()
    dialog.use_logo_file(tmp_path / "noise.png")
    qtbot.keyClicks(field(dialog, "name"), "Nordlicht")
    save(dialog)
    kept = business.details().logo
    assert kept is not None
    assert len(kept) <= LARGEST_LOGO


def test_an_invoice_keeps_the_language_and_page_size_it_was_issued_with(database: Path) -> None:
    business.save(BusinessDetails(Party(name="A"), "UTC", "de", "Letter"))
    issued = business.seller()
    business.save(BusinessDetails(Party(name="A"), "UTC", "fr", "A4"))
    assert (issued.language, issued.page_size) == ("de", "Letter")


def test_a_file_that_is_no_picture_is_said_so(open_form: Open, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_text("not a picture")
    dialog = open_form()
    dialog.use_logo_file(tmp_path / "logo.png")
    assert dialog.details().logo is None
    assert shown_problems(dialog)
    dialog.reject()


def test_escape_gives_the_changes_up(open_form: Open, qtbot: QtBot) -> None:
    dialog = open_form()
    qtbot.keyClicks(field(dialog, "name"), "Nordlicht")
    dialog.reject()
    QApplication.processEvents()
    assert business.seller() == Party()


@pytest.mark.parametrize(
    ("details", "wrong"),
    [
        (Party(name="A", bic="BYLADEM1001"), set()),
        (Party(name="A", bic="NOBIC"), {"bic"}),
        (Party(name="  "), {"name"}),
        (Party(name="A", country="Germany"), {"country"}),
    ],
)
def test_what_cannot_be_right_is_named(details: Party, wrong: set[str]) -> None:
    assert set(problems(BusinessDetails(details, "Europe/Berlin"))) == wrong


def test_an_unknown_time_zone_is_named() -> None:
    assert set(problems(BusinessDetails(Party(name="A"), "Mars/Olympus"))) == {"time_zone"}
