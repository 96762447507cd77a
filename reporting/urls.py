from django.urls import path

import remess.shared.converters  # noqa: F401 (registers <code:…>)
from reporting.views import (
    agreements,
    bridge,
    certificates,
    dashboard,
    figures,
    lists,
    losses,
    outcomes,
    publications,
)

app_name = "reporting"
urlpatterns = [
    path("tableau-de-bord/", dashboard.dashboard, name="dashboard"),
    path("tableau-de-bord/telecharger/", dashboard.dashboard_download, name="dashboard_download"),
    path("tableau-de-bord/resultats/", outcomes.outcomes, name="outcomes"),
    path("pertes/", losses.losses, name="losses"),
    path("tableau-de-bord/ecart/", bridge.figure_bridge, name="bridge"),
    path(
        "tableau-de-bord/ecart/<slug:code>/<slug:cause>/",
        bridge.bridge_events,
        name="bridge_events",
    ),
    path("tableau-de-bord/<slug:code>/", figures.figure, name="figure"),
    path("tableau-de-bord/<slug:code>/personnes/", figures.figure_people, name="figure_people"),
    path(
        "tableau-de-bord/<slug:code>/personnes/exporter/",
        figures.figure_export,
        name="figure_export",
    ),
    path(
        "tableau-de-bord/<slug:code>/non-comptes/<slug:reason>/",
        figures.figure_missed,
        name="figure_missed",
    ),
    path("beneficiaires/exporter/", dashboard.list_export, name="list_export"),
    path("bootcamps/<code:code>/a-inviter/", lists.invitation_workbook, name="invitations"),
    path("bootcamps/<code:code>/exporter/", lists.bootcamp_workbook, name="bootcamp_lists"),
    path(
        "formations/<code:code>/attestations/exporter/",
        certificates.certificates_export,
        name="certificates_export",
    ),
    path("entreprises/exporter/", dashboard.enterprise_export, name="enterprise_export"),
    path("publications/", publications.publication_list, name="publications"),
    path("publications/nouvelle/", publications.publication_create, name="publication_create"),
    path("publications/verifier/", publications.publication_verify, name="publication_verify"),
    path("publications/<int:pk>/", publications.publication_detail, name="publication"),
    path(
        "publications/<int:pk>/fichier/",
        publications.publication_download,
        name="publication_download",
    ),
    path("accords/", agreements.agreement_list, name="agreements"),
    path("accords/cibles/", agreements.ledger, name="ledger"),
    path("accords/nouveau/", agreements.agreement_create, name="agreement_create"),
    path("accords/<code:code>/", agreements.agreement_targets, name="agreement_targets"),
    path("accords/<code:code>/modifier/", agreements.agreement_edit, name="agreement_edit"),
]
