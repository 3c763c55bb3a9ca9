"""The rules of PDF/A-3b (ISO 19005-3:2012), each with its clause; what is numbered 6.x is there.

No validator runs here, so each rule is looked up in the file's own structure, of several kinds of
invoices. What only a validator could find (a flaw inside of a font program, say) stays unfound.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from typing import Any

import pikepdf
import pytest
import uharfbuzz
from PIL import Image

from calmony_desktop.billing.issued_invoice import IssuedInvoice, Party
from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.documents.invoice_pdf import LETTER, render_invoice

XML = b'<?xml version="1.0" encoding="UTF-8"?>\n<invoice>\xc3\xa4</invoice>\n'

NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
    "fx": "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
}

#: What our pages draw with; all of it is in ISO 32000-1, and no colour but that of the device.
OPERATORS = frozenset("q Q cm BT ET Tf Tm TJ Ts BDC EMC rg RG w m l c f S Do".split())


def logo() -> bytes:
    stream = BytesIO()
    Image.new("RGBA", (60, 20), (200, 30, 30, 90)).save(stream, "PNG")
    return stream.getvalue()


@lru_cache
def file_of(kind: str, invoice: IssuedInvoice, names: tuple[str, ...]) -> bytes:
    match kind:
        case "void, many pages":
            lines = invoice.lines * 30
            return render_invoice(replace(invoice, status=InvoiceStatus.VOID, lines=lines))
        case "every script":
            lines = tuple(replace(invoice.lines[0], description=name) for name in names)
            return render_invoice(replace(invoice, lines=lines))
        case "logo and e-invoice":
            return render_invoice(invoice, page_size=LETTER, logo=logo(), einvoice_xml=XML)
        case "draft":
            draft = replace(invoice, status=InvoiceStatus.DRAFT, number="")
            return render_invoice(draft, is_preview=True)
        case "odd names":
            seller = replace(invoice.seller, name='Ω (x) <&> "株')
            return render_invoice(replace(invoice, seller=seller, number="№ 5)"), einvoice_xml=XML)
        case "seller unknown":
            return render_invoice(replace(invoice, seller=Party()))
    return render_invoice(invoice)


@pytest.fixture(
    params=[
        "plain",
        "void, many pages",
        "every script",
        "logo and e-invoice",
        "draft",
        "odd names",
        "seller unknown",
    ]
)
def data(request: pytest.FixtureRequest, invoice: IssuedInvoice, names: dict[str, str]) -> bytes:
    """A file of each kind."""
    return file_of(request.param, invoice, tuple(names.values()))


@pytest.fixture
def pdf(data: bytes) -> Iterator[pikepdf.Pdf]:
    """The same file, opened."""
    with pikepdf.open(BytesIO(data)) as opened:
        assert opened.get_warnings() == []
        yield opened


@pytest.fixture
def with_xml(invoice: IssuedInvoice) -> Iterator[pikepdf.Pdf]:
    """A file with an e-invoice, opened."""
    with pikepdf.open(BytesIO(render_invoice(invoice, einvoice_xml=XML))) as opened:
        yield opened


def values(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every value in the file, however deep."""

    def inside(value: Any) -> Iterator[Any]:
        yield value
        if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
            for _, part in value.items():
                yield from inside_part(part)
        elif isinstance(value, pikepdf.Array):
            for part in value:
                yield from inside_part(part)

    def inside_part(part: Any) -> Iterator[Any]:
        if not getattr(part, "is_indirect", False):
            yield from inside(part)

    for found in pdf.objects:
        yield from inside(found)


def dictionaries(pdf: pikepdf.Pdf) -> list[Any]:
    return [one for one in values(pdf) if isinstance(one, pikepdf.Dictionary | pikepdf.Stream)]


def streams(pdf: pikepdf.Pdf) -> list[pikepdf.Stream]:
    return [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]


def instructions(pdf: pikepdf.Pdf) -> list[tuple[list[Any], str]]:
    return [
        (list(operands), str(operator))
        for page in pdf.pages
        for operands, operator in pikepdf.parse_content_stream(page)
    ]


