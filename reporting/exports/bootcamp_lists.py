"""The lists of a bootcamp as a workbook: whom to call, who signs, who waits for a place.

Never the CIN (law 09-08). `build(bootcamp, user) -> binary file` at its start, ready to send,
with the people `user` may see.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from beneficiaries.funnel import short_day
from remess.shared.dates import today
from remess.shared.excel import Column, Kind, Sheet, Table, workbook_file
from remess.shared.identifiers import display_phone
from remess.shared.numbers import grouped
from reporting.exports import provenance

# Room to sign in: the height of a row in points.
ROW_TO_SIGN = 36


def of_person(read):
    """The column value reading the person of a (rank, person) pair."""
    return lambda line: read(line[1])


WHO = [
    Column(gettext_lazy("N°"), lambda line: line[0], Kind.INTEGER, 6),
    Column(gettext_lazy("N° de fiche"), of_person(lambda p: p.file_number), width=12),
    Column(gettext_lazy("Nom"), of_person(lambda p: p.family_name.upper()), Kind.LONG_TEXT, 18),
    Column(gettext_lazy("Prénom"), of_person(lambda p: p.given_name), Kind.LONG_TEXT, 16),
    Column(gettext_lazy("Nom en arabe"), of_person(lambda p: p.name_ar), Kind.LONG_TEXT, 22),
    Column(gettext_lazy("OCB"), of_person(lambda p: p.ocb.name_fr), Kind.LONG_TEXT, 28),
    Column(
        gettext_lazy("Téléphone"),
        of_person(lambda p: display_phone(p.phone) if p.phone else None),
        width=16,
    ),
]
TO_CALL = [*WHO, Column(gettext_lazy("Prévenu(e) le"), lambda line: None, width=16)]
TO_SIGN = [*WHO, Column(gettext_lazy("Signature"), lambda line: None, width=30)]


def build(bootcamp, user):
    """The workbook as a binary file at its start."""
    visible = bootcamp.participations.visible_to(user)
    placed = list(enumerate((row.beneficiary for row in visible.placed().for_list()), 1))
    ranks = {row: rank for rank, row in enumerate(bootcamp.participations.queue(), 1)}
    queue = visible.queue().select_related("beneficiary__ocb")
    waiting = [(ranks[row], row.beneficiary) for row in queue]
    sheets = [
        _sheet(bootcamp, user, _("Convocation"), Table(TO_CALL, placed), len(placed)),
        _sheet(
            bootcamp,
            user,
            _("Émargement"),
            Table(TO_SIGN, placed, row_height=ROW_TO_SIGN),
            len(placed),
        ),
    ]
    if waiting:
        sheets.append(
            _sheet(
                bootcamp, user, _("En attente d'une place"), Table(TO_CALL, waiting), len(waiting)
            )
        )
    title = _("REMESS · Bootcamp %(code)s") % {"code": bootcamp.code}
    return workbook_file(sheets, title=title, author=provenance.AUTHOR)


def build_invitations(bootcamp, people, user):
    """Those who may be invited, as filtered on the page, to be called one by one."""
    lines = list(enumerate(people.select_related("ocb"), 1))
    sheet = _sheet(bootcamp, user, _("À inviter"), Table(TO_CALL, lines), len(lines))
    title = _("REMESS · Bootcamp %(code)s") % {"code": bootcamp.code}
    return workbook_file([sheet], title=title, author=provenance.AUTHOR)


def filename(bootcamp, stem="bootcamp"):
    return provenance.file_name(f"{stem}-{bootcamp.code.lower()}", bootcamp.held_on)


def _sheet(bootcamp, user, name, table, n):
    people = ngettext("%(n)s personne", "%(n)s personnes", n) % {"n": grouped(n)}
    place = [bootcamp.place] if bootcamp.place else []
    where = [bootcamp.region.name_fr, short_day(bootcamp.held_on), *place, people]
    title = _("%(name)s, bootcamp %(code)s") % {"name": name, "code": bootcamp.code}
    return Sheet(
        name,
        [table],
        intro=provenance.intro(
            title,
            " · ".join(where),
            _("Données personnelles (loi 09-08) : à garder dans l'équipe, à détruire après usage."),
        ),
        footer=provenance.footer(today(), user),
        warning=provenance.warning(),
        fixed_columns=4,
    )
