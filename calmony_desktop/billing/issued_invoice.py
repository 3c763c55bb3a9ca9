"""An invoice as it was issued: everything its document shows, from its own snapshot.

Built by ``store.invoices.issued_invoice``, rendered by ``documents``. It never changes with
today's customer or today's business details. What it must be able to say is the list of the
EU VAT Directive 2006/112/EC, article 226.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from calmony_desktop.billing.statuses import InvoiceStatus


@dataclass(frozen=True, slots=True)
class Party:
    """The seller or the buyer of an invoice. Empty text means: not known.

    ``country`` is an ISO 3166-1 alpha-2 code, ``language`` a BCP 47 tag. Bank account, terms,
    registration and logo are a seller's; the first line of ``registration`` is register and number,
    ``logo`` is the SHA-256 of an image that the store keeps, ``page_size`` A4 or Letter.
    """

    name: str = ""
    contact_name: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""
    vat_id: str = ""
    registration: str = ""
    iban: str = ""
    bic: str = ""
    payment_terms: str = ""
    language: str = ""
    logo: str = ""
    page_size: str = ""

    def as_dict(self) -> dict[str, str]:
        """The fields that hold something, ready for JSON; read back by `from_dict`."""
        return {key: value for key, value in asdict(self).items() if value}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Party:
        """A party from `as_dict`; keys this version does not know are left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{key: str(value) for key, value in values.items() if key in known})


@dataclass(frozen=True, slots=True)
class IssuedLine:
    """One line. Amounts are minor units; ``unit_amount`` may have a fraction of one.

    ``amount`` is quantity times unit amount, before ``discount_amount`` (zero or positive) and
    without the tax; ``period_end_on`` is the last day of the service, inclusive.
    """

    description: str
    quantity: Decimal
    unit_amount: Decimal | None
    amount: int
    discount_amount: int = 0
    tax_rate: Decimal | None = None
    period_start_on: date | None = None
    period_end_on: date | None = None


@dataclass(frozen=True, slots=True)
class IssuedTax:
    """The tax of one rate. ``rate`` is a percentage; ``exemption_reason`` says why none is due.

    ``taxable_amount`` and ``amount`` are minor units; None where the provider did not say.
    """

    label: str
    rate: Decimal | None
    taxable_amount: int | None
    amount: int
    exemption_reason: str = ""


@dataclass(frozen=True, slots=True)
class IssuedInvoice:
    """The whole document. Amounts are minor units of ``currency``, dates calendar dates.

    ``subtotal`` is the sum of the lines before ``discount_amount``; ``total`` is what the
    customer was asked for, ``amount_due`` what is left of it.
    """

    id: str
    number: str
    status: InvoiceStatus
    currency: str
    customer_id: str
    issued_on: date
    due_on: date | None
    period_start_on: date | None
    period_end_on: date | None
    paid_on: date | None
    voided_on: date | None
    seller: Party
    buyer: Party
    lines: tuple[IssuedLine, ...]
    taxes: tuple[IssuedTax, ...]
    subtotal: int
    discount_amount: int
    tax_amount: int
    total: int
    amount_paid: int
    amount_due: int
    payment_method: str = ""
    memo: str = ""
    footer: str = ""

    @property
    def buyer_name(self) -> str:
        """What to call the buyer: the first of name, email and customer id that there is."""
        return self.buyer.name or self.buyer.email or self.customer_id

    @property
    def prices_include_tax(self) -> bool:
        """Whether the lines hold their tax already: it explains the total and adds nothing."""
        return self.tax_amount != 0 and self.subtotal - self.discount_amount == self.total

    @property
    def is_credit_note(self) -> bool:
        """Whether the customer gets something back: the provider credits a negative total."""
        return self.total < 0
