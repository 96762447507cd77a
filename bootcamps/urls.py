from django.urls import path

import remess.shared.converters  # noqa: F401 (registers <code:…>)
from bootcamps.views import (
    bootcamps,
    bulk,
    caseloads,
    courses,
    enrolling,
    jury,
    sessions,
    sheets,
    signing,
    visits,
)

app_name = "bootcamps"
bootcamp = "bootcamps/<str:code>/"
course = "formations/<str:code>/"
person = "beneficiaires/<str:file_number>/"
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
    path(
        f"{course}inscriptions/<int:pk>/retirer/", courses.enrolment_remove, name="course_unenrol"
    ),
    path(f"{course}attestations/", courses.course_certificates, name="course_certificates"),
    path(f"{course}cloturer/", courses.course_close, name="course_close"),
    path(f"{course}seances/nouvelle/", sessions.session_create, name="session_create"),
    path(f"{course}seances/<int:pk>/", sessions.session_attendance, name="session_attendance"),
    path("accompagnement/", caseloads.caseload_list, name="caseloads"),
    path("accompagnement/sans-formateur/", caseloads.caseload_assign, name="caseload_assign"),
    path("accompagnement/<code:code>/", caseloads.caseload_reassign, name="caseload_reassign"),
    path("beneficiaires/actions/bootcamp/", bulk.bulk_invite, name="bulk_invite"),
    path("beneficiaires/actions/formation/", bulk.bulk_enrol, name="bulk_enrol"),
    path("beneficiaires/actions/formateur/", bulk.bulk_assign, name="bulk_assign"),
    path("agenda/", caseloads.calendar, name="calendar"),
    path(f"{person}visites/nouvelle/", visits.visit_create, name="visit_create"),
    path(f"{person}visites/fiche/", visits.visit_sheet, name="visit_sheet"),
    path(f"{person}visites/<int:pk>/annuler/", visits.visit_void, name="visit_void"),
]
