"""What the XML of an invoice says."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from calmony_desktop.billing.issued_invoice import IssuedInvoice, Party
from calmony_desktop.billing.money import exponent
from calmony_desktop.documents.einvoice import make_einvoice, schema
from calmony_desktop.operations.import_records.fields import Fields
from calmony_desktop.operations.import_records.invoice_lines import lines_and_taxes

Kinds = dict[str, IssuedInvoice]
Read = Callable[[IssuedInvoice], Any]

TOTALS = "SpecifiedTradeSettlementHeaderMonetarySummation"


def test_the_profile_is_en_16931(kinds: Kinds, read: Read) -> None:
    assert (
        read(kinds["open"]).one("GuidelineSpecifiedDocumentContextParameter/ID")
        == "urn:cen.eu:en16931:2017"
    )


def test_the_same_invoice_gives_the_same_bytes_in_another_process(kinds: Kinds) -> None:
    code = (
        "import pickle, sys; from calmony_desktop.documents.einvoice import make_einvoice;"
        "invoice = pickle.load(sys.stdin.buffer);"
        "sys.stdout.buffer.write(make_einvoice(invoice).xml)"
    )
    invoice = kinds["every script"]
    other = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(invoice), capture_output=True, check=True
    )
    assert other.stdout == make_einvoice(invoice).xml


def test_the_totals_are_those_of_the_database(kinds: Kinds, read: Read) -> None:
    for name, invoice in kinds.items():
        xml = read(invoice)
        sign = -1 if invoice.total < 0 else 1
        totals = {
            tag: Decimal(xml.one(f"{TOTALS}/{tag}")).scaleb(exponent(invoice.currency)) * sign
            for tag in ("TaxTotalAmount", "GrandTotalAmount", "DuePayableAmount")
        }
        assert totals == {
            "TaxTotalAmount": invoice.tax_amount,
            "GrandTotalAmount": invoice.total,
            "DuePayableAmount": invoice.amount_due,
        }, name


def test_each_line_is_quantity_times_price_less_its_discount(kinds: Kinds, read: Read) -> None:
    for name, invoice in kinds.items():
        xml = read(invoice)
        smallest = Decimal(1).scaleb(-min(exponent(invoice.currency), 2))
        for item in xml.elements("IncludedSupplyChainTradeLineItem"):
            discounts = sum(map(Decimal, item.all("SpecifiedTradeAllowanceCharge/ActualAmount")))
            price = Decimal(item.one("NetPriceProductTradePrice/ChargeAmount"))
            exact = Decimal(item.one("BilledQuantity")) * price - discounts
            rounding = abs(exact - Decimal(item.one("LineTotalAmount")))
            assert rounding <= smallest / 2, name


@pytest.mark.parametrize(
    ("kind", "category", "rate", "code"),
    [
        ("open", "S", "25", []),
        ("rate with decimals", "S", "5.5", []),
        ("reverse charge", "AE", "0", ["VATEX-EU-AE"]),
        ("reverse charge at a rate", "AE", "0", ["VATEX-EU-AE"]),
        ("reverse charge of an old version", "AE", "0", ["VATEX-EU-AE"]),
        ("zero rated with a reason", "Z", "0", []),
        ("export", "G", "0", ["VATEX-EU-G"]),
        ("exempt", "E", "0", []),
        ("not subject to tax", "O", None, ["VATEX-EU-O"]),
        ("no tax", "O", None, ["VATEX-EU-O"]),
    ],
)
def test_the_category_follows_the_rate_or_the_exemption(
    kinds: Kinds, read: Read, kind: str, category: str, rate: str | None, code: list[str]
) -> None:
    (of_line, of_invoice) = read(kinds[kind]).elements("ApplicableTradeTax")
    rates = [] if rate is None else [rate]
    for tax in (of_line, of_invoice):
        assert (tax.one("CategoryCode"), tax.all("RateApplicablePercent")) == (category, rates)
    assert of_invoice.all("ExemptionReasonCode") == code


@pytest.mark.parametrize(
    ("provider_reason", "category"),
    [
        ("reverse_charge", "AE"),
        ("customer_exempt", "E"),
        ("product_exempt", "E"),
        ("product_exempt_holiday", "E"),
        ("not_subject_to_tax", "O"),
        ("zero_rated", "Z"),
        ("excluded_territory", "O"),
    ],
)
def test_the_reasons_that_import_writes_are_understood(
    kinds: Kinds, read: Read, provider_reason: str, category: str
) -> None:
    imported = Fields({"total_taxes": [{"amount": 0, "taxability_reason": provider_reason}]})
    _, (tax,) = lines_and_taxes(imported, "UTC")
    invoice = kinds["reverse charge"]
    taxes = (replace(invoice.taxes[0], exemption_reason=tax["exemption_reason"]),)
    (code, *_) = read(replace(invoice, taxes=taxes)).all("ApplicableTradeTax/CategoryCode")
    assert code == category


def test_an_exemption_says_why(kinds: Kinds, read: Read) -> None:
    xml = read(kinds["exempt for two reasons"])
    assert xml.one("ExemptionReason") == "Exempt; Customer exempt from tax"


def test_what_is_not_subject_to_vat_names_the_register_instead_of_vat_ids(
    kinds: Kinds, read: Read
) -> None:
    xml = read(kinds["not subject to tax"])
    assert xml.all("SpecifiedTaxRegistration") == []
    assert xml.one("SpecifiedLegalOrganization/ID") == "Bolagsverket 556677-8899"


def test_a_negative_total_is_a_credit_note_of_positive_amounts(kinds: Kinds, read: Read) -> None:
    xml = read(kinds["credit note"])
    assert xml.one("ExchangedDocument/TypeCode") == "381"
    assert xml.all("BilledQuantity") == ["1", "-1"]
    assert xml.all("NetPriceProductTradePrice/ChargeAmount") == ["100", "5"]
    assert xml.one(f"{TOTALS}/GrandTotalAmount") == "118.75"
    # The provider has put it on the customer's balance.
    assert xml.one("TotalPrepaidAmount") == "118.75"
    assert xml.one("DuePayableAmount") == "0.00"
    assert xml.all("PayeePartyCreditorFinancialAccount/IBANID") == []


def test_a_line_that_gives_back_has_a_negative_quantity(kinds: Kinds, read: Read) -> None:
    xml = read(kinds["line that gives back"])
    assert xml.one("ExchangedDocument/TypeCode") == "380"
    assert xml.all("BilledQuantity") == ["-3", "1"]
    assert xml.all("NetPriceProductTradePrice/ChargeAmount") == ["6.55667", "177"]


def test_a_discount_stays_with_its_line_or_with_its_rate(kinds: Kinds, read: Read) -> None:
    xml = read(kinds["discounts on both"])
    (of_line, of_invoice) = xml.elements("SpecifiedTradeAllowanceCharge")
    assert of_line.one("ActualAmount") == "10.00"
    assert (of_invoice.one("ActualAmount"), of_invoice.one("CategoryTradeTax/CategoryCode")) == (
        "5.00",
        "S",
    )
    assert of_invoice.one("CategoryTradeTax/RateApplicablePercent") == "25"


def test_prices_that_include_tax_are_stated_without_it(kinds: Kinds, read: Read) -> None:
    xml = read(kinds["tax included, two rates, discounts"])
    assert xml.all("BasisAmount") == ["83.56", "10.60"]
    assert xml.one("AllowanceTotalAmount") == "5.13"
    assert xml.one("GrandTotalAmount") == "110.78"


def test_zero_decimal_currencies_have_no_decimals_and_dinars_two(kinds: Kinds, read: Read) -> None:
    assert read(kinds["yen"]).one("GrandTotalAmount") == "13579"
    assert read(kinds["dinar"]).one("GrandTotalAmount") == "12.96"
    assert read(kinds["krona without decimals"]).one("GrandTotalAmount") == "18600.00"


def test_fractions_of_pieces_and_of_cents_are_exact(kinds: Kinds, read: Read) -> None:
    assert read(kinds["fraction of a piece"]).one("BilledQuantity") == "0.125"
    assert read(kinds["fraction of a cent"]).one("NetPriceProductTradePrice/ChargeAmount") == (
        "0.00035"
    )


def test_dates_are_calendar_dates(kinds: Kinds, read: Read) -> None:
    invoice = replace(kinds["paid, two rates"], issued_on=date(2026, 1, 1), due_on=date(999, 2, 3))
    xml = read(invoice)
    assert xml.one("IssueDateTime/DateTimeString") == "20260101"
    assert xml.one("DueDateDateTime/DateTimeString") == "09990203"
    (of_line, of_invoice) = xml.elements("BillingSpecifiedPeriod")
    for period in (of_line, of_invoice):
        assert period.all("DateTimeString") == ["20260301", "20260331"]


@pytest.mark.parametrize(
    ("kind", "code", "account"),
    [
        ("open", "58", "SE3550000000054910000003"),
        ("in dollars", "30", "SE3550000000054910000003"),
        ("account without an IBAN", "30", "0532013000"),
    ],
)
def test_it_says_how_to_pay(kinds: Kinds, read: Read, kind: str, code: str, account: str) -> None:
    means = read(kinds[kind]).element("SpecifiedTradeSettlementPaymentMeans")
    assert means.one("TypeCode") == code
    accounts = means.all("PayeePartyCreditorFinancialAccount/*")
    assert accounts == [account]


def test_a_long_description_is_a_name_and_what_follows(kinds: Kinds, read: Read) -> None:
    invoice = kinds["open"]
    line = replace(invoice.lines[0], description="  Team plan \r\n\r\nFor Malmö,\tmonthly\n")
    product = read(replace(invoice, lines=(line,))).element("SpecifiedTradeProduct")
    assert product.one("Name") == "Team plan"
    assert product.one("Description") == "For Malmö, monthly"


def test_text_is_never_markup_and_loses_only_what_xml_forbids(kinds: Kinds, read: Read) -> None:
    buyer = Party(name="A\x00 <b>&amp; \ud800\ufffe]]>\nعربي हिन्दी 👩🏽‍🔧", country="FR")
    xml = read(replace(kinds["open"], buyer=buyer))
    assert xml.one("BuyerTradeParty/Name") == "A <b>&amp; ]]> عربي हिन्दी 👩🏽‍🔧"


def test_xml_that_is_not_valid_by_the_schema_is_a_bug() -> None:
    with pytest.raises(etree.DocumentInvalid):
        schema.valid_file("<invoice/>")


def test_making_an_einvoice_imports_no_http_client(kinds: Kinds) -> None:
    code = (
        "import sys; from calmony_desktop.documents.einvoice import schema\n"
        "try: schema.valid_file('<a/>')\n"
        "except Exception: print({'requests', 'facturx', 'lxml'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "{'lxml'}\n"
