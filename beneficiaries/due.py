"""What a sheet lacks, and whose follow-up at 6 or 12 months is due: over querysets of people.

Owns the tables of what a complete sheet carries; refuses nothing.
"""

from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from beneficiaries.funnel import Stage
from beneficiaries.models import FollowUp, StageEvent
from beneficiaries.models.enterprise import Gap
from beneficiaries.models.person import NOTICE_VERSION
from beneficiaries.outcomes import DUE_AFTER, last_creation_due

# What identification needs: without it the sheet is counted nowhere.
SHEET_GAPS = (
    Gap("sex", _("le sexe"), lambda: Q(sex="")),
    Gap("birth_date", _("la date de naissance"), lambda: Q(birth_date__isnull=True)),
    Gap("sheet_on", _("la date de la fiche"), lambda: Q(sheet_on__isnull=True)),
)
# What an identified person's sheet may lack without being wrong.
ALSO_GAPS = (
    Gap("cin", _("la CIN (facultative)"), lambda: Q(cin="")),
    Gap("proof", _("la référence d'une preuve"), lambda: Exists(_unproved())),
    Gap("notice", _("l'accord sur la notice actuelle"), lambda: ~Q(consent_notice=NOTICE_VERSION)),
)


def to_complete(people):
    """Sheets that still lack what identification needs, of those who have not left."""
    return people.staying().incomplete()


def to_complete_also(people):
    """Identified, not gone, and lacking one of ALSO_GAPS."""
    lacking = reduce(or_, (Q(gap.condition()) for gap in ALSO_GAPS))
    return people.staying().exclude(current_stage="").filter(lacking)


def follow_up_due(months, day):
    """The condition that the follow-up at `months` is due by `day` and not told.

    Nothing is due any more once an earlier follow-up told that the activity is closed.
    """
    told = FollowUp.objects.unvoided().filter(beneficiary=OuterRef("pk"))
    closed = told.filter(months__lt=months, status=FollowUp.Status.CLOSED)
    return Q(
        ~Exists(told.filter(months=months)),
        ~Exists(closed),
        current_stage=Stage.CREATED,
        stage_day__lte=last_creation_due(day, months),
    )


def follow_ups_due(people, day):
    """Creators who stay and have a follow-up due by `day`."""
    return people.staying().filter(reduce(or_, (follow_up_due(n, day) for n in DUE_AFTER)))


def with_follow_ups_due(people, day):
    """Annotate `due_6` and `due_12`: whether each is due by `day`."""
    return people.annotate(**{f"due_{months}": follow_up_due(months, day) for months in DUE_AFTER})


def _unproved():
    return StageEvent.objects.unvoided().filter(beneficiary=OuterRef("pk"), evidence_reference="")
