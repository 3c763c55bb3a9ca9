"""The seller's logo made ready for an archive file: plain RGB pixels, no more than print needs."""

from __future__ import annotations

import zlib
from functools import lru_cache
from io import BytesIO
from typing import Final, NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

from calmony_desktop.errors import KnownError

#: Points on the page: as high as the letterhead beside it, and not as wide as to meet it.
_HIGHEST: Final = 44.0
_WIDEST: Final = 136.0
#: Pixels a point: 300 an inch.
_DENSITY: Final = 300 / 72
_MOST_BYTES: Final = 10_000_000
_MOST_PIXELS: Final = 40_000_000

_UNREADABLE: Final = "The logo can't be read. Please choose a PNG or JPEG image."
_TOO_LARGE: Final = (
    "The logo is too large. Please choose an image of less than 10 MB and 40 megapixels."
)


class LogoImage(NamedTuple):
    """``width`` and ``height`` are points; ``pixels`` deflated RGB of columns times rows."""

    width: float
    height: float
    columns: int
    rows: int
    pixels: bytes


@lru_cache(maxsize=8)
def logo_image(image: bytes) -> LogoImage:
    """A PNG or JPEG file as it goes into a PDF file, whatever is transparent on white.

    Raises KnownError where it can't be read or is larger than any logo needs to be.
    """
    if len(image) > _MOST_BYTES:
        raise KnownError(_TOO_LARGE)
    try:
        with Image.open(BytesIO(image), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise KnownError(_TOO_LARGE)
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except Image.DecompressionBombError as error:
        raise KnownError(_TOO_LARGE) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise KnownError(_UNREADABLE) from error
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright, mask=upright.getchannel("A"))
    scale = min(_WIDEST / flat.width, _HIGHEST / flat.height)
    width, height = flat.width * scale, flat.height * scale
    most = (max(1, round(width * _DENSITY)), max(1, round(height * _DENSITY)))
    if flat.width > most[0]:
        flat = flat.resize(most, Image.Resampling.LANCZOS)
    return LogoImage(width, height, flat.width, flat.height, zlib.compress(flat.tobytes(), 9))
