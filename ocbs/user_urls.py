"""Users' pages: here and not in accounts, since an account's form knows OCBs and trainers."""

from django.urls import path

from ocbs.views import users
from remess.accounts import views as accounts

app_name = "accounts"
one = "parametres/utilisateurs/<int:pk>/"
urlpatterns = [
    path("parametres/utilisateurs/", users.user_list, name="user_list"),
    path("parametres/utilisateurs/nouveau/", users.user_create, name="user_create"),
    path(one, users.user_edit, name="user_edit"),
    path(f"{one}lien/", users.user_link, name="user_link"),
    path(f"{one}activation/", users.user_activation, name="user_activation"),
    path("mot-de-passe/fait/", accounts.password_done, name="password_done"),
    path(
        "mot-de-passe/<str:uidb64>/<str:token>/",
        accounts.SetPasswordView.as_view(),
        name="set_password",
    ),
]
