from beneficiaries.models.counts import FunnelCount, FunnelLedger
from beneficiaries.models.enterprise import Enterprise, EnterpriseMember, FollowUp, LegalForm
from beneficiaries.models.history import Exit, ExitReason, StageEvent
from beneficiaries.models.person import Beneficiary, Sex
from beneficiaries.models.referent import ReferentPeriod

__all__ = [
    "Beneficiary",
    "Enterprise",
    "EnterpriseMember",
    "Exit",
    "ExitReason",
    "FollowUp",
    "FunnelCount",
    "FunnelLedger",
    "LegalForm",
    "ReferentPeriod",
    "Sex",
    "StageEvent",
]
