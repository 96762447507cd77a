from django.urls import path

import remess.shared.converters  # noqa: F401 (registers <code:…>)
from remess.programme import views

app_name = "programme"
urlpatterns = [
    path("parametres/regions/", views.region_list, name="region_list"),
    path("parametres/regions/nouvelle/", views.region_create, name="region_create"),
    path("parametres/regions/<code:code>/", views.region_edit, name="region_edit"),
]
