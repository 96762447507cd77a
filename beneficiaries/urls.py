from django.urls import path

from beneficiaries.views import moves, sheets

app_name = "beneficiaries"
one = "beneficiaires/<str:file_number>/"
urlpatterns = [
    path("beneficiaires/", sheets.beneficiary_list, name="list"),
    path("beneficiaires/nouveau/", sheets.beneficiary_create, name="create"),
    path("beneficiaires/notice/", sheets.notice, name="notice"),
    path(one, sheets.beneficiary_detail, name="detail"),
    path(f"{one}modifier/", sheets.beneficiary_edit, name="edit"),
    path(f"{one}etape/", moves.beneficiary_advance, name="advance"),
    path(f"{one}creation/", moves.beneficiary_create_activity, name="create_activity"),
    path(f"{one}sortie/", moves.beneficiary_leave, name="leave"),
    path(f"{one}retour/", moves.beneficiary_come_back, name="come_back"),
    path(f"{one}corriger/", moves.beneficiary_correct, name="correct"),
    path(f"{one}ocb/", moves.beneficiary_move, name="move"),
    path(f"{one}etapes/<int:pk>/annuler/", moves.event_void, name="event_void"),
    path(f"{one}etapes/<int:pk>/corriger/", moves.event_correct, name="event_correct"),
    path(f"{one}sorties/<int:pk>/annuler/", moves.exit_void, name="exit_void"),
]
