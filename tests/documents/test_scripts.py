"""Ten scripts on one page: what is drawn can be read back, and nothing in data turns text round."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace

import pypdfium2
import pytest

from calmony_desktop.documents.invoice_pdf import missing_characters, render_invoice


def by_pdftotext(data: bytes) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    return subprocess.run(
        ["pdftotext", "-", "-"], input=data, stdout=subprocess.PIPE, check=True
    ).stdout.decode()


def by_pdfium(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


@pytest.fixture(params=[by_pdftotext, by_pdfium])
def read(request: pytest.FixtureRequest) -> Callable[[bytes], str]:
    """The text of a PDF by a reader, without the marks it adds where the direction changes."""

    def read(data: bytes) -> str:
        return re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", request.param(data))

    return read


def test_names_in_ten_scripts_on_one_page_are_read_back(invoice, names, read):
    lines = tuple(replace(invoice.lines[1], description=name) for name in names.values())
    text = read(render_invoice(replace(invoice, lines=lines)))
    assert [script for script, name in names.items() if name not in text] == []


def test_a_name_in_any_field_is_read_back(invoice, names, read):
    for script, name in names.items():
        buyer = replace(invoice.buyer, name=name, contact_name=name, line1=name)
        seller = replace(invoice.seller, name=name, payment_terms=name)
        changed = replace(invoice, buyer=buyer, seller=seller, memo=name, footer=name)
        text = " ".join(read(render_invoice(changed)).split())
        assert text.count(name) >= 7, (script, text)
        assert missing_characters(changed) == ""


def test_marks_and_ligatures_are_read_back(invoice):
    names = ("شَرِكَةُ الْعُلَا", "שָׁלוֹם עֲלֵיכֶם", "Nguyễn Thị Hạnh", "x̣̃", "ﷲ علاء لله", "श्रीमती क्ष्मा")
    lines = tuple(replace(invoice.lines[1], description=name) for name in names)
    text = by_pdftotext(render_invoice(replace(invoice, lines=lines)))
    assert [name for name in names if name not in text] == []


@pytest.mark.parametrize("control", ["\u202e", "\u2067", "\u200f", "\u200b", "\u00ad", "\ufeff"])
def test_invisible_characters_have_no_effect(control, invoice):
    def with_name(name: str) -> bytes:
        return render_invoice(replace(invoice, buyer=replace(invoice.buyer, name=name)))

    assert with_name(f"Acme{control} 12 {control}GmbH") == with_name("Acme 12 GmbH")


def test_an_operator_of_pdf_in_data_is_text(invoice, text_of):
    operators = ") Tj ET Q /F1 99 Tf (x\\) BT <0041> Tj EMC >>BDC"
    assert operators in text_of(memo=operators)


def test_japanese_is_drawn_in_its_own_form_for_a_japanese_reader(invoice):
    def fonts(language: str, country: str) -> set[str]:
        buyer = replace(invoice.buyer, name="直", language=language, country=country)
        data = render_invoice(replace(invoice, buyer=buyer))
        return {found.decode() for found in re.findall(rb"\+NotoSans(JP|KR|SC)-Regular", data)}

    assert fonts("ja", "FR") == fonts("", "JP") == {"JP"}
    assert fonts("ko", "FR") == fonts("", "KR") == {"KR"}
    assert fonts("zh-TW", "JP") == fonts("en", "JP") == fonts("", "CN") == {"SC"}


def test_a_heap_of_marks_is_no_burden_to_a_reader(invoice):
    name = "Z" + "\u0323\u0301\u0308" * 60 + "oe"
    buyer = replace(invoice.buyer, name=name)
    data = render_invoice(replace(invoice, buyer=buyer))
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    run = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
    assert run.stderr == b""
    assert run.stdout.decode().count("\u0308") == 60
