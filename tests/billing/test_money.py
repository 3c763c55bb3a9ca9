"""Amounts are read, shown and rounded exactly, in every currency."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmony_desktop.billing import money
from calmony_desktop.errors import KnownError

currencies = st.sampled_from(sorted(money.CURRENCIES))
amounts = st.integers(-money.LARGEST_AMOUNT, money.LARGEST_AMOUNT)

ZERO_DECIMALS = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()
THREE_DECIMALS = "BHD JOD KWD OMR TND".split()


@pytest.mark.parametrize("currency", ZERO_DECIMALS)
def test_a_currency_without_minor_units_is_charged_in_whole_units(currency: str) -> None:
    assert money.exponent(currency) == money.shown_exponent(currency) == 0
    assert money.plain(1440, currency) == f"1,440 {currency}"
    assert money.parse_major("1440.00", currency) == 1440


@pytest.mark.parametrize("currency", THREE_DECIMALS)
def test_a_dinar_has_a_thousand_minor_units(currency: str) -> None:
    assert money.exponent(currency) == money.shown_exponent(currency) == 3
    assert money.plain(1440, currency) == f"1.440 {currency}"
    assert money.parse_major("19.5", currency) == 19_500


@pytest.mark.parametrize("currency", ["ISK", "UGX"])
def test_a_currency_may_be_charged_with_decimals_and_shown_without(currency: str) -> None:
    assert money.exponent(currency) == 2
    assert money.shown_exponent(currency) == 0
    assert money.plain(500_00, currency) == f"500 {currency}"


def test_decimals_that_are_there_are_never_hidden() -> None:
    assert money.plain(500_07, "ISK") == "500.07 ISK"


@pytest.mark.parametrize("currency", sorted(money.CURRENCIES - {*ZERO_DECIMALS, *THREE_DECIMALS}))
def test_every_other_currency_has_two_decimals(currency: str) -> None:
    assert money.exponent(currency) == 2


def test_every_currency_of_iso_4217_is_known_but_for_metals_funds_and_withdrawn_ones(
    shared_data: Path,
) -> None:
    iso = json.loads((shared_data / "currencies_iso.json").read_text("utf-8"))
    unknown = {currency["iso_code"] for currency in iso.values()} - money.CURRENCIES
    assert unknown == set("BYR CLF CUC SKK XAG XAU XBA XBB XBC XBD XDR XPD XPT XTS ZMK".split())


@pytest.mark.parametrize("text", ["eur", "EUR", " Eur "])
def test_a_currency_code_is_known_in_any_case(text: str) -> None:
    assert money.normalize_currency(text) == "EUR"


@pytest.mark.parametrize("text", ["", "EURO", "€", "EU", "XAU", "XTS", "EUR USD", "ＥＵＲ"])
def test_what_is_no_currency_code_is_refused(text: str) -> None:
    with pytest.raises(KnownError, match="is not a currency code"):
        money.normalize_currency(text)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("19.00", 19_00),
        ("19", 19_00),
        ("19.5", 19_50),
        ("1,000.00", 1_000_00),
        ("1.000,00", 1_000_00),
        ("1,234,567.89", 1_234_567_89),
        ("1.234.567,89", 1_234_567_89),
        ("1,234,567", 1_234_567_00),
        ("0,25", 25),
        (".5", 50),
        (",5", 50),
        ("1440.00", 1_440_00),
        ("1 440,5", 1_440_50),
        ("1\u00a0440,50", 1_440_50),
        ("1\u202f234\u202f567,00", 1_234_567_00),
        ("1'234.50", 1_234_50),
        ("-19.00", -19_00),
        ("- 19.00", -19_00),
        ("+19.00", 19_00),
        ("-0.00", 0),
        (" 19.00 ", 19_00),
        ("19.0000", 19_00),
        ("0.100", 10),
        ("1,440", 1_440_00),
    ],
)
def test_an_amount_in_major_units_is_read_as_it_was_meant(text: str, amount: int) -> None:
    assert money.parse_major(text, "EUR") == amount


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        ".",
        "abc",
        "19.00 EUR",
        "€19",
        "1e3",
        "NaN",
        "Infinity",
        "0x10",
        "1_000",
        "(19.00)",
        "19.00-",
        "--5",
        "1,,000",
        "1,00,00",
        "1,000,00",
        "12,34.56",
        "1234,567.89",
        "1.000,000.00",
        "1.0.0",
        "1 2 3",
        "10 20",
        "1'23",
        "٣",
        "１９",
        "=1+1",
    ],
)
def test_what_is_no_amount_is_refused_rather_than_guessed(text: str) -> None:
    with pytest.raises(KnownError, match="is not an amount"):
        money.parse_major(text, "EUR")


@pytest.mark.parametrize(
    ("text", "currency"), [("0.001", "EUR"), ("0.5", "JPY"), ("1.2345", "KWD")]
)
def test_more_decimals_than_the_currency_has_are_refused(text: str, currency: str) -> None:
    with pytest.raises(KnownError, match=f"more decimals than {currency} has"):
        money.parse_major(text, currency)


def test_a_comma_before_three_digits_is_ambiguous_where_the_currency_has_three_decimals() -> None:
    with pytest.raises(KnownError, match="read in two ways"):
        money.parse_major("1,440", "KWD")
    assert money.parse_major("1.440", "KWD") == 1_440
    assert money.parse_major("0,250", "KWD") == 250
    assert money.parse_major("1,440.000", "KWD") == 1_440_000


def test_an_amount_beyond_all_reason_is_refused() -> None:
    assert money.parse_major("10000000000000.00", "EUR") == money.LARGEST_AMOUNT
    with pytest.raises(KnownError, match="too large"):
        money.parse_major("10000000000000.01", "EUR")


@pytest.mark.parametrize("text", ["9" * 10_000, "0." + "1" * 10_000, "1" + ",000" * 5_000])
def test_an_endless_number_is_refused_as_well(text: str) -> None:
    with pytest.raises(KnownError):
        money.parse_major(text, "EUR")


@given(amount=amounts, currency=currencies)
def test_what_is_shown_reads_back_as_the_same_amount(amount: int, currency: str) -> None:
    shown, code = money.plain(amount, currency).split(" ")
    assert code == currency
    assert money.parse_major(shown, currency) == amount


@given(amount=amounts, currency=currencies)
def test_major_units_are_exact(amount: int, currency: str) -> None:
    assert money.to_major(amount, currency) * 10 ** money.exponent(currency) == amount
    written = f"{money.to_major(amount, currency):f}"
    assert money.parse_major(written, currency) == amount


@given(amount=amounts, currency=currencies)
def test_the_shown_parts_add_up_to_the_amount(amount: int, currency: str) -> None:
    negative, whole, digits = money.shown_parts(amount, currency)
    value = Decimal(f"{whole}.{digits or 0}")
    assert (-value if negative else value) == money.to_major(amount, currency)


@given(text=st.text(st.sampled_from("0123456789., '-+"), max_size=20), currency=currencies)
def test_no_text_is_read_as_an_amount_of_other_digits(text: str, currency: str) -> None:
    try:
        amount = money.parse_major(text, currency)
    except KnownError:
        return
    digits = "".join(character for character in text if character.isdigit()).strip("0")
    assert str(abs(amount)).strip("0") == digits


@given(text=st.text(), currency=currencies)
def test_any_text_is_an_amount_or_a_known_error(text: str, currency: str) -> None:
    with suppress(KnownError):
        assert abs(money.parse_major(text, currency)) <= money.LARGEST_AMOUNT


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.5", 1), ("1.5", 2), ("2.5", 3), ("-0.5", -1), ("2.4999999999999999999999999999", 2)],
)
def test_half_a_minor_unit_rounds_away_from_zero(value: str, rounded: int) -> None:
    assert money.round_minor(Decimal(value)) == rounded


def test_rounding_keeps_every_digit_of_a_long_product() -> None:
    assert money.round_minor(Decimal("1234567890123456789012345678901234567.5")) == (
        1234567890123456789012345678901234568
    )
