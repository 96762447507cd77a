"""A row about somebody the register knows: which cells change what, and which must wait.

An empty cell never erases. What was corrected in the application since the last import of the
person stays, and the row's other value is told; so is what only a person may decide.
"""

from django.utils.translation import gettext as _

from beneficiaries.funnel import PATH, Stage, short_day
from remess.registers.checking import mark_of
from remess.registers.stages import DAY_OF
from remess.shared.text import fold

# Columns of the sheet that an import may change.
SHEET = (
    "family_name", "given_name", "name_ar", "sex", "birth_date", "cin", "phone", "province",
    "commune", "education", "activity_before", "income_before", "sector", "project",
)  # fmt: skip
NAMES = ("family_name", "given_name")
# Compared whatever their capitals.
IN_ANY_CASE = {"family_name", "given_name", "province", "commune"}


def compare(row, person, path, marks, may_correct):
    """Fill `row.changes` (field → [before, after]) and say what is left for a person to decide.

    `marks` are those of the person's last imported lines; `may_correct`: whether the importer may
    correct what is already counted (sex, days).
    """
    for name in SHEET:
        after = row.values.get(name)
        before = getattr(person, name)
        if after is None or name in row.settled or _is_same(row, name, before, after, person):
            continue
        if not _is_kept(row, name, before, after, marks):
            if name == "sex" and path.reached and not may_correct:
                _leave_to_team(row, name)
            else:
                row.changes[name] = [before, after]
    for stage in PATH:
        _compare_day(row, stage, path, marks, may_correct)
    _compare_exit(row, path)
    _compare_ocb(row, person)


def _is_same(row, name, before, after, person):
    if name in NAMES and row.is_name_split:
        return _words(row.name_key) == _words(person.sort_name)
    if name in IN_ANY_CASE and isinstance(before, str):
        return before.casefold() == after.casefold()
    return before == after


def _words(text):
    return sorted(fold(text).split())


def _is_kept(row, name, before, after, marks):
    """Whether the register's value was corrected since the last import: then it stays.

    A value that was never imported, or that the last import left, gives way to the row's; so does
    a correction that a person decided against.
    """
    if name in row.accepted or before in (None, "") or marks.get(name) in (None, mark_of(before)):
        return False
    row.note(
        "corrected_since",
        name,
        _("Corrigé depuis dans l'application : la valeur du registre reste, à vérifier."),
    )
    return True


def _compare_day(row, stage, path, marks, may_correct):
    name = DAY_OF[stage]
    after, before = row.values.get(name), path.reached.get(stage)
    if not after or after == before:
        return
    if before is None:
        row.changes[name] = [None, after]
    elif not _is_kept(row, name, before, after, marks):
        if may_correct and stage != Stage.CREATED:
            row.changes[name] = [before, after]
        else:
            _leave_to_team(row, name)


def _compare_exit(row, path):
    after = row.values.get("exit_on")
    told_before = {left for left, _returned in path.absences}
    if not after or after in told_before:
        return
    if path.left_on:
        row.note(
            "other_exit",
            "exit_on",
            _("Le registre porte une sortie du %(day)s : à corriger sur la fiche.")
            % {"day": short_day(path.left_on)},
        )
    else:
        row.changes["exit_on"] = [None, after]


def _compare_ocb(row, person):
    if row.is_ocb_named and row.values["ocb"].pk != person.ocb_id:
        row.note(
            "other_ocb",
            "ocb",
            _("Cette personne est suivie par %(code)s : un changement d'OCB se fait sur sa fiche.")
            % {"code": person.ocb.code},
        )


def _leave_to_team(row, name):
    row.note("for_the_team", name, _("Déjà compté autrement : la correction se fait sur la fiche."))


def as_json(changes):
    """`changes` with days as ISO text."""
    return {
        name: [value.isoformat() if hasattr(value, "isoformat") else value for value in pair]
        for name, pair in changes.items()
    }
