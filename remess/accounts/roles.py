"""Who may do what: the one table of roles and permissions, and the decorator that asks it.

An address that names an object answers 404 to whoever may not see it; others answer 403.
"""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMIN = "admin", _("Administrateur REMESS")
    STAFF = "staff", _("Équipe REMESS")
    OCB_AGENT = "ocb_agent", _("Agent OCB")
    TRAINER = "trainer", _("Formateur accompagnateur")
    OFFICIAL = "official", _("Officiel MJS")


TEAM = frozenset({Role.ADMIN, Role.STAFF})
FIELD = frozenset({Role.OCB_AGENT, Role.TRAINER})

PERMISSIONS = {
    # people
    "beneficiaries.view": TEAM | FIELD,
    "beneficiaries.view_all": TEAM,
    "beneficiaries.enter": TEAM | {Role.OCB_AGENT},
    "beneficiaries.edit": TEAM | {Role.OCB_AGENT},
    "beneficiaries.view_cin": TEAM | {Role.OCB_AGENT},
    "beneficiaries.view_changes": TEAM | FIELD,
    "beneficiaries.export": TEAM | {Role.OCB_AGENT},
    "beneficiaries.advance": TEAM,
    "beneficiaries.create_enterprise": TEAM | {Role.TRAINER},
    "beneficiaries.follow_up": TEAM | FIELD,
    "beneficiaries.exit": TEAM | {Role.OCB_AGENT},
    "beneficiaries.correct": TEAM,
    "beneficiaries.derogate": TEAM,
    "beneficiaries.move": TEAM,
    "beneficiaries.merge": TEAM,
    # what people created
    "enterprises.view": TEAM | FIELD,
    "enterprises.view_changes": TEAM | FIELD,
    "enterprises.list": TEAM,
    "enterprises.edit": TEAM | {Role.TRAINER},
    # what selects and trains
    "bootcamps.view": TEAM | FIELD | {Role.OFFICIAL},
    "bootcamps.view_people": TEAM | FIELD,
    "bootcamps.manage": TEAM,
    "bootcamps.sign": TEAM,
    "bootcamps.reopen": TEAM,
    "courses.view": TEAM | FIELD,
    "courses.manage": TEAM,
    "courses.attend": TEAM | {Role.TRAINER},
    "courses.certify": TEAM,
    # what accompanies
    "visits.record": TEAM | {Role.TRAINER},
    "visits.void": TEAM,
    "agenda.view": TEAM | {Role.TRAINER},
    "caseloads.view": TEAM,
    "caseloads.assign": TEAM,
    # the network
    "ocbs.view": TEAM | FIELD | {Role.OFFICIAL},
    "ocbs.view_trainers": TEAM,
    "ocbs.manage": frozenset({Role.ADMIN}),
    # registers brought in
    "registers.import": TEAM | {Role.OCB_AGENT},
    "registers.decide": TEAM,
    # figures
    "reporting.view": TEAM | {Role.OCB_AGENT, Role.OFFICIAL},
    "reporting.view_all": TEAM | {Role.OFFICIAL},
    "reporting.filter_ocb": TEAM | {Role.OCB_AGENT},
    "reporting.export": TEAM | {Role.OCB_AGENT, Role.OFFICIAL},
    "reporting.publish": TEAM,
    "exports.view": TEAM | FIELD | {Role.OFFICIAL},
    "exports.view_all": TEAM,
    # background jobs: for whoever may start one
    "jobs.view": TEAM | {Role.OCB_AGENT, Role.OFFICIAL},
    "jobs.view_all": frozenset({Role.ADMIN}),
    # homes
    "home.help": frozenset(Role),
    "home.worklists": TEAM | FIELD,
    "home.my_youths": frozenset({Role.OCB_AGENT}),
    "home.caseload": frozenset({Role.TRAINER}),
    # settings
    "programme.view": TEAM | {Role.OFFICIAL},
    "programme.manage": frozenset({Role.ADMIN}),
    "accounts.manage": frozenset({Role.ADMIN}),
}


def allowed(permission):
    """Decorate a view so that only roles with `permission` reach it.

    Refusal is 404 where the address names an object (it has URL arguments), else 403.
    """

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.has_perm(permission):
                if kwargs:
                    raise Http404
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.permission = permission
        return guarded

    return decorate