def composite_fonts(pdf: pikepdf.Pdf) -> list[tuple[str, Any, Any]]:
    """Each font with its name on the pages, and its only descendant."""
    fonts = pdf.pages[0].Resources.Font
    return [(name, font, font.DescendantFonts[0]) for name, font in fonts.items()]


def codes_shown(pdf: pikepdf.Pdf) -> dict[str, set[int]]:
    """The codes that the pages show of each font."""
    shown: dict[str, set[int]] = {}
    font = ""
    for operands, operator in instructions(pdf):
        if operator == "Tf":
            font = str(operands[0])
        elif operator == "TJ":
            for part in operands[0]:
                if isinstance(part, pikepdf.String):
                    codes = bytes(part)
                    found = (codes[at : at + 2] for at in range(0, len(codes), 2))
                    shown.setdefault(font, set()).update(
                        int.from_bytes(code, "big") for code in found
                    )
    return shown


def metadata(pdf: pikepdf.Pdf) -> ET.Element:
    found = ET.fromstring(pdf.Root.Metadata.read_bytes()).find("rdf:RDF", NAMESPACES)
    assert found is not None
    return found


def text_of(element: ET.Element, path: str) -> str | None:
    """What stands there, in whichever description of the file."""
    in_description = f"rdf:Description/{path}" if element.tag.endswith("RDF") else path
    return element.findtext(in_description, None, NAMESPACES)


def test_6_1_2_the_header_names_pdf_1_7_and_is_followed_by_bytes_above_127(data):
    assert re.match(rb"%PDF-1\.7\n%[\x80-\xff]{4}", data)


def test_6_1_3_the_trailer_has_an_identifier_and_no_encryption_and_ends_the_file(data, pdf):
    first, second = map(bytes, pdf.trailer.ID)
    assert len(first) == 16
    assert first == second
    assert "/Encrypt" not in pdf.trailer
    assert data.endswith(b"\n%%EOF\n")
    assert data.count(b"%%EOF") == 1


def test_6_1_3_another_invoice_has_another_identifier(invoice):
    files = [
        render_invoice(invoice),
        render_invoice(replace(invoice, memo="a")),
        render_invoice(replace(invoice, seller=replace(invoice.seller, name="Kontor"))),
        render_invoice(invoice, einvoice_xml=XML),
    ]
    assert len({bytes(pikepdf.open(BytesIO(file)).trailer.ID[0]) for file in files}) == 4


def test_6_1_4_the_cross_reference_table_is_plain_and_right(data):
    (start,) = re.findall(rb"startxref\n(\d+)\n%%EOF\n$", data)
    table = data[int(start) :]
    assert re.match(rb"xref\n0 \d+\n0000000000 65535 f \n(\d{10} 00000 n \n)+trailer\n", table)
    for number, offset in enumerate(re.findall(rb"(\d{10}) 00000 n \n", table), start=1):
        assert data[int(offset) :].startswith(b"%d 0 obj\n" % number)


def test_6_1_5_the_document_information_and_the_metadata_say_the_same(pdf):
    info, xmp = pdf.docinfo, metadata(pdf)
    assert set(info) - {"/Author"} == {
        "/Title",
        "/Subject",
        "/Creator",
        "/Producer",
        "/CreationDate",
        "/ModDate",
    }
    assert str(info.Title) == text_of(xmp, "dc:title/rdf:Alt/rdf:li")
    assert str(info.Subject) == text_of(xmp, "dc:description/rdf:Alt/rdf:li")
    author = text_of(xmp, "dc:creator/rdf:Seq/rdf:li")
    assert (str(info.Author) if "/Author" in info else None) == author
    assert str(info.Creator) == text_of(xmp, "xmp:CreatorTool")
    assert str(info.Producer) == text_of(xmp, "pdf:Producer")
    for entry, name in (("/CreationDate", "CreateDate"), ("/ModDate", "ModifyDate")):
        digits = re.sub(r"\D", "", text_of(xmp, f"xmp:{name}") or "")
        assert str(info[entry]) == f"D:{digits}Z"


