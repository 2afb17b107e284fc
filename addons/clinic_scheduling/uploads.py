# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Files that strangers send: what they are is read in them, not in their names."""

import io
import re
from dataclasses import dataclass
from pathlib import PurePath

from odoo.tools.pdf import OdooPdfFileReader

#: How the content of each kind that is taken begins; kind -> ending of its names.
SIGNATURES = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}

MEGABYTE = 1024 * 1024
NAME_LENGTH = 80


class UploadError(ValueError):
    """A file that is not taken; ``args`` is (code, name of the file).

    Codes: ``count``, ``size``, ``kind``, ``empty``, ``broken``.
    """


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was looked at."""

    name: str
    mimetype: str
    content: bytes


def read_uploads(files, most, megabytes):
    """Return the files of a form as ``Upload``, those without a name left out.

    :param files: werkzeug's file storages
    :param most: how many at most
    :param megabytes: how large one may be
    :raise UploadError: naming the first that is not taken
    """
    files = [file for file in files if file.filename]
    if len(files) > most:
        raise UploadError("count", "")
    return [_read_upload(file, megabytes) for file in files]


def _read_upload(file, megabytes):
    content = file.stream.read(megabytes * MEGABYTE + 1)
    file.stream.seek(0)  # the request may be repeated
    name = clean_name(file.filename)
    if len(content) > megabytes * MEGABYTE:
        raise UploadError("size", name)
    if not content:
        raise UploadError("empty", name)
    mimetype = sniff(content)
    if not mimetype:
        raise UploadError("kind", name)
    if mimetype == "application/pdf" and not is_readable_pdf(content):
        raise UploadError("broken", name)
    stem = name.rsplit(".", 1)[0] or "file"
    return Upload(f"{stem}{ENDINGS[mimetype]}", mimetype, content)


def sniff(content):
    """Return the media type of a PDF, JPEG or PNG; None for anything else."""
    for signature, mimetype in SIGNATURES.items():
        if content.startswith(signature):
            return mimetype
    return None


def is_readable_pdf(content):
    """Return whether a PDF can be read; one with a password can, by who knows it."""
    try:
        reader = OdooPdfFileReader(io.BytesIO(content), strict=False)
        return reader.is_encrypted or len(reader.pages) > 0
    # what a stranger's file does to the parser is not to be foreseen
    except Exception:
        return False


def clean_name(name):
    """Return a file's name without folders and without what only machines see."""
    name = PurePath(name.replace("\\", "/")).name
    name = re.sub(r"[^\w\s.()\-]", "", name).strip(". ")
    return " ".join(name.split())[:NAME_LENGTH] or "file"
