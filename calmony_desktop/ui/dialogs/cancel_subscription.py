"""The question before a subscription is cancelled: when it ends, and why."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QComboBox, QFormLayout, QMessageBox, QRadioButton, QWidget

from calmony_desktop.billing.cancelling import CancellationReason
from calmony_desktop.operations.cancellation_choices import CancellationChoices
from calmony_desktop.store.subscriptions import SubscriptionToCancel
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.dialogs import questions
from calmony_desktop.ui.style import formatting
from calmony_desktop.ui.style.status_badges import badge

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class CancelDecision:
    """What the person wants."""

    at_period_end: bool
    reason: CancellationReason | None
    note: str | None


def confirm_cancel(parent: QWidget, choices: CancellationChoices) -> CancelDecision | None:
    """Name what will be cancelled and what that does; None where it is to be kept."""
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
        _what_it_is(subscription),
    )
    form = _Form(choices)
    is_wanted = questions.ask(
        box,
        form,
        keep=translate("cancel_subscription", "Keep Subscription"),
        act=translate("cancel_subscription", "Cancel Subscription"),
    )
    return form.decision() if is_wanted else None


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
        self._note = questions.note_field()
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 8, 0, 8)
        layout.setVerticalSpacing(6)
        layout.addRow(self._at_once)
        layout.addRow(_explained(choices.at_once.sentences))
        layout.addRow(self._at_period_end)
        layout.addRow(_explained(choices.at_period_end.sentences))
        layout.addRow(plain_text.label(translate("cancel_subscription", "Either way")))
        layout.addRow(_explained(choices.either_way))
        layout.addRow(translate("cancel_subscription", "Reason"), self._reason)
        layout.addRow(translate("cancel_subscription", "Note"), self._note)

    def decision(self) -> CancelDecision:
        """What the form says now."""
        reason = self._reason.currentData()
        return CancelDecision(
            at_period_end=self._at_period_end.isChecked(),
            reason=None if reason is None else CancellationReason(reason),
            note=questions.note_in(self._note),
        )


def _explained(sentences: tuple[str, ...]) -> QWidget:
    label = plain_text.label("\n".join(sentences), tone="muted")
    label.setWordWrap(True)
    label.setContentsMargins(24, 0, 0, 6)
    return label


def _what_it_is(subscription: SubscriptionToCancel) -> str:
    price = formatting.price(
        subscription.amount,
        subscription.currency,
        subscription.interval,
        subscription.interval_count,
    )
    facts = [badge(subscription.status).text, price]
    if subscription.next_billing_date is not None:
        facts.append(
            translate("cancel_subscription", "Next billing date: {date}").replace(
                "{date}", formatting.calendar_date(subscription.next_billing_date)
            )
        )
    if subscription.terms.ends_on is not None:
        facts.append(
            translate("cancel_subscription", "Ends on {date}").replace(
                "{date}", formatting.calendar_date(subscription.terms.ends_on)
            )
        )
    ids = (subscription.id, subscription.customer_id)
    return f"{' · '.join(facts)}\n{' · '.join(map(plain_text.shortened, ids))}"