def test_6_1_6_hexadecimal_strings_have_whole_bytes(pdf):
    for page in pdf.pages:
        for digits in re.findall(rb"<([^<>]*)>", page.Contents.read_bytes()):
            assert re.fullmatch(rb"([0-9A-F]{2})*", digits)


def test_6_1_7_1_streams_are_as_long_as_they_say_and_inside_the_file(data, pdf):
    found = list(re.finditer(rb"/Length (\d+)\b(?:(?!stream).)*?>>\nstream\n", data, re.DOTALL))
    assert len(found) == len(streams(pdf))
    for stream in found:
        assert data[stream.end() + int(stream[1]) :].startswith(b"\nendstream\nendobj\n")
    for stream in streams(pdf):
        assert not {"/F", "/FFilter", "/FDecodeParms"} & set(stream.keys())


def test_6_1_7_2_streams_are_deflated_or_plain(pdf):
    assert {str(stream.get("/Filter", "/FlateDecode")) for stream in streams(pdf)} == {
        "/FlateDecode"
    }


def test_6_1_8_and_6_1_13_names_and_strings_are_short_and_in_utf_8(pdf):
    for value in values(pdf):
        if isinstance(value, pikepdf.Name):
            assert len(str(value).encode()) <= 127
        elif isinstance(value, pikepdf.String):
            assert len(bytes(value)) <= 32_767


def test_6_1_9_objects_are_spaced_as_they_have_to_be(data, pdf):
    assert len(re.findall(rb"\n\d+ 0 obj\n", data)) == len(list(pdf.objects))
    assert len(re.findall(rb"\nendobj\n", data)) == len(list(pdf.objects))


def test_6_1_13_graphics_states_are_nested_a_little_and_closed(pdf):
    depth = {"q": 0, "BT": 0, "BDC": 0}
    opens = {"Q": "q", "ET": "BT", "EMC": "BDC"}
    for _, operator in instructions(pdf):
        if operator in depth:
            depth[operator] += 1
        elif operator in opens:
            depth[opens[operator]] -= 1
        assert all(0 <= level <= 2 for level in depth.values())
    assert not any(depth.values())


def test_6_2_2_pages_use_known_operators_and_name_their_resources_themselves(pdf):
    assert {operator for _, operator in instructions(pdf)} <= OPERATORS
    for page in pdf.pages:
        assert "/Resources" in page
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                assert operands[0] in page.Resources.Font
            elif str(operator) == "Do":
                assert operands[0] in page.Resources.XObject


def test_6_2_3_an_output_intent_says_what_the_colours_mean(pdf):
    (intent,) = pdf.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1"
    assert str(intent.OutputConditionIdentifier) == "sRGB IEC61966-2.1"
    profile = intent.DestOutputProfile
    assert profile.N == 3
    icc = profile.read_bytes()
    assert int.from_bytes(icc[:4], "big") == len(icc)
    assert icc[8] < 5
    assert (icc[12:16], icc[16:20], icc[36:40]) == (b"mntr", b"RGB ", b"acsp")


def test_6_2_4_3_all_colours_are_those_of_the_output_intent(pdf):
    spaces = {str(one.ColorSpace) for one in dictionaries(pdf) if "/ColorSpace" in one}
    assert spaces <= {"/DeviceRGB"}


def test_6_2_8_images_are_plain_and_opaque(pdf):
    for image in dictionaries(pdf):
        if image.get("/Subtype") == "/Image":
            assert not {"/Alternates", "/OPI", "/Interpolate", "/SMask", "/Mask"} & set(
                image.keys()
            )
            assert image.BitsPerComponent == 8


def test_6_2_5_6_2_9_and_6_2_10_there_is_no_transparency_and_nothing_drawn_from_elsewhere(pdf):
    forbidden = {"/ExtGState", "/SMask", "/BM", "/ca", "/CA", "/Group", "/TR", "/HTP", "/Ref"}
    for found in dictionaries(pdf):
        assert not forbidden & set(found.keys())
        assert found.get("/Subtype") not in ("/Form", "/PS")


