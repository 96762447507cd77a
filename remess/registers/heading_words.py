"""What registers call their columns: one table per rule, French, English, Arabic, nothing else.

Case, accents, punctuation, plurals and small words (de, la, et …) do not matter: « DATE DE
NAISSANCE », « date_naissance » and « Date naissance : » are one heading. A column that stands in
no table stays unknown: it is matched by hand, never guessed.
"""

HEADINGS = {
    "family_name": (
        "Nom", "Nom de famille", "Nom patronymique", "Patronyme", "Nom en français",
        "Nom en lettres latines", "Nom latin", "Nom FR",
        "Family name", "Last name", "Surname", "lname",
        "النسب", "الاسم العائلي", "اللقب", "الاسم العائلي بالفرنسية",
    ),
    "given_name": (
        "Prénom", "Petit nom", "Prénom en français", "Prénom en lettres latines",
        "Prénom latin", "Prénom FR",
        "Given name", "First name", "Forename", "fname",
        "الاسم", "الاسم الشخصي", "الاسم الشخصي بالفرنسية",
    ),
    "full_name": (
        "Nom et prénom", "Prénom et nom", "Noms et prénoms", "Nom complet", "Nom & prénom",
        "Nom prénom", "Nom, prénom", "Nom et prénom en français",
        "Full name", "Name and surname", "First and last name",
        "الاسم الكامل", "الاسم والنسب", "الاسم و النسب", "النسب والاسم", "النسب و الاسم",
        "الاسم الشخصي والعائلي", "الاسم العائلي والشخصي", "اسم المستفيد",
    ),
    "name_ar": (
        "Nom en arabe", "Nom arabe", "Nom AR", "Nom complet en arabe", "Nom complet arabe",
        "Nom et prénom en arabe", "Nom et prénom arabe", "Nom et prénom AR",
        "Nom en lettres arabes",
        "Name in Arabic", "Arabic name", "Full name in Arabic",
        "الاسم بالعربية", "الاسم الكامل بالعربية", "الاسم والنسب بالعربية",
        "الاسم و النسب بالعربية", "الاسم بالحروف العربية",
    ),
    "sex": (
        "Sexe", "Genre", "Sexe H/F", "Sexe F/H", "Sexe M/F", "Sexe F/M", "Genre H/F",
        "Genre F/H", "Genre M/F", "H/F", "F/H", "M/F", "F/M", "Civilité",
        "Sex", "Gender",
        "الجنس", "النوع", "الجنس ذكر أنثى",
    ),
    "birth_date": (
        "Date de naissance", "Naissance", "Né(e) le", "Née le", "Date naiss", "Date de naiss",
        "Date naissance", "DDN", "D.N.", "Jour de naissance",
        "Birth date", "Date of birth", "Birthdate", "DOB", "Born on", "Born", "Birthday",
        "تاريخ الازدياد", "تاريخ الميلاد", "تاريخ الولادة", "الازدياد", "مزداد بتاريخ",
    ),
    "cin": (
        "CIN", "CNIE", "CNI", "C.I.N.", "N° CIN", "N° de CIN", "N° de la CIN", "N° CNIE",
        "N° CNI", "Numéro CIN", "CINE", "Carte nationale", "N° de carte nationale",
        "Carte d'identité", "Carte d'identité nationale", "Carte nationale d'identité",
        "N° de la carte nationale", "N° carte nationale d'identité", "N° carte d'identité",
        "N° de la carte d'identité nationale", "Pièce d'identité", "N° pièce d'identité",
        "National ID", "ID card", "National identity card", "ID number", "CIN number",
        "National ID number", "Identity card",
        "رقم البطاقة الوطنية", "البطاقة الوطنية", "رقم البطاقة", "رقم ب و", "ب.ت.و", "ر.ب.و",
        "رقم البطاقة الوطنية للتعريف", "البطاقة الوطنية للتعريف", "رقم ب.ت.و", "رقم ب.و",
        "رقم بطاقة التعريف الوطنية", "بطاقة التعريف الوطنية", "رقم ب.و.ت", "ب.و.ت",
        "رقم البطاقة الوطنية للتعريف الإلكترونية",
    ),
    "phone": (
        "Téléphone", "Tél", "GSM", "Portable", "Mobile", "N° de téléphone", "N° tél", "N° GSM",
        "N° de tél", "N° portable", "N° mobile", "Téléphone portable", "Téléphone mobile",
        "Tél portable", "Tél mobile", "Tél GSM", "Téléphone GSM", "N° téléphone portable",
        "N° de téléphone mobile", "Contact téléphonique", "Numéro WhatsApp",
        "Téléphone WhatsApp", "Tél 1", "Téléphone 1", "GSM 1", "Tel personnel",
        "Téléphone personnel", "Coordonnées téléphoniques", "Num tél", "Tph", "Télé",
        "Phone", "Phone number", "Telephone", "Telephone number", "Mobile phone",
        "Mobile number", "Cell phone",
        "الهاتف", "رقم الهاتف", "الهاتف النقال", "رقم الهاتف النقال", "النقال", "الهاتف المحمول",
        "رقم الهاتف المحمول", "هاتف", "رقم هاتف",
    ),
    "province": (
        "Province", "Préfecture", "Province ou préfecture", "Province / préfecture",
        "Préfecture / province", "Préfecture ou province", "Province de résidence",
        "Province of residence",
        "الإقليم", "العمالة", "الإقليم أو العمالة", "العمالة أو الإقليم", "العمالة / الإقليم",
        "الإقليم / العمالة", "إقليم",
    ),
    "commune": (
        "Commune", "Commune de résidence", "Commune rurale", "Commune urbaine",
        "Commune / municipalité", "Municipalité", "Commune d'habitation",
        "Municipality",
        "الجماعة", "الجماعة الترابية", "الجماعة القروية", "الجماعة الحضرية", "جماعة السكن",
        "جماعة الإقامة",
    ),
    "education": (
        "Niveau d'études", "Niveau d'étude", "Niveau scolaire", "Niveau d'instruction",
        "Niveau", "Études", "Scolarité", "Niveau de formation", "Niveau de scolarité",
        "Instruction", "Niveau éducatif", "Niveau d'éducation", "Niv. scolaire",
        "Niv. d'études", "Niv. d'instruction",
        "Education", "Education level", "Level of education", "Level of study",
        "المستوى الدراسي", "المستوى التعليمي", "المستوى", "مستوى التعليم", "المستوى الدراسى",
    ),
    "activity_before": (
        "Activité avant", "Activité avant le projet", "Activité antérieure",
        "Activité précédente", "Activité actuelle", "Situation avant", "Situation professionnelle",
        "Situation avant le projet", "Situation avant le programme", "Activité avant le programme",
        "Situation d'emploi", "Situation d'activité", "Profession", "Occupation", "Métier",
        "Situation initiale", "Situation de départ", "Statut professionnel", "Emploi actuel",
        "Activité avant l'identification", "Situation vis-à-vis de l'emploi",
        "Activity before", "Previous activity", "Employment status", "Current activity",
        "Situation before the project", "Activity before the project",
        "النشاط السابق", "الوضعية المهنية", "المهنة", "الحالة المهنية", "النشاط قبل المشروع",
        "الوضعية قبل المشروع", "النشاط الحالي", "الوضعية قبل البرنامج", "النشاط قبل البرنامج",
    ),
    "income_before": (
        "Revenu", "Revenu avant", "Revenu mensuel", "Revenu mensuel avant",
        "Revenu avant le projet", "Revenu mensuel avant le projet", "Revenu actuel",
        "Revenu mensuel actuel", "Revenu en DH", "Revenu mensuel en DH", "Revenu mensuel DH",
        "Revenu mensuel MAD", "Revenu de départ", "Revenu mensuel de départ",
        "Income", "Monthly income", "Income before", "Monthly income before",
        "Monthly income before the project",
        "الدخل", "الدخل الشهري", "الدخل قبل المشروع", "الدخل الشهري قبل المشروع", "الدخل السابق",
        "الدخل الشهري السابق", "الدخل الشهري بالدرهم",
    ),
    "sector": (
        "Secteur", "Secteur d'activité", "Domaine d'activité", "Branche d'activité", "Branche",
        "Secteur du projet", "Domaine du projet", "Secteur d'activité du projet",
        "Secteur économique",
        "Sector", "Business sector", "Activity sector", "Sector of activity",
        "القطاع", "قطاع النشاط", "مجال النشاط", "قطاع المشروع", "مجال المشروع",
    ),
    "project": (
        "Projet", "Idée de projet", "Idée du projet", "Intitulé du projet", "Titre du projet",
        "Nom du projet", "Nature du projet", "Type de projet", "Description du projet",
        "Activité projetée", "Projet envisagé", "Idée", "Activité envisagée", "Objet du projet",
        "Project", "Project idea", "Business idea", "Project title", "Project name",
        "المشروع", "فكرة المشروع", "عنوان المشروع", "اسم المشروع", "طبيعة المشروع", "نوع المشروع",
    ),
    "ocb": (
        "OCB", "Association", "Structure", "Code OCB", "Nom de l'OCB", "Nom de l'association",
        "Nom de la structure", "Organisation", "Association locale", "OCB / association",
        "Association / OCB", "Association partenaire", "OCB partenaire", "OCB d'origine",
        "OCB porteuse", "Association porteuse", "Organisation communautaire de base",
        "Association identificatrice", "Structure d'accueil", "ONG", "Code association",
        "Code de l'OCB",
        "CBO", "Organization", "Community-based organisation", "Local association", "CBO code",
        "الجمعية", "اسم الجمعية", "جمعية", "المنظمة", "الجمعية المحلية", "رمز الجمعية",
        "الجمعية الشريكة",
    ),
    "identified_on": (
        "Date d'identification", "Identification", "Identifié(e) le", "Identifiée le",
        "Date d'enregistrement", "Enregistré(e) le", "Date d'inscription", "Inscrit(e) le",
        "Inscrite le", "Date de recensement", "Recensé(e) le", "Date identif",
        "Date de la fiche", "Date de fiche", "Jour d'identification",
        "Identified on", "Identification date", "Date of identification", "Registered on",
        "Registration date", "Date of registration",
        "تاريخ التسجيل", "تاريخ التحديد", "تاريخ التعرف", "سجل بتاريخ", "تاريخ الإحصاء",
        "تاريخ تحديد المستفيد",
    ),
    "consent": (
        "Consentement", "Consent", "Consentement éclairé", "Consentement signé", "Accord",
        "Consentement oui/non", "Accord du jeune", "Consentement donné", "Consentement recueilli",
        "Accord signé", "Consentement loi 09-08", "Accord traitement des données",
        "Consenti", "Consentement obtenu", "Accord donné", "Accord obtenu",
        "Consent given", "Consent obtained", "Informed consent",
        "الموافقة", "موافقة", "الموافقة نعم لا", "موافق", "الموافقة المستنيرة",
    ),
    "bootcamp": (
        "Bootcamp", "Boot camp", "N° bootcamp", "N° du bootcamp", "Code bootcamp",
        "Code du bootcamp", "Bootcamp n°", "Nom du bootcamp",
        "Bootcamp number", "Bootcamp code",
        "البوتكامب", "المعسكر", "المعسكر التدريبي", "رقم المعسكر", "رمز المعسكر", "بوتكامب",
    ),
    "selected_on": (
        "Date de sélection", "Sélection", "Sélectionné(e) le", "Sélectionnée le", "Date sélect",
        "Retenu(e) le", "Retenue le", "Date du jury", "Jour de sélection",
        "Date de sélection au bootcamp",
        "Selected on", "Selection date", "Date of selection",
        "تاريخ الاختيار", "تاريخ الانتقاء", "الاختيار", "الانتقاء", "اختير بتاريخ",
    ),
    "trained_on": (
        "Date de formation", "Formé(e) le", "Formée le", "Fin de formation",
        "Date de fin de formation", "Formation achevée le", "Formation terminée le",
        "Formation", "Date fin formation", "Fin de la formation", "Formation pré-création",
        "Date de formation pré-création", "Fin de formation pré-création",
        "Trained on", "Training date", "Date of training", "End of training",
        "Training completed on", "Training end date",
        "تاريخ التكوين", "تاريخ نهاية التكوين", "نهاية التكوين", "التكوين", "تاريخ انتهاء التكوين",
        "تاريخ إنهاء التكوين",
    ),
    "created_on": (
        "Date de création", "Création", "Créé(e) le", "Créée le", "Date création",
        "Date d'immatriculation", "Immatriculé(e) le", "Date de création de l'entreprise",
        "Date de création de l'activité", "Création de l'entreprise",
        "Date de création du projet", "Création de l'activité", "Entreprise créée le",
        "Created on", "Creation date", "Date of creation", "Business created on",
        "Date of business creation",
        "تاريخ الإنشاء", "تاريخ الإحداث", "تاريخ التأسيس", "تاريخ إنشاء المقاولة", "الإنشاء",
        "الإحداث", "التأسيس", "تاريخ إحداث المقاولة",
    ),
    "legal_form": (
        "Forme juridique", "Statut juridique", "Type d'entreprise", "Nature juridique",
        "Forme légale", "Statut légal", "Type de création", "Forme de l'entreprise",
        "Forme juridique créée",
        "Legal form", "Legal status", "Type of enterprise", "Business type",
        "الشكل القانوني", "الصفة القانونية", "الوضع القانوني", "الصيغة القانونية", "نوع المقاولة",
    ),
    "identifier": (
        "N° d'immatriculation", "Immatriculation", "RC", "N° RC", "N° de RC", "AE", "N° AE",
        "Agrément", "N° d'agrément", "N° RC / AE / agrément", "RC / AE / agrément", "RC / AE",
        "N° RC / AE", "N° RC ou AE", "Registre du commerce", "N° registre du commerce",
        "N° du registre de commerce", "Registre de commerce", "N° auto-entrepreneur",
        "N° de la carte auto-entrepreneur", "N° carte AE", "Carte auto-entrepreneur", "Carte AE",
        "N° registre national", "Identifiant officiel", "N° registre des coopératives",
        "N° RC / carte AE / agrément", "N° RC ou carte AE", "N° de registre",
        "Immatriculé(e) sous le n°",
        "Trade register number", "Official identifier",
        "رقم السجل التجاري", "السجل التجاري", "رقم التقييد", "رقم السجل",
        "رقم الاعتماد", "رقم المقاول الذاتي", "رقم بطاقة المقاول الذاتي",
    ),
    "ice": (
        "ICE", "N° ICE", "I.C.E.", "Identifiant commun de l'entreprise", "N° d'ICE",
        "Identifiant commun",
        "ICE number", "Common business identifier",
        "التعريف الموحد للمقاولة", "رقم التعريف الموحد", "المعرف الموحد للمقاولة",
        "التعريف الموحد", "المعرف الموحد",
    ),
    "exit_on": (
        "Date de sortie", "Sortie", "Sorti(e) le", "Sortie le", "Date d'abandon", "Abandon le",
        "Abandonné le", "Date de départ", "Parti(e) le", "Partie le", "Date d'exclusion",
        "Date de sortie du programme",
        "Exit date", "Exited on", "Left on", "Date of exit", "Drop-out date", "Dropout date",
        "تاريخ الخروج", "تاريخ المغادرة", "تاريخ الانسحاب", "غادر بتاريخ", "تاريخ التخلي",
    ),
    "exit_reason": (
        "Motif de sortie", "Raison de sortie", "Motif d'abandon", "Cause d'abandon",
        "Raison d'abandon", "Raison de l'abandon", "Cause de sortie", "Motif de départ",
        "Raison du départ", "Cause de départ", "Motif de la sortie", "Raison de la sortie",
        "Cause de l'abandon", "Motif de l'abandon", "Motif",
        "Exit reason", "Reason for leaving", "Reason for exit", "Drop-out reason",
        "سبب الخروج", "سبب المغادرة", "سبب الانسحاب", "سبب التخلي",
    ),
    "note": (
        "Observation", "Remarque", "Commentaire", "Note", "Obs", "Rq", "Rem",
        "Observations et remarques", "Remarques et observations", "Annotation",
        "Remark", "Comment",
        "ملاحظة", "ملاحظات", "الملاحظات", "تعليق", "ملاحظة عامة",
    ),
    "uuid": ("_uuid", "uuid"),
    "file_number": (
        "N° de fiche", "N° fiche", "N° de dossier", "N° dossier", "Numéro de la fiche",
        "N° REMESS", "Code bénéficiaire", "N° bénéficiaire", "Code du jeune", "Fiche n°",
        "Dossier n°", "N° du bénéficiaire", "N° du dossier", "Réf. fiche", "Réf. dossier",
        "Référence de la fiche", "Référence du dossier",
        "File number", "Beneficiary code", "File no", "Beneficiary number", "Case number",
        "رقم الملف", "رقم الاستمارة", "رقم البطاقة الشخصية للملف", "رقم المستفيد",
        "رقم الجذاذة",
    ),
    "submission_time": ("_submission_time",),
}  # fmt: skip

