from allauth.account import views as account
from django.urls import include, path

from remess.accounts.views import change_password
from remess.home.views import health

urlpatterns = [
    path("sante/", health, name="health"),
    path("connexion/", account.login, name="account_login"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("connexion/inactif/", account.account_inactive, name="account_inactive"),
    path("mon-compte/mot-de-passe/", change_password, name="account_change_password"),
    path("", include("remess.home.urls")),
    path("", include("ocbs.user_urls")),
    path("", include("remess.jobs.urls")),
    path("", include("remess.programme.urls")),
    path("", include("ocbs.urls")),
    path("", include("reporting.urls")),  # before beneficiaries/: it owns beneficiaires/exporter/
    path("", include("beneficiaries.urls")),
    path("", include("bootcamps.urls")),
]