def test_6_2_11_2_all_fonts_are_composite_truetype_fonts(pdf):
    fonts = [one for one in dictionaries(pdf) if one.get("/Type") == "/Font"]
    assert {str(font.Subtype) for font in fonts} == {"/Type0", "/CIDFontType2"}
    assert len(fonts) == 2 * len(composite_fonts(pdf))


def test_6_2_11_3_codes_lead_to_glyphs_in_the_file(pdf):
    for _, font, descendant in composite_fonts(pdf):
        assert font.Encoding == "/Identity-H"
        assert font.BaseFont == descendant.BaseFont == descendant.FontDescriptor.FontName
        system = descendant.CIDSystemInfo
        assert (str(system.Registry), str(system.Ordering)) == ("Adobe", "Identity")
        assert isinstance(descendant.CIDToGIDMap, pikepdf.Stream)


def test_6_2_11_4_fonts_are_embedded_as_subsets_with_every_glyph_that_is_shown(pdf):
    shown = codes_shown(pdf)
    fonts = composite_fonts(pdf)
    assert set(shown) == {name for name, _, _ in fonts}
    for name, _, descendant in fonts:
        assert re.fullmatch(r"/[A-Z]{6}\+(Inter|NotoSans\w*)-\w+", str(descendant.BaseFont))
        assert "/CIDSet" not in descendant.FontDescriptor
        face = program(descendant)
        glyphs = glyph_ids(descendant)
        assert max(shown[name]) < len(glyphs)
        assert face.glyph_count <= len(glyphs) * 4
        for code in shown[name]:
            assert glyphs[code] < face.glyph_count


def test_6_2_11_5_widths_are_those_of_the_font_program(pdf):
    for _, _, descendant in composite_fonts(pdf):
        face = program(descendant)
        font = uharfbuzz.Font(face)
        first, widths = descendant.W
        assert (first, len(widths) + 1) == (1, len(glyph_ids(descendant)))
        for width, glyph in zip(widths, glyph_ids(descendant)[1:], strict=True):
            assert abs(float(width) - font.get_glyph_h_advance(glyph) * 1000 / face.upem) <= 0.01


def test_6_2_11_7_codes_lead_to_characters(pdf):
    for _, font, _ in composite_fonts(pdf):
        cmap = font.ToUnicode.read_bytes()
        entries = re.findall(rb"^<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>$", cmap, re.MULTILINE)
        assert entries
        for _, text in entries:
            assert not {0, 0xFEFF, 0xFFFE} & set(
                map(ord, bytes.fromhex(text.decode()).decode("utf-16-be"))
            )
        for count in re.findall(rb"(\d+) beginbfchar", cmap):
            assert int(count) <= 100


def test_6_2_11_8_no_missing_glyph_is_shown(pdf):
    shown = codes_shown(pdf)
    for name, _, descendant in composite_fonts(pdf):
        glyphs = glyph_ids(descendant)
        assert 0 not in {glyphs[code] for code in shown[name]}


def program(descendant: Any) -> uharfbuzz.Face:
    data = descendant.FontDescriptor.FontFile2.read_bytes()
    assert descendant.FontDescriptor.FontFile2.Length1 == len(data)
    face = uharfbuzz.Face(uharfbuzz.Blob(data))
    assert {"glyf", "head", "hhea", "hmtx", "loca", "maxp"} <= set(face.table_tags)
    return face


def glyph_ids(descendant: Any) -> list[int]:
    data = descendant.CIDToGIDMap.read_bytes()
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]


def test_6_3_to_6_5_there_are_no_annotations_forms_or_actions(pdf):
    forbidden = {"/Annots", "/AcroForm", "/XFA", "/OpenAction", "/AA", "/A", "/JavaScript", "/JS"}
    for found in dictionaries(pdf):
        assert not forbidden & set(found.keys())


