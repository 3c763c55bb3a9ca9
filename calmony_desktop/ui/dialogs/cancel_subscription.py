"""The question before a subscription is cancelled."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from calmony_desktop.store.subscriptions import SubscriptionToCancel
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.style import formatting


def confirm_cancel(parent: QWidget, subscription: SubscriptionToCancel) -> bool:
    """Name what will be cancelled and what that does; True where the person wants it.

    The default button, and Escape, keep the subscription.
    """
    box = plain_text.message_box(
        parent,
        QMessageBox.Icon.Warning,
        _tr("Cancel Subscription"),
        _tr("Cancel “{plan}” of {customer}?")
        .replace("{customer}", _shortened(_customer(subscription)))
        .replace("{plan}", _shortened(subscription.plan)),
        "\n".join(_what_happens(subscription)),
    )
    keep = box.addButton(_tr("Keep Subscription"), QMessageBox.ButtonRole.RejectRole)
    cancel = box.addButton(_tr("Cancel Subscription"), QMessageBox.ButtonRole.DestructiveRole)
    cancel.setProperty("danger", True)
    cancel.style().polish(cancel)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    box.exec()
    return box.clickedButton() is cancel


def _what_happens(subscription: SubscriptionToCancel) -> list[str]:
    price = formatting.price(
        subscription.amount,
        subscription.currency,
        subscription.interval,
        subscription.interval_count,
    )
    if subscription.next_billing_date is None:
        next_billing = _tr("No next billing date is set.")
    else:
        next_billing = _tr("Next billing date: {date}").replace(
            "{date}", formatting.calendar_date(subscription.next_billing_date)
        )
    return [
        _tr("Subscription: {id}").replace("{id}", _shortened(subscription.id)),
        _tr("Customer: {id}").replace("{id}", _shortened(subscription.customer_id)),
        _tr("Amount: {amount}").replace("{amount}", price),
        next_billing,
        "",
        _tr("It takes effect at once: the customer will not be billed again."),
        _open_invoices(subscription.open_invoices),
    ]


def _open_invoices(count: int) -> str:
    if count == 0:
        return _tr("Invoices that are open stay open; this subscription has none now.")
    if count == 1:
        return _tr("The one open invoice of this subscription stays open.")
    return _tr("The {count} open invoices of this subscription stay open.").replace(
        "{count}", formatting.whole_number(count)
    )


def _customer(subscription: SubscriptionToCancel) -> str:
    return subscription.customer_name or subscription.customer_email or subscription.customer_id


def _shortened(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _tr(text: str) -> str:
    return QCoreApplication.translate("cancel_subscription", text)
