from django.urls import path

from remess.jobs import views

app_name = "jobs"
urlpatterns = [
    path("taches/", views.job_list, name="list"),
    path("taches/<uuid:pk>/", views.job_detail, name="detail"),
    path("taches/<uuid:pk>/avancement/", views.job_progress, name="progress"),
    path("taches/<uuid:pk>/relancer/", views.job_restart, name="restart"),
    path("taches/<uuid:pk>/fichier/", views.job_download, name="download"),
]
