from django.urls import path

from beneficiaries.views import bulk, changes, duplicates, enterprises, follow_ups, moves, sheets

app_name = "beneficiaries"
pair = "doublons/<int:pk>/"
one = "beneficiaires/<str:file_number>/"
company = "entreprises/<int:pk>/"
urlpatterns = [
    path("beneficiaires/", sheets.beneficiary_list, name="list"),
    path("beneficiaires/nouveau/", sheets.beneficiary_create, name="create"),
    path("beneficiaires/actions/", bulk.bulk, name="bulk"),
    path("beneficiaires/doublons/", duplicates.duplicate_hint, name="duplicate_hint"),
    path("beneficiaires/notice/", sheets.notice, name="notice"),
    path(one, sheets.beneficiary_detail, name="detail"),
    path(f"{one}modifier/", sheets.beneficiary_edit, name="edit"),
    path(f"{one}historique/", changes.beneficiary_changes, name="changes"),
    path(f"{one}etape/", moves.beneficiary_advance, name="advance"),
    path(f"{one}creation/", moves.beneficiary_create_activity, name="create_activity"),
    path(f"{one}sortie/", moves.beneficiary_leave, name="leave"),
    path(f"{one}retour/", moves.beneficiary_come_back, name="come_back"),
    path(f"{one}corriger/", moves.beneficiary_correct, name="correct"),
    path(f"{one}ocb/", moves.beneficiary_move, name="move"),
    path(f"{one}etapes/<int:pk>/annuler/", moves.event_void, name="event_void"),
    path(f"{one}etapes/<int:pk>/corriger/", moves.event_correct, name="event_correct"),
    path(f"{one}sorties/<int:pk>/annuler/", moves.exit_void, name="exit_void"),
    path(f"{one}suivis/<int:months>/", follow_ups.follow_up_add, name="follow_up_add"),
    path(f"{one}suivis/<int:pk>/annuler/", follow_ups.follow_up_void, name="follow_up_void"),
    path(f"{one}doublon/", duplicates.duplicate_report, name="duplicate_report"),
    path("doublons/", duplicates.duplicate_list, name="duplicate_list"),
    path(pair, duplicates.duplicate_detail, name="duplicate_detail"),
    path(f"{pair}separer/", duplicates.duplicate_set_apart, name="duplicate_set_apart"),
    path(f"{pair}rouvrir/", duplicates.duplicate_reopen, name="duplicate_reopen"),
    path(f"{pair}fusionner/", duplicates.duplicate_merge, name="duplicate_merge"),
    path("fusions/<int:pk>/defaire/", duplicates.merge_undo, name="merge_undo"),
    path("entreprises/", enterprises.enterprise_list, name="enterprise_list"),
    path(company, enterprises.enterprise_detail, name="enterprise_detail"),
    path(f"{company}modifier/", enterprises.enterprise_edit, name="enterprise_edit"),
    path(f"{company}historique/", changes.enterprise_changes, name="enterprise_changes"),
    path(f"{company}corriger/", enterprises.enterprise_correct, name="enterprise_correct"),
    path(f"{company}membres/ajouter/", enterprises.member_add, name="member_add"),
    path(f"{company}membres/<int:member_pk>/annuler/", enterprises.member_void, name="member_void"),
    path(f"{company}pieces/ajouter/", enterprises.file_add, name="file_add"),
    path(f"{company}pieces/<int:file_pk>/", enterprises.file_download, name="file_download"),
    path(f"{company}pieces/<int:file_pk>/annuler/", enterprises.file_void, name="file_void"),
]
