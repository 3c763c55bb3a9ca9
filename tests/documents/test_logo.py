from __future__ import annotations

import zlib
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from calmony_desktop.documents.invoice_pdf import render_invoice
from calmony_desktop.documents.logo import logo_image
from calmony_desktop.errors import KnownError


def picture(size: tuple[int, int], kind: str = "PNG", mode: str = "RGB", colour="red") -> bytes:
    stream = BytesIO()
    Image.new(mode, size, colour).save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("size", "drawn"), [((800, 200), (136, 34)), ((100, 100), (44, 44)), ((10, 400), (1.1, 44))]
)
def test_a_logo_keeps_its_shape_within_the_letterhead(size, drawn):
    image = logo_image(picture(size))
    assert (image.width, image.height) == pytest.approx(drawn)
    assert len(zlib.decompress(image.pixels)) == image.columns * image.rows * 3


def test_a_large_logo_is_embedded_in_the_size_of_print():
    image = logo_image(picture((4000, 1000)))
    assert image.columns == pytest.approx(136 / 72 * 300, abs=1)
    assert logo_image(picture((40, 10))).columns == 40


@pytest.mark.parametrize(
    ("kind", "mode", "colour", "pixel"),
    [
        ("PNG", "RGBA", (255, 0, 0, 0), (255, 255, 255)),
        ("PNG", "LA", (0, 255), (0, 0, 0)),
        ("PNG", "P", 0, (0, 0, 0)),
        ("PNG", "1", 1, (255, 255, 255)),
        ("JPEG", "L", 255, (255, 255, 255)),
        ("JPEG", "CMYK", (0, 0, 0, 0), (255, 255, 255)),
    ],
)
def test_whatever_colours_a_logo_has_it_becomes_opaque_rgb(kind, mode, colour, pixel):
    image = logo_image(picture((4, 4), kind, mode, colour))
    assert tuple(zlib.decompress(image.pixels)[:3]) == pixel


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no image",
        picture((4, 4))[:40],
        picture((40, 40), "JPEG")[:300],
        picture((4, 4), "GIF"),
        picture((4, 4), "PPM"),
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
    ],
)
def test_what_is_no_png_or_jpeg_is_refused_in_words(data):
    with pytest.raises(KnownError, match="PNG or JPEG"):
        logo_image(data)


def test_a_picture_larger_than_any_logo_is_refused():
    with pytest.raises(KnownError, match="too large"):
        logo_image(picture((8000, 6000), mode="1", colour=0))
    with pytest.raises(KnownError, match="too large"):
        logo_image(picture((20000, 20000), mode="1", colour=0))
    with pytest.raises(KnownError, match="too large"):
        logo_image(b"\x89PNG" + b"\0" * 11_000_000)


def test_the_logo_stands_in_place_of_the_initial(invoice):
    with pikepdf.open(BytesIO(render_invoice(invoice, logo=picture((300, 100))))) as pdf:
        (page,) = pdf.pages
        assert b"/Logo Do" in page.Contents.read_bytes()
        image = pikepdf.PdfImage(page.Resources.XObject["/Logo"]).as_pil_image()
        assert image.getpixel((0, 0)) == (255, 0, 0)
    with pikepdf.open(BytesIO(render_invoice(invoice))) as pdf:
        assert "/XObject" not in pdf.pages[0].Resources
