"""The demo's enterprises: alone or by cooperatives, each with the proof its form asks for."""

from datetime import date, timedelta

from django.core.files.base import ContentFile
from stdnum.ma import ice as stdnum_ice

from beneficiaries.funnel import Stage
from beneficiaries.models import Enterprise, EnterpriseFile, FileKind, LegalForm
from beneficiaries.models.enterprise import EARLIEST_ON, ICE_EXPECTED_FROM, SubForm
from remess.shared.dates import at_noon
from remess.shared.documents import PDF, digest_of, document_storage

COOPERATIVE_SHARE = 0.2
PEOPLE_PER_COOPERATIVE = 5
PROOF_NAME = "entreprises/demonstration.pdf"
PROOF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R
/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj
4 0 obj<</Length 51>>stream
BT /F 24 Tf 60 760 Td (Piece de demonstration) Tj ET
endstream endobj
trailer<</Root 1 0 R>>
%%EOF
"""


def make_enterprises(creators, code, rng, last_day):
    """Give each life in `creators` an unsaved enterprise and the day of its creation."""
    numbers = iter(range(1, 10_000))
    together = rng.sample(creators, int(len(creators) * COOPERATIVE_SHARE))
    for at in range(0, len(together), PEOPLE_PER_COOPERATIVE):
        members = together[at : at + PEOPLE_PER_COOPERATIVE]
        created_on = _created_on(members, rng, last_day)
        enterprise = _cooperative(code, next(numbers), created_on, rng)
        for life in members:
            life.enterprise, life.days[Stage.CREATED] = enterprise, created_on
    for life in creators:
        if life.enterprise is None:
            created_on = _created_on([life], rng, last_day)
            life.days[Stage.CREATED] = created_on
            life.enterprise = _alone(code, next(numbers), created_on, rng)


def file_proofs(enterprises, by, rng):
    """Give most enterprises a proof: one page that says it is of the demo, stored once."""
    kinds = {
        LegalForm.AUTO_ENTREPRENEUR: FileKind.AE_CARD,
        LegalForm.TPE: FileKind.REGISTER,
        LegalForm.COOPERATIVE: FileKind.APPROVAL,
    }
    storage, content = document_storage(), ContentFile(PROOF)
    if not storage.exists(PROOF_NAME):
        storage.save(PROOF_NAME, content)
    EnterpriseFile.objects.bulk_create(
        EnterpriseFile(
            enterprise=enterprise,
            kind=kinds[enterprise.legal_form],
            note="Démonstration",
            file=PROOF_NAME,
            content_type=PDF,
            size=len(PROOF),
            digest=digest_of(content),
            recorded_at=at_noon(enterprise.registered_on),
            recorded_on=enterprise.registered_on,
            recorded_by=by,
        )
        for enterprise in enterprises
        if rng.random() < 0.9
    )


def _created_on(members, rng, last_day):
    ready = max(life.days[Stage.TRAINED] for life in members)
    return min(
        ready + timedelta(days=rng.choice([30, 60, 90, 150, 300, 500]) + rng.randint(0, 60)),
        last_day,
    )


def _alone(code, number, created_on, rng):
    may_be_auto = created_on >= EARLIEST_ON[LegalForm.AUTO_ENTREPRENEUR]
    if may_be_auto and rng.random() < 0.78:
        return Enterprise(
            legal_form=LegalForm.AUTO_ENTREPRENEUR,
            identifier=f"AE-{code}-{number:05d}",
            registered_on=created_on,
            ice=_ice(created_on, rng),
        )
    return Enterprise(
        legal_form=LegalForm.TPE,
        sub_form=rng.choice(SubForm.values),
        identifier=f"RC {10000 + number}",
        court=f"Tribunal de {code}",
        tax_id=str(4_000_000 + rng.randrange(900_000)),
        registered_on=created_on,
        ice=_ice(created_on, rng),
    )


def _cooperative(code, number, created_on, rng):
    others = rng.randint(0, 6)
    return Enterprise(
        legal_form=LegalForm.COOPERATIVE,
        name=f"Coopérative démo {code} {number}",
        identifier=f"COOP-{code}-{number:03d}",
        registered_on=created_on,
        ice=_ice(created_on, rng),
        other_members=others,
        other_women=rng.randint(0, others),
    )


def _ice(created_on: date, rng):
    """A made-up ICE with right check digits; some files lack theirs, as in the field."""
    if created_on < ICE_EXPECTED_FROM or rng.random() < 0.1:
        return ""
    first = f"{rng.randrange(10**9):09d}0000"
    key = 97 - int(first + "00") % 97
    return stdnum_ice.compact(f"{first}{key:02d}")
