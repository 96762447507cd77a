from beneficiaries.models.counts import (
    FunnelClosing,
    FunnelCount,
    FunnelLedger,
    Measure,
    PartClosing,
    PartCount,
    PartLedger,
    RegionClosing,
)
from beneficiaries.models.duplicates import Merge, PossibleDuplicate, Reason
from beneficiaries.models.enterprise import (
    Enterprise,
    EnterpriseFile,
    EnterpriseMember,
    FileKind,
    LegalForm,
)
from beneficiaries.models.follow_up import FollowUp
from beneficiaries.models.history import Exit, ExitReason, StageEvent
from beneficiaries.models.person import Beneficiary, Sex
from beneficiaries.models.referent import ReferentPeriod

__all__ = [
    "Beneficiary",
    "Enterprise",
    "EnterpriseFile",
    "EnterpriseMember",
    "Exit",
    "ExitReason",
    "FileKind",
    "FollowUp",
    "FunnelClosing",
    "FunnelCount",
    "FunnelLedger",
    "LegalForm",
    "Measure",
    "Merge",
    "PartClosing",
    "PartCount",
    "PartLedger",
    "PossibleDuplicate",
    "Reason",
    "ReferentPeriod",
    "RegionClosing",
    "Sex",
    "StageEvent",
]
