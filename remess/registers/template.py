"""The register to fill in: a workbook per OCB that imports without a question.

Its headings are among those the import knows; its lists hold words the import reads.
"""

from beneficiaries.models import ExitReason
from beneficiaries.models.enterprise import LegalForm
from beneficiaries.models.person import ActivityBefore, Education, Sector
from bootcamps.models import Bootcamp
from remess.shared.excel.blanks import BlankColumn, blank_workbook

ROWS = 300
DATE_HELP = "jj/mm/aaaa · يوم/شهر/سنة"
ONE_NAME = "L'un des deux au moins, nom ou prénom, est obligatoire"
ONE_NAME_AR = "أحدهما على الأقل إجباري"

# heading, what to write (French · Arabic), kind of cell or list of choices.
TEXT, DATE, PLAIN = "text", "date", "plain"
COLUMNS = (
    ("Nom", f"Nom de famille. {ONE_NAME} · الاسم العائلي، {ONE_NAME_AR}", TEXT),
    ("Prénom", f"Prénom. {ONE_NAME} · الاسم الشخصي، {ONE_NAME_AR}", TEXT),
    ("Nom en arabe", "Nom complet en arabe · الاسم الكامل بالعربية", TEXT),
    ("Sexe", "F ou M, obligatoire · أنثى (F) أو ذكر (M)، إجباري", ("F", "M")),
    ("Date de naissance", f"Obligatoire, {DATE_HELP}، إجباري", DATE),
    ("CIN", "Facultatif · رقم البطاقة الوطنية، اختياري", TEXT),
    ("Téléphone", "10 chiffres, par exemple 0612345678 · الهاتف، عشرة أرقام", TEXT),
    ("Province", "Province de résidence · الإقليم", TEXT),
    ("Commune", "Commune de résidence · الجماعة", TEXT),
    ("Études", "Choisir dans la liste · اختيار من اللائحة", Education.labels),
    (
        "Situation avant le projet",
        "Choisir dans la liste · الوضعية قبل المشروع، من اللائحة",
        ActivityBefore.labels,
    ),
    ("Revenu mensuel avant", "En dirhams, sans centimes · الدخل الشهري بالدرهم", PLAIN),
    ("Secteur", "Choisir dans la liste · القطاع، من اللائحة", Sector.labels),
    ("Idée de projet", "En quelques mots · فكرة المشروع", TEXT),
    ("Identifié le", f"Jour de la fiche, obligatoire, {DATE_HELP}، تاريخ التسجيل، إجباري", DATE),
    (
        "Accord du jeune",
        "« oui » si le jeune a signé son accord, obligatoire · « oui » إذا وقع الشاب على الموافقة",
        ("oui", "non"),
    ),
    ("Bootcamp", "Numéro du bootcamp de sélection · رقم المعسكر", "bootcamps"),
    ("Sélectionné le", f"Jour de la sélection, {DATE_HELP}، تاريخ الانتقاء", DATE),
    ("Formé le", f"Fin de la formation, {DATE_HELP}، تاريخ التكوين", DATE),
    ("Créé le", f"Jour de l'immatriculation, {DATE_HELP}، تاريخ الإحداث", DATE),
    ("Forme juridique", "Avec la date de création · الشكل القانوني", "forms"),
    ("N° d'immatriculation", "RC, registre auto-entrepreneur ou agrément · رقم التسجيل", TEXT),
    ("ICE", "15 chiffres · المعرف الموحد للمقاولة، 15 رقما", TEXT),
    ("Sorti le", f"Jour de la sortie, {DATE_HELP}، تاريخ المغادرة", DATE),
    ("Motif de sortie", "Choisir dans la liste · سبب المغادرة", ExitReason.labels),
    ("Observation", "Remarque libre · ملاحظة", TEXT),
)
HELP = (
    "Une ligne par jeune, dans la première feuille : ni cellules fusionnées, ni formules.",
    "سطر واحد لكل شاب في الورقة الأولى، بدون دمج للخلايا وبدون صيغ حسابية.",
    "Garder les titres tels quels. Une ligne laissée vide n'est pas importée.",
    "تترك العناوين كما هي. السطر الفارغ لا يستورد.",
    "Un fichier importé deux fois n'ajoute personne deux fois.",
    "استيراد الملف مرتين لا يضيف نفس الشخص مرتين.",
)

# What a file made from the template is known by, and what stands on its rows from the start.
HEADINGS = (*(heading for heading, _help, _kind in COLUMNS), "OCB")
PREFILLED = frozenset({"ocb"})


def template_for(ocb):
    """The workbook, as an open file, for the OCB; None: its column lists nobody's code."""
    lists = {
        "bootcamps": list(Bootcamp.objects.order_by("code").values_list("code", flat=True)),
        "forms": [str(label) for label in LegalForm.labels],
    }
    columns = [_column(heading, text, kind, lists) for heading, text, kind in COLUMNS]
    columns.append(
        BlankColumn(
            "OCB",
            "Code de l'OCB · رمز الجمعية",
            choices=[ocb.code] if ocb else (),
            value=ocb.code if ocb else "",
            is_text=True,
        )
    )
    title = "Registre des jeunes · سجل الشباب"
    return blank_workbook(
        columns,
        name="Registre",
        title=f"{title} · {ocb.code} {ocb.name_fr}" if ocb else title,
        rows=ROWS,
        help_name="Notice",
        help_lines=HELP,
        lists_name="Listes",
        refused=("À vérifier", "Choisir dans la liste, ou écrire une date · المرجو الاختيار"),
    )


def _column(heading, text, kind, lists):
    choices = lists.get(kind, ()) if isinstance(kind, str) else [str(label) for label in kind]
    return BlankColumn(
        heading,
        text,
        choices=choices,
        is_date=kind == DATE,
        is_text=kind == TEXT,
        width=28 if heading == "Idée de projet" else 18,
    )
