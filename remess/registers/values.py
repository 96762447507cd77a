"""Text of a cell → value, one plain function per kind of field; a Fault where it cannot be read.

Normalising is not repairing: what changes the meaning is said in a note, through `say`.
"""

import re
import uuid
from datetime import date, datetime
from functools import lru_cache

import phonenumbers
from django.utils.translation import gettext as _

from remess.registers import labels
from remess.registers.faults import Fault
from remess.registers.labels import label_key
from remess.shared.codes import normal_code
from remess.shared.identifiers import normal_cin, normal_ice
from remess.shared.text import ARABIC, clean, latin_digits

DASHES = str.maketrans("‐‑‒–—−", "------")
USUAL_CIN = re.compile(r"[A-Z]{1,3}[0-9]{1,7}")
PHONE = re.compile(r"(?:(?:\+|00)?212(?:\(?0\)?)?|0)?([567][0-9]{8})")
NUMBER = re.compile(r"([A-Z][A-Z0-9]{1,7})-([0-9]{5,9})")
INCOME = re.compile(r"([0-9]{1,9})(?:[.,]0{1,2})?")
CIN_LENGTH = 12
NOTHING = {"", "-", "--", "/", ".", "…", "..."}


def text_in(value):
    """The text of a cell, without what does not show; whole numbers without their « .0 »."""
    if isinstance(value, str):
        # A lone half of a character, which no database stores, is dropped like other invisibles.
        text = value if value.isascii() else value.encode("utf-8", "ignore").decode()
        return clean(text)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def plain_text(value, say, limit):
    """Free text no longer than `limit`; a dash fills an empty cell, it names nothing."""
    text = text_in(value)
    if text in NOTHING:
        return ""
    if len(text) > limit:
        raise Fault(
            "too_long",
            _("%(length)s caractères : raccourcir à %(limit)s au plus.")
            % {"length": len(text), "limit": limit},
        )
    return text


def cin_in(value, say):
    text = latin_digits(text_in(value)).translate(DASHES)
    if text in NOTHING:
        return ""
    bare = re.sub(r"[\s.\-]", "", text)
    if len(bare) > CIN_LENGTH:
        raise Fault(
            "too_long", _("« %(text)s » : une CIN tient en 12 caractères.") % {"text": text[:60]}
        )
    try:
        cin = normal_cin(text)
    except ValueError:
        raise Fault(
            "invalid_cin",
            _("« %(text)s » : une CIN tient en lettres et chiffres, par exemple UA123456.")
            % {"text": text[:60]},
        ) from None
    if cin and not USUAL_CIN.fullmatch(cin):
        say("unusual_cin", _("« %(cin)s » : forme inhabituelle d'une CIN.") % {"cin": cin})
    return cin


def phone_in(value, say):
    """E.164; a nine-digit number gets its 0 back, which a note says."""
    text = latin_digits(text_in(value)).translate(DASHES)
    if text in NOTHING:
        return ""
    digits = re.sub(r"[\s.\-/()]", "", text)
    found = PHONE.fullmatch(digits)
    if not found:
        raise Fault(
            "invalid_phone",
            _("« %(text)s » : un numéro marocain a dix chiffres et commence par 05, 06 ou 07.")
            % {"text": text[:60]},
        )
    national = found[1]
    if digits == national:
        say("phone_zero", _("Le 0 du début a été rendu : 0%(number)s.") % {"number": national})
    if not _is_assigned(national[:6]):
        say(
            "phone_block",
            _("0%(number)s : cette série n'est pas connue, vérifier le numéro.")
            % {"number": national},
        )
    return f"+212{national}"


@lru_cache(maxsize=4_000)
def _is_assigned(block):
    """Whether the numbers of this block (six digits, which decide) were given out."""
    return phonenumbers.is_valid_number(phonenumbers.parse(f"+212{block}000"))


def ice_in(value, say):
    text = latin_digits(text_in(value)).translate(DASHES)
    if text in NOTHING:
        return ""
    if isinstance(value, int | float) and len(text) < 15:
        text = text.zfill(15)
        say("ice_zeros", _("Les zéros du début de l'ICE ont été rendus : %(ice)s.") % {"ice": text})
    try:
        return normal_ice(text)
    except ValueError:
        raise Fault(
            "invalid_ice",
            _(
                "« %(text)s » : un ICE a quinze chiffres, dont les deux derniers vérifient les "
                "autres."
            )
            % {"text": text[:60]},
        ) from None


def income_in(value, say):
    text = re.sub(r"(?:dh|dhs|mad|درهم|dirhams?)\.?$", "", latin_digits(text_in(value)).lower())
    text = text.replace(" ", "")
    if text in NOTHING:
        return None
    found = INCOME.fullmatch(text)
    if not found:
        raise _unknown(value, _("un revenu mensuel en dirhams, sans centimes"))
    return int(found[1])


def one_of(table, wanted):
    """The reader of a field whose words `table` knows; `wanted` says what it takes."""

    def read(value, say):
        text = text_in(value)
        if text in NOTHING:
            return ""
        code = table.get(label_key(text))
        if code is None:
            raise _unknown(value, wanted)
        return code

    return read


def legal_form_in(value, say):
    """(legal form, sub-form), or None for an empty cell."""
    text = text_in(value)
    if text in NOTHING:
        return None
    code = labels.LEGAL_FORM.get(label_key(text))
    if code is None:
        raise _unknown(value, _("auto-entrepreneur, TPE (SARL, SARL AU…) ou coopérative"))
    form, _space, sub_form = code.partition(" ")
    return form, sub_form


def consent_in(value, say):
    """True for yes, False for anything else that is written, None for an empty cell."""
    text = text_in(value)
    if text in NOTHING:
        return None
    return text in ("✓", "✔") or labels.CONSENT.get(label_key(text)) == "yes"


def uuid_in(value, say):
    """The record's UUID; what is none of the usual form still names one record."""
    text = text_in(value).lower().removeprefix("uuid:")
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid5(uuid.NAMESPACE_OID, text)


def file_number_in(value, say):
    """A number of our own; an OCB's own numbering is no identity here, which a note says."""
    text = normal_code(text_in(value)).translate(DASHES).replace(" ", "")
    if text and not NUMBER.fullmatch(text):
        say(
            "other_number",
            _("« %(text)s » n'est pas un numéro de fiche REMESS : laissé de côté.")
            % {"text": text[:60]},
        )
        return ""
    return text


def split_full_name(text):
    """(family name, given name) of both in one cell: leading capitals, else the first word."""
    words = text.split()
    capitals = 0
    while capitals < len(words) and _is_capital(words[capitals]):
        capitals += 1
    at = capitals if 0 < capitals < len(words) else 1
    return " ".join(words[:at]), " ".join(words[at:])


def _is_capital(word):
    return word == word.upper() and word != word.lower()


def is_arabic(text):
    return bool(ARABIC.search(text))


def _unknown(value, wanted):
    return Fault(
        "unknown_value",
        _("« %(text)s » n'est pas reconnu : attendu %(wanted)s.")
        % {"text": text_in(value)[:60], "wanted": wanted},
    )
