from django.urls import path

import remess.shared.converters  # noqa: F401 (registers <code:…>)
from ocbs.views import ocbs, trainers

app_name = "ocbs"
urlpatterns = [
    path("ocb/", ocbs.ocb_list, name="list"),
    path("ocb/nouvelle/", ocbs.ocb_create, name="create"),
    path("ocb/<code:code>/", ocbs.ocb_detail, name="detail"),
    path("ocb/<code:code>/modifier/", ocbs.ocb_edit, name="edit"),
    path("formateurs/", trainers.trainer_list, name="trainer_list"),
    path("formateurs/nouveau/", trainers.trainer_create, name="trainer_create"),
    path("formateurs/<code:code>/", trainers.trainer_detail, name="trainer_detail"),
    path("formateurs/<code:code>/modifier/", trainers.trainer_edit, name="trainer_edit"),
]
