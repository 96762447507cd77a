"""Who a row is: the order in which identifiers, earlier lines and likeness decide.

One look at the register per batch; `Seen` holds what earlier rows of the file said. Likeness is
that of beneficiaries/duplicates.py, as at entry; each look-alike is decided by itself. A person the
user may not see is never described: « déjà connu, voir avec REMESS ».
"""

from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.duplicates import matches_of
from beneficiaries.models import Beneficiary, Reason
from beneficiaries.models.derived import cin_key
from beneficiaries.names import same_name
from remess.registers.models import Decision, ImportLine, SetAside
from remess.registers.seen import identifiers_of
from remess.registers.values import NUMBER


def already_known():
    return _("Déjà connu, voir avec REMESS.")


@dataclass
class Register:
    """What the register knows of one batch of rows: sheets by what names them.

    A sheet that a merge absorbed still answers to its numbers; `standing` gives the one it is
    part of. `people`: the standing sheets by pk; `by_digest`: row digest → the sheets of earlier
    lines with these cells, in order; `alike`: row number → [(sheet, reasons)]; `apart`:
    row digest → the sheets (pk) and earlier rows (digest) that somebody told apart from it.
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
    apart: dict = field(default_factory=dict)

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
    lines = ImportLine.objects.standing().filter(digest__in=digests).order_by("pk")
    for digest, sheet in lines.values_list("digest", "beneficiary"):
        known.by_digest.setdefault(digest, {})[sheet] = None
    known.decisions = {aside.digest: aside for aside in SetAside.objects.filter(digest__in=digests)}
    known.apart = _told_apart(known.decisions)
    sheets = Beneficiary.objects.not_withdrawn().filter(_named_by(rows, known))
    for sheet in sheets.select_related("ocb__region", "merged_into__ocb__region"):
        known.sheets[sheet.pk] = sheet
        known.by_number[sheet.file_number] = sheet
        known.by_uuid[sheet.client_id] = sheet
        if sheet.cin:
            known.by_cin[sheet.cin] = sheet
    # Of two rows with the same cells the second may be nobody's line yet: it is looked for.
    strangers = [row for row in rows if not row.has_identifier or not known.names(row)]
    matches = matches_of([row.identity for row in strangers])
    known.alike = {row.row: found for row, found in zip(strangers, matches, strict=True)}
    found = [*known.sheets.values(), *(sheet for pairs in matches for sheet, _why in pairs)]
    known.people = {standing(sheet).pk: standing(sheet) for sheet in found}
    if user and not user.has_perm("beneficiaries.view_all"):
        seen = Beneficiary.objects.visible_to(user).filter(pk__in=known.people)
        known.visible = set(seen.values_list("pk", flat=True))
    return known


def _told_apart(asides):
    """{digest: whom its row is not}; a row told apart is the sheet it became, merged or not."""
    told = {digest: set(aside.apart) for digest, aside in asides.items() if aside.apart}
    keys = {key for apart in told.values() for key in apart}
    if not keys:
        return {}
    lines = ImportLine.objects.standing().filter(digest__in=keys - set(filter(_is_sheet, keys)))
    became = {}
    for digest, sheet in lines.values_list("digest", "beneficiary"):
        became.setdefault(digest, set()).add(sheet)
    sheets = {pk for pks in became.values() for pk in pks} | set(filter(_is_sheet, keys))
    merged = Beneficiary.objects.filter(pk__in=sheets, merged_into__isnull=False)
    into = dict(merged.values_list("pk", "merged_into"))
    for apart in told.values():
        for key in list(apart):
            apart |= became.get(key, set())
        apart |= {into[key] for key in apart if key in into}
    return told


def _is_sheet(key):
    return isinstance(key, int)


def _named_by(rows, known):
    decided = [aside.resembles_id for aside in known.decisions.values() if aside.resembles_id]
    named = Q(pk__in={pk for sheets in known.by_digest.values() for pk in sheets} | set(decided))
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
    else:
        _look_alike(row, known, seen)


def _same_line(row, known, seen):
    """Who an earlier import's line of the same cells was, for a row without identifiers.

    Of two such rows in one file the first is the first person of those lines, the second another
    only where somebody told them apart.
    """
    if row.has_identifier:
        return None
    sheets = list(known.by_digest.get(row.digest, ()))
    at = seen.times(row.digest)
    return known.sheets.get(sheets[at]) if at < len(sheets) else None


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
    """Recognise the row's person, or leave it to the team where the user may not see them."""
    if known.shows(sheet):
        row.become(sheet)
    else:
        row.ask("possible_duplicate", field_name, already_known())
        _put_to_the_team(row, sheet)


def _put_to_the_team(row, sheet):
    row.resembles = standing(sheet)
    row.alike = [row.resembles.pk]


def _match_cin(row, known):
    """Find the holder of the row's CIN; False when it is somebody else's."""
    holder = known.by_cin.get(row.values.get("cin"))
    if holder is None:
        return True
    if row.person and standing(holder).pk == row.person.pk:
        row.settled.add("cin")
    elif row.person or not _may_be(row, holder):
        _refuse_cin(row, holder, known)
        return False
    elif not row.is_in_question:
        _take(row, holder, known, "cin")
        row.settled.add("cin")
    return True


def _refuse_cin(row, holder, known):
    text = already_known()
    if known.shows(holder):
        text = _("Cette CIN est celle de %(number)s, d'un autre nom et né un autre jour.") % {
            "number": standing(holder).file_number
        }
    elif not row.person:
        _put_to_the_team(row, holder)
    row.error("duplicate_cin", "cin", text)


def _may_be(row, holder):
    """Whether the holder of the row's CIN has its name or its birth date."""
    return any(
        same_name(row.identity, sheet) or row.values.get("birth_date") == sheet.birth_date
        for sheet in (holder, standing(holder))
    )


WORDS = {
    Reason.CIN: gettext_lazy("Même CIN que %(other)s aux zéros près : une seule personne ?"),
    Reason.BIRTH: gettext_lazy(
        "Même nom et même date de naissance que %(other)s : une seule personne ?"
    ),
    Reason.PHONE: gettext_lazy("Même nom et même téléphone que %(other)s : une seule personne ?"),
}


def _look_alike(row, known, seen):
    """Set a row aside that resembles earlier rows, or people of the register: each is asked once.

    `row.alike` names them: a sheet by its pk, an earlier row not stored yet by its digest. Those
    the user may not see are one question for all.
    """
    apart = known.apart.get(row.digest, ())
    asked = {}
    for reason, earlier in seen.like(row.identity):
        key = seen.people.get(earlier.row, earlier.digest)
        if not {key, earlier.digest} & set(apart):
            asked.setdefault(key, (reason, _("la ligne %(row)s") % {"row": earlier.row}))
    sheets = {sheet.pk: sheet for sheet, _reasons in known.alike.get(row.row, ())}
    for sheet, (reason, *_others) in known.alike.get(row.row, ()):
        if sheet.pk not in apart:
            asked.setdefault(sheet.pk, (reason, sheet.file_number if known.shows(sheet) else ""))
    hidden = [key for key, (_reason, other) in asked.items() if not other]
    for key, (reason, other) in asked.items():
        if not other and key != hidden[0]:
            continue
        text = str(WORDS[reason]) % {"other": other} if other else already_known()
        row.ask("possible_duplicate", "cin" if reason == Reason.CIN else "family_name", text)
    row.alike = list(asked)
    row.resembles = next((sheets[key] for key in asked if key in sheets), None)
