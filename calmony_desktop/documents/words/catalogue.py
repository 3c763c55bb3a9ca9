"""Which words an invoice needs. A language that lacks one does not pass the type checker."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language; what stands in braces is filled in.

    The reasons why no tax is due follow each language's version of article 226 of Directive
    2006/112/EC where it prescribes a wording (reverse charge).
    """

    invoice: str
    paid: str
    paid_on: str
    open: str
    open_due_on: str
    uncollectible: str
    void: str
    void_on: str
    draft: str
    #: Across the page.
    void_watermark: str
    draft_watermark: str

    billed_to: str
    issued: str
    due: str
    service_period: str
    customer: str
    vat_id: str
    tax_id: str

    description: str
    quantity: str
    unit_price: str
    tax_rate: str
    amount: str
    line_discount: str

    subtotal: str
    discount: str
    #: What a provider calls VAT, and what has no name.
    vat: str
    tax: str
    tax_on: str
    includes: str
    adjustments: str
    total: str
    card: str
    credits: str
    amount_due: str

    reverse_charge: str
    customer_exempt: str
    exempt: str
    tax_holiday: str
    partly_exempt: str
    not_subject: str
    zero_rated: str
    outside_scope: str

    note: str
    how_to_pay: str
    reference: str
    terms: str
    registered: str
    page: str
    einvoice: str
