"""Taking an import back: only what is still as it was imported; the rest says why it stays.

Passages, exits and changes are voided or written back through the door, line by line; a sheet the
import opened, and nobody touched since, is withdrawn. Nothing is deleted but the places at a
bootcamp whose minutes are not signed.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.funnel import PATH, Stage
from beneficiaries.models import Beneficiary, Exit, StageEvent
from beneficiaries.transitions import (
    TransitionRefused,
    at_once,
    correct_date,
    correct_identity,
    lock_all,
    restore,
    void,
    void_exit,
    withdraw,
)
from bootcamps.models import Participation
from remess.registers.comparing import SHEET
from remess.registers.enterprises import take_ice_back
from remess.registers.models import ImportLine, RowStatus
from remess.registers.stages import DAY_OF

TOUCHED = gettext_lazy("Du travail a été fait sur cette fiche depuis l'import.")
# Why a sheet stays, by what was added to it since; what is not named here says TOUCHED.
SENTENCES = {
    "events": gettext_lazy("Le parcours a changé depuis l'import."),
    "exits": gettext_lazy("Une sortie ou un retour a été enregistré depuis l'import."),
    "memberships": gettext_lazy("Une entreprise a été ajoutée depuis l'import."),
    "participations": gettext_lazy("Un bootcamp a été ajouté ou signé depuis l'import."),
    "visits": gettext_lazy("Des visites d'accompagnement ont été faites."),
    "enrolments": gettext_lazy("Cette personne est inscrite à une formation."),
    "follow_ups": gettext_lazy("Un suivi a été enregistré."),
    "merges": gettext_lazy("Cette fiche a été fusionnée avec une autre."),
    "merges_into": gettext_lazy("Cette fiche a été fusionnée avec une autre."),
    "import_lines": gettext_lazy("Un autre import a changé cette fiche depuis."),
}
# Pairs to examine hold nothing of their own.
IGNORED = {"pairs_first", "pairs_second"}
EDITED = gettext_lazy("La fiche a été modifiée depuis l'import.")


def take_back(batch, *, by, tell):
    """Take back each line of the import that still can be; `tell(done, total)` hears how far."""
    lines = batch.lines.filter(status__in=[RowStatus.CREATED, RowStatus.UPDATED])
    total = lines.count()
    waiting = lines.filter(undone_at__isnull=True, kept_because="").order_by("-row")
    done = total - waiting.count()
    for pk in waiting.values_list("pk", flat=True):
        take_line_back(pk, by=by)
        done += 1
        tell(done, total)


def take_line_back(pk, *, by):
    """Take one line back, or write on it why it stays."""
    try:
        with transaction.atomic():
            line = ImportLine.objects.select_for_update(no_key=True, of=("self",)).select_related(
                "batch"
            )
            _take_back(line.get(pk=pk), by)
    except TransitionRefused as refusal:
        ImportLine.objects.filter(pk=pk).update(kept_because=str(refusal)[:200])


def _take_back(line, by):
    reason = _("Import annulé : %(reason)s") % {"reason": line.batch.undo_reason}
    reason = reason[:300]
    lock_all([line.beneficiary_id])
    person = Beneficiary.objects.get(pk=line.beneficiary_id)
    if sentence := why_it_stays(line, person):
        raise TransitionRefused(sentence)
    with at_once():
        _void_history(line, by, reason)
        if line.status == RowStatus.UPDATED:
            _write_back(line, person, by, reason)
    if line.status == RowStatus.CREATED:
        # After the counts: it gives the sheet another key, for which whoever names it must wait.
        withdraw(person, by=by, reason=reason)
    line.undone_at = timezone.now()
    line.save(update_fields=["undone_at"])


def why_it_stays(line, person):
    """The sentence why this line is not as it was imported any more, or None."""
    if person.merged_into_id:
        return str(SENTENCES["merges"])
    if line.status == RowStatus.CREATED:
        if person.version != 1:
            return str(EDITED)
        return _added_since(line, person)
    return _changed_since(line, person)


def _added_since(line, person):
    """What stands on a sheet beside what the import of `line` wrote."""
    for relation in Beneficiary._meta.related_objects:
        name = relation.get_accessor_name()
        if name in IGNORED:
            continue
        rows = relation.related_model._default_manager.filter(**{relation.field.name: person})
        if name in OWN:
            rows = OWN[name](rows, line)
        if rows.exists():
            return str(SENTENCES.get(name, TOUCHED))
    return None


def _not_of(rows, line):
    """Passages of others, and those of this line that somebody voided since."""
    return rows.exclude(pk__in=line.events, voided_at=None)


def _exits_not_of(rows, line):
    """Exits of others, and that of this line once voided or closed by a return."""
    return rows.exclude(pk__in=Exit.objects.open().filter(pk=line.exit_id))


def _members_not_of(rows, line):
    return rows.exclude(event__in=line.events)


def _places_not_of(rows, line):
    return rows.exclude(event__in=line.events, bootcamp__signed_on=None)


def _other_lines(rows, line):
    written = rows.filter(status__in=[RowStatus.CREATED, RowStatus.UPDATED], undone_at=None)
    return written.exclude(pk=line.pk)


# Relation → its rows that the import of a line did not write.
OWN = {
    "events": _not_of,
    "exits": _exits_not_of,
    "memberships": _members_not_of,
    "participations": _places_not_of,
    "import_lines": _other_lines,
}


def _changed_since(line, person):
    """Whether the changes an import made on a known sheet were overtaken."""
    for name in SHEET:
        if name in line.changes and _plain(getattr(person, name)) != line.changes[name][1]:
            return str(EDITED)
    if _other_lines(person.import_lines.filter(pk__gt=line.pk), line).exists():
        return str(SENTENCES["import_lines"])
    standing = StageEvent.objects.unvoided().filter(beneficiary=person)
    if standing.filter(pk__in=line.events).count() != len(line.events):
        return str(SENTENCES["events"])
    days = {stage: str(day) for stage, day in standing.values_list("stage", "occurred_on")}
    for stage in PATH:
        if DAY_OF[stage] in line.changes and days.get(stage) != line.changes[DAY_OF[stage]][1]:
            return str(SENTENCES["events"])
    if line.exit_id and not Exit.objects.open().filter(pk=line.exit_id).exists():
        return str(SENTENCES["exits"])
    signed = Participation.objects.filter(event__in=line.events, bootcamp__signed_on__isnull=False)
    return str(SENTENCES["participations"]) if signed.exists() else None


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


def _void_history(line, by, reason):
    """Void the exit and the passages this line caused, the latest stage first."""
    if line.exit_id:
        void_exit(line.exit, by=by, reason=reason)
    Participation.objects.filter(event__in=line.events, bootcamp__signed_on=None).delete()
    events = StageEvent.objects.unvoided().filter(pk__in=line.events)
    for event in sorted(events, key=lambda event: PATH.index(Stage(event.stage)), reverse=True):
        void(event, by=by, reason=reason)


def _write_back(line, person, by, reason):
    """Give a known sheet the values and days it had before this line."""
    person.refresh_from_db()
    before = {
        name: Beneficiary._meta.get_field(name).to_python(line.changes[name][0])
        for name in SHEET
        if name in line.changes
    }
    if "sex" in before and person.current_stage:
        person = correct_identity(person, sex=before.pop("sex"), by=by, reason=reason)
    moved = [
        (stage, *line.changes[DAY_OF[stage]])
        for stage in PATH
        if DAY_OF[stage] in line.changes and line.changes[DAY_OF[stage]][0] is not None
    ]
    # A day that goes later moves before those it must not pass.
    later = [item for item in moved if item[1] > item[2]]
    for stage, day, _after in [*reversed(later), *(item for item in moved if item not in later)]:
        event = StageEvent.objects.unvoided().get(beneficiary=person, stage=stage)
        on = StageEvent._meta.get_field("occurred_on").to_python(day)
        correct_date(event, on=on, by=by, reason=reason)
    if before:
        restore(person, before, by=by, reason=reason)
    if "ice" in line.changes:
        take_ice_back(person, line.changes["ice"][1], by=by, reason=reason)