# Headings that name nothing alone, and the field they are where a column says the other one.
BESIDE = {
    "Identifiant": ("identifier", "legal_form"),
    "N° identifiant": ("identifier", "legal_form"),
    "N° d'enregistrement": ("identifier", "legal_form"),
    "Identifier": ("identifier", "legal_form"),
    "Identifier number": ("identifier", "legal_form"),
    "Registration number": ("identifier", "legal_form"),
    "المعرف": ("identifier", "legal_form"),
    "رقم المعرف": ("identifier", "legal_form"),
    "رقم التسجيل": ("identifier", "legal_form"),
}

# Kobo's moment a form was opened: the day of identification where no column states it better.
FALLBACKS = {"start": "identified_on"}

# Columns KoboToolbox adds by itself; whatever they look like, they say nothing of a person.
KOBO_SYSTEM = {
    "_id", "_validation_status", "_notes", "_status", "_submitted_by", "__version__", "_version_",
    "_tags", "_index", "_parent_index", "_parent_table_name", "_attachments", "_geolocation",
    "_xform_id_string", "_bamboo_dataset_id", "_duration", "end", "today", "deviceid",
    "username", "meta/instanceID", "meta/instanceName", "formhub/uuid", "meta/rootUuid",
}  # fmt: skip
KOBO_PARENT = "_submission_"

