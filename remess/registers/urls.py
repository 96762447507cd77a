from django.urls import path

from remess.registers import views

app_name = "registers"
urlpatterns = [
    path("imports/", views.import_list, name="list"),
    path("imports/nouveau/", views.import_create, name="create"),
    path("imports/modele/", views.template_download, name="template"),
    path("imports/lignes/", views.aside_list, name="aside_list"),
    path("imports/lignes/<int:pk>/", views.aside_detail, name="aside"),
    path("imports/<int:pk>/", views.import_detail, name="detail"),
    path("imports/<int:pk>/colonnes/", views.import_columns, name="columns"),
    path("imports/<int:pk>/enregistrer/", views.import_confirm, name="confirm"),
    path("imports/<int:pk>/abandonner/", views.import_drop, name="drop"),
    path("imports/<int:pk>/reprendre/", views.import_again, name="again"),
    path("imports/<int:pk>/continuer/", views.import_resume, name="resume"),
    path("imports/<int:pk>/en-rester-la/", views.import_leave_off, name="leave_off"),
    path("imports/<int:pk>/a-corriger/", views.import_errors, name="errors"),
    path("imports/<int:pk>/annuler/", views.import_undo, name="undo"),
    path("imports/<int:pk>/lignes/<int:row>/decider/", views.line_decide, name="line_decide"),
    path("imports/<int:pk>/lignes/<int:row>/valeur/", views.line_accept, name="line_accept"),
]
