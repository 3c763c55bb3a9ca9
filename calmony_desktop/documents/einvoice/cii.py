"""The e-invoice as Cross Industry Invoice (UN/CEFACT D22B), in the order that its schema wants.

Comments name the business terms (BT, BG) of EN 16931.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final
from xml.sax.saxutils import escape

from calmony_desktop.billing.issued_invoice import IssuedInvoice, IssuedLine, Party
from calmony_desktop.billing.money import exponent, to_major
from calmony_desktop.documents.einvoice.figures import Figures, Line, VatSubtotal
from calmony_desktop.documents.einvoice.parties import country, registration_id, vat_id
from calmony_desktop.documents.einvoice.text import clean, clean_lines
from calmony_desktop.documents.einvoice.vat import Vat

PROFILE: Final = "urn:cen.eu:en16931:2017"

_UNECE: Final = "urn:un:unece:uncefact:data:standard"
_NAMESPACES: Final = {
    "rsm": f"{_UNECE}:CrossIndustryInvoice:100",
    "ram": f"{_UNECE}:ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_UNECE}:UnqualifiedDataType:100",
}

# Codes of UNTDID 1001 (document), 4461 (payment means), 5189 (allowance) and UN/ECE Rec 20 (unit).
_INVOICE: Final = "380"
_CREDIT_NOTE: Final = "381"
_CREDIT_TRANSFER: Final = "30"
_SEPA_CREDIT_TRANSFER: Final = "58"
_DISCOUNT: Final = "95"
_PIECE: Final = "C62"

#: VATEX: the code for the reason of an exemption, where a category has only one.
_EXEMPTION_CODES: Final = {"AE": "VATEX-EU-AE", "G": "VATEX-EU-G", "O": "VATEX-EU-O"}


def document(invoice: IssuedInvoice, figures: Figures) -> str:
    """The whole e-invoice."""
    writer = _Writer(invoice, figures)
    namespaces = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
    context = _group(
        "rsm:ExchangedDocumentContext",
        _group("ram:GuidelineSpecifiedDocumentContextParameter", _text("ram:ID", PROFILE)),
    )
    transaction = _group(
        "rsm:SupplyChainTradeTransaction",
        *writer.lines(),
        writer.agreement(),
        # The schema wants it; nothing is known of a delivery.
        "<ram:ApplicableHeaderTradeDelivery/>",
        writer.settlement(),
    )
    content = context + writer.heading() + transaction
    return f"<rsm:CrossIndustryInvoice{namespaces}>{content}</rsm:CrossIndustryInvoice>"


class _Writer:
    """Writes the parts of one invoice."""

    def __init__(self, invoice: IssuedInvoice, figures: Figures) -> None:
        self._invoice = invoice
        self._figures = figures

    def heading(self) -> str:
        """Number, type, date of issue, notes (BT-1, BT-3, BT-2, BG-1)."""
        invoice = self._invoice
        return _group(
            "rsm:ExchangedDocument",
            _text("ram:ID", clean(invoice.number) or invoice.id),
            _text("ram:TypeCode", _CREDIT_NOTE if invoice.is_credit_note else _INVOICE),
            _date("ram:IssueDateTime", invoice.issued_on),
            *(
                _group("ram:IncludedNote", _lines("ram:Content", note))
                for note in (invoice.memo, invoice.footer)
            ),
        )

    def lines(self) -> list[str]:
        """The lines (BG-25)."""
        pairs = zip(self._invoice.lines, self._figures.lines, strict=True)
        return [self._line(at, *pair) for at, pair in enumerate(pairs, start=1)]

    def _line(self, position: int, issued: IssuedLine, line: Line) -> str:
        name, _, description = clean_lines(issued.description).partition("\n")
        price = line.price.scaleb(-exponent(self._invoice.currency))
        return _group(
            "ram:IncludedSupplyChainTradeLineItem",
            _group("ram:AssociatedDocumentLineDocument", _text("ram:LineID", str(position))),
            _group(
                "ram:SpecifiedTradeProduct",
                _text("ram:Name", name),
                _lines("ram:Description", description),
            ),
            _group(
                "ram:SpecifiedLineTradeAgreement",
                _group("ram:NetPriceProductTradePrice", _text("ram:ChargeAmount", _plain(price))),
            ),
            _group(
                "ram:SpecifiedLineTradeDelivery",
                _text("ram:BilledQuantity", _plain(line.quantity), f'unitCode="{_PIECE}"'),
            ),
            _group(
                "ram:SpecifiedLineTradeSettlement",
                _group("ram:ApplicableTradeTax", *_vat(line.vat)),
                _period(issued.period_start_on, issued.period_end_on),
                self._allowance(line.discount) if line.discount else "",
                _group(
                    "ram:SpecifiedTradeSettlementLineMonetarySummation",
                    self._amount("ram:LineTotalAmount", line.net),
                ),
            ),
        )

    def agreement(self) -> str:
        """Seller and buyer (BG-4, BG-7)."""
        seller, buyer = self._invoice.seller, self._invoice.buyer
        # BR-O-02: who is not subject to VAT names no VAT id.
        has_vat = all(each.vat.category != "O" for each in self._figures.vat)
        return _group(
            "ram:ApplicableHeaderTradeAgreement",
            _group(
                "ram:SellerTradeParty",
                _text("ram:Name", seller.name or seller.contact_name),
                _lines("ram:Description", seller.registration),
                _group("ram:SpecifiedLegalOrganization", _text("ram:ID", registration_id(seller))),
                *_contact_and_address(seller),
                _vat_registration(seller) if has_vat else "",
            ),
            _group(
                "ram:BuyerTradeParty",
                _text("ram:ID", self._invoice.customer_id),
                _text("ram:Name", buyer.name or buyer.contact_name),
                *_contact_and_address(buyer),
                _vat_registration(buyer) if has_vat else "",
            ),
        )

    def settlement(self) -> str:
        """How to pay, VAT, period, discounts, terms and totals (BG-16, BG-23, BG-14 and on)."""
        invoice, figures = self._invoice, self._figures
        return _group(
            "ram:ApplicableHeaderTradeSettlement",
            _text("ram:PaymentReference", invoice.number),
            _text("ram:InvoiceCurrencyCode", invoice.currency),
            "" if invoice.is_credit_note else _payment_means(invoice),
            *map(self._vat_subtotal, figures.vat),
            _period(invoice.period_start_on, invoice.period_end_on),
            *(self._allowance(each.allowance, each.vat) for each in figures.vat if each.allowance),
            _group(
                "ram:SpecifiedTradePaymentTerms",
                _lines("ram:Description", invoice.seller.payment_terms),
                _date("ram:DueDateDateTime", invoice.due_on),
            ),
            _group(
                "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
                self._amount("ram:LineTotalAmount", figures.line_total),
                self._amount("ram:AllowanceTotalAmount", figures.allowance_total),
                self._amount("ram:TaxBasisTotalAmount", figures.basis_total),
                self._amount(
                    "ram:TaxTotalAmount", figures.vat_total, f'currencyID="{invoice.currency}"'
                ),
                self._amount("ram:GrandTotalAmount", figures.total),
                self._amount("ram:TotalPrepaidAmount", figures.paid),
                self._amount("ram:DuePayableAmount", figures.due),
            ),
        )

    def _vat_subtotal(self, subtotal: VatSubtotal) -> str:
        """The VAT of one rate or exemption (BG-23)."""
        category = subtotal.vat.category
        # BR-S-10, BR-Z-10: a rate has no reason, not even that of zero.
        reason = "" if category in "SZ" else subtotal.reason
        type_code, category_code, *percent = _vat(subtotal.vat)
        return _group(
            "ram:ApplicableTradeTax",
            self._amount("ram:CalculatedAmount", subtotal.amount),
            type_code,
            _text("ram:ExemptionReason", reason),
            self._amount("ram:BasisAmount", subtotal.basis),
            category_code,
            _text("ram:ExemptionReasonCode", _EXEMPTION_CODES.get(category, "")),
            *percent,
        )

    def _allowance(self, discount: int, vat: Vat | None = None) -> str:
        """A discount on a line (BG-27) or, with its VAT, on the invoice (BG-20)."""
        return _group(
            "ram:SpecifiedTradeAllowanceCharge",
            _group("ram:ChargeIndicator", _text("udt:Indicator", "false")),
            self._amount("ram:ActualAmount", discount),
            _text("ram:ReasonCode", _DISCOUNT),
            _text("ram:Reason", "Discount"),
            _group("ram:CategoryTradeTax", *_vat(vat)) if vat else "",
        )

    def _amount(self, tag: str, minor_units: int, attribute: str = "") -> str:
        """An amount with the currency's decimals, two at most (BR-DEC)."""
        currency = self._invoice.currency
        places = min(exponent(currency), 2)
        return _text(tag, f"{to_major(minor_units, currency):.{places}f}", attribute)


