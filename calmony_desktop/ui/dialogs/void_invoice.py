"""The question before an invoice is voided: whose it is, what is not owed any more, and why."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFormLayout, QMessageBox, QWidget

from calmony_desktop.store.rows import InvoiceRow
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.dialogs import questions
from calmony_desktop.ui.style import formatting

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class VoidDecision:
    """It is to be voided, with this note."""

    note: str | None


def confirm_void(parent: QWidget, invoice: InvoiceRow, customer_name: str) -> VoidDecision | None:
    """Name the invoice and what voiding it does; None where it is to be kept."""
    box = plain_text.message_box(
        parent,
        QMessageBox.Icon.Warning,
        translate("void_invoice", "Void invoice"),
        plain_text.filled(
            translate("void_invoice", "Void invoice {number} of {customer}?"),
            customer=plain_text.shortened(customer_name),
            number=plain_text.shortened(invoice.number or invoice.id),
        ),
        "\n".join((*_what_it_is(invoice), "", *_what_it_does(invoice))),
    )
    form = QWidget()
    layout = QFormLayout(form)
    layout.setContentsMargins(0, 8, 0, 8)
    note = questions.note_field()
    layout.addRow(translate("void_invoice", "Note"), note)
    is_wanted = questions.ask(
        box,
        form,
        keep=translate("void_invoice", "Keep invoice"),
        act=translate("void_invoice", "Void invoice"),
    )
    return VoidDecision(questions.note_in(note)) if is_wanted else None


def _what_it_is(invoice: InvoiceRow) -> list[str]:
    issued = translate("void_invoice", "Issued on {date}").replace(
        "{date}", formatting.calendar_date(invoice.issued_on)
    )
    due = translate("void_invoice", "due on {date}").replace(
        "{date}", formatting.calendar_date(invoice.due_on)
    )
    amount = formatting.money(invoice.amount, invoice.currency)
    facts = [amount, issued] if invoice.due_on is None else [amount, issued, due]
    return [" · ".join(facts)]


def _what_it_does(invoice: InvoiceRow) -> list[str]:
    owed = formatting.money(invoice.amount_remaining, invoice.currency)
    sentences = [
        translate("void_invoice", "The customer does not owe {amount} any more.").replace(
            "{amount}", owed
        ),
        translate("void_invoice", "The invoice stays on record with its number, marked as void."),
    ]
    if invoice.subscription_id is not None:
        sentences.append(translate("void_invoice", "Its period is not billed again."))
    return [*sentences, translate("void_invoice", "This cannot be undone.")]
