"""What billing would do, before it does it."""

from __future__ import annotations

from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from calmony_desktop.operations.run_billing import BillingReport
from calmony_desktop.ui import plain_text
from calmony_desktop.ui.style import formatting, theme


class RunBillingDialog(QDialog):
    """The preview, line by line; accepted where the invoices are to be issued."""

    def __init__(self, parent: QWidget, preview: BillingReport) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Run billing"))
        self.resize(760, 520)
        heading = plain_text.label(preview.summary)
        heading.setFont(theme.weighted(QFont.Weight.DemiBold, 15))
        heading.setWordWrap(True)
        hint = plain_text.label(
            self.tr("Nothing is written until you say so. A period is never billed twice."),
            tone="muted",
        )
        text = QPlainTextEdit(as_text(preview))
        text.setReadOnly(True)
        text.setFont(theme.monospaced())
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        text.setAccessibleName(self.tr("What would be billed"))
        has_work = bool(preview.invoices or preview.ended)
        standard = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(standard.Cancel if has_work else standard.Close)
        if has_work:
            issue = buttons.addButton(
                self.tr("Issue invoices") if preview.invoices else self.tr("End subscriptions"),
                QDialogButtonBox.ButtonRole.AcceptRole,
            )
            # Enter alone must not bill anybody.
            issue.setAutoDefault(False)
            buttons.button(standard.Cancel).setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        for widget in (heading, hint, text, buttons):
            layout.addWidget(widget)


def as_text(report: BillingReport) -> str:
    """The report, a line for each thing that was, or would be, done."""
    lines = []
    for each in report.invoices:
        whose = each.customer_name or each.customer_id
        period = (
            f"{formatting.calendar_date(each.period_start_on)} – "
            f"{formatting.calendar_date(each.period_end_on)}"
        )
        amount = formatting.money(each.total, each.currency)
        lines.append("  ".join(filter(None, (each.number, amount, period, each.plan, whose))))
    for notes in (report.ended, report.already_billed, report.refused):
        lines += [f"{note.customer_name or note.customer_id}: {note.sentence}" for note in notes]
    return "\n".join(lines)
