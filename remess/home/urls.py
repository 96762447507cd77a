from django.urls import path

from remess.home import views

app_name = "home"
urlpatterns = [
    path("", views.home, name="home"),
    path("a-faire/", views.todo, name="todo"),
    path("a-faire/<slug:code>/", views.worklist, name="worklist"),
    path("mes-jeunes/", views.my_youths, name="my_youths"),
    path("portefeuille/", views.caseload, name="caseload"),
    path("recherche/", views.search, name="search"),
    path("parametres/", views.settings, name="settings"),
    path("aide/", views.help_page, name="help"),
]
