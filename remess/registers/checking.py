"""A row of a register → its values and everything that is to be said of them. No queries.

Owns which reader reads which field; one problem never hides another, and a cell that could not be
read is not missing too.
"""

import hashlib
import re
from dataclasses import dataclass, field, fields
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.duplicates import Identity
from remess.registers import labels, values
from remess.registers.days import day_in, with_century
from remess.registers.faults import ERROR, NOTE, QUESTION, Fault, Message
from remess.registers.labels import label_key
from remess.registers.values import one_of, text_in
from remess.shared.text import fold

TOTALS = ("total", "somme")
ARABIC_TOTALS = ("مجموع", "المجموع")
# Totals whatever else the row holds; « TOTALI Ahmed », with a sex and a birth date, is a person.
TOTAL_WORDS = {*TOTALS, *ARABIC_TOTALS, "totals", "sommes"}
DATE_FIELDS = (
    "identified_on", "submission_time", "birth_date", "selected_on", "trained_on", "created_on",
    "exit_on",
)  # fmt: skip


def limited(limit):
    return lambda value, say: values.plain_text(value, say, limit)


READERS = {
    "family_name": limited(80),
    "given_name": limited(80),
    "full_name": limited(161),
    "name_ar": limited(160),
    "sex": one_of(labels.SEX, gettext_lazy("F ou M")),
    "cin": values.cin_in,
    "phone": values.phone_in,
    "province": limited(80),
    "commune": limited(80),
    "education": one_of(labels.EDUCATION, gettext_lazy("un niveau d'études")),
    "activity_before": one_of(labels.ACTIVITY, gettext_lazy("la situation avant le projet")),
    "income_before": values.income_in,
    "sector": one_of(labels.SECTOR, gettext_lazy("un secteur d'activité")),
    "project": limited(1000),
    "ocb": limited(1000),
    "consent": values.consent_in,
    "bootcamp": limited(1000),
    "legal_form": values.legal_form_in,
    "identifier": limited(40),
    "ice": values.ice_in,
    "exit_reason": one_of(labels.EXIT_REASON, gettext_lazy("un motif de sortie")),
    "note": limited(1000),
    "uuid": values.uuid_in,
    "file_number": values.file_number_in,
}


@dataclass(slots=True)
class CheckedRow:
    """One row read: its values by field (empty ones left out) and what there is to say of it."""

    row: int
    values: dict = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    faulty: set[str] = field(default_factory=set)
    status: str = ""
    digest: str = ""
    is_ocb_named: bool = False
    is_name_split: bool = False
    identity: Identity | None = None
    sheet: object = None
    person: object = None
    resembles: object = None
    alike: list = field(default_factory=list)
    decided: object = None
    changes: dict = field(default_factory=dict)
    marks: dict = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    accepted: tuple[str, ...] = ()

    def become(self, sheet):
        """Recognise who the row is by `sheet`, which a merge may have made part of another."""
        self.sheet, self.person = sheet, sheet.merged_into or sheet

    def error(self, code, field_name, text):
        self.messages.append(Message(ERROR, code, field_name, text))
        self.faulty.add(field_name)

    def ask(self, code, field_name, text):
        self.messages.append(Message(QUESTION, code, field_name, text))

    def note(self, code, field_name, text):
        self.messages.append(Message(NOTE, code, field_name, text))

    @property
    def is_in_error(self):
        return any(message.level == ERROR for message in self.messages)

    @property
    def is_in_question(self):
        return any(message.level == QUESTION for message in self.messages)

    @property
    def name_key(self):
        return fold(f"{self.values.get('family_name', '')} {self.values.get('given_name', '')}")

    @property
    def has_identifier(self):
        return any(self.values.get(name) for name in ("cin", "uuid", "file_number"))


