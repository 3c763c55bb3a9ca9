from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from string import Formatter

import pytest

from calmony_desktop.billing.issued_invoice import IssuedTax, Party
from calmony_desktop.documents import formatting
from calmony_desktop.documents.fonts import covers
from calmony_desktop.documents.wording import wording, wording_for
from calmony_desktop.documents.words import ENGLISH, WORDS


def slots(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text)} - {None}


@pytest.mark.parametrize("language", WORDS)
def test_every_language_says_the_same_with_the_same_places_to_fill_in(language):
    for field in fields(ENGLISH):
        word = getattr(WORDS[language], field.name)
        assert word.strip() == word != ""
        assert slots(word) == slots(getattr(ENGLISH, field.name)), field.name
        assert all(map(covers, word.replace(" ", ""))), word


@pytest.mark.parametrize(
    ("tag", "language", "said"),
    [
        ("", "en", "en"),
        ("de", "de", "de"),
        ("de-CH", "de", "de-CH"),
        ("de_AT", "de", "de-AT"),
        ("DE", "de", "de"),
        ("es-419", "es", "es-419"),
        ("fr-XX-nonsense", "fr", "fr"),
        ("pt-BR", "en", "en"),
        ("nonsense", "en", "en"),
        ("../../etc", "en", "en"),
    ],
)
def test_a_language_without_words_is_english(tag, language, said):
    assert wording(tag).words is WORDS[language]
    assert wording(tag).tag == said


def test_an_invoice_is_in_the_buyer_s_language_and_else_in_the_seller_s(invoice):
    spanish = replace(invoice, seller=replace(invoice.seller, language="es"))
    assert wording_for(spanish).tag == "es"
    german = replace(spanish, buyer=replace(invoice.buyer, language="de"))
    assert wording_for(german).tag == "de"
    assert wording_for(invoice).tag == "en"


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        (
            "de",
            "Rechnung KL-2026-0107 Bezahlt am 4. März 2026|Rechnung an|Rechnungsdatum|Fällig am"
            "|Leistungszeitraum|1.–31. März 2026|Kundennummer|USt-IdNr. FR40303265045"
            "|69003 Lyon, Frankreich|Beschreibung Menge Einzelpreis Steuer Betrag"
            "|3 59,00 € 25 % 177,00 €|Zwischensumme 225,60 €|USt. 25 % auf 177,00 € 44,25 €"
            "|Steuerschuldnerschaft des Leistungsempfängers|Gesamtbetrag 272,77 €"
            "|Bezahlt am 4. März 2026, Mastercard mit|Offener Betrag 0,00 €|Seite 1 von 1",
        ),
        (
            "fr",
            "Facture KL-2026-0107 Payée le 4 mars 2026|1–31 mars 2026|N° TVA FR40303265045"
            "|TVA 25 % sur 177,00 €|Autoliquidation|Montant dû 0,00 €|Page 1 sur 1",
        ),
        (
            "es",
            "Factura KL-2026-0107 Pagada el 4 mar 2026|NIF-IVA FR40303265045"
            "|IVA 25 % sobre 177,00 €|Inversión del sujeto pasivo|Importe pendiente 0,00 €",
        ),
        (
            "ja",
            "請求書 KL-2026-0107 2026年3月4日 支払済み|請求先|2026年3月1日～31日|€59.00 25% €177.00"
            "|付加価値税 25%（対象額 €177.00）|リバースチャージ方式|合計 €272.77|1 / 1 ページ",
        ),
        ("en-US", "Paid Mar 4, 2026|Mar 1 – 31, 2026|VAT 25% on €177.00|Reverse charge"),
    ],
)
def test_an_invoice_speaks_the_buyer_s_language(language, shown, invoice, text_of):
    taxes = (*invoice.taxes, IssuedTax("VAT", Decimal(0), 0, 0, "Reverse charge"))
    text = text_of(buyer=replace(invoice.buyer, language=language), taxes=taxes)
    for piece in shown.split("|"):
        assert piece in text


@pytest.mark.parametrize("reason", formatting._EXEMPTIONS)
@pytest.mark.parametrize("language", WORDS)
def test_every_reason_that_an_import_gives_is_worded(reason, language):
    said = formatting.exemption(reason, WORDS[language])
    assert said
    assert formatting.exemption(reason.upper(), WORDS[language]) == said
    assert formatting.exemption(reason.replace(" ", "_"), WORDS[language]) == said
    assert language == "en" or said != formatting.exemption(reason, ENGLISH)


def test_a_reason_nobody_knows_stays_as_it_is():
    assert formatting.exemption("§ 4 Nr. 21 UStG", WORDS["fr"]) == "§ 4 Nr. 21 UStG"


def test_a_tax_with_a_name_of_its_own_keeps_it():
    assert formatting.tax_name("GST", WORDS["de"]) == "GST"
    assert formatting.tax_name("vat", WORDS["de"]) == "USt."
    assert formatting.tax_name("", WORDS["de"]) == "Steuer"


def test_a_payment_method_that_is_no_card_stays_as_it_is():
    assert formatting.payment_method("Bank transfer", WORDS["de"]) == "Bank transfer"
    assert formatting.payment_method("Visa ending 4242", WORDS["ja"]) == "Visa（末尾 4242）"


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("de", "1.234,50\u00a0€"),
        ("de-CH", "EUR\u00a01’234.50"),
        ("fr", "1\u202f234,50\u00a0€"),
        ("ja", "€1,234.50"),
        ("en-GB", "€1,234.50"),
    ],
)
def test_an_amount_is_written_as_the_reader_does(tag, shown):
    assert formatting.amount(123450, "EUR", wording(tag).locale) == shown


def test_yen_have_the_same_sign_for_everybody():
    assert formatting.amount(1200, "JPY", wording("ja").locale) == "¥1,200"


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("en", "9 Mar 2026 – 8 Mar 2027"),
        ("en-US", "Mar 9, 2026\u2009–\u2009Mar 8, 2027"),
        ("de", "9. März 2026\u2009–\u20098. März 2027"),
        ("fr", "9 mars 2026\u2009–\u20098 mars 2027"),
        ("es", "9 mar 2026\u2009–\u20098 mar 2027"),
        ("ja", "2026年3月9日～2027年3月8日"),
    ],
)
def test_a_period_is_written_as_the_reader_does(tag, shown):
    locale = wording(tag).locale
    assert formatting.period(date(2026, 3, 9), date(2027, 3, 8), locale) == shown


def test_a_japanese_address_goes_from_the_large_to_the_small_for_a_japanese_reader():
    party = Party(
        line1="銀座1-2-3",
        line2="青空ビル5階",
        city="中央区",
        region="東京都",
        postal_code="104-0061",
        country="JP",
    )
    assert formatting.address_lines(party, wording("ja").locale) == [
        "〒104-0061",
        "東京都中央区銀座1-2-3",
        "青空ビル5階",
        "日本",
    ]
    assert formatting.address_lines(party, wording("de").locale)[0] == "銀座1-2-3"
