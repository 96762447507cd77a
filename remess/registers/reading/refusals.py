"""Why a whole file is refused: one table, code → the sentence the user reads."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "empty_file": _("Ce fichier est vide."),
    "too_big": _("Ce fichier dépasse {limit} Mo : partagez-le en plusieurs fichiers."),
    "encrypted": _(
        "Ce classeur est protégé par mot de passe : enlevez le mot de passe dans Excel, "
        "puis enregistrez-le de nouveau."
    ),
    "macro": _(
        "Ce classeur contient des macros : enregistrez-le comme « Classeur Excel (.xlsx) », "
        "sans macros."
    ),
    "old_excel": _(
        "Ce fichier est d’un ancien format Excel (.xls) : ouvrez-le dans Excel et "
        "enregistrez-le comme « Classeur Excel (.xlsx) »."
    ),
    "binary_excel": _(
        "Ce classeur est enregistré au format binaire (.xlsb) : enregistrez-le comme "
        "« Classeur Excel (.xlsx) »."
    ),
    "strict_excel": _(
        "Ce classeur est au format « Open XML strict » : enregistrez-le comme "
        "« Classeur Excel (.xlsx) »."
    ),
    "open_document": _(
        "Ce fichier est d’un format OpenDocument (.ods) : enregistrez-le comme "
        "« Classeur Excel (.xlsx) »."
    ),
    "not_a_workbook": _(
        "Ce fichier n’est ni un classeur Excel (.xlsx) ni un fichier CSV : choisissez un registre."
    ),
    "not_text": _(
        "Ce fichier CSV ne se lit pas comme du texte : enregistrez-le de nouveau comme "
        "« CSV UTF-8 »."
    ),
    "damaged": _(
        "Ce fichier est abîmé et ne peut pas être lu : ouvrez-le dans Excel, enregistrez-le "
        "sous un autre nom et réessayez."
    ),
    "bomb": _(
        "Ce fichier, une fois décompressé, est bien trop gros : copiez le registre dans un "
        "classeur neuf et réessayez."
    ),
    "too_heavy": _(
        "Ce fichier demande trop de mémoire : copiez le registre dans un classeur neuf ou "
        "partagez-le en plusieurs fichiers."
    ),
    "too_slow": _(
        "La lecture de ce fichier prend trop de temps : copiez le registre dans un classeur neuf "
        "ou partagez-le en plusieurs fichiers."
    ),
    "too_many_rows": _(
        "La feuille va jusqu’à la ligne {row} : {limit} lignes au plus. Supprimez ce qui est "
        "écrit loin sous le registre ou partagez-le en plusieurs fichiers."
    ),
    "too_many_columns": _(
        "La feuille va jusqu’à la colonne {column} : {limit} colonnes au plus. Supprimez ce qui "
        "est écrit loin à droite du registre."
    ),
    "too_many_merges": _(
        "Cette feuille contient trop de cellules fusionnées : annulez les fusions et réessayez."
    ),
    "cell_too_long": _("La ligne {row} contient un texte bien trop long pour une cellule."),
    "rows_out_of_order": _(
        "Les cellules de ce fichier ne sont pas dans l’ordre (ligne {row}) : ouvrez-le dans "
        "Excel, enregistrez-le sous un autre nom et réessayez."
    ),
    "open_quote": _(
        "À la ligne {row}, un guillemet ouvert n’est pas fermé où il faut : corrigez cette ligne "
        "et réessayez."
    ),
    "gone": _("Le fichier reçu n’est plus là : déposez-le à nouveau."),
    "no_sheet": _("Ce classeur n’a aucune feuille visible."),
    "no_header_row": _(
        "Aucune ligne de titres reconnue : il faut au moins quatre colonnes connues "
        "(Nom, Prénom, Sexe, Date de naissance…) dans les {limit} premières lignes."
    ),
}


class FileRefused(Exception):
    """The whole file cannot be read; `str()` is the sentence to show, `code` its stable name."""

    def __init__(self, code, **details):
        super().__init__(code)
        self.code, self.details = code, details

    def __str__(self):
        return str(SENTENCES[self.code]).format(**self.details)
