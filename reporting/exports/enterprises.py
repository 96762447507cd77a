"""The list of enterprises: one line each, its members by file number alone, never by name.

`build(queryset, user, filters=(), day=None) -> binary file` at its start, ready to send: `queryset`
is already limited by `visible_to` and the filters, which `filters` names in words, and read as of
`day` (None: today).
"""

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from beneficiaries.models import EnterpriseMember
from remess.shared.dates import today
from remess.shared.excel import Column, Kind, Sheet, Table, workbook_file
from remess.shared.numbers import grouped
from reporting.exports import provenance

CHUNK = 500


def members(enterprise):
    return ", ".join(member.beneficiary.file_number for member in enterprise.known_members)


COLUMNS = [
    Column(gettext_lazy("Entreprise"), str, Kind.LONG_TEXT, 30),
    Column(gettext_lazy("Forme juridique"), lambda e: e.get_legal_form_display(), width=18),
    Column(gettext_lazy("Forme de la TPE"), lambda e: e.get_sub_form_display(), width=20),
    Column(gettext_lazy("Numéro"), lambda e: e.identifier, width=18),
    Column(gettext_lazy("Tribunal"), lambda e: e.court, width=18),
    Column(gettext_lazy("IF"), lambda e: e.tax_id, width=12),
    Column(gettext_lazy("ICE"), lambda e: e.ice, width=18),
    Column(gettext_lazy("Immatriculée le"), lambda e: e.registered_on, Kind.DATE, 14),
    Column(gettext_lazy("Activité"), lambda e: e.activity, Kind.LONG_TEXT, 24),
    Column(gettext_lazy("Commune"), lambda e: e.commune, width=16),
    Column(gettext_lazy("Région"), lambda e: e.region_name, width=14),
    Column(gettext_lazy("Code OCB"), lambda e: e.ocb_code, width=10),
    Column(gettext_lazy("Bénéficiaires"), lambda e: e.persons, Kind.INTEGER, 13),
    Column(gettext_lazy("dont femmes"), lambda e: e.women, Kind.INTEGER, 10),
    Column(gettext_lazy("Autres membres"), lambda e: e.other_members, Kind.INTEGER, 12),
    Column(gettext_lazy("Autres, dont femmes"), lambda e: e.other_women, Kind.INTEGER, 12),
    Column(gettext_lazy("N° de fiche des membres"), members, Kind.LONG_TEXT, 28),
    Column(gettext_lazy("Il manque"), lambda e: ", ".join(e.gaps()), Kind.LONG_TEXT, 32),
]


def build(queryset, user, filters=(), day=None):
    """The workbook as a binary file at its start."""
    return workbook_file(
        [sheet(queryset, user, filters, day)],
        title=_("REMESS · Liste des entreprises"),
        author=provenance.AUTHOR,
    )


def filename(day=None):
    return provenance.file_name("entreprises", day or today())


def sheet(queryset, user, filters, as_of=None):
    n, day = queryset.count(), as_of or today()
    counted = ngettext("%(n)s entreprise", "%(n)s entreprises", n) % {"n": grouped(n)}
    standing = EnterpriseMember.objects.known_by(as_of).select_related("beneficiary").order_by("pk")
    rows = queryset.prefetch_related(Prefetch("members", standing, to_attr="known_members"))
    captions = [
        " · ".join([counted, provenance.as_of_words(day), *map(str, filters)]),
        _("Région et OCB sont ceux de la première création de ses membres."),
    ]
    if as_of:
        captions.append(_("Membres tels que connus ce jour-là ; les autres détails d'aujourd'hui."))
    return Sheet(
        _("Entreprises"),
        [Table(COLUMNS, rows.iterator(chunk_size=CHUNK))],
        intro=provenance.intro(_("Liste des entreprises"), *captions),
        footer=provenance.footer(day, user),
        warning=provenance.warning(),
        is_list=True,
        pages_wide=2,
    )
