"""The card at the top: who the customer is, how they stand, and the way to their activity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from calmony_desktop.billing.money import Money
from calmony_desktop.store.rows import CustomerProfile, NextCharge
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.card import Card
from calmony_desktop.ui.delegates.customer_entry import avatar_tint, initials
from calmony_desktop.ui.plain_text import ElidedLabel
from calmony_desktop.ui.style import countries, formatting, icons, theme

if TYPE_CHECKING:
    from calmony_desktop.store.activity import ActivitySummary

_AVATAR = 60
_NARROW = 780
_IDENTITY_GAP = 6
#: Between a button's edge and its icon, which stands below the figures' first letter.
_BUTTON_PADDING = 10
#: So many characters of what was done last a tooltip shows.
_TOOLTIP = 240


class CustomerProfileCard(Card):
    """Name, email, phone, address, id and since when; paid, owed and the next charge."""

    #: What was done about this customer is wanted.
    activity_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("customerProfile")
        self.setAccessibleName(self.tr("Customer profile"))
        self._customer_id = ""
        self._charge: NextCharge | None = None
        self._is_narrow = False
        self._avatar = _Avatar()
        self._name = ElidedLabel()
        self._name.installEventFilter(self)
        self._name.setFont(theme.weighted(QFont.Weight.DemiBold, 21))
        self._contact = ElidedLabel(tone="muted")
        self._address = ElidedLabel(tone="muted")
        self._id = ElidedLabel(tone="muted")
        self._id.setFont(theme.monospaced())
        self._id.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._since = ElidedLabel(tone="muted")
        #: Where there is no room for it beside the id.
        self._since_below = ElidedLabel(tone="muted")
        self._copy = QToolButton()
        self._copy.setAccessibleName(self.tr("Copy the customer ID"))
        self._copy.setToolTip(self.tr("Copy the customer ID (Ctrl+Shift+C)"))
        self._copy.setText(self.tr("Copy"))
        self._copy.clicked.connect(self.copy_id)
        self._total_paid = _Figure(self.tr("Total paid"))
        self._open_balance = _Figure(self.tr("Open balance"))
        self._next_charge = _Figure(self.tr("Next charge"))
        self._place_soon = QTimer(self)
        self._place_soon.setSingleShot(True)
        self._place_soon.timeout.connect(self._place_since)
        self._activity = QToolButton()
        self._activity.setObjectName("customerActivity")
        self._activity.clicked.connect(self.activity_wanted)
        self._lay_out()

    def show_customer(self, customer: CustomerProfile, *, knows_paid: bool = True) -> None:
        """Fill the card; without ``knows_paid`` what was paid in total follows."""
        self._customer_id = customer.id
        self._avatar.show_customer(customer.id, customer.display_name)
        self._name.setText(customer.display_name)
        email = customer.email if customer.name else None
        unknown = self.tr("No email address") if not customer.email else ""
        self._contact.setText(_between(email or unknown, customer.phone))
        self._address.setText(_address(customer))
        self._address.setVisible(bool(self._address.text()))
        self._id.setText(customer.id)
        since = self.tr("Customer since {date}").replace(
            "{date}", formatting.calendar_date(customer.created_on)
        )
        deleted = self.tr("deleted at the payment provider") if customer.deleted_at else ""
        self._since.setText(f"·   {_between(since, deleted)}")
        self._since_below.setText(_between(since, deleted))
        if knows_paid:
            self._total_paid.show_amounts(customer.total_paid)
        else:
            self._total_paid.show_text("…")
            self._total_paid.setToolTip("")
        self._open_balance.show_amounts(customer.open_balance)
        self._charge = customer.next_charge
        self._show_next_charge()
        self._lay_out_anew()
        self._place_since()

    def _lay_out_anew(self) -> None:
        # Now, and from the inside out: left to Qt, the words are painted where they do not stay.
        for part in (*self._figures(), self):
            layout = part.layout()
            assert layout is not None
            layout.activate()

    def _figures(self) -> tuple[_Figure, _Figure, _Figure]:
        return self._total_paid, self._open_balance, self._next_charge

    def show_activity(self, done: ActivitySummary) -> None:
        """Say how much was done about the customer, and when last."""
        # Not needed before the first customer is open.
        from calmony_desktop.operations.describe_activity import describe_activity

        parts = [self.tr("Activity"), self.tr("nothing yet")]
        last = ""
        if done.newest is not None:
            counted = self.tr("1 entry") if done.count == 1 else self.tr("{number} entries")
            number = formatting.whole_number(done.count)
            date = formatting.calendar_date(done.newest_on)
            parts = [parts[0], counted.replace("{number}", number), date]
            said = plain_text.shortened(describe_activity(done.newest), _TOOLTIP)
            last = plain_text.filled(
                self.tr("Last, by {operator}: {what}"), operator=done.newest.operator, what=said
            )
        hint = self.tr("Who did what, when and why (Ctrl+4)")
        self._activity.setText(" · ".join(parts))
        self._activity.setAccessibleName(", ".join(parts))
        self._activity.setAccessibleDescription(last)
        self._activity.setToolTip(plain_text.tooltip("\n".join(filter(None, (last, hint)))))

    def copy_id(self) -> None:
        """Put the customer's id on the clipboard, where one is shown."""
        if not self.isVisible():
            return
        QApplication.clipboard().setText(self._customer_id)

    def show_icon(self) -> None:
        """Draw the buttons' icons."""
        self._activity.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._activity.setIcon(icons.icon(icons.ACTIVITY, theme.current().accent))
        self._activity.setIconSize(QSize(15, 15))
        self._copy.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self._copy.setIcon(icons.icon(icons.COPY, theme.current().muted))
        self._copy.setIconSize(QSize(13, 13))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The name is as wide as the words have room, whatever the figures take."""
        if event.type() == QEvent.Type.Resize:
            # Not now: a layout that is at work overlooks what changes its height meanwhile.
            self._place_soon.start()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the figures need the room of the initials."""
        super().resizeEvent(event)
        is_narrow = self.width() < _NARROW
        self._avatar.setVisible(not is_narrow)
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._show_next_charge()

    def _place_since(self) -> None:
        beside = (self._id, self._copy, self._since)
        needed = sum(each.sizeHint().width() for each in beside) + 2 * _IDENTITY_GAP
        fits = needed <= self._name.width()
        self._since.setVisible(fits)
        self._since_below.setVisible(not fits)

    def _show_next_charge(self) -> None:
        if self._charge is None:
            self._next_charge.show_text(formatting.NOTHING)
            return
        date = formatting.calendar_date(self._charge.on)
        amounts = [formatting.money(each.amount, each.currency) for each in self._charge.amounts]
        beside = 0 if self._is_narrow else 1
        self._next_charge.show_text(
            " · ".join([date, *amounts[:beside]]), " · ".join(amounts[beside:])
        )

    def _lay_out(self) -> None:
        identity = QHBoxLayout()
        identity.setSpacing(_IDENTITY_GAP)
        identity.addWidget(self._id)
        identity.addWidget(self._copy)
        identity.addWidget(self._since, 1)
        identity.addStretch()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._name)
        words.addWidget(self._contact)
        words.addWidget(self._address)
        words.addLayout(identity)
        words.addWidget(self._since_below)
        words.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(18, 14, 24, 10)
        layout.setSpacing(16)
        layout.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        figures = QHBoxLayout()
        figures.setContentsMargins(_BUTTON_PADDING, 0, 0, 0)
        figures.setSpacing(24)
        for figure in self._figures():
            figures.addWidget(figure, 0, Qt.AlignmentFlag.AlignTop)
        standing = QVBoxLayout()
        standing.setSpacing(2)
        standing.addLayout(figures)
        standing.addStretch(1)
        standing.addWidget(self._activity, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(standing)


class _Figure(QWidget):
    """A small heading over a large figure, with what does not fit beside it below."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self._figure: QLabel = plain_text.label()
        self._figure.setFont(theme.weighted(QFont.Weight.DemiBold, 16))
        self._others: QLabel = plain_text.label(tone="muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(plain_text.label(heading, tone="muted"))
        layout.addWidget(self._figure)
        layout.addWidget(self._others)

    def show_amounts(self, amounts: Sequence[Money]) -> None:
        """One amount a currency: the largest stands out."""
        shown = [formatting.money(each.amount, each.currency) for each in amounts]
        others = shown[1:3]
        if len(shown) > 3:
            more = self.tr("and {count} more").replace("{count}", str(len(shown) - 2))
            others = [shown[1], more]
        self.show_text(shown[0] if shown else formatting.NOTHING, "\n".join(others))
        self.setToolTip(plain_text.tooltip("\n".join(shown)))

    def show_text(self, text: str, others: str = "") -> None:
        """A figure, and what stands below it."""
        self._figure.setText(text)
        self._others.setText(others)
        self._others.setVisible(bool(others))


class _Avatar(QWidget):
    """The customer's initials in a circle."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(_AVATAR, _AVATAR)
        self._customer_id, self._name = "", ""

    def show_customer(self, customer_id: str, name: str) -> None:
        self._customer_id, self._name = customer_id, name
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tint = avatar_tint(self._customer_id, theme.current())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tint.ground)
            painter.drawEllipse(self.rect())
            painter.setFont(theme.weighted(QFont.Weight.DemiBold, 21))
            painter.setPen(tint.text)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, initials(self._name))


def _between(*parts: str | None) -> str:
    return "   ·   ".join(part for part in parts if part)


def _address(customer: CustomerProfile) -> str:
    """The address on one line: street, postal code and city, region, country."""
    place = " ".join(filter(None, (customer.postal_code, customer.city)))
    country = countries.name(customer.country)
    parts = (customer.line1, customer.line2, place, customer.region, country)
    return ", ".join(part for part in parts if part)
