"""Who a row is: the order in which identifiers, earlier lines and likeness decide.

One look at the register per batch; `Seen` holds what earlier rows of the file said. Likeness is
that of beneficiaries/duplicates.py, as at entry. A person the user may not see is never
described: « déjà connu, voir avec REMESS ».
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from beneficiaries.duplicates import matches_of
from beneficiaries.models import Beneficiary, Reason
from beneficiaries.models.person import cin_key, name_and_birth, name_and_phone
from beneficiaries.names import same_name
from remess.registers.models import Decision, ImportLine, SetAside
from remess.registers.values import NUMBER

# Stands in no cell: control characters are cleaned away.
SEPARATOR = "\x1f"


def already_known():
    return _("Déjà connu, voir avec REMESS.")


class Named(NamedTuple):
    """What is remembered of an earlier row: how it names the person."""

    family_name: str
    given_name: str
    name_ar: str
    sex: str
    cin: str


class Seen:
    """What the rows read so far said: identifier → row, likeness → the rows that have it.

    It grows with the file, so it is kept small: one text a row, one number a key.
    """

    def __init__(self):
        self.rows, self.alike, self.names, self.added = {}, {}, {}, []

    def mark(self):
        """A point to go back to; what was said before it is settled."""
        self.added = []

    def go_back(self):
        """Forget what was said since the last mark()."""
        for store, key, before in reversed(self.added):
            if before is None:
                del store[key]
            else:
                store[key] = before
        self.added = []

    def _put(self, store, key, value):
        self.added.append((store, key, store.get(key)))
        store[key] = value

    def first(self, key):
        """The row that bore the identifier or digest `key` first, or None."""
        return self.rows.get(hash(key))

    def add(self, row):
        """Remember a row that is not in error."""
        # The digest serves rows without identifiers alone, and tells them from all others.
        for key in map(hash, identifiers_of(row) or [("digest", row.digest)]):
            if key not in self.rows:
                self._put(self.rows, key, row.row)
        who = row.identity
        names = Named(who.family_name, who.given_name, who.name_ar, who.sex, who.cin)
        self._put(self.names, row.row, SEPARATOR.join(names))
        for key in map(hash, likenesses_of(who)):
            earlier = self.alike.get(key)
            self._put(self.alike, key, (*_all(earlier), row.row) if earlier else row.row)

    def like(self, who):
        """(Reason, row) of the first earlier row that may be `who`, the surest reason first."""
        for reason, key in likenesses_of(who):
            for at in _all(self.alike.get(hash((reason, key)))):
                entry = Named(*self.names[at].split(SEPARATOR))
                if entry.cin != who.cin if reason == Reason.CIN else same_name(who, entry):
                    return reason, at
        return None


def _all(rows):
    """The rows of one likeness: none, one number, or several."""
    return rows if isinstance(rows, tuple) else () if rows is None else (rows,)


def identifiers_of(row):
    """The keys that no two rows of a file may share, with their field."""
    return [
        (name, value) for name in ("cin", "file_number", "uuid") if (value := row.values.get(name))
    ]


# What a possible duplicate shares, and how it is found.
LIKENESSES = {Reason.CIN: cin_key, Reason.BIRTH: name_and_birth, Reason.PHONE: name_and_phone}


def likenesses_of(who):
    return [(reason, key) for reason, derive in LIKENESSES.items() if (key := derive(who))]


@dataclass
class Register:
    """What the register knows of one batch of rows: sheets by what names them.

    A sheet that a merge absorbed still answers to its numbers; `standing` gives the one it is
    part of. `people`: the standing sheets by pk; `alike`: row number → [(sheet, reasons)].
    """

    people: dict = field(default_factory=dict)
    sheets: dict = field(default_factory=dict)
    visible: set | None = None
    by_number: dict = field(default_factory=dict)
    by_uuid: dict = field(default_factory=dict)
    by_cin: dict = field(default_factory=dict)
    by_digest: dict = field(default_factory=dict)
    alike: dict = field(default_factory=dict)
    decisions: dict = field(default_factory=dict)

    def shows(self, sheet):
        return self.visible is None or standing(sheet).pk in self.visible

    def is_closed_to(self, row):
        """Whether the row is of an OCB the user does not enter for: nothing is told of it."""
        return self.visible is not None and "ocb" in row.faulty

    def names(self, row):
        """Whether an identifier of `row` names somebody."""
        return bool(
            self.by_number.get(row.values.get("file_number"))
            or self.by_uuid.get(row.values.get("uuid"))
            or self.by_cin.get(row.values.get("cin"))
        )


def standing(sheet):
    return sheet.merged_into or sheet


def known_of(rows, user):
    """The Register of these rows, in a fixed number of queries."""
    known, digests = Register(), [row.digest for row in rows]
    lines = ImportLine.objects.standing().filter(digest__in=digests).order_by("-pk")
    known.by_digest = dict(lines.values_list("digest", "beneficiary"))
    known.decisions = {
        aside.digest: aside
        for aside in SetAside.objects.exclude(decision="").filter(digest__in=digests)
    }
    sheets = Beneficiary.objects.not_withdrawn().filter(_named_by(rows, known))
    for sheet in sheets.select_related("ocb__region", "merged_into__ocb__region"):
        known.sheets[sheet.pk] = sheet
        known.by_number[sheet.file_number] = sheet
        known.by_uuid[sheet.client_id] = sheet
        if sheet.cin:
            known.by_cin[sheet.cin] = sheet
    # Of two rows with the same cells the second is not the earlier import's line: it is looked for.
    strangers = [row for row in rows if not row.has_identifier or not known.names(row)]
    matches = matches_of([row.identity for row in strangers])
    known.alike = {row.row: found for row, found in zip(strangers, matches, strict=True)}
    found = [*known.sheets.values(), *(sheet for pairs in matches for sheet, _why in pairs)]
    known.people = {standing(sheet).pk: standing(sheet) for sheet in found}
    if user and not user.has_perm("beneficiaries.view_all"):
        seen = Beneficiary.objects.visible_to(user).filter(pk__in=known.people)
        known.visible = set(seen.values_list("pk", flat=True))
    return known


def _named_by(rows, known):
    decided = [aside.resembles_id for aside in known.decisions.values() if aside.resembles_id]
    named = Q(pk__in={*known.by_digest.values(), *decided})
    # The key has a whole index; that of the CIN itself holds only those filled, and is not used.
    if cins := {cin_key(row.identity) for row in rows if "cin" in row.values}:
        named |= Q(cin_key__in=sorted(cins))
    if records := [row.values["uuid"] for row in rows if "uuid" in row.values]:
        named |= Q(client_id__in=records)
    by_region = {}
    for row in rows:
        if found := NUMBER.fullmatch(row.values.get("file_number", "")):
            by_region.setdefault(found[1], []).append(int(found[2]))
    for region, numbers in by_region.items():
        named |= Q(file_region=region, file_no__in=numbers)
    return named


def match(row, known, seen):
    """Find who `row` is: sets `row.person`, or says why it is refused or set aside."""
    if _refuse_seen(row, seen) or known.is_closed_to(row) or not _match_number(row, known):
        return
    row.decided = known.decisions.get(row.digest)
    for sheet in (known.by_uuid.get(row.values.get("uuid")), _decided_sheet(row, known)):
        if sheet and not row.person and not row.is_in_question:
            _take(row, sheet, known, "uuid")
    if not _match_cin(row, known) or row.person or row.is_in_question:
        return
    if sheet := _same_line(row, known, seen):
        _take(row, sheet, known, "family_name")
    elif not (row.decided and row.decided.decision == Decision.DIFFERENT):
        _look_alike(row, known, seen)


def _same_line(row, known, seen):
    """Who an earlier import's line of the same cells was, for a row without identifiers.

    Of two such rows in one file only the first is that line.
    """
    if row.has_identifier or seen.first(("digest", row.digest)):
        return None
    return known.sheets.get(known.by_digest.get(row.digest))


def _refuse_seen(row, seen):
    """Say of each identifier that an earlier row of the file bears it too."""
    nouns = {"cin": _("Même CIN"), "file_number": _("Même fiche"), "uuid": _("Même envoi")}
    earlier = {key[0]: at for key in identifiers_of(row) if (at := seen.first(key))}
    for name, at in earlier.items():
        row.error(
            "duplicate_in_file",
            name,
            _("%(what)s que la ligne %(row)s : garder une seule des deux.")
            % {"what": nouns[name], "row": at},
        )
    return bool(earlier)


def _match_number(row, known):
    """Find the sheet of the row's file number; False when there is none the user may see."""
    number = row.values.get("file_number")
    sheet = known.by_number.get(number)
    if sheet and known.shows(sheet):
        row.become(sheet)
    elif number:
        row.error(
            "unknown_value",
            "file_number",
            _("« %(number)s » : aucune fiche de ce numéro.") % {"number": number},
        )
    return bool(row.person or not number)


