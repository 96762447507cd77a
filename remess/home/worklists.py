"""The work lists (« À faire »): one table, walked by the pages, the homes and the navigation.

A new list is one entry of WORK_LISTS and its test. It owns no rule of who is due: each list takes
its rows from the app that does, and starts at visible_to.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from beneficiaries import due
from beneficiaries.models import Beneficiary, Enterprise, PossibleDuplicate
from beneficiaries.models.enterprise import GAPS
from beneficiaries.outcomes import DUE_AFTER
from bootcamps import caseloads, waiting
from bootcamps.models import Bootcamp, CoachingVisit, Course
from remess.accounts.models import User
from remess.accounts.roles import TEAM, Role
from remess.home import worklist_rows as shown
from remess.registers.models import SetAside
from reporting import pace

AGENT, TRAINER = frozenset({Role.OCB_AGENT}), frozenset({Role.TRAINER})


@dataclass(frozen=True)
class Facet:
    """One case within a list, to count and to filter by; `condition(day)` is a Q."""

    code: str
    label: str
    condition: Callable[[date], Q]


def lacks(gaps):
    """The facets of a table of gaps."""
    return tuple(
        Facet(
            gap.code,
            format_lazy(_("il manque {noun}"), noun=gap.noun),
            lambda day, gap=gap: Q(gap.condition()),
        )
        for gap in gaps
    )


@dataclass(frozen=True)
class WorkList:
    """One list: what it is, who has it, its rows, and where a row leads (its template).

    `rows(user, day)` is a queryset; `load(rows, day)` adds what the template reads and `order`
    pages by; `show(row, day)` is what the template gets. An uncounted list is no duty: it stands
    apart, and not in the navigation's figure. `hangs_on(day)`: what `rows` reads of
    the register to word its conditions; `rows_on(that, day)`: the same rows, that known.
    """

    code: str  # also its address
    title: str
    sentence: str  # what it is, and how a line is settled
    empty: str
    roles: frozenset
    rows: Callable[[User, date], QuerySet]
    order: tuple
    template: str
    load: Callable[[QuerySet, date], QuerySet]
    show: Callable[[object, date], object] = lambda row, day: row
    facets: tuple[Facet, ...] = ()
    is_counted: bool = True
    hangs_on: Callable[[date], Hashable] | None = None
    rows_on: Callable[[Hashable, date], QuerySet] | None = None


def people(user):
    return Beneficiary.objects.visible_to(user)


WORK_LISTS = (
    WorkList(
        "proces-verbaux",
        _("Procès-verbaux à signer"),
        _("Bootcamps tenus dont le procès-verbal n'est pas signé. Le signer règle la ligne."),
        _("Procès-verbaux : rien à signer."),
        TEAM,
        lambda user, day: Bootcamp.objects.visible_to(user).to_sign(day),
        ("held_on", "pk"),
        "bootcamp",
        lambda rows, day: rows.for_list(),
    ),
    WorkList(
        "presences",
        _("Présences à saisir"),
        _("Formations dont une séance est passée sans ses présences. Les saisir règle la ligne."),
        _("Présences : rien à saisir."),
        TEAM | TRAINER,
        lambda user, day: Course.objects.visible_to(user).to_mark(day),
        ("starts_on", "pk"),
        "attendance",
        lambda rows, day: rows.for_list().with_unmarked(day),
    ),
    WorkList(
        "formations",
        _("Formations à clôturer"),
        _("Formations finies. Les clôturer fait avancer ceux qui ont atteint la part demandée."),
        _("Formations : rien à clôturer."),
        TEAM,
        lambda user, day: Course.objects.visible_to(user).to_close(day),
        ("ends_on", "pk"),
        "course",
        lambda rows, day: rows.for_list(),
    ),
    WorkList(
        "visites",
        _("Visites dues"),
        _("Visites convenues pour aujourd'hui ou avant. Enregistrer la visite règle la ligne."),
        _("Visites : aucune visite due."),
        TRAINER,
        lambda user, day: CoachingVisit.objects.visible_to(user).due_by(day),
        ("next_on", "pk"),
        "visit",
        lambda rows, day: rows.for_agenda(),
    ),
    WorkList(
        "suivis",
        _("Suivis à faire"),
        _(
            "Créateurs dont le suivi à 6 ou à 12 mois est dû. Noter le suivi règle la ligne ; une "
            "activité notée fermée à 6 mois, ou une sortie, n'en demande plus."
        ),
        _("Suivis : aucun suivi dû."),
        TEAM | AGENT | TRAINER,
        lambda user, day: due.follow_ups_due(people(user), day),
        ("stage_day", "pk"),
        "follow_up",
        lambda rows, day: due.with_follow_ups_due(rows.for_list(), day),
        shown.with_follow_ups,
        facets=tuple(
            Facet(
                f"{months}-mois",
                label,
                lambda day, months=months: due.follow_up_due(months, day),
            )
            for months, label in zip(DUE_AFTER, (_("à 6 mois"), _("à 12 mois")), strict=True)
        ),
    ),
    WorkList(
        "doublons",
        _("Doublons possibles"),
        _(
            "Deux fiches de la même CIN, ou du même nom avec la même date de naissance ou le même "
            "téléphone. Les fusionner, ou noter que ce sont deux personnes, règle la ligne."
        ),
        _("Doublons : aucune fiche à comparer."),
        TEAM,
        lambda user, day: PossibleDuplicate.objects.visible_to(user).open(),
        ("-pk",),
        "duplicate",
        lambda rows, day: rows.for_list(),
    ),
    WorkList(
        "lignes-de-cote",
        _("Lignes d'import à décider"),
        _(
            "Rien d'elles n'est enregistré : peut-être quelqu'un de déjà connu, parfois d'une "
            "autre OCB. Dire qui c'est, puis importer le registre à nouveau."
        ),
        _("Imports : aucune ligne à décider."),
        TEAM,
        lambda user, day: SetAside.objects.visible_to(user).waiting(),
        ("-pk",),
        "aside",
        lambda rows, day: rows.for_list(),
    ),
    WorkList(
        "fiches",
        _("Fiches à compléter"),
        _(
            "Fiches sans les faits que l'identification demande : elles ne comptent nulle part. "
            "Compléter la fiche règle la ligne, une sortie aussi."
        ),
        _("Fiches : rien à compléter."),
        TEAM | AGENT,
        lambda user, day: due.to_complete(people(user)),
        ("-created_at", "-pk"),
        "sheet",
        lambda rows, day: rows.for_list(),
        shown.with_sheet_gaps,
        facets=(
            *lacks(due.SHEET_GAPS),
            Facet(
                "annulee",
                _("identification annulée"),
                lambda day: Q(sheet_on__isnull=False, birth_date__isnull=False) & ~Q(sex=""),
            ),
        ),
    ),
    WorkList(
        "attente-bootcamp",
        _("Jeunes en attente d'un bootcamp"),
        _(
            "Identifiés, sur aucune liste de bootcamp encore à signer, du plus ancien au plus "
            "récent. Un jeune non retenu par le dernier jury n'attend plus, sauf sur sa liste "
            "d'attente. L'inscrire à un bootcamp règle la ligne, une sortie aussi."
        ),
        _("Bootcamps : aucun jeune n'attend."),
        TEAM | AGENT,
        lambda user, day: waiting.waiting_for_bootcamp(people(user)),
        ("stage_day", "pk"),
        "waiting",
        lambda rows, day: waiting.with_next_bootcamp(rows.for_list(), day),
        shown.with_time_waited,
    ),
    WorkList(
        "attente-formation",
        _("Porteurs de projet en attente d'une formation"),
        _(
            "Sélectionnés, inscrits à aucune formation encore à clôturer ; qui n'a pas atteint la "
            "part de présence y revient. L'inscrire à une formation règle la ligne, une sortie "
            "aussi."
        ),
        _("Formations : aucun porteur de projet n'attend la sienne."),
        TEAM,
        lambda user, day: waiting.waiting_for_course(people(user)),
        ("stage_day", "pk"),
        "waiting_course",
        lambda rows, day: waiting.with_next_course(rows.for_list(), day),
        shown.with_time_waited,
    ),
    WorkList(
        "sans-formateur",
        _("Porteurs de projet sans formateur"),
        _("Sélectionnés, formés ou créés, sans formateur référent. Le désigner règle la ligne."),
        _("Formateurs : chacun a le sien."),
        TEAM,
        lambda user, day: caseloads.unassigned(people(user)),
        ("stage_day", "pk"),
        "unassigned",
        lambda rows, day: rows.for_list(),
    ),
    WorkList(
        "sans-creation",
        _("Formés sans création"),
        _(
            "Formés depuis 90 jours ou plus, sans activité créée. Une création, une sortie ou une "
            "visite convenue pour une date à venir règle la ligne."
        ),
        _("Créations : personne n'attend depuis plus de 90 jours."),
        TEAM | TRAINER,
        lambda user, day: waiting.trained_without_creation(people(user), day),
        ("stage_day", "pk"),
        "trained",
        lambda rows, day: rows.for_list(),
        shown.with_time_waited,
    ),
    WorkList(
        "entreprises",
        _("Entreprises à compléter"),
        _("Créations dont il manque une pièce ou un numéro. L'ajouter règle la ligne."),
        _("Entreprises : rien à compléter."),
        TEAM | TRAINER,
        lambda user, day: Enterprise.objects.visible_to(user).counted().incomplete(),
        ("-registered_on", "-pk"),
        "enterprise",
        lambda rows, day: rows.with_gaps(),
        facets=lacks(GAPS),
    ),
    WorkList(
        "cibles",
        _("Cibles en retard"),
        _(
            "Par région, ce qui est sous la ligne droite qui mène, du début de l'accord en cours à "
            "sa fin, à la cible en vigueur. La ligne part quand le rythme est rattrapé ou l'accord "
            "fini."
        ),
        _("Cibles : aucune en retard sur le rythme de l'accord."),
        TEAM,
        lambda user, day: pace.targets_behind(day),
        ("region_code", "pk"),
        "target",
        lambda rows, day: pace.for_rows(rows),
        pace.pace_of,
        hangs_on=pace.running_span,
        rows_on=pace.behind_within,
    ),
    WorkList(
        "a-completer-aussi",
        _("À compléter aussi"),
        _(
            "Rien ici n'empêche de compter ces jeunes. La CIN est facultative : la demander "
            "seulement si elle sert."
        ),
        _("Autres pièces des fiches : rien ne manque."),
        TEAM | AGENT,
        lambda user, day: due.to_complete_also(people(user)),
        ("sort_name", "pk"),
        "also",
        lambda rows, day: rows.for_list(),
        facets=lacks(due.ALSO_GAPS),
        is_counted=False,
    ),
)


def lists_of(user):
    """The lists this user's role has, in the order of the table."""
    return [entry for entry in WORK_LISTS if user.role in entry.roles]


def list_named(user, code):
    """The list at this address, None where the user's role does not have it."""
    return next((entry for entry in lists_of(user) if entry.code == code), None)
