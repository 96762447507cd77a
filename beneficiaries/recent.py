"""The sheets a person opened last, on the device at hand.

A signed cookie holds their ids only, and whose they are: opening a sheet writes nothing to the
database, and what is shown is read anew through visible_to, so nothing outlives a reassignment.
"""

from django.core import signing

from beneficiaries.models import Beneficiary

COOKIE = "recentes"
SALT = "beneficiaries.recent"
KEPT = 10
COOKIE_AGE = 30 * 24 * 3600


def ids_in(request):
    """The ids of the sheets this very user opened here, the latest first."""
    try:
        user, *ids = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_AGE)
    except signing.BadSignature:
        return []
    return ids if user == request.user.pk else []


def cookie_with(request, person):
    """What the cookie holds once `person`'s sheet was opened too."""
    others = [pk for pk in ids_in(request) if pk != person.pk]
    return signing.dumps([request.user.pk, person.pk, *others[: KEPT - 1]], salt=SALT)


def recent_files(request):
    """Those sheets, the latest first, that this user may still see: one query at most."""
    ids = ids_in(request)
    if not ids:
        return []
    visible = Beneficiary.objects.visible_to(request.user).in_bulk(ids)
    return [visible[pk] for pk in ids if pk in visible]
