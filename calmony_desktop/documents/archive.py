"""A PDF file that an archive takes: PDF/A-3b (ISO 19005-3), and Factur-X with an e-invoice inside.

Built from ReportLab's objects without its canvas, which would name a standard font that is not
embedded. Nothing in it comes from a clock, a locale or a machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from PIL import ImageCms
from reportlab.pdfbase.pdfdoc import BasicFonts, PDFArray, PDFDictionary, PDFDocument, PDFString

from calmony_desktop.documents.embedding import FontBook
from calmony_desktop.documents.logo import LogoImage
from calmony_desktop.documents.pages import PageSize
from calmony_desktop.documents.painting import LOGO_NAME
from calmony_desktop.documents.pdf_objects import Stream, number
from calmony_desktop.documents.xmp import Information, packet

#: The name that Factur-X and ZUGFeRD give the XML.
_XML_NAME: Final = "factur-x.xml"
#: PDF/A-3 is based on PDF 1.7.
_VERSION: Final = (1, 7)
#: Where an ICC profile says when it was made (ICC.1:2022, 7.2.8).
_PROFILE_DATE: Final = slice(24, 36)
_SOME_DATE: Final = bytes.fromhex("07EA 0001 0001 0000 0000 0000")


def archive_file(
    contents: Sequence[bytes],
    size: PageSize,
    information: Information,
    fonts: FontBook,
    *,
    logo: LogoImage | None = None,
    einvoice_xml: bytes | None = None,
) -> bytes:
    """The file with a page for each content stream."""
    document = PDFDocument(invariant=1, pdfVersion=_VERSION)
    for part in (*contents, einvoice_xml or b"", repr(information).encode()):
        # What the file's identifier is made of.
        document.updateSignature(part)
    document.info = _information(information)
    catalog = {
        "Type": "/Catalog",
        "Pages": document.Reference(_pages(document, contents, size, fonts, logo)),
        "Lang": PDFString(information.language),
        "Metadata": Stream(
            packet(information, is_factur_x=einvoice_xml is not None),
            {"Type": "/Metadata", "Subtype": "/XML"},
            deflate=False,
        ),
        "OutputIntents": PDFArray([_output_intent()]),
        "ViewerPreferences": PDFDictionary({"DisplayDocTitle": "true"}),
    }
    if einvoice_xml is not None:
        attached = document.Reference(_attachment(einvoice_xml, information))
        names = PDFDictionary({"Names": PDFArray([PDFString(_XML_NAME), attached])})
        catalog["AF"] = PDFArray([attached])
        catalog["Names"] = PDFDictionary({"EmbeddedFiles": names})
    document.Catalog = PDFDictionary(catalog)
    data: bytes = document.format()
    return data


def _information(information: Information) -> PDFDictionary:
    moment = _moment(information)
    entries: dict[str, Any] = {
        "Title": PDFString(information.title),
        "Subject": PDFString(information.subject),
        "Creator": PDFString(information.creator),
        "Producer": PDFString(information.producer),
        "CreationDate": moment,
        "ModDate": moment,
    }
    if information.author:
        entries["Author"] = PDFString(information.author)
    return PDFDictionary(entries)


def _moment(information: Information) -> str:
    return f"(D:{information.made_on.isoformat().replace('-', '')}000000Z)"


def _pages(
    document: PDFDocument,
    contents: Sequence[bytes],
    size: PageSize,
    fonts: FontBook,
    logo: LogoImage | None,
) -> PDFDictionary:
    of_all_pages = document.idToObject[BasicFonts]
    for font in fonts:
        of_all_pages[font.name] = document.Reference(font.font(document))
    entries: dict[str, Any] = {"Font": document.Reference(of_all_pages)}
    if logo:
        entries["XObject"] = PDFDictionary({LOGO_NAME: _image(logo)})
    pages = PDFDictionary({"Type": "/Pages", "Count": len(contents)})
    parent = document.Reference(pages)
    # Of each page rather than inherited from their parent: not every program looks there.
    resources = document.Reference(PDFDictionary(entries))
    pages["Kids"] = PDFArray(
        [
            document.Reference(
                PDFDictionary(
                    {
                        "Type": "/Page",
                        "Parent": parent,
                        "MediaBox": f"[0 0 {number(size.width)} {number(size.height)}]",
                        "Resources": resources,
                        "Contents": Stream(content, {}),
                    }
                )
            )
            for content in contents
        ]
    )
    return pages


def _image(logo: LogoImage) -> Stream:
    return Stream(
        logo.pixels,
        {
            "Type": "/XObject",
            "Subtype": "/Image",
            "Width": logo.columns,
            "Height": logo.rows,
            "ColorSpace": "/DeviceRGB",
            "BitsPerComponent": 8,
            "Filter": "/FlateDecode",
        },
    )


def _output_intent() -> PDFDictionary:
    """Says which colours the numbers of the pages mean."""
    name = PDFString("sRGB IEC61966-2.1")
    return PDFDictionary(
        {
            "Type": "/OutputIntent",
            "S": "/GTS_PDFA1",
            "OutputConditionIdentifier": name,
            "Info": name,
            "DestOutputProfile": Stream(_srgb_profile(), {"N": 3}),
        }
    )


@cache
def _srgb_profile() -> bytes:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[_PROFILE_DATE] = _SOME_DATE
    return bytes(profile)


def _attachment(xml: bytes, information: Information) -> PDFDictionary:
    """The e-invoice as an associated file: another form of what the pages say."""
    name = PDFString(_XML_NAME)
    embedded = Stream(
        xml,
        {
            "Type": "/EmbeddedFile",
            "Subtype": "/text#2Fxml",
            "Params": PDFDictionary({"ModDate": _moment(information), "Size": len(xml)}),
        },
    )
    return PDFDictionary(
        {
            "Type": "/Filespec",
            "F": name,
            "UF": name,
            "Desc": PDFString("The invoice as data (Factur-X, EN 16931)"),
            "AFRelationship": "/Alternative",
            "EF": PDFDictionary({"F": embedded, "UF": embedded}),
        }
    )
