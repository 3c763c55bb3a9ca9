"""The question before a subscription is cancelled: when it ends, and why."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QLineEdit,
    QMessageBox,
    QRadioButton,
    QWidget,
)

from calmony_desktop.billing.cancelling import CancellationReason
from calmony_desktop.operations.cancellation_choices import CancellationChoice, CancellationChoices
from calmony_desktop.store.subscriptions import SubscriptionToCancel
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.style import formatting

translate = QCoreApplication.translate

_LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class CancelDecision:
    """What the person wants."""

    at_period_end: bool
    reason: CancellationReason | None
    note: str | None


def confirm_cancel(parent: QWidget, choices: CancellationChoices) -> CancelDecision | None:
    """Name what will be cancelled and what that does; None where it is to be kept.

    The default button, and Escape, keep the subscription.
    """
    subscription = choices.subscription
    box = plain_text.message_box(
        parent,
        QMessageBox.Icon.Warning,
        translate("cancel_subscription", "Cancel Subscription"),
        plain_text.filled(
            translate("cancel_subscription", "Cancel “{plan}” of {customer}?"),
            customer=plain_text.shortened(subscription.customer_display_name),
            plan=plain_text.shortened(subscription.plan),
        ),
        "\n".join(_what_it_is(subscription)),
    )
    keep = box.addButton(
        translate("cancel_subscription", "Keep Subscription"), QMessageBox.ButtonRole.RejectRole
    )
    cancel = box.addButton(
        translate("cancel_subscription", "Cancel Subscription"),
        QMessageBox.ButtonRole.DestructiveRole,
    )
    cancel.setProperty("danger", True)
    cancel.style().polish(cancel)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    form = _Form(choices)
    _put_above_buttons(box, form)
    box.exec()
    return form.decision() if box.clickedButton() is cancel else None


class _Form(QWidget):
    """At once or at the end of the period, the reason, a note."""

    def __init__(self, choices: CancellationChoices) -> None:
        super().__init__()
        self._at_once = QRadioButton(translate("cancel_subscription", "Now"))
        self._at_period_end = QRadioButton(
            translate("cancel_subscription", "At the end of the period")
        )
        self._at_once.setChecked(True)
        self._at_period_end.setEnabled(choices.at_period_end.is_possible)
        self._reason = QComboBox()
        self._reason.setAccessibleName(translate("cancel_subscription", "Reason"))
        self._reason.addItem(translate("cancel_subscription", "No reason given"), None)
        for reason in CancellationReason:
            self._reason.addItem(translate("cancel_subscription", reason.words), reason.value)
        self._note = QLineEdit()
        self._note.setAccessibleName(translate("cancel_subscription", "Note"))
        self._note.setPlaceholderText(translate("cancel_subscription", "A note, if you like"))
        self._note.setMaxLength(_LONGEST_NOTE)
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 8, 0, 8)
        layout.setVerticalSpacing(6)
        layout.addRow(self._at_once)
        layout.addRow(_explained(choices.at_once))
        layout.addRow(self._at_period_end)
        layout.addRow(_explained(choices.at_period_end))
        layout.addRow(translate("cancel_subscription", "Reason"), self._reason)
        layout.addRow(translate("cancel_subscription", "Note"), self._note)

    def decision(self) -> CancelDecision:
        """What the form says now."""
        reason = self._reason.currentData()
        return CancelDecision(
            at_period_end=self._at_period_end.isChecked(),
            reason=None if reason is None else CancellationReason(reason),
            note=self._note.text().strip() or None,
        )


def _explained(choice: CancellationChoice) -> QWidget:
    label = plain_text.label("\n".join(choice.sentences), tone="muted")
    label.setWordWrap(True)
    label.setContentsMargins(24, 0, 0, 6)
    return label


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


def _what_it_is(subscription: SubscriptionToCancel) -> list[str]:
    price = formatting.price(
        subscription.amount,
        subscription.currency,
        subscription.interval,
        subscription.interval_count,
    )
    if subscription.next_billing_date is None:
        next_billing = translate("cancel_subscription", "No next billing date is set.")
    else:
        next_billing = translate("cancel_subscription", "Next billing date: {date}").replace(
            "{date}", formatting.calendar_date(subscription.next_billing_date)
        )
    return [
        translate("cancel_subscription", "Subscription: {id}").replace(
            "{id}", plain_text.shortened(subscription.id)
        ),
        translate("cancel_subscription", "Customer: {id}").replace(
            "{id}", plain_text.shortened(subscription.customer_id)
        ),
        translate("cancel_subscription", "Amount: {amount}").replace("{amount}", price),
        next_billing,
        "",
        translate(
            "cancel_subscription",
            "“Now” takes effect at once: the customer will not be billed again.",
        ),
        translate("cancel_subscription", "Open invoices stay open."),
    ]