def _contact_and_address(party: Party) -> tuple[str, str]:
    """BG-6 and BG-5 of the seller, BG-9 and BG-8 of the buyer."""
    contact = _group(
        "ram:DefinedTradeContact",
        _text("ram:PersonName", party.contact_name if party.name else ""),
        _group("ram:TelephoneUniversalCommunication", _text("ram:CompleteNumber", party.phone)),
        _group("ram:EmailURIUniversalCommunication", _text("ram:URIID", party.email)),
    )
    address = _group(
        "ram:PostalTradeAddress",
        _text("ram:PostcodeCode", party.postal_code),
        _text("ram:LineOne", party.line1),
        _text("ram:LineTwo", party.line2),
        _text("ram:CityName", party.city),
        _text("ram:CountryID", country(party)),
        _text("ram:CountrySubDivisionName", party.region),
    )
    return contact, address


def _vat_registration(party: Party) -> str:
    return _group("ram:SpecifiedTaxRegistration", _text("ram:ID", vat_id(party), 'schemeID="VA"'))


def _payment_means(invoice: IssuedInvoice) -> str:
    """A transfer to the seller's account, if it is known (BG-16, BG-17)."""
    account = "".join(clean(invoice.seller.iban).split()).upper()
    if not account:
        return ""
    is_iban = re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", account) is not None
    is_sepa = is_iban and invoice.currency == "EUR"
    return _group(
        "ram:SpecifiedTradeSettlementPaymentMeans",
        _text("ram:TypeCode", _SEPA_CREDIT_TRANSFER if is_sepa else _CREDIT_TRANSFER),
        _group(
            "ram:PayeePartyCreditorFinancialAccount",
            _text("ram:IBANID" if is_iban else "ram:ProprietaryID", account),
        ),
        _group(
            "ram:PayeeSpecifiedCreditorFinancialInstitution",
            _text("ram:BICID", invoice.seller.bic),
        ),
    )


