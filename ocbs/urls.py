from django.urls import path

from ocbs.views import ocbs, trainers

app_name = "ocbs"
urlpatterns = [
    path("ocb/", ocbs.ocb_list, name="list"),
    path("ocb/nouvelle/", ocbs.ocb_create, name="create"),
    path("ocb/<str:code>/", ocbs.ocb_detail, name="detail"),
    path("ocb/<str:code>/modifier/", ocbs.ocb_edit, name="edit"),
    path("formateurs/", trainers.trainer_list, name="trainer_list"),
    path("formateurs/nouveau/", trainers.trainer_create, name="trainer_create"),
    path("formateurs/<str:code>/", trainers.trainer_detail, name="trainer_detail"),
    path("formateurs/<str:code>/modifier/", trainers.trainer_edit, name="trainer_edit"),
]
