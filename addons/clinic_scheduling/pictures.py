# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Pictures that people send: drawn anew, so that nothing but what is seen is kept.

A photograph may tell where it was taken, when and by which telephone.
"""

import io

from PIL import Image, ImageOps
from PIL.WebPImagePlugin import WebPImageFile

from odoo.tools.image import IMAGE_MAX_RESOLUTION

#: What is read; by content, not by name. Odoo leaves WebP as it came.
FORMATS = ("JPEG", "PNG", WebPImageFile.format)

QUALITY = 90

#: Shows through where a picture is transparent.
BACKGROUND = "white"


class PictureError(ValueError):
    """A picture that is not taken; ``args[0]`` is ``kind`` or ``pixels``."""


def redraw(data, size):
    """Return the pixels of a picture as a JPEG without anything else: no EXIF, no XMP.

    :param bytes data: a JPEG, PNG or WebP picture
    :param size: (width, height) in pixels that it fits into
    :raise PictureError: it is none, is broken, or has too many pixels
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > IMAGE_MAX_RESOLUTION:
                raise PictureError("pixels")
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except Image.DecompressionBombError as error:
        raise PictureError("pixels") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        if isinstance(error, PictureError):
            raise
        raise PictureError("kind") from error
    upright.thumbnail(size)
    # a new picture: whatever came with the first one stays behind
    drawn = Image.new("RGB", upright.size, BACKGROUND)
    drawn.paste(upright, mask=upright.getchannel("A"))
    stream = io.BytesIO()
    drawn.save(stream, "JPEG", quality=QUALITY, optimize=True)
    return stream.getvalue()