# Questions with several answers: « canal/ocb » asks whether the OCB was a channel, not which OCB.
SEVERAL_ANSWERS = {
    "Canal", "Canaux", "Canal de communication", "Canal d'information", "Canaux d'information",
    "Source d'information", "Connu par", "Comment avez-vous connu le programme", "Besoins",
    "Langues", "Langues parlées", "Compétences", "Documents", "Documents fournis",
    "Pièces fournies", "Pièces jointes", "Channel", "Channels", "Needs", "Languages",
    "القنوات", "قناة", "مصدر المعلومة", "الحاجيات", "اللغات", "الوثائق",
}  # fmt: skip

# Small words that carry nothing, unless they end the heading (« Né le » is not « Né »).
SMALL_WORDS = {
    "a", "and", "au", "aux", "d", "de", "des", "du", "en", "et", "his", "l", "la", "le", "les",
    "of", "ou", "or", "the", "un", "une", "votre", "your", "in", "و",
}  # fmt: skip

# Whose column it is, when said: the person of the register.
OF_THE_PERSON = (
    "jeune", "beneficiaire", "candidat", "candidate", "participant", "participante",
    "porteur projet", "porteuse projet", "personne", "beneficiary", "youth", "المستفيد",
    "المستفيده", "الشاب", "الشابه", "للمستفيد",
)  # fmt: skip