@dataclass
class Checker:
    """What the rows of one file are checked against, loaded once.

    `fields` maps a column's index to its field; `constants` gives the text of absent columns;
    `ocbs` finds an OCB by the label_key of its code or names, None where two share it; `managed`
    holds the OCBs the user enters for, None for all; `only_ocb` is the one the import is for;
    `prefilled` names the fields that our template fills before anyone writes in it.
    """

    fields: dict[int, str]
    constants: dict[str, str]
    ocbs: dict
    bootcamps: dict
    brackets: list
    today: date
    managed: frozenset | None = None
    only_ocb: object = None
    prefilled: frozenset = frozenset()

    def check(self, row_number, cells):
        """The CheckedRow of these cells; blank rows and totals are `skipped`."""
        row = CheckedRow(row_number)
        if self._is_blank(cells) or (is_total(cells) and not self._tells_of_somebody(cells)):
            row.status = "skipped"
            return row
        found = {}
        for index, name in self.fields.items():
            if index < len(cells):
                self._read(row, name, cells[index], found)
        for name, text in self.constants.items():
            if name not in self.fields.values():
                self._read_value(row, name, text, found)
        self._settle_days(row, found)
        self._settle_names(row, found)
        self._settle_ocb(row, found)
        self._settle_bootcamp(row, found)
        row.values = {name: value for name, value in found.items() if value not in (None, "")}
        row.digest = digest_of(row.values)
        row.identity = identity_of(row.values)
        return row

    def _is_blank(self, cells):
        """No mapped cell filled, but for those that our template fills beforehand."""
        mapped = (
            cells[index]
            for index, name in self.fields.items()
            if index < len(cells) and name not in self.prefilled
        )
        return not any(cell.is_formula or is_filled(cell) for cell in mapped)

    def _tells_of_somebody(self, cells):
        """Whether a row whose first word only begins as a total's has a sex and a birth date."""
        told = {
            name for at, name in self.fields.items() if at < len(cells) and is_filled(cells[at])
        }
        return {"sex", "birth_date"} <= told and _first_word(cells) not in TOTAL_WORDS

    def _read(self, row, name, cell, found):
        if cell.is_formula:
            row.error("formula", name, _("Une formule : écrire la valeur elle-même."))
        elif cell.is_merged:
            row.error(
                "merged_cells", name, _("Des cellules fusionnées : les séparer, une par jeune.")
            )
        elif name in DATE_FIELDS and cell.number_format_is_date and isinstance(cell.value, str):
            row.error("invalid_date", name, _("Ce nombre n'est pas une date : écrire jj/mm/aaaa."))
        elif cell.value is not None:
            self._read_value(row, name, cell.value, found)

    def _read_value(self, row, name, value, found):
        try:
            if name in DATE_FIELDS:
                found[name] = day_in(value, is_utc=name == "submission_time")
            elif name in READERS:
                found[name] = READERS[name](value, lambda code, text: row.note(code, name, text))
        except Fault as fault:
            row.error(fault.code, name, str(fault))

    def _settle_days(self, row, found):
        sent_on = found.pop("submission_time", None)
        if not found.get("identified_on") and "identified_on" not in row.faulty and sent_on:
            found["identified_on"] = sent_on
        row.faulty.discard("submission_time")
        for name in DATE_FIELDS:
            if found.get(name) is not None:
                found[name] = self._whole_day(row, name, found)

    def _whole_day(self, row, name, found):
        try:
            day = with_century(
                found[name],
                of_birth=name == "birth_date",
                identified_on=found.get("identified_on"),
                today=self.today,
            )
        except Fault as fault:
            row.error(fault.code, name, str(fault))
            return None
        if day > self.today:
            row.error(
                "future_date",
                name,
                _("Le %(day)s est dans le futur : vérifier la date.")
                % {"day": day.strftime("%d/%m/%Y")},
            )
            return None
        return day

    def _settle_names(self, row, found):
        full = found.pop("full_name", "")
        if not full or found.get("family_name") or found.get("given_name"):
            if full and values.is_arabic(full) and not found.get("name_ar"):
                found["name_ar"] = full
            return
        if {"family_name", "given_name"} & row.faulty:
            return
        found["family_name"], found["given_name"] = values.split_full_name(full)
        row.is_name_split = True
        if max(len(found["family_name"]), len(found["given_name"])) > 80:
            row.error("too_long", "full_name", _("Le nom et le prénom tiennent en 80 caractères."))
        row.note(
            "name_split",
            "full_name",
            _("Nom : %(family)s ; prénom : %(given)s. À vérifier.")
            % {"family": found["family_name"], "given": found["given_name"]},
        )

    def _settle_ocb(self, row, found):
        named = found.get("ocb")
        if not named:
            if self.only_ocb and "ocb" not in row.faulty:
                found["ocb"] = self.only_ocb
            return
        ocb = found["ocb"] = self.ocbs.get(label_key(named))
        if ocb is None:
            row.error(
                "unknown_ocb",
                "ocb",
                _("« %(text)s » n'est ni le code ni le nom d'une OCB.") % {"text": named[:60]},
            )
        elif not self._is_in_scope(ocb):
            row.error(
                "out_of_scope_ocb",
                "ocb",
                _("%(code)s n'est pas l'OCB de cet import.") % {"code": ocb.code},
            )
        else:
            row.is_ocb_named = True

    def _is_in_scope(self, ocb):
        if self.only_ocb and ocb.pk != self.only_ocb.pk:
            return False
        return self.managed is None or ocb.pk in self.managed

    def _settle_bootcamp(self, row, found):
        named = found.get("bootcamp")
        if not named:
            return
        found["bootcamp"] = self.bootcamps.get(label_key(named))
        if found["bootcamp"] is None:
            row.error(
                "unknown_value",
                "bootcamp",
                _("« %(text)s » n'est le numéro d'aucun bootcamp.") % {"text": named[:60]},
            )


def is_filled(cell):
    return cell.value is not None and text_in(cell.value) != ""


def is_total(cells):
    """Whether the first filled cell of a row begins as the sum of a column does."""
    text = _first_text(cells)
    return text.startswith(ARABIC_TOTALS) or fold(text).startswith(TOTALS)


def _first_text(cells):
    return next((text_in(cell.value) for cell in cells if is_filled(cell)), "")


def _first_word(cells):
    """The first word as TOTAL_WORDS has it: folded, an Arabic one as it stands."""
    found = re.search(r"[^\W_]+", _first_text(cells))
    word = found[0] if found else ""
    return word if values.is_arabic(word) else fold(word)


def identity_of(row_values):
    """Who the row says they are, as duplicates are looked for."""
    names = [each.name for each in fields(Identity)]
    return Identity(**{name: row_values[name] for name in names if name in row_values})


def digest_of(row_values):
    """What recognises a row without identifiers: its normalised cells, whatever their order."""
    cells = sorted((name, canonical(value)) for name, value in row_values.items())
    return hashlib.blake2b(repr(cells).encode(), digest_size=16).hexdigest()


def mark_of(value):
    """A short digest of one normalised cell: tells whether it changed, keeps nobody's data."""
    return hashlib.blake2b(canonical(value).encode(), digest_size=4).hexdigest()


def canonical(value):
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return " ".join(value)
    return getattr(value, "code", None) or str(value)
