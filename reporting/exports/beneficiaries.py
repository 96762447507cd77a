"""The list export: one line per person. Never the CIN (law 09-08), which is not even read.

`build(queryset, user, as_of=None, filters=()) -> binary file` at its start, ready to send:
`queryset` is already limited by `visible_to` and the filters, which `filters` names in words.
"""

from dataclasses import replace

from django.db.models import Prefetch, Q
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from beneficiaries.funnel import PATH, Stage
from beneficiaries.models import Beneficiary, Exit, StageEvent
from remess.shared.dates import today
from remess.shared.excel import Column, Kind, Sheet, Table, workbook_file
from remess.shared.identifiers import display_phone
from remess.shared.numbers import grouped
from reporting.counting import events_of
from reporting.exports import provenance
from reporting.exports.tally import Tally, with_total

CHUNK = 500
FIT_ON_A_PAGE = 12
UNREAD = ["cin", "search_text", "project"]


def stage_day(stage):
    """The column value giving the day a person reached `stage`."""

    def value(person):
        return next((e.occurred_on for e in person.known_events if e.stage == stage), None)

    return value


def current_stage(person):
    """The furthest stage known; a sheet without one still lacks something."""
    reached = {event.stage for event in person.known_events}
    done = [stage for stage in PATH if stage in reached]
    return done[-1].label if done else _("Fiche à compléter")


def from_exit(name):
    """The column value reading an attribute of the exit that stands, if one does."""

    def value(person):
        return getattr(person.known_exits[0], name) if person.known_exits else None

    return value


def exit_reason(person):
    return person.known_exits[0].get_reason_display() if person.known_exits else None


COLUMNS = [
    Column(gettext_lazy("N° de fiche"), lambda person: person.file_number, width=12, key="numero"),
    Column(
        gettext_lazy("Nom"), lambda person: person.family_name.upper(), Kind.LONG_TEXT, 18, "nom"
    ),
    Column(gettext_lazy("Prénom"), lambda person: person.given_name, Kind.LONG_TEXT, 16, "prenom"),
    Column(
        gettext_lazy("Nom en arabe"), lambda person: person.name_ar, Kind.LONG_TEXT, 20, "nom-ar"
    ),
    Column(gettext_lazy("Sexe"), lambda person: person.get_sex_display(), width=9, key="sexe"),
    Column(gettext_lazy("Né(e) le"), lambda person: person.birth_date, Kind.DATE, 12, "naissance"),
    Column(
        gettext_lazy("Téléphone"),
        lambda person: display_phone(person.phone) if person.phone else None,
        width=15,
        key="telephone",
    ),
    Column(gettext_lazy("Province"), lambda person: person.province, width=15, key="province"),
    Column(gettext_lazy("Commune"), lambda person: person.commune, width=16, key="commune"),
    Column(
        gettext_lazy("Études"),
        lambda person: person.get_education_display(),
        width=21,
        key="etudes",
    ),
    Column(
        gettext_lazy("Situation avant le projet"),
        lambda person: person.get_activity_before_display(),
        width=17,
        key="situation",
    ),
    Column(
        gettext_lazy("Secteur"), lambda person: person.get_sector_display(), width=25, key="secteur"
    ),
    Column(gettext_lazy("Code OCB"), lambda person: person.ocb.code, width=10, key="code-ocb"),
    Column(gettext_lazy("OCB"), lambda person: person.ocb.name_fr, Kind.LONG_TEXT, 28, "ocb"),
    Column(
        gettext_lazy("Région"), lambda person: person.ocb.region.name_fr, width=14, key="region"
    ),
    Column(
        gettext_lazy("Formateur référent"),
        lambda person: str(person.referent) if person.referent else None,
        Kind.LONG_TEXT,
        32,
        "referent",
    ),
    Column(gettext_lazy("Étape"), current_stage, width=14, key="etape"),
    *(
        Column(
            format_lazy(gettext_lazy("{stage} le"), stage=stage.label),
            stage_day(stage),
            Kind.DATE,
            13,
            f"{stage.value}-le",
        )
        for stage in PATH
    ),
    Column(gettext_lazy("Sorti(e) le"), from_exit("left_on"), Kind.DATE, 12, "sortie"),
    Column(gettext_lazy("Motif de sortie"), exit_reason, width=15, key="motif"),
]

# What tells who somebody is: in a list only where it is asked for (law 09-08).
PERSONAL = frozenset({"nom", "prenom", "nom-ar", "naissance", "telephone"})


def build(queryset, user, as_of=None, filters=()):
    """The workbook as a binary file at its start: stages and exits as known on `as_of` (today).

    `filters`: the filters in words, such as « Étape : Formé ».
    """
    day = as_of or today()
    tally, n = Tally(), queryset.count()
    people = tally.gathered(rows(queryset, day), n)
    built = workbook_file(
        [sheet(COLUMNS, people, n, user, day, filters)],
        title=title(),
        author=provenance.AUTHOR,
    )
    return tally.checked(built)


def title():
    return _("REMESS · Liste des bénéficiaires")


def filename(as_of=None):
    return provenance.file_name("beneficiaires", as_of or today())


def build_from_scope(scope, user):
    """The list of those who stand behind the scope's number of identified, as visible to `user`.

    A person is listed with the OCB they belong to now, so `visible_to` alone limits the places.
    """
    everyone = Beneficiary.objects.all() if user is None else Beneficiary.objects.known_to(user)
    identified = events_of(replace(scope, ocb_ids=None)).filter(stage=Stage.IDENTIFIED)
    people = everyone.filter(pk__in=identified.values("beneficiary"))
    return build(people, user, scope.as_of, [provenance.counted_words(scope)])


def sheet(columns, people, n, user, day, filters):
    """Bénéficiaires: the `people` in `columns`, under how many they are and how chosen."""
    day = day or today()
    counted = ngettext("%(n)s personne", "%(n)s personnes", n) % {"n": grouped(n)}
    captions = [" · ".join([counted, provenance.as_of_words(day), *map(str, filters)])]
    if day < today():
        captions.append(
            _(
                "Étapes et sorties telles que connues ce jour-là ; le reste de la fiche tel "
                "qu'il est aujourd'hui."
            )
        )
    captions.append(
        _("Données personnelles (loi 09-08) : à garder dans l'équipe, à détruire après usage.")
    )
    return Sheet(
        _("Bénéficiaires"),
        [Table(columns, people)],
        intro=provenance.intro(_("Liste des bénéficiaires"), *captions),
        footer=provenance.footer(day, user),
        warning=provenance.warning(),
        is_list=True,
        fixed_columns=min(3, len(columns)),
        pages_wide=2 if len(columns) > FIT_ON_A_PAGE else 1,
    )


def rows(queryset, day):
    """The people, streamed, with `known_events` and `known_exits` as the register knew on `day`."""
    events = StageEvent.objects.known_on(day).only("beneficiary_id", "stage", "occurred_on")
    still_out = Q(returned_recorded_on__isnull=True) | Q(returned_recorded_on__gt=day)
    exits = Exit.objects.known_on(day).filter(still_out).order_by("-left_on", "-pk")
    ordered = queryset if queryset.ordered else queryset.order_by("file_region", "file_no", "pk")
    return (
        with_total(ordered)
        .select_related("ocb__region", "referent")
        .defer(*UNREAD)
        .prefetch_related(
            Prefetch("events", events, to_attr="known_events"),
            Prefetch("exits", exits, to_attr="known_exits"),
        )
        .iterator(chunk_size=CHUNK)
    )
