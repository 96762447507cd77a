"""The words registers use for what the application keeps as a code: one table per field.

French, Arabic and English, with the codes of Kobo forms; compared folded, whatever the accents.
"""

from functools import lru_cache

from remess.shared.text import clean, fold, latin_digits

ONE_ARABIC_LETTER = str.maketrans("أإآٱىئةؤ", "ااااييهو")


@lru_cache(maxsize=4_000)
def label_key(text):
    """`text` as labels are compared: folded, Arabic letters of several spellings made one."""
    return fold(latin_digits(clean(text)).translate(ONE_ARABIC_LETTER))


def _table(rows):
    """{folded word: code} of rows « code: word · word · … »; the code itself is a word too."""
    return {
        label_key(word): code
        for code, words in rows.items()
        for word in [code, *words.split("·")]
        if label_key(word)
    }


CONSENT = _table(
    {
        "yes": "oui · o · y · x · vrai · true · 1 · ok · d'accord · donné · signé · accordé"
        " · نعم · موافق · موافقة · اوافق · oui signé · consenti · ✓ · ✔",
        "no": "non · n · faux · false · 0 · لا · غير موافق · refus · refusé · pas d'accord",
    }
)
SEX = _table(
    {
        "female": "f · femme · féminin · fille · woman · girl · feminine · mme · mlle · madame"
        " · أنثى · انثي · امرأة · مرأة · فتاة · نساء · مؤنث · ا",
        "male": "m · h · homme · masculin · garçon · man · boy · masculine · mr · monsieur · ذكر"
        " · رجل · شاب · رجال · مذكر · ذ",
    }
)
EDUCATION = _table(
    {
        "none": "aucun · aucun niveau · aucun niveau d'études · néant · analphabète · sans niveau"
        " · jamais scolarisé · non scolarisé · no education · no level · 0 · بدون مستوى · بدون"
        " · أمي · أمية · لا شيء",
        "preschool": "préscolaire · maternelle · msid · coranique · école coranique · pre primary"
        " · التعليم الأولي · تعليم أولي · الأولي · أولي · كتاب",
        "primary": "primaire · école primaire · fondamental · cep · primary school"
        " · الابتدائي · ابتدائي · التعليم الابتدائي",
        "lower_secondary": "collège · collégial · secondaire collégial · brevet"
        " · lower secondary school · middle school · secondaire 1 · الثانوي الإعدادي · الإعدادي"
        " · إعدادي · ثانوي إعدادي",
        "upper_secondary": "lycée · qualifiant · secondaire qualifiant · bac · baccalauréat"
        " · niveau bac · secondaire · high school · secondary · secondaire 2 · الثانوي التأهيلي"
        " · التأهيلي · ثانوي تأهيلي · ثانوي · الثانوي · بكالوريا · باكالوريا",
        "higher": "supérieur · université · universitaire · études supérieures · licence · master"
        " · deug · bac+2 · bac+3 · bac+5 · bts · doctorat · university · tertiary"
        " · higher education · العالي · تعليم عالي · التعليم العالي · جامعي · إجازة",
    }
)
ACTIVITY = _table(
    {
        "informal": "travail informel · informel · secteur informel · activité informelle"
        " · journalier · travail occasionnel · vendeur ambulant · informal work · informal sector"
        " · عمل غير مهيكل · غير مهيكل · القطاع غير المهيكل · غير منظم · مياوم",
        "unemployed": "sans emploi · chômage · chômeur · chômeuse · au chômage · sans travail"
        " · sans · inactif · inactive · sans activité · unemployment · no job · عاطل · عاطلة"
        " · بدون عمل · بطالة · عاطل عن العمل · عاطلة عن العمل",
        "at_home": "à la maison · au foyer · femme au foyer · foyer · maison · housewife · home"
        " · ربة بيت · في البيت · بالبيت",
        "student": "en études · étudiant · étudiante · élève · études · scolarisé · stagiaire"
        " · طالب · طالبة · تلميذ · تلميذة · متدرب · متدربة",
        "other": "autre · autres · أخرى · آخر · غير ذلك",
    }
)
SECTOR = _table(
    {
        "crafts": "artisanat · artisanal · couture · textile · craft · handicraft · handicrafts"
        " · الصناعة التقليدية · صناعة تقليدية · الحرف · حرف · الخياطة",
        "agriculture": "agriculture et élevage · agricole · élevage · farming · livestock"
        " · الفلاحة · فلاحة · الفلاحة وتربية الماشية · تربية الماشية · الزراعة",
        "food": "alimentation et restauration · alimentation · restauration · agroalimentaire"
        " · agro-alimentaire · pâtisserie · catering · التغذية · المطعمة · التغذية والمطعمة"
        " · الصناعات الغذائية · الطبخ",
        "trade": "commerce · commercial · vente · retail · commerce de détail · التجارة · تجارة",
        "services": "service · coiffure · transport · prestation de services · الخدمات · خدمات",
        "construction": "bâtiment · btp · bâtiment et travaux publics · travaux publics · building"
        " · البناء · بناء · البناء والأشغال",
        "tourism": "tourisme · touristique · السياحة · سياحة",
        "digital": "numérique · informatique · tic · nouvelles technologies · it · ict"
        " · الرقمي · الرقمنة · المعلوميات · معلوميات · الإعلاميات",
        "other": "autre · autres · industrie · أخرى · آخر · غير ذلك",
    }
)
EXIT_REASON = _table(
    {
        "dropped_out": "abandon · abandonné · désistement · désisté · drop out · dropout"
        " · withdrawal · انقطاع · تخلي · مغادرة · انسحاب",
        "moved": "déménagement · déménagé · changement de ville · émigration · relocation · moving"
        " · انتقال · تغيير السكن · رحيل · هجرة",
        "employed": "emploi salarié · emploi · embauche · salarié · salariée · a trouvé un emploi"
        " · job · employment · employed elsewhere · عمل مأجور · شغل · وظيفة · عمل",
        "ineligible": "inéligible · non éligible · hors critères · not eligible · غير مؤهل"
        " · غير مؤهلة",
        "deceased": "décès · décédé · décédée · mort · death · died · وفاة · متوفى · متوفاة",
        "duplicate": "doublon · double · مكرر · تكرار",
        "other": "autre · autre motif · autres · other reason · أخرى · آخر · سبب آخر",
    }
)
LEGAL_FORM = _table(
    {
        "auto_entrepreneur": "auto-entrepreneur · autoentrepreneur · auto entrepreneuse · ae"
        " · autoentrepreneuse · statut auto-entrepreneur · self employed"
        " · مقاول ذاتي · المقاول الذاتي · مقاولة ذاتية · مقاولة ذاتي",
        "tpe": "très petite entreprise · micro entreprise · société · entreprise · company"
        " · مقاولة صغيرة جدا · شركة · مقاولة",
        "tpe sarl": "sarl · s.a.r.l · société à responsabilité limitée · llc"
        " · شركة ذات مسؤولية محدودة · شركة ذات المسؤولية المحدودة",
        "tpe sarl_au": "sarl au · sarlau · s.a.r.l a.u · sarl à associé unique"
        " · sarl d'associé unique · sarl associé unique"
        " · société à responsabilité limitée à associé unique"
        " · شركة ذات مسؤولية محدودة بشريك وحيد · شركة ذات المسؤولية المحدودة بشريك وحيد",
        "tpe personne_physique": "personne physique · entreprise individuelle · pp · ei"
        " · entreprise individuelle personne physique · entreprise individuelle (personne physique)"
        " · sole trader · sole proprietorship · مقاولة فردية · شخص ذاتي · شخص طبيعي",
        "tpe other": "snc · société en nom collectif · sa · société anonyme · sas · gie"
        " · société par actions simplifiée · groupement d'intérêt économique · شركة التضامن"
        " · شركة مساهمة · شركة المساهمة المبسطة · مجموعة ذات نفع اقتصادي",
        "cooperative": "coopérative · coop · scoop · co-operative · تعاونية · التعاونية",
    }
)
