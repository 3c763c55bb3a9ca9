from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from babel import Locale
from babel.numbers import get_currency_symbol
from hypothesis import given
from hypothesis import strategies as st

from calmony_desktop.billing.issued_invoice import Party
from calmony_desktop.billing.money import CURRENCIES, LARGEST_AMOUNT, exponent, parse_major
from calmony_desktop.documents.fonts import covers
from calmony_desktop.documents.formatting import (
    address_lines,
    amount,
    calendar_date,
    exemption,
    iban,
    percentage,
    period,
    quantity,
    tax_id,
    unit_price,
)
from calmony_desktop.documents.words import ENGLISH

EN = Locale("en")


@pytest.mark.parametrize(
    ("minor_units", "currency", "shown"),
    [
        (123450, "EUR", "€1,234.50"),
        (0, "EUR", "€0.00"),
        (-500, "USD", "−$5.00"),
        (14126, "USD", "$141.26"),
        (120000, "JPY", "¥120,000"),
        (1851851, "KWD", "KWD\u00a01,851.851"),
        (500, "KWD", "KWD\u00a00.500"),
        (-1000, "KWD", "−KWD\u00a01.000"),
        (150000, "ISK", "ISK\u00a01,500"),
        (150050, "ISK", "ISK\u00a01,500.50"),
        (370000, "UGX", "UGX\u00a03,700"),
        # Two decimals to the provider, none to CLDR.
        (100050, "HUF", "HUF\u00a01,000.50"),
        (199, "CAD", "CA$1.99"),
        (199, "XCG", "Cg.\u00a01.99"),
        (10**15, "EUR", "€10,000,000,000,000.00"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(minor_units, currency, shown):
    assert amount(minor_units, currency, EN) == shown


@given(
    st.integers(-LARGEST_AMOUNT, LARGEST_AMOUNT),
    st.sampled_from(sorted(CURRENCIES)),
)
def test_an_amount_on_paper_is_the_amount_exactly(minor_units, currency):
    digits = amount(minor_units, currency, EN).replace("−", "-")
    symbol = get_currency_symbol(currency, locale=EN)
    assert parse_major(digits.replace(symbol, "").replace(",", ""), currency) == minor_units


def test_the_symbol_of_every_currency_can_be_drawn():
    for currency in CURRENCIES:
        assert all(map(covers, amount(-1234567, currency, EN))), currency


@pytest.mark.parametrize(
    ("minor_units", "currency", "shown"),
    [
        ("5900", "EUR", "€59.00"),
        ("0.25", "USD", "$0.0025"),
        ("1.5", "JPY", "¥1.5"),
        ("150000", "ISK", "ISK\u00a01,500"),
        ("123456789012.123456789012", "USD", "$1,234,567,890.12123456789012"),
        ("-0.5", "EUR", "−€0.005"),
        ("10.0", "EUR", "€0.10"),
    ],
)
def test_a_unit_price_keeps_fractions_of_a_minor_unit(minor_units, currency, shown):
    assert unit_price(Decimal(minor_units), currency, EN) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("3", "3"),
        ("3.000", "3"),
        ("-1", "−1"),
        ("1200.5", "1,200.5"),
        ("0.000123", "0.000123"),
        ("1234567890123456789012345678901.5", "1,234,567,890,123,456,789,012,345,678,901.5"),
    ],
)
def test_a_quantity_has_the_decimals_it_needs(value, shown):
    assert quantity(Decimal(value), EN) == shown


@pytest.mark.parametrize(
    ("rate", "shown"), [("19", "19%"), ("8.625", "8.625%"), ("0", "0%"), ("5.50", "5.5%")]
)
def test_a_rate_has_the_decimals_it_needs(rate, shown):
    assert percentage(Decimal(rate), EN) == shown


def test_a_date_names_its_month():
    assert calendar_date(date(2026, 11, 1), EN) == "1 Nov 2026"


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        (date(2026, 11, 1), date(2026, 11, 30), "1 Nov – 30 Nov 2026"),
        (date(2026, 3, 9), date(2027, 3, 8), "9 Mar 2026 – 8 Mar 2027"),
        (date(2026, 10, 28), date(2026, 10, 28), "28 Oct 2026"),
        (date(2026, 10, 28), None, "28 Oct 2026"),
        (None, date(2026, 10, 28), "28 Oct 2026"),
        (None, None, ""),
    ],
)
def test_a_period_names_the_year_once_where_it_is_one(start, end, shown):
    assert period(start, end, EN) == shown


