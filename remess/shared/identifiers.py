"""Normal forms of the numbers people carry: CIN, telephone, ICE."""

import re

import phonenumbers
from stdnum.ma import ice as stdnum_ice

from remess.shared.text import clean, latin_digits

# The stored form; met at every write, it is not parsed again.
NORMAL_PHONE = re.compile(r"\+212[567][0-9]{8}")


def normal_cin(text: str) -> str:
    """The one stored form of a national identity number; zeros kept.

    Raises ValueError when anything but A-Z and digits is left, or no digit.
    """
    cin = re.sub(r"[\s.\-]", "", latin_digits(clean(text))).upper()
    if cin and not (re.fullmatch(r"[A-Z0-9]{2,12}", cin) and re.search(r"[0-9]", cin)):
        raise ValueError(text)
    return cin


def normal_phone(text: str) -> str:
    """E.164 of a Moroccan number; nine digits get their 0 back.

    Raises ValueError on a wrong length or prefix (mobile 06 and 07, fixed 05).
    """
    if NORMAL_PHONE.fullmatch(text):
        return text
    digits = re.sub(r"[^0-9+]", "", latin_digits(clean(text)))
    if not digits:
        return ""
    try:
        number = phonenumbers.parse(digits, "MA")
    except phonenumbers.NumberParseException as problem:
        raise ValueError(text) from problem
    national = str(number.national_number)
    if number.country_code != 212 or not re.fullmatch(r"[567][0-9]{8}", national):
        raise ValueError(text)
    return f"+212{national}"


def display_phone(e164: str) -> str:
    """`+212612345678` as `06 12 34 56 78`."""
    national = "0" + e164.removeprefix("+212")
    return " ".join(re.findall("..", national))


def normal_ice(text: str) -> str:
    """The 15 digits of an ICE. Raises ValueError when length or check digits are wrong."""
    digits = re.sub(r"[\s.\-]", "", latin_digits(clean(text)))
    if digits and not stdnum_ice.is_valid(digits):
        raise ValueError(text)
    return digits
