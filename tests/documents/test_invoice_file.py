"""The file itself: the same everywhere, everything inside it, nothing active."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import DictionaryObject, IndirectObject

from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.documents.invoice_pdf import PageSize, render_invoice

MARKED = [InvoiceStatus.PAID, InvoiceStatus.VOID]

RENDER = """
import hashlib, importlib.util, sys
spec = importlib.util.spec_from_file_location("fixtures", sys.argv[1])
fixtures = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fixtures)
from dataclasses import replace
from calmony_desktop.documents.invoice_pdf import render_invoice
invoice = fixtures.invoice.__wrapped__()
if sys.argv[2] == "warm":
    render_invoice(replace(invoice, memo="\u0915\u094d\u0937 \u0644\u0627 \u682a"))
lines = [replace(invoice.lines[0], description=name) for name in fixtures.NAMES.values()]
invoice = replace(invoice, lines=tuple(lines))
for language in ("", "de", "ja"):
    changed = replace(invoice, buyer=replace(invoice.buyer, language=language))
    data = render_invoice(changed, logo=fixtures.LOGO, einvoice_xml=b"<invoice/>")
    print(hashlib.sha256(data).hexdigest())
"""


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(data), strict=True)


def objects(reader: pypdf.PdfReader) -> list[object]:
    numbers = range(1, reader.trailer["/Size"])
    return [IndirectObject(number, 0, reader).get_object() for number in numbers]


def test_the_same_invoice_gives_the_same_bytes_again(invoice):
    first = render_invoice(invoice)
    render_invoice(replace(invoice, number="Ω 2", status=InvoiceStatus.VOID))
    assert render_invoice(invoice) == first


def test_the_same_invoice_gives_the_same_bytes_in_any_process_and_surroundings(tmp_path):
    (tmp_path / ".reportlab_settings").write_text("invariant = 0\nuseA85 = 1\n")
    (tmp_path / "reportlab_settings.py").write_text("ttfAsciiReadable = 0\nuseA85 = 1\n")
    odd = {
        "HOME": str(tmp_path),
        "PYTHONPATH": str(tmp_path),
        "PYTHONHASHSEED": "7",
        "RL_ttfAsciiReadable": "0",
        "RL_canvas_basefontname": "Courier",
        "SOURCE_DATE_EPOCH": "1",
        "TZ": "Pacific/Kiritimati",
        "LANG": "ja_JP.UTF-8",
        "LC_ALL": "de_DE.UTF-8",
    }
    root = Path(__file__).resolve().parents[2]
    fixtures = Path(__file__).with_name("conftest.py")
    hashes = set()
    for changes in ({"PYTHONHASHSEED": "1", "PYTHONPATH": ""}, odd):
        path = os.pathsep.join(filter(None, (changes["PYTHONPATH"], str(root))))
        environment = os.environ | changes | {"PYTHONPATH": path}
        warm = "warm" if changes is odd else "cold"
        command = [sys.executable, "-c", RENDER, str(fixtures), warm]
        hashes.add(subprocess.check_output(command, env=environment, cwd=tmp_path))
    assert len(hashes) == 1


def test_invoices_made_at_the_same_time_do_not_disturb_each_other(invoice):
    texts = ["žluťoučký kůň", "Ω καλημέρα", "Україна", "", "ąćęłńóśźż"]
    invoices = [replace(invoice, memo=text, status=status) for text in texts for status in MARKED]
    expected = [render_invoice(one) for one in invoices]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            made = list(threads.map(render_invoice, invoices * 12))
    finally:
        sys.setswitchinterval(interval)
    assert made == expected * 12


def test_the_file_has_no_links_scripts_images_or_transparency(invoice):
    buyer = replace(invoice.buyer, name="https://x.example", email="a@b.example")
    reader = read(render_invoice(replace(invoice, buyer=buyer, status=InvoiceStatus.VOID)))
    forbidden = {"/Annots", "/AA", "/OpenAction", "/JavaScript", "/JS", "/AcroForm", "/SMask"}
    for found in objects(reader):
        if isinstance(found, DictionaryObject):
            assert not forbidden & set(found)
            assert found.get("/Subtype") != "/Image"
            assert found.get("/ca", 1) == found.get("/CA", 1) == 1


def test_the_file_says_what_it_is_in_which_language(invoice):
    reader = read(render_invoice(invoice))
    assert reader.metadata.title == "Invoice KL-2026-0107"
    assert reader.metadata.author == "Kontor Lindgren AB"
    assert reader.metadata.creator == "Calmony Desktop"
    assert reader.metadata.creation_date.isoformat() == "2026-03-01T00:00:00+00:00"
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert len(reader.trailer["/ID"]) == 2


def test_streams_are_compressed_and_stay_binary(invoice):
    data = render_invoice(invoice)
    assert b"/FlateDecode" in data
    assert b"/ASCII85Decode" not in data
    assert len(data) < 60_000


def test_a_page_has_the_size_that_was_asked_for(invoice):
    assert read(render_invoice(invoice)).pages[0].mediabox[2:] == pytest.approx(
        [595.28, 841.89], abs=0.01
    )
    letter = read(render_invoice(invoice, page_size=PageSize(612, 792)))
    assert letter.pages[0].mediabox[2:] == [612, 792]