@pytest.mark.parametrize(
    ("party", "lines"),
    [
        (
            Party(line1="Speicherstadt 14", city="Hamburg", postal_code="20457", country="DE"),
            ["Speicherstadt 14", "20457 Hamburg", "Germany"],
        ),
        (
            Party(
                line1="1 Market St",
                line2="Suite 3",
                city="San Francisco",
                region="CA",
                postal_code="94105",
                country="US",
            ),
            ["1 Market St", "Suite 3", "San Francisco, CA 94105", "United States"],
        ),
        (
            Party(city="London", postal_code="N1 9GU", country="gb"),
            ["London, N1 9GU", "United Kingdom"],
        ),
        (Party(city="Madrid", region="Madrid", postal_code="28012"), ["28012 Madrid"]),
        (Party(region="Tokyo"), ["Tokyo"]),
        (Party(country="QQ"), ["QQ"]),
        (Party(line1="  "), []),
    ],
)
def test_an_address_shows_what_is_known_in_its_country_s_order(party, lines):
    assert address_lines(party, EN) == lines


@pytest.mark.parametrize(
    ("vat_id", "country", "shown"),
    [
        ("ESB87654321", "ES", "VAT ESB87654321"),
        ("EL123456789", "GR", "VAT EL123456789"),
        ("DE298712345", "", "VAT DE298712345"),
        ("12-3456789", "US", "Tax ID 12-3456789"),
        ("T1234567890123", "JP", "Tax ID T1234567890123"),
        ("", "DE", ""),
    ],
)
def test_a_tax_number_is_called_vat_when_it_begins_with_its_country(vat_id, country, shown):
    assert tax_id(Party(vat_id=vat_id, country=country), ENGLISH) == shown


def test_an_iban_is_grouped_in_fours_however_it_was_written():
    assert iban("DE02 120300000000202051") == "DE02 1203 0000 0000 2020 51"


def test_an_account_number_that_is_no_iban_stays_as_it_was_written():
    assert iban("Account 1234567, sort code 11-22-33") == "Account 1234567, sort code 11-22-33"


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("reverse_charge", "Reverse charge"),
        ("Reverse charge", "Reverse charge"),
        ("Exempt under § 4 No. 21 UStG", "Exempt under § 4 No. 21 UStG"),
    ],
)
def test_a_reason_in_a_provider_s_code_is_spelled_out(reason, shown):
    assert exemption(reason, ENGLISH) == shown


def test_every_currency_has_as_many_decimals_as_its_minor_unit_needs():
    for currency in CURRENCIES:
        digits = amount(1_000_001, currency, EN).rpartition(",")[2]
        assert len(digits.partition(".")[2]) == exponent(currency), currency


@pytest.mark.parametrize(
    ("party", "lines"),
    [
        (
            Party(
                line1="銀座1-2-3",
                city="中央区",
                region="東京都",
                postal_code="104-0061",
                country="JP",
            ),
            ["〒104-0061", "東京都中央区銀座1-2-3", "日本"],
        ),
        (
            Party(line1="5-2 Nishiki-cho", city="Kyoto", postal_code="604-8042", country="JP"),
            ["5-2 Nishiki-cho", "604-8042 Kyoto", "日本"],
        ),
    ],
)
def test_a_japanese_address_goes_from_the_large_to_the_small_in_its_own_letters(
    party: Party, lines: list[str]
) -> None:
    assert address_lines(party, Locale("ja")) == lines
