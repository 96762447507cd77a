"""Headings: what is known, in three languages and any writing, and what is left unknown."""

import pytest

from remess.registers import heading_words
from remess.registers.headings import FIELDS, explain, field_of, recognise

KNOWN = {
    "family_name": ["Nom", "NOM :", "1. Nom", "_1_nom", "identite/nom", "Identité/Nom", "Surname",
                    "Nom du jeune", "Nom / الاسم العائلي", "Nom\nالنسب", "النسب", "الإسم العائلي"],
    "given_name": ["Prénom", "prenom", "Prénom(s)", "PRÉNOMS", "groupe/sous-groupe/prenom", "الاسم",
                   "الاسم الشخصي", "First name"],
    "full_name": ["Nom et prénom", "Nom & Prénom", "Nom/Prénom", "NOM ET PRENOM DU BENEFICIAIRE",
                  "الاسم الكامل", "الاسم و النسب", "Full name"],
    "name_ar": ["Nom en arabe", "Nom (arabe)", "الاسم بالعربية"],
    "sex": ["Sexe", "Genre", "Sexe (H/F)", "Sexe H/F", "Gender", "الجنس"],
    "birth_date": ["Date de naissance (jj/mm/aaaa)", "Né(e) le", "Née le", "Né·e le", "né-e le",
                   "date_naissance", "dateNaissance", "Date of birth", "تاريخ الازدياد",
                   "تاريخ الإزدياد", "ﺗﺎﺭﻳﺦ ﺍﻻﺯﺩﻳﺎﺩ"],
    "cin": ["CIN", "C.I.N.", "N° CIN", "n°cin", "Nº de la CIN", "No CIN", "CNIE",
            "رقم البطاقة الوطنية", "رقم ب.ت.و"],
    "phone": ["GSM", "Portable", "Tél", "Tél.", "N° Tél", "Téléphone (WhatsApp)", "Q3. Téléphone",
              "الهاتف"],
    "province": ["Province", "Préfecture/Province", "الإقليم"],
    "commune": ["Commune", "الجماعة"],
    "education": ["Niveau d'études", "Niveau d’instruction", "Niveau scolaire", "Études",
                  "المستوى الدراسي"],
    "activity_before": ["Situation avant le projet", "Activité avant", "المهنة"],
    "income_before": ["Revenu mensuel avant (MAD)", "Revenus", "الدخل الشهري"],
    "sector": ["Secteur d'activité", "القطاع"],
    "project": ["Projet", "Idée de projet", "فكرة المشروع"],
    "ocb": ["OCB", "Association", "Structure", "Nom de l'association", "الجمعية", "Code OCB"],
    "identified_on": ["Date d'identification", "Identifié(e) le", "Identifiée le",
                      "Date d’inscription", "تاريخ التسجيل", "Identification"],
    "consent": ["Consentement", "Consentement (oui/non)", "الموافقة"],
    "bootcamp": ["Bootcamp", "N° du bootcamp"],
    "selected_on": ["Sélectionné le", "Date de sélection", "Sélection"],
    "trained_on": ["Formé(e) le", "Fin de formation", "Formation"],
    "created_on": ["Créé le", "Date de création", "Création"],
    "legal_form": ["Statut juridique", "Forme juridique"],
    "identifier": ["N° d'immatriculation", "RC", "AE", "Agrément", "N° RC / AE / agrément"],
    "ice": ["ICE", "I.C.E", "N° ICE"],
    "exit_on": ["Date de sortie", "Sorti(e) le"],
    "exit_reason": ["Motif de sortie", "سبب الخروج"],
    "note": ["Observations", "Remarque", "ملاحظات"],
    "uuid": ["_uuid"],
    "file_number": ["N° de fiche", "N° dossier", "رقم الملف"],
    "submission_time": ["_submission_time"],
}  # fmt: skip

UNKNOWN = [
    "", " ", "N°", "N° d'ordre", "Date", "Âge", "Région", "Ville", "Adresse", "Statut", "Étape",
    "Nom du père", "Nom et prénom de la mère", "Date de naissance du conjoint", "Prénom du tuteur",
    "Nom (père)", "Téléphone (parents)", "conjoint/nom", "pere/date_naissance", "urgence/telephone",
    "association/nom", "entreprise/telephone", "Prénom (arabe)", "Identifié", "Formé",
    "Téléphone 2", "canal/ocb", "Canaux/OCB", "القنوات/جمعية", "_notes", "_id", "_index",
    "_status", "end", "today", "_submission__uuid", "_submission__submission_time",
    "meta/instanceID", "Nom" * 100, "Le registre des jeunes de la zone",
]  # fmt: skip