def test_6_6_2_1_the_metadata_is_a_packet_of_plain_xmp(pdf):
    stream = pdf.Root.Metadata
    assert (stream.Type, stream.Subtype) == ("/Metadata", "/XML")
    assert "/Filter" not in stream
    packet = stream.read_bytes().decode("utf-8")
    header = packet.partition("?>")[0]
    assert header.startswith('<?xpacket begin="\ufeff"')
    assert "bytes=" not in header
    assert "encoding=" not in header
    assert packet.endswith('<?xpacket end="w"?>')


def test_6_6_4_the_metadata_says_which_part_and_level_the_file_keeps_to(pdf):
    assert text_of(metadata(pdf), "pdfaid:part") == "3"
    assert text_of(metadata(pdf), "pdfaid:conformance") == "B"


def test_6_6_2_3_a_schema_of_its_own_is_described_in_the_file(with_xml):
    xmp = metadata(with_xml)
    used = {one.tag.partition("}")[2] for one in xmp.iter() if NAMESPACES["fx"] in one.tag}
    (schema,) = xmp.findall(".//pdfaExtension:schemas/rdf:Bag/rdf:li", NAMESPACES)
    assert text_of(schema, "pdfaSchema:namespaceURI") == NAMESPACES["fx"]
    assert text_of(schema, "pdfaSchema:prefix") == "fx"
    described = schema.findall("pdfaSchema:property/rdf:Seq/rdf:li", NAMESPACES)
    assert {text_of(one, "pdfaProperty:name") for one in described} == used
    for one in described:
        assert text_of(one, "pdfaProperty:valueType") == "Text"
        assert text_of(one, "pdfaProperty:category") == "external"
        assert text_of(one, "pdfaProperty:description")


def test_factur_x_the_metadata_says_what_the_attachment_is(with_xml):
    xmp = metadata(with_xml)
    assert text_of(xmp, "fx:DocumentType") == "INVOICE"
    assert text_of(xmp, "fx:DocumentFileName") == "factur-x.xml"
    assert text_of(xmp, "fx:Version") == "1.0"
    assert text_of(xmp, "fx:ConformanceLevel") == "EN 16931"


def test_6_8_an_embedded_file_says_what_it_is_and_belongs_to_the_document(with_xml):
    (associated,) = with_xml.Root.AF
    name, named = with_xml.Root.Names.EmbeddedFiles.Names
    assert named.objgen == associated.objgen
    assert associated.Type == "/Filespec"
    assert str(name) == str(associated.F) == str(associated.UF) == "factur-x.xml"
    assert associated.AFRelationship == "/Alternative"
    embedded = associated.EF.F
    assert embedded.objgen == associated.EF.UF.objgen
    assert embedded.Subtype == "/text/xml"
    assert embedded.Params.ModDate == with_xml.docinfo.ModDate
    assert embedded.Params.Size == len(XML)
    assert embedded.read_bytes() == XML


def test_6_8_without_an_e_invoice_nothing_is_embedded_and_nothing_says_so(invoice, text_of):
    with pikepdf.open(BytesIO(render_invoice(invoice))) as pdf:
        assert not {"/AF", "/Names"} & set(pdf.Root.keys())
        assert b"factur-x" not in pdf.Root.Metadata.read_bytes()
    assert "Factur-X" not in text_of()


def test_6_9_to_6_11_there_are_no_layers_presentations_or_requirements(pdf):
    forbidden = {"/OCProperties", "/OC", "/AlternatePresentations", "/PresSteps", "/Requirements"}
    for found in dictionaries(pdf):
        assert not forbidden & set(found.keys())


def test_the_catalog_says_the_language_and_claims_no_structure_it_has_not(pdf):
    assert str(pdf.Root.Lang) == "en"
    assert not {"/MarkInfo", "/StructTreeRoot"} & set(pdf.Root.keys())


def test_qpdf_finds_nothing_wrong(data, tmp_path):
    if shutil.which("qpdf") is None:
        pytest.skip("qpdf is not installed")
    path = tmp_path / "invoice.pdf"
    path.write_bytes(data)
    run = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    assert "No syntax or stream encoding errors found" in run.stdout
