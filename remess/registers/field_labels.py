"""How the wizard and the template name the fields of a register."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "family_name": _("Nom de famille"),
    "given_name": _("Prénom"),
    "full_name": _("Nom et prénom (une colonne)"),
    "name_ar": _("Nom complet en arabe"),
    "sex": _("Sexe"),
    "birth_date": _("Date de naissance"),
    "cin": _("CIN"),
    "phone": _("Téléphone"),
    "province": _("Province"),
    "commune": _("Commune"),
    "education": _("Études"),
    "activity_before": _("Situation avant le projet"),
    "income_before": _("Revenu mensuel avant (MAD)"),
    "sector": _("Secteur"),
    "project": _("Idée de projet"),
    "ocb": _("OCB"),
    "identified_on": _("Identifié le"),
    "submission_time": _("Envoyé le (Kobo)"),
    "consent": _("Accord du jeune"),
    "bootcamp": _("Bootcamp"),
    "selected_on": _("Sélectionné le"),
    "trained_on": _("Formé le"),
    "created_on": _("Créé le"),
    "legal_form": _("Forme juridique"),
    "identifier": _("Numéro d'immatriculation"),
    "ice": _("ICE"),
    "exit_on": _("Sorti le"),
    "exit_reason": _("Motif de sortie"),
    "note": _("Observation"),
    "uuid": _("Identifiant Kobo"),
    "file_number": _("Numéro de fiche"),
}

# Facts one may give for the whole file where no column holds them.
CONSTANTS = ("consent", "identified_on", "province", "commune", "bootcamp")
# Of these, what is true of the next file with the same headings too.
LASTING_CONSTANTS = ("consent", "province", "commune")


def label_of(field):
    return LABELS.get(field, field)


def missing_fields(columns, constants, ocb):
    """The labels of what a new sheet needs and this register gives nowhere.

    `columns`: the fields taken from columns; `ocb`: that of the import, or None.
    """
    given = {*columns, *(name for name, value in constants.items() if value)}
    lacking = [
        name for name in ("sex", "birth_date", "identified_on", "consent") if name not in given
    ]
    if "submission_time" in given and "identified_on" in lacking:
        lacking.remove("identified_on")
    if not given & {"family_name", "given_name", "full_name"}:
        lacking.insert(0, "full_name")
    if ocb is None and "ocb" not in given:
        lacking.append("ocb")
    return [LABELS[name] for name in lacking]
