"""Where an account belongs: an agent to OCBs, a trainer's to its Trainer.

A membership ends by a date and is never deleted; what leaves an account without a place is refused.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from ocbs.models import Membership, Trainer
from remess.accounts.activation import refuse_last_administrator
from remess.accounts.models import User
from remess.accounts.roles import PERMISSIONS, Role
from remess.shared.versions import save_as_opened

# What the account's form writes: access and password have their own doors.
ACCOUNT = ["username", "full_name", "email", "role"]


def check_place(user, *, ocbs, trainer):
    """Raise ValidationError, keyed by field, when the role of `user` lacks its OCB or Trainer."""
    if user.role == Role.OCB_AGENT and not ocbs:
        raise ValidationError({"ocbs": _("Un agent entre des fiches pour au moins une OCB.")})
    if user.role != Role.TRAINER:
        return
    if trainer is None:
        raise ValidationError(
            {"trainer": _("Choisir le formateur : ce compte montrera son portefeuille.")}
        )
    if trainer.user_id not in (None, user.pk):
        raise ValidationError({"trainer": _("Ce formateur a déjà un compte.")})


@transaction.atomic
def save_account(user, *, ocbs, trainer, on, version=None):
    """Store the account and its place from the day `on`: OCBs for an agent, else a Trainer or none.

    `version`: that of the form as it was opened. Raises Changed, or ValidationError, keyed by
    field, and stores nothing when the role lacks its place or the last administrator would
    change role.
    """
    check_place(user, ocbs=ocbs, trainer=trainer)
    if user.pk and user.role not in PERMISSIONS["accounts.manage"]:
        try:
            refuse_last_administrator(user)
        except ValidationError as refusal:
            raise ValidationError({"role": refusal.messages}) from refusal
    if not user.password:
        user.set_unusable_password()
    save_as_opened(user, ACCOUNT, version=version)
    set_memberships(user, ocbs if user.role == Role.OCB_AGENT else [], on=on)
    _link_trainer(user, trainer if user.role == Role.TRAINER else None)
    return user


@transaction.atomic
def set_memberships(user, ocbs, *, on):
    """From the day `on`, `user` belongs to exactly `ocbs`: others end that day, new ones begin."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    wanted = {ocb.pk for ocb in ocbs}
    standing = Membership.objects.filter(user=user).filter(Q(until__isnull=True) | Q(until__gt=on))
    standing.exclude(ocb__in=wanted).update(until=Greatest(F("since"), on))
    kept = set(standing.values_list("ocb", flat=True))
    Membership.objects.bulk_create(
        Membership(user=user, ocb_id=pk, since=on) for pk in sorted(wanted - kept)
    )


def _link_trainer(user, trainer):
    Trainer.objects.filter(user=user).exclude(pk=trainer and trainer.pk).update(user=None)
    if trainer and trainer.user_id != user.pk:
        Trainer.objects.filter(pk=trainer.pk).update(user=user)
