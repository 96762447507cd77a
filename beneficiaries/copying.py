"""What a new sheet may take over from the one entered before; never what is one person's own."""

from beneficiaries.models import Beneficiary

HOUSEHOLD, VILLAGE = "foyer", "village"
# Never the given name, birth date, sex, CIN or consent: they are one person's own.
COPIED = {
    HOUSEHOLD: ("family_name", "phone", "commune", "ocb"),
    VILLAGE: ("commune", "ocb"),
}


def last_entered(user):
    """The sheet this user entered last, as far as they still see it; None before the first."""
    entered = Beneficiary.objects.visible_to(user).filter(consent_by=user)
    return entered.order_by("-created_at", "-pk").first()


def copied(previous, kind):
    """{field: value} that a new sheet starts with; empty for an unknown kind or no sheet before."""
    if previous is None:
        return {}
    return {name: getattr(previous, name) for name in COPIED.get(kind, ())}
