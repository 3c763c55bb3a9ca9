"""Search results and customers as text for people and as plain values for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from calmony_desktop.billing import money
from calmony_desktop.billing.money import Money
from calmony_desktop.billing.statuses import CAN_STILL_BILL
from calmony_desktop.cli.output import aligned, cell, one_line
from calmony_desktop.store.customer_entry import CustomerEntry
from calmony_desktop.store.rows import (
    CustomerDetail,
    CustomerProfile,
    InvoiceRow,
    PaymentRow,
    SubscriptionRow,
)


def plain_value(value: Any) -> Any:
    """A row, or anything in one, as JSON knows it: dates as YYYY-MM-DD, amounts in minor units."""
    if isinstance(value, Money):
        return value._asdict()
    if is_dataclass(value):
        return {field.name: plain_value(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [plain_value(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def search_text(text: str, entries: Sequence[CustomerEntry], count: int) -> str:
    """The customers found for ``text``, one a line, and how many of ``count`` they are."""
    if not count:
        return f"No customer matches “{one_line(text)}”."
    lines = aligned(
        [
            (
                one_line(entry.id),
                cell(entry.name),
                cell(entry.email),
                "needs attention" if entry.needs_attention else "",
            )
            for entry in entries
        ]
    )
    noun = "customer" if count == 1 else "customers"
    counted = f"{count:,}" if len(entries) == count else f"The first {len(entries):,} of {count:,}"
    return "\n".join([*lines, f"{counted} {noun}."])


def customer_text(detail: CustomerDetail) -> str:
    """What the window shows of a customer, the ended subscriptions in a section of their own."""
    active = [row for row in detail.subscriptions if row.status in CAN_STILL_BILL]
    ended = [row for row in detail.subscriptions if row.status not in CAN_STILL_BILL]
    sections = [
        _profile(detail.customer),
        _section("Payment History", [_payment(row) for row in detail.payments], amount=2),
        _section("Active Subscriptions", [_subscription(row) for row in active], amount=2),
        _section("Invoices", [_invoice(row) for row in detail.invoices], amount=3),
    ]
    if ended:
        rows = [_subscription(row) for row in ended]
        sections.insert(3, _section("Ended Subscriptions", rows, amount=2))
    return "\n\n".join(sections)


def _profile(customer: CustomerProfile) -> str:
    address = (
        customer.line1,
        customer.line2,
        customer.postal_code,
        customer.city,
        customer.region,
        customer.country,
    )
    charge = customer.next_charge
    facts = {
        "Customer": customer.id,
        "Email": customer.email,
        "Phone": customer.phone,
        "Address": ", ".join(part for part in address if part),
        "Tax id": customer.tax_id,
        "Description": customer.description,
        "Customer since": customer.created_on.isoformat(),
        "Total paid": _amounts(customer.total_paid),
        "Open balance": _amounts(customer.open_balance),
        "Next charge": charge and f"{charge.on.isoformat()}, {_amounts(charge.amounts)}",
    }
    rows = [(f"  {label}", one_line(fact)) for label, fact in facts.items() if fact]
    return "\n".join([one_line(customer.display_name), *aligned(rows)])


def _section(title: str, rows: Sequence[Sequence[str]], *, amount: int) -> str:
    lines = aligned(rows, right={amount})
    return "\n".join([f"{title} ({len(rows)})", *(f"  {line}" for line in lines)])


def _payment(row: PaymentRow) -> Sequence[str]:
    return (
        row.created_on.isoformat(),
        one_line(row.id),
        money.plain(row.amount, row.currency),
        row.status,
        cell(row.payment_method),
        cell(row.description or row.failure_message),
    )


def _subscription(row: SubscriptionRow) -> Sequence[str]:
    facts = []
    if row.next_billing_date:
        facts.append(f"next billing date {row.next_billing_date.isoformat()}")
    if row.ends_on:
        facts.append(f"ends on {row.ends_on.isoformat()}")
    elif row.cancel_at_period_end and row.status in CAN_STILL_BILL:
        facts.append("ends with its period")
    return (
        one_line(row.id),
        cell(row.plan),
        f"{money.plain(row.amount, row.currency)}{_every(row.interval, row.interval_count)}",
        row.status,
        ", ".join(facts),
    )


def _invoice(row: InvoiceRow) -> Sequence[str]:
    return (
        row.issued_on.isoformat(),
        one_line(row.id),
        one_line(row.number),
        money.plain(row.amount, row.currency),
        row.status,
        f"due {row.due_on.isoformat()}" if row.due_on else "",
    )


def _amounts(amounts: Iterable[Money]) -> str:
    return " + ".join(money.plain(*amount) for amount in amounts)


def _every(interval: str | None, count: int) -> str:
    """`` / month`` or `` / 3 months``; nothing for a price that is not charged again."""
    if interval is None:
        return ""
    return f" / {interval}" if count == 1 else f" / {count} {interval}s"
