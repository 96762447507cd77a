from django.conf import settings
from django.utils.functional import SimpleLazyObject

from remess.home.menu import menu_for, place_of


def frame(request):
    """What the frame of every page needs: the ribbon, the menu, the search box."""
    user = getattr(request, "user", None)
    is_signed_in = user is not None and user.is_authenticated
    return {
        "is_demo": settings.DEMO,
        "menu": SimpleLazyObject(lambda: menu_for(request)) if is_signed_in else [],
        "menu_place": place_of(request.path),
        "has_search": is_signed_in and user.has_perm("beneficiaries.view"),
    }
