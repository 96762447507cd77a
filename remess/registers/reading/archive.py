"""What a file is, seen before anything in it is unpacked or parsed."""

import re
import zipfile

from remess.registers.reading.limits import MEGABYTE, Refused

ZIP, OLE, RTF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf"
EMPTY_ZIP = b"PK\x05\x06"
OTHER_FORMATS = (
    b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", RTF,
    b"\x7fELF", b"MZ", b"SQLite format",
)  # fmt: skip
MARKUP = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype|html|table|meta|head|style)", re.I)
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
TEXT_NAMES = (".csv", ".txt", ".tsv", ".tab")
SMALL_PART = 10 * MEGABYTE
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
PARTS = {
    "xl/workbook.bin": "binary_excel",
    "xl/vbaProject.bin": "macro",
    "META-INF/manifest.xml": "open_document",
}


def kind_of(file, name):
    """`xlsx` or `csv`, from the content; Refused for anything else."""
    start = file.read(512)
    file.seek(0)
    if not start:
        raise Refused("empty_file")
    if start.startswith((ZIP, EMPTY_ZIP)):
        return "xlsx"
    if start.startswith(OLE):
        raise Refused(_ole(file))
    if start.startswith(OTHER_FORMATS) or MARKUP.match(start):
        raise Refused("not_a_workbook")
    if not name.lower().endswith(TEXT_NAMES):
        raise Refused("not_a_workbook")
    return "csv"


def _ole(file):
    """The old container holds an encrypted workbook, or one of before 2007."""
    content = file.read()
    return "encrypted" if ENCRYPTED_PACKAGE in content else "old_excel"


def check(file, limits):
    """Look through the zip directory; Refused for what is no workbook or would cost too much."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _check_size(parts, limits)
            _check_parts(parts)
            _check_workbook(archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as fault:
        raise Refused("damaged") from fault
    file.seek(0)


def _check_size(parts, limits):
    if len(parts) > limits.members:
        raise Refused("bomb")
    if sum(part.file_size for part in parts) > limits.unpacked:
        raise Refused("bomb")
    for part in parts:
        if part.file_size > SMALL_PART and part.file_size > part.compress_size * limits.ratio:
            raise Refused("bomb")


def _check_parts(parts):
    names = [part.filename for part in parts]
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("encrypted")
    if len({name.casefold() for name in names}) < len(names):
        raise Refused("damaged")
    if any(_is_outside(name) for name in names):
        raise Refused("damaged")
    if any(part.compress_type not in METHODS for part in parts):
        raise Refused("damaged")


def _is_outside(name):
    return name.startswith("/") or "\\" in name or ".." in name.split("/")


def _check_workbook(archive):
    names = set(archive.namelist())
    for part, code in PARTS.items():
        if part in names:
            raise Refused(code)
    if "[Content_Types].xml" not in names:
        raise Refused("not_a_workbook")
    types = archive.read("[Content_Types].xml")
    if b"macroEnabled" in types:
        raise Refused("macro")
    if b"spreadsheetml" not in types and b"s\0p\0r\0e\0a\0d" not in types:
        raise Refused("not_a_workbook")
    if "xl/workbook.xml" in names:
        with archive.open("xl/workbook.xml") as workbook:
            if b"purl.oclc.org/ooxml" in workbook.read(4096):
                raise Refused("strict_excel")
