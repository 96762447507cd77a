from django.urls import path

from bootcamps.views import bootcamps, courses, enrolling, jury, sessions, sheets, signing

app_name = "bootcamps"
bootcamp = "bootcamps/<str:code>/"
course = "formations/<str:code>/"
urlpatterns = [
    path("bootcamps/", bootcamps.bootcamp_list, name="list"),
    path("bootcamps/nouveau/", bootcamps.bootcamp_create, name="create"),
    path(bootcamp, bootcamps.bootcamp_detail, name="detail"),
    path(f"{bootcamp}modifier/", bootcamps.bootcamp_edit, name="edit"),
    path(f"{bootcamp}inscrire/", enrolling.bootcamp_enrol, name="enrol"),
    path(f"{bootcamp}presences/", bootcamps.bootcamp_participations, name="participations"),
    path(f"{bootcamp}signer/", signing.bootcamp_sign, name="sign"),
    path(f"{bootcamp}rouvrir/", signing.bootcamp_reopen, name="reopen"),
    path(f"{bootcamp}criteres/", jury.bootcamp_criteria, name="criteria"),
    path(f"{bootcamp}notes/", jury.bootcamp_scores, name="scores"),
    path(f"{bootcamp}convocations/", sheets.bootcamp_convocations, name="convocations"),
    path(f"{bootcamp}emargement/", sheets.bootcamp_attendance, name="attendance"),
    path(f"{bootcamp}retirer/<int:pk>/", enrolling.participation_remove, name="remove"),
    path(f"{bootcamp}place/<int:pk>/", enrolling.participation_place, name="place"),
    path("formations/", courses.course_list, name="course_list"),
    path("formations/nouvelle/", courses.course_create, name="course_create"),
    path(course, courses.course_detail, name="course_detail"),
    path(f"{course}modifier/", courses.course_edit, name="course_edit"),
    path(f"{course}inscrire/", courses.course_enrol, name="course_enrol"),
    path(f"{course}cloturer/", courses.course_close, name="course_close"),
    path(f"{course}seances/nouvelle/", sessions.session_create, name="session_create"),
    path(f"{course}seances/<int:pk>/", sessions.session_attendance, name="session_attendance"),
]