def _decided_sheet(row, known):
    if row.decided and row.decided.decision == Decision.SAME:
        return known.sheets.get(row.decided.resembles_id)
    return None


def _take(row, sheet, known, field_name):
    if known.shows(sheet):
        row.become(sheet)
    else:
        row.ask("possible_duplicate", field_name, already_known())
        row.resembles = standing(sheet)


def _match_cin(row, known):
    """Find the holder of the row's CIN; False when it is somebody else's."""
    holder = known.by_cin.get(row.values.get("cin"))
    if holder is None:
        return True
    if row.person and standing(holder).pk == row.person.pk:
        row.settled.add("cin")
    elif row.person or not known.shows(holder) or not _may_be(row, holder):
        text = already_known()
        if known.shows(holder):
            text = _("Cette CIN est celle de %(number)s, d'un autre nom et né un autre jour.") % {
                "number": standing(holder).file_number
            }
        row.error("duplicate_cin", "cin", text)
        return False
    elif not row.is_in_question:
        row.become(holder)
        row.settled.add("cin")
    return True


def _may_be(row, holder):
    """Whether the holder of the row's CIN has its name or its birth date."""
    return any(
        same_name(row.identity, sheet) or row.values.get("birth_date") == sheet.birth_date
        for sheet in (holder, standing(holder))
    )


def _look_alike(row, known, seen):
    """Set a row aside that resembles an earlier row, or somebody the register knows."""
    matches = known.alike.get(row.row, ())
    earlier = seen.like(row.identity)
    if not earlier and not matches:
        return
    if earlier:
        reason, other = earlier[0], _("la ligne %(row)s") % {"row": earlier[1]}
    else:
        (person, (reason, *_others)), *_rest = matches
        other = person.file_number if known.shows(person) else ""
    words = {
        Reason.CIN: _("Même CIN que %(other)s aux zéros près : une seule personne ?"),
        Reason.BIRTH: _("Même nom et même date de naissance que %(other)s : une seule personne ?"),
        Reason.PHONE: _("Même nom et même téléphone que %(other)s : une seule personne ?"),
    }
    text = words[reason] % {"other": other} if other else already_known()
    row.ask("possible_duplicate", "cin" if reason == Reason.CIN else "family_name", text)
    row.resembles = matches[0][0] if matches else None
