"""The business's own details: a form, and beside it an invoice as it will look."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from zoneinfo import available_timezones

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QImage, QImageWriter
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.operations.check_business_details import LARGEST_LOGO, problems
from calmony_desktop.operations.render_invoice import RenderedInvoice
from calmony_desktop.store.business import BusinessDetails
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.dialogs.files import ask_picture
from calmony_desktop.ui.latest_work import LatestWork
from calmony_desktop.ui.pdf_pages import DrawnPages, PdfView, draw_pages

#: Typing pauses this long before the preview is drawn anew.
_PREVIEW_AFTER_MS: Final = 250
_PREVIEW_PIXELS: Final = 1000
#: A logo is printed small; more would only make every invoice heavy.
_LOGO_PIXELS: Final = 600
_LANGUAGES: Final = ("en", "de", "fr", "es", "ja")


class BusinessDetailsDialog(QDialog):
    """Emits the details to be saved; it stays open until they are, or are given up."""

    save_wanted = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        details: BusinessDetails,
        render_sample: Callable[[BusinessDetails], RenderedInvoice],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Business details"))
        self.resize(1080, 760)
        self._render_sample = render_sample
        self._logo = details.logo
        self._fields: dict[str, QLineEdit | QPlainTextEdit] = {}
        self._problems: dict[str, Any] = {}
        self._preview = PdfView()
        self._work = LatestWork(self)
        self._work.finished.connect(self._show_preview)
        self._work.failed.connect(lambda error: self._say_problem(str(error)))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PREVIEW_AFTER_MS)
        self._timer.timeout.connect(self._draw_preview)
        self._country = self._make_countries()
        self._time_zone = self._make_combo(sorted(available_timezones()))
        self._language = QComboBox()
        for code in _LANGUAGES:
            self._language.addItem(QLocale(code).nativeLanguageName(), code)
        self._page_size = QComboBox()
        self._page_size.addItem(self.tr("A4"), "A4")
        self._page_size.addItem(self.tr("US Letter"), "Letter")
        self._remove_logo = QPushButton(self.tr("Remove"))
        self._remove_logo.clicked.connect(lambda: self._use_logo(None))
        self._problem = plain_text.label(tone="danger")
        self._problem.setWordWrap(True)
        self._left_out = plain_text.label(tone="muted")
        self._left_out.setWordWrap(True)
        self._lay_out()
        self._show(details)
        for combo in (self._country, self._time_zone, self._language, self._page_size):
            combo.currentIndexChanged.connect(self._changed)
        self._changed()

    def details(self) -> BusinessDetails:
        """What the form says now."""
        texts = {name: self._text(name) for name in self._fields}
        country = self._country.currentData() or ""
        return BusinessDetails(
            seller=Party(**texts, country=country),
            time_zone=self._time_zone.currentText(),
            language=self._language.currentData(),
            page_size=self._page_size.currentData(),
            logo=self._logo,
        )

    def accept(self) -> None:
        """Save, if nothing is wrong; else say what is, beside its field."""
        found = problems(self.details())
        self._show_problems(found)
        if found:
            first = next(iter(found))
            self._say_problem(found[first])
            if first in self._fields:
                self._fields[first].setFocus()
            return
        self.save_wanted.emit(self.details())

    def saved(self) -> None:
        """The details are kept: close."""
        super().accept()

    def done(self, result: int) -> None:
        """Nothing is drawn any more once the dialog is closed."""
        self._timer.stop()
        self._work.wait()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing gives the changes up, like Escape."""
        self.reject()
        super().closeEvent(event)

    def choose_logo(self) -> None:
        """Ask for a picture and use it, scaled down to what a letterhead needs."""
        path = ask_picture(self, Path.home())
        if path is not None:
            self.use_logo_file(path)

    def use_logo_file(self, path: Path) -> None:
        """Use the picture in this file; say so where it is none."""
        image = QImage(str(path))
        if image.isNull():
            self._say_problem(self.tr("This file is no picture that can be read."))
            return
        if max(image.width(), image.height()) > _LOGO_PIXELS:
            image = image.scaled(
                _LOGO_PIXELS,
                _LOGO_PIXELS,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        # Written anew, so that nothing but the picture itself gets into the database.
        logo = _as_png(image)
        while len(logo) > LARGEST_LOGO:
            image = image.scaledToWidth(
                image.width() * 3 // 4, Qt.TransformationMode.SmoothTransformation
            )
            logo = _as_png(image)
        self._use_logo(logo)

    def _use_logo(self, logo: bytes | None) -> None:
        self._logo = logo
        self._changed()

    def _show(self, details: BusinessDetails) -> None:
        for name, field in self._fields.items():
            text = getattr(details.seller, name)
            if isinstance(field, QPlainTextEdit):
                field.setPlainText(text)
            else:
                field.setText(text)
        self._country.setCurrentIndex(max(self._country.findData(details.seller.country), 0))
        self._time_zone.setCurrentText(details.time_zone)
        self._language.setCurrentIndex(max(self._language.findData(details.language), 0))
        self._page_size.setCurrentIndex(max(self._page_size.findData(details.page_size), 0))

    def _text(self, name: str) -> str:
        field = self._fields[name]
        text = field.toPlainText() if isinstance(field, QPlainTextEdit) else field.text()
        return text.strip()

    def _changed(self) -> None:
        self._remove_logo.setEnabled(self._logo is not None)
        found = problems(self.details())
        # An empty form is not wrong yet; what is typed and cannot be right is.
        self._show_problems({name: text for name, text in found.items() if name != "name"})
        self._problem.clear()
        self._timer.start()

    def _show_problems(self, found: dict[str, str]) -> None:
        for name, label in self._problems.items():
            label.setText(found.get(name, ""))
            label.setVisible(name in found)

    def _say_problem(self, text: str) -> None:
        self._problem.setText(text)

    def _draw_preview(self) -> None:
        details = self.details()

        def draw() -> tuple[DrawnPages, tuple[str, ...]]:
            rendered = self._render_sample(details)
            return draw_pages(rendered.pdf, _PREVIEW_PIXELS), rendered.left_out

        self._work.ask(draw)

    def _show_preview(self, drawn: tuple[DrawnPages, tuple[str, ...]]) -> None:
        pages, left_out = drawn
        self._preview.show_pages(pages.images)
        self._left_out.setText("\n".join(left_out))

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, words in (
            ("name", self.tr("Name")),
            ("line1", self.tr("Street")),
            ("line2", self.tr("Address line 2")),
            ("postal_code", self.tr("Postal code")),
            ("city", self.tr("City")),
            ("region", self.tr("Region")),
        ):
            self._add_field(form, name, words)
        form.addRow(self.tr("Country"), self._country)
        for name, words in (
            ("email", self.tr("Email")),
            ("phone", self.tr("Phone")),
            ("vat_id", self.tr("VAT ID")),
        ):
            self._add_field(form, name, words)
        self._add_field(form, "registration", self.tr("Registration"), lines=2)
        self._add_field(form, "iban", self.tr("IBAN"))
        self._add_field(form, "bic", self.tr("BIC"))
        self._add_field(form, "payment_terms", self.tr("Payment terms"), lines=2)
        form.addRow(self.tr("Logo"), self._logo_buttons())
        form.addRow(self.tr("Time zone"), self._time_zone)
        form.addRow(self.tr("Default language"), self._language)
        form.addRow(self.tr("Page size"), self._page_size)
        body = QWidget()
        body.setLayout(form)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(body)
        splitter = QSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(scroll)
        splitter.addWidget(self._preview)
        splitter.setSizes([480, 600])
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        hint = plain_text.label(
            self.tr("Invoices issued before keep the details they were issued with."), tone="muted"
        )
        hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addWidget(splitter, 1)
        for widget in (hint, self._left_out, self._problem, buttons):
            layout.addWidget(widget)

    def _add_field(self, form: QFormLayout, name: str, words: str, lines: int = 1) -> None:
        field: QLineEdit | QPlainTextEdit
        if lines == 1:
            field = QLineEdit()
            field.setMaxLength(500)
            field.textChanged.connect(self._changed)
        else:
            field = QPlainTextEdit()
            field.setFixedHeight(22 * lines + 14)
            field.setTabChangesFocus(True)
            field.textChanged.connect(self._changed)
        field.setObjectName(f"seller.{name}")
        field.setAccessibleName(words)
        problem = plain_text.label(tone="danger")
        problem.setWordWrap(True)
        problem.hide()
        self._fields[name] = field
        self._problems[name] = problem
        form.addRow(words, field)
        form.addRow("", problem)

    def _logo_buttons(self) -> QWidget:
        choose = QPushButton(self.tr("Choose…"))
        choose.clicked.connect(self.choose_logo)
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(choose)
        layout.addWidget(self._remove_logo)
        layout.addStretch(1)
        return row

    def _make_countries(self) -> QComboBox:
        combo = QComboBox()
        combo.addItem("", "")
        known = {
            QLocale.territoryToCode(each): QLocale.territoryToString(each)
            for each in QLocale.Country
        }
        letters = {code: name for code, name in known.items() if len(code) == 2 and code.isalpha()}
        for code, name in sorted(letters.items(), key=lambda item: item[1]):
            combo.addItem(name, code)
        return combo

    @staticmethod
    def _make_combo(texts: list[str]) -> QComboBox:
        combo = QComboBox()
        combo.setEditable(True)
        combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        combo.addItems(texts)
        return combo


def _as_png(image: QImage) -> bytes:
    png = QBuffer()
    png.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(png, QByteArray(b"PNG")).write(image)
    return bytes(png.data().data())