KOBO = ("start", "nom", "prenom", "sexe", "naissance", "cin", "tel", "projet", "_uuid")


def test_every_field_has_headings_that_are_tried_here():
    assert set(FIELDS) == set(KNOWN)


@pytest.mark.parametrize(("field", "heading"), [(f, h) for f in KNOWN for h in KNOWN[f]])
def test_a_heading_is_known_however_it_is_written(field, heading):
    assert field_of(heading) == field
    assert field_of(f" {heading}\u00a0") == field


@pytest.mark.parametrize("heading", UNKNOWN)
def test_what_is_somebody_elses_or_ambiguous_stays_unknown(heading):
    assert field_of(heading) is None


@pytest.mark.parametrize("heading", ["NOM", "nom", "N O M", "date NAISSANCE", "NÉ(E) LE"])
def test_case_matters_nowhere(heading):
    assert field_of(heading) in {"family_name", "birth_date"}


def test_every_heading_of_the_tables_finds_its_field():
    for field, headings in heading_words.HEADINGS.items():
        assert {field_of(heading) for heading in headings} == {field}


def test_a_field_is_taken_once_by_the_surest_column_then_the_first():
    assert recognise(["identite/nom", "Nom", "Surname"]) == {1: "family_name"}
    assert recognise(["Code OCB", "OCB"]) == {0: "ocb"}


def test_kobos_start_is_the_identification_only_where_nothing_states_it():
    assert recognise(["start", "Nom"]) == {0: "identified_on", 1: "family_name"}
    assert recognise(["start", "identite/Identifié le"]) == {1: "identified_on"}


@pytest.mark.parametrize(
    "layout",
    [
        KOBO,
        ("start", *(f"fiche/identite/{name}" for name in KOBO[1:-1]), "_uuid"),
        ("start", "Nom", "Prénom", "Sexe", "Date de naissance", "CIN", "Téléphone",
         "Projet", "_uuid"),
        ("start", "الاسم العائلي", "الاسم الشخصي", "الجنس", "تاريخ الازدياد", "رقم البطاقة الوطنية",
         "الهاتف", "المشروع", "_uuid"),
        ("start", "الهوية/الاسم العائلي", "الهوية/الاسم الشخصي", "الهوية/الجنس",
         "الهوية/تاريخ الازدياد", "الهوية/رقم البطاقة الوطنية", "الهوية/الهاتف",
         "المشروع", "_uuid"),
    ],
)  # fmt: skip
def test_the_layouts_of_a_kobo_export_are_one(layout):
    assert list(recognise(layout).values()) == [
        "identified_on", "family_name", "given_name", "sex", "birth_date", "cin", "phone",
        "project", "uuid",
    ]  # fmt: skip


def test_the_choices_of_a_question_are_no_columns_of_their_own():
    assert recognise(["orientation", "orientation/ocb", "fiche/ocb"]) == {2: "ocb"}
    assert recognise(["orientation/ocb"], answers=[0]) == {}
    assert recognise(["orientation/ocb"]) == {0: "ocb"}


def test_a_whole_name_in_arabic_stands_beside_the_latin_one_or_for_it():
    assert recognise(["Nom", "Prénom", "الاسم الكامل"])[2] == "name_ar"
    assert recognise(["Nom et prénom", "الاسم الكامل"]) == {0: "full_name", 1: "name_ar"}
    assert recognise(["الاسم الكامل", "الجنس"])[0] == "full_name"
    assert 2 not in recognise(["Nom", "Prénom", "Nom complet"])


LEGAL_FORMS = ["Forme juridique", "Legal form", "الشكل القانوني"]