def _vat(vat: Vat) -> list[str]:
    """Type, category and, where VAT applies, rate; in a breakdown other elements come between."""
    return [
        _text("ram:TypeCode", "VAT"),
        _text("ram:CategoryCode", vat.category),
        "" if vat.percent is None else _text("ram:RateApplicablePercent", _plain(vat.percent)),
    ]


def _period(start: date | None, end: date | None) -> str:
    """A period of service, both days inclusive (BG-14, BG-26)."""
    if start and end and end < start:
        return ""
    return _group(
        "ram:BillingSpecifiedPeriod",
        _date("ram:StartDateTime", start),
        _date("ram:EndDateTime", end),
    )


def _date(tag: str, day: date | None) -> str:
    if day is None:
        return ""
    return _group(
        tag, _text("udt:DateTimeString", day.isoformat().replace("-", ""), 'format="102"')
    )


def _plain(value: Decimal) -> str:
    """``value`` with the decimals that it needs: neither an exponent nor zeros at the end."""
    text = f"{value or Decimal(0):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _group(tag: str, *children: str) -> str:
    """An element of elements; nothing where there are none."""
    content = "".join(children)
    return f"<{tag}>{content}</{tag}>" if content else ""


def _text(tag: str, text: str, attribute: str = "") -> str:
    """An element of text on one line, nothing where there is none; with ``name="value"``."""
    cleaned = escape(clean(text))
    start = f"{tag} {attribute}" if attribute else tag
    return f"<{start}>{cleaned}</{tag}>" if cleaned else ""


def _lines(tag: str, text: str) -> str:
    """An element of text whose lines stay; nothing where there is none."""
    cleaned = escape(clean_lines(text))
    return f"<{tag}>{cleaned}</{tag}>" if cleaned else ""