# A group or a bracket with one of these words speaks of somebody else.
SOMEBODY_ELSE = {
    "conjoint", "conjointe", "epoux", "epouse", "mari", "femme", "pere", "mere", "parent",
    "tuteur", "tutrice", "enfant", "frere", "soeur", "famille", "contact", "urgence", "formateur",
    "formatrice", "agent", "enqueteur", "enquetrice", "temoin", "garant", "referent", "president",
    "presidente", "responsable", "representant", "associe", "membre", "jury", "coach",
    "father", "mother", "spouse", "husband", "wife", "child", "guardian", "trainer",
    "interviewer", "emergency", "witness",
    "الاب", "الام", "الزوج", "الزوجه", "الوالد", "الوالده", "الولي", "ابن", "الابناء",
    "المكون", "الباحث",
}  # fmt: skip

# A group with one of these words speaks of a thing: its « nom » is nobody's family name.
SOME_THING = {
    "association", "ocb", "structure", "organisation", "entreprise", "cooperative", "societe",
    "projet", "activite", "formation", "session", "bootcamp", "enterprise", "company", "project",
    "business", "training", "الجمعيه", "المقاوله", "المشروع", "التعاونيه", "التكوين",
}  # fmt: skip
OF_A_PERSON = {
    "family_name", "given_name", "full_name", "name_ar", "sex", "birth_date", "cin", "phone",
    "province", "commune", "file_number",
}  # fmt: skip

# « Prénom (arabe) » is part of the Arabic name, not the given name in Latin letters.
IN_ARABIC = {"ar", "arabe", "arabic", "عربيه", "العربيه", "بالعربيه"}
NAMES = {"family_name", "given_name", "full_name"}
