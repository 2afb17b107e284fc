# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io

from PIL import Image, PngImagePlugin

from odoo import http
from odoo.tests import TransactionCase, tagged

from ..pictures import PictureError, redraw
from .portal_common import PortalCommon

#: Said in each picture, and in none that is kept.
PLACE = b"48 51 24 N, 2 21 07 E"
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + PLACE + b"</x:xmpmeta>"

#: Tags of EXIF: orientation, description of the picture, what GPS says.
ORIENTATION, DESCRIPTION, GPS = 0x0112, 0x010E, 0x8825
TURNED = 6  # the camera was held upright

FORMATS = ("JPEG", "PNG", "WEBP")


def make_picture(kind, size=(900, 600), mode="RGB", color="teal"):
    """Return a picture that says where it was taken, in each way that its kind has."""
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED
    exif[DESCRIPTION] = PLACE.decode()
    exif.get_ifd(GPS).update({1: "N", 2: (48.0, 51.0, 24.0)})
    more = {"exif": exif, "xmp": XMP}
    if kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Comment", PLACE.decode())
        texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
        more = {"exif": exif, "pnginfo": texts}
    elif kind == "JPEG":
        more["comment"] = PLACE
    stream = io.BytesIO()
    picture = Image.new(mode, size, color)
    # one corner is marked, so that turning it shows
    picture.paste("red", (0, 0, size[0] // 3, size[1] // 3))
    picture.save(stream, kind, **more)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestPictures(TransactionCase):
    """What is kept of a picture that somebody sends."""

    def _assert_bare(self, data):
        """Assert that a picture has pixels and nothing else."""
        with Image.open(io.BytesIO(data)) as kept:
            self.assertEqual(kept.format, "JPEG")
            self.assertFalse(dict(kept.getexif()))
            self.assertLessEqual(
                kept.info.keys(), {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            )
        for words in (PLACE, b"Exif", b"xmpmeta", b"http://ns.adobe.com"):
            self.assertNotIn(words, data)

    def test_nothing_but_pixels_is_kept(self):
        for kind in FORMATS:
            with self.subTest(kind=kind):
                sent = make_picture(kind)
                # the picture of the test does tell
                self.assertIn(PLACE, sent)
                with Image.open(io.BytesIO(sent)) as picture:
                    self.assertIn(GPS, picture.getexif())
                self._assert_bare(redraw(sent, (512, 512)))

    def test_it_stands_upright(self):
        for kind in FORMATS:
            with self.subTest(kind=kind):
                data = redraw(make_picture(kind), (512, 512))
                with Image.open(io.BytesIO(data)) as kept:
                    self.assertEqual(kept.size, (341, 512))
                    red, green, _blue = kept.getpixel((kept.width - 10, 10))
                self.assertGreater(red, 200)
                self.assertLess(green, 60)

    def test_transparent_ones(self):
        for kind, mode in (("PNG", "RGBA"), ("WEBP", "RGBA"), ("PNG", "LA")):
            with self.subTest(kind=kind, mode=mode):
                color = (0, 0, 0, 0) if mode == "RGBA" else (0, 0)
                stream = io.BytesIO()
                Image.new(mode, (20, 20), color).save(stream, kind)
                with Image.open(io.BytesIO(redraw(stream.getvalue(), (9, 9)))) as kept:
                    self.assertEqual(kept.getpixel((4, 4)), (255, 255, 255))

    def test_what_is_not_taken(self):
        stream = io.BytesIO()
        Image.new("RGB", (20, 20)).save(stream, "GIF")
        whole = make_picture("WEBP")
        for data in (b"", b"<svg/>", stream.getvalue(), whole[: len(whole) // 2]):
            with self.subTest(data=data[:12]), self.assertRaises(PictureError) as error:
                redraw(data, (512, 512))
            self.assertEqual(error.exception.args, ("kind",))

    def test_too_many_pixels(self):
        stream = io.BytesIO()
        Image.new("1", (9000, 9000)).save(stream, "PNG")
        with self.assertRaises(PictureError) as error:
            redraw(stream.getvalue(), (512, 512))
        self.assertEqual(error.exception.args, ("pixels",))


@tagged("post_install", "-at_install")
class TestProfilePictures(PortalCommon):
    """The same, through the page."""

    def test_the_profiles_picture_tells_nothing(self):
        self._sign_in()
        for kind in FORMATS:
            with self.subTest(kind=kind):
                answer = self.url_open(
                    "/my/clinic/profile",
                    data={"csrf_token": http.Request.csrf_token(self)},
                    files={"picture": ("me", make_picture(kind), "image/jpeg")},
                    timeout=60,
                    allow_redirects=False,
                )
                self.assertEqual(answer.status_code, 303)
                self.env.invalidate_all()
                for size in ("image_1920", "image_128"):
                    data = base64.b64decode(self.patient[size])
                    self.assertNotIn(PLACE, data)
                    self.assertNotIn(b"Exif", data)
                self.patient.image_1920 = False
