"""Scanned documents: which kinds are taken, told by their content, and where they are kept.

They lie outside the web root, under REMESS_MEDIA_ROOT, readable by the server alone.
"""

import hashlib

from django.core.files.storage import FileSystemStorage

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
CONTENT_TYPES = [(PDF, "PDF"), (JPEG, "JPEG"), (PNG, "PNG")]
LARGEST = 10 * 1024 * 1024
EDGE = 2048


def document_storage():
    return FileSystemStorage(file_permissions_mode=0o600, directory_permissions_mode=0o700)


def content_type_of(file):
    """What `file` is by its first and last bytes, whatever its name says; None when not taken."""
    file.seek(0)
    first = file.read(EDGE)
    file.seek(max(file.size - EDGE, 0))
    last = file.read(EDGE)
    file.seek(0)
    if first.startswith(b"%PDF-") and b"%%EOF" in last:
        return PDF
    if first.startswith(b"\xff\xd8\xff") and file.size > 100:
        return JPEG
    if first.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR") and b"IEND" in last:
        return PNG
    return None


def digest_of(file) -> str:
    """The SHA-256 of the content: the same document sent twice is one."""
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