@pytest.mark.parametrize("form", LEGAL_FORMS)
@pytest.mark.parametrize(
    "heading", ["Identifiant", "IDENTIFIANT :", "Identifiant (RC, AE)", "N° d'identifiant",
                "Identifier", "Registration number", "المعرف", "رقم التسجيل"],
)  # fmt: skip
def test_an_identifier_is_the_enterprises_beside_its_legal_form_only(heading, form):
    assert field_of(heading) is None
    assert recognise([heading, "Nom", "CIN"]) == {1: "family_name", 2: "cin"}
    assert recognise([heading, "Nom", form])[0] == "identifier"
    assert 0 not in recognise([heading, "RC", form])
    assert recognise([heading, form], {heading: ""}) == {1: "legal_form"}
    assert recognise([heading, heading, form]) == {0: "identifier", 2: "legal_form"}
    assert "forme juridique" in explain(heading)


# Every word that design.md names: the noun, the participle, the everyday word, the Arabic.
DESIGN = {
    "family_name": ["Nom", "Nom de famille", "النسب", "الاسم العائلي"],
    "given_name": ["Prénom", "الاسم", "الاسم الشخصي"],
    "full_name": ["Nom et prénom", "الاسم الكامل"],
    "name_ar": ["Nom en arabe", "Arabic name"],
    "sex": ["Sexe", "Genre", "الجنس"],
    "birth_date": ["Date de naissance", "Naissance", "Né(e) le", "Né le", "Née le", "Né-e le",
                   "Birth date", "تاريخ الازدياد"],
    "cin": ["CIN", "C.I.N.", "C I N", "رقم البطاقة الوطنية"],
    "phone": ["Téléphone", "GSM", "Portable", "Tél", "Tél.", "Phone", "الهاتف"],
    "province": ["Province"],
    "commune": ["Commune"],
    "education": ["Niveau d'études", "Education"],
    "activity_before": ["Activité avant", "Activity before"],
    "income_before": ["Revenu", "Revenu mensuel", "Income"],
    "sector": ["Secteur", "Sector"],
    "project": ["Projet", "Idée de projet", "Project"],
    "ocb": ["OCB", "Association", "Structure", "الجمعية"],
    "identified_on": ["Identification", "Date d'identification", "Identifié(e) le", "Identifié le",
                      "Identifiée le", "Identified on", "تاريخ التسجيل"],
    "consent": ["Consentement", "Consenti", "Accord", "Consent", "الموافقة"],
    "bootcamp": ["Bootcamp"],
    "selected_on": ["Sélection", "Date de sélection", "Sélectionné le", "Sélectionné(e) le",
                    "Sélectionnée le", "Selected on"],
    "trained_on": ["Formation", "Date de formation", "Formé le", "Formé(e) le", "Formée le",
                   "Trained on"],
    "created_on": ["Création", "Date de création", "Créé le", "Créé(e) le", "Créée le",
                   "Created on"],
    "legal_form": ["Forme juridique", "Statut juridique", "Legal form"],
    "identifier": ["N° d'immatriculation", "Nº d’immatriculation", "Immatriculation", "RC", "AE",
                   "agrément", "N° d'agrément"],
    "ice": ["ICE"],
    "exit_on": ["Sortie", "Date de sortie", "Sorti(e) le", "Sorti le", "Exit date"],
    "exit_reason": ["Motif de sortie", "Exit reason"],
    "note": ["Note", "Observations"],
    "uuid": ["_uuid"],
}  # fmt: skip
WRITINGS = [
    str,
    str.upper,
    str.lower,
    "  {} : ".format,
    "{} (facultatif)".format,
    "fiche/{}".format,
]


@pytest.mark.parametrize("write", WRITINGS, ids=range(len(WRITINGS)))
@pytest.mark.parametrize(("field", "heading"), [(f, h) for f in DESIGN for h in DESIGN[f]])
def test_every_heading_of_the_design_is_known(field, heading, write):
    assert field_of(write(heading)) == field


def test_a_confirmed_mapping_goes_first_and_may_leave_a_column_alone():
    headings = ["Nom", "Famille", "CIN", "Zone"]
    mapping = {"famille ": "family_name", "CIN": "", "Zone": "no_such_field"}
    assert recognise(headings, mapping) == {1: "family_name"}


def test_the_reason_is_a_sentence_for_every_way_of_knowing():
    reasons = {
        explain(heading)
        for heading in ["Nom", "CIN (facultatif)", "Nom / النسب", "identite/nom", "start", "Zone"]
    }
    assert len(reasons) == 6
    assert all(reason.endswith(".") for reason in reasons)
