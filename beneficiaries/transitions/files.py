"""Opening and saving a youth's file."""

from django.db import transaction
from django.db.models import F

from beneficiaries.funnel import Evidence, EvidenceKind, Stage
from beneficiaries.models import Beneficiary
from beneficiaries.transitions.moves import advance
from remess.programme.models import Region


@transaction.atomic
def open_files(beneficiaries):
    """Number and store new beneficiaries (unsaved, with their OCB), regions locked in order."""
    by_region = {}
    for beneficiary in beneficiaries:
        by_region.setdefault(beneficiary.ocb.region_id, []).append(beneficiary)
    for region in Region.objects.select_for_update().filter(pk__in=by_region).order_by("pk"):
        newcomers = by_region[region.pk]
        for number, beneficiary in enumerate(newcomers, region.last_file_number + 1):
            beneficiary.file_region, beneficiary.file_no = region.code, number
        Region.objects.filter(pk=region.pk).update(
            last_file_number=F("last_file_number") + len(newcomers)
        )
    return Beneficiary.objects.bulk_create(beneficiaries, batch_size=500)


@transaction.atomic
def save_sheet(beneficiary, *, by, derogation=""):
    """Store a sheet, new or edited, and identify the person once nothing is missing.

    A sheet with gaps is kept without stage: « fiche à compléter ». Returns the sheet.
    """
    if beneficiary._state.adding:
        open_files([beneficiary])
    else:
        beneficiary.version += 1
        beneficiary.save()
    if beneficiary.current_stage == "" and beneficiary.sheet_on and not beneficiary.missing_facts():
        evidence = Evidence(EvidenceKind.SHEET, beneficiary.file_number, beneficiary.sheet_on)
        advance(
            beneficiary,
            Stage.IDENTIFIED,
            on=beneficiary.sheet_on,
            by=by,
            evidence=evidence,
            derogation=derogation,
        )
    return beneficiary
