"""Payment intents with their charges, and their links to invoices, as the provider writes them."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from calmony_desktop.billing.money import round_minor
from calmony_desktop.operations.fill_demo.identifiers import timed_id
from calmony_desktop.operations.fill_demo.records import Invoice, Method, Payment

_CHARGE_STATUSES = {
    "succeeded": "succeeded",
    "processing": "pending",
    "requires_payment_method": "failed",
}


def payment_intent(
    payment: Payment, invoice: Invoice, amount: int, customer_id: str, rng: Random
) -> dict[str, Any]:
    """A payment intent over ``amount`` minor units, with the charge that it made, if any."""
    intent_id = timed_id("pi", 3, payment.created_at, rng)
    method_id = timed_id("pm", 1, payment.created_at, rng)
    description = payment.description.replace("{number}", invoice.number)
    is_canceled = payment.raw_status == "canceled"
    charge = None
    if payment.raw_status in _CHARGE_STATUSES:
        charge = _charge(payment, amount, intent_id, rng)
        charge |= {
            "currency": invoice.currency.lower(),
            "customer": customer_id,
            "description": description,
        }
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": amount,
        "amount_received": amount if payment.raw_status == "succeeded" else 0,
        "canceled_at": invoice.closed_at if is_canceled else None,
        "cancellation_reason": "void_invoice" if is_canceled else None,
        "capture_method": "automatic",
        "created": payment.created_at,
        "currency": invoice.currency.lower(),
        "customer": customer_id,
        "description": description,
        "last_payment_error": _error(payment),
        "latest_charge": charge,
        "livemode": False,
        "metadata": {},
        "next_action": {"type": "use_stripe_sdk"}
        if payment.raw_status == "requires_action"
        else None,
        "payment_method": method_id
        if charge
        else {"id": method_id, "object": "payment_method", **_details(payment.method)},
        "payment_method_types": [payment.method.type],
        "status": payment.raw_status,
    }


def invoice_payment(
    intent: dict[str, Any], payment: Payment, invoice: Invoice, invoice_id: str, rng: Random
) -> dict[str, Any]:
    """The object that says which invoice a payment intent is for."""
    is_paid = payment.raw_status == "succeeded"
    is_open = payment.raw_status in ("processing", "requires_action")
    return {
        "id": timed_id("inpay", 1, payment.created_at, rng),
        "object": "invoice_payment",
        "amount_paid": intent["amount"] if is_paid else None,
        "amount_requested": intent["amount"],
        "created": payment.created_at,
        "currency": intent["currency"],
        "invoice": invoice_id,
        "is_default": payment is invoice.payments[-1],
        "livemode": False,
        "payment": {"payment_intent": intent["id"], "type": "payment_intent"},
        "status": "paid" if is_paid else "open" if is_open else "canceled",
        "status_transitions": {
            "canceled_at": None,
            "paid_at": invoice.closed_at if is_paid else None,
        },
    }


def _charge(payment: Payment, amount: int, intent_id: str, rng: Random) -> dict[str, Any]:
    prefix = "ch" if payment.method.type == "card" else "py"
    refunded = round_minor(Decimal(amount * payment.refunded_percent) / 100)
    code, message = payment.error or (None, None)
    return {
        "id": timed_id(prefix, 3, payment.created_at, rng),
        "object": "charge",
        "amount": amount,
        "amount_captured": amount if payment.raw_status == "succeeded" else 0,
        "amount_refunded": refunded,
        "captured": payment.raw_status == "succeeded",
        "created": payment.created_at,
        "failure_code": code,
        "failure_message": message,
        "livemode": False,
        "metadata": {},
        "paid": payment.raw_status == "succeeded",
        "payment_intent": intent_id,
        "payment_method_details": _details(payment.method),
        "refunded": refunded == amount,
        "status": _CHARGE_STATUSES[payment.raw_status],
    }


def _details(method: Method) -> dict[str, Any]:
    shown = {"brand": method.brand or None, "last4": method.last4 or None}
    return {"type": method.type, method.type: shown}


def _error(payment: Payment) -> dict[str, Any] | None:
    if payment.error is None:
        return None
    code, message = payment.error
    kind = "card_error" if payment.method.type == "card" else "invalid_request_error"
    return {"code": code, "message": message, "type": kind}
