"""Opening and saving a youth's file."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries import counts
from beneficiaries.funnel import Evidence, EvidenceKind, Stage
from beneficiaries.models import Beneficiary
from beneficiaries.transitions.changes import change_rows
from beneficiaries.transitions.duplicates import queue_duplicates
from beneficiaries.transitions.moves import advance
from beneficiaries.transitions.parts import TransitionRefused, lock
from beneficiaries.transitions.referents import hand_over, open_periods
from remess.programme.models import Region
from remess.shared.dates import today
from remess.shared.inserting import insert_many
from remess.shared.versions import refuse_overtaken

# Columns never written with the sheet: the stage is the door's, the OCB changes by move().
NOT_ON_THE_SHEET = {
    "id", "client_id", "file_region", "file_no", "ocb", "current_stage", "stage_on",
    "stages_ahead", "stage_day", "created_at",
    "merged_into", "formerly", "withdrawn_at", "withdrawn_by", "withdrawn_reason",
}  # fmt: skip
SHEET_FIELDS = [
    field.name for field in Beneficiary._meta.concrete_fields if field.name not in NOT_ON_THE_SHEET
]


@transaction.atomic
def open_files(beneficiaries):
    """Number and store new beneficiaries (unsaved, with their OCB), regions locked in order.

    A referent they come with is theirs from today on, as far as the register knows.
    """
    by_region = {}
    for beneficiary in beneficiaries:
        by_region.setdefault(beneficiary.ocb.region_id, []).append(beneficiary)
    regions = Region.objects.select_for_update(no_key=True).filter(pk__in=by_region)
    for region in regions.order_by("pk"):
        newcomers = by_region[region.pk]
        for number, beneficiary in enumerate(newcomers, region.last_file_number + 1):
            beneficiary.file_region, beneficiary.file_no = region.code, number
        Region.objects.filter(pk=region.pk).update(
            last_file_number=F("last_file_number") + len(newcomers)
        )
    stored = insert_many(beneficiaries)
    open_periods(stored, on=today(), by=None)
    return stored


@transaction.atomic
def save_sheet(beneficiary, *, by, version=None, derogation=""):
    """Store a sheet, new or edited, and identify the person once nothing is missing.

    A sheet with gaps is kept without stage: « fiche à compléter ». `version` is that of the sheet
    as the form showed it. Whom it may duplicate goes to the team's list.
    Returns the sheet. Raises Changed, TransitionRefused.
    """
    moment = timezone.now()
    if beneficiary._state.adding:
        open_files([beneficiary])
    else:
        _update(beneficiary, version, by, moment)
    with counts.at_once():
        if _is_to_identify(beneficiary):
            evidence = Evidence(EvidenceKind.SHEET, beneficiary.file_number, beneficiary.sheet_on)
            advance(
                beneficiary,
                Stage.IDENTIFIED,
                on=beneficiary.sheet_on,
                by=by,
                evidence=evidence,
                recorded_at=moment,
                derogation=derogation,
            )
        queue_duplicates([beneficiary], by=by)
    return beneficiary


def _update(beneficiary, version, by, moment):
    locked = lock(beneficiary)
    refuse_overtaken(locked, version)
    beneficiary.formerly = locked.formerly
    beneficiary.current_stage, beneficiary.stage_on = locked.current_stage, locked.stage_on
    if locked.current_stage and (missing := beneficiary.missing_facts()):
        raise TransitionRefused(
            _("Cette personne est déjà comptée : la fiche garde %(facts)s.")
            % {"facts": ", ".join(missing)}
        )
    if beneficiary.referent_id != locked.referent_id:
        hand_over([beneficiary], on=today(), by=by)
    change_rows([locked], [beneficiary], SHEET_FIELDS, by=by, at=moment)


def _is_to_identify(beneficiary):
    """Complete, dated and never identified: one voided for good is taken up again by the team."""
    is_ready = beneficiary.sheet_on and not beneficiary.missing_facts()
    return is_ready and not beneficiary.events.filter(stage=Stage.IDENTIFIED).exists()
