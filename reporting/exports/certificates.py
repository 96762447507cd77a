"""The certificate list of a course: one line per person trained, for the certificates to print.

`build(course, user) -> binary file` at its start, ready to send.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from beneficiaries.funnel import short_day
from bootcamps.certificates import certificates_of
from remess.shared.dates import today
from remess.shared.excel import Column, Kind, Sheet, Table, workbook_file
from reporting.exports import provenance

COLUMNS = [
    Column(gettext_lazy("N° de fiche"), lambda row: row.person.file_number, width=12),
    Column(gettext_lazy("Nom"), lambda row: row.person.family_name.upper(), Kind.LONG_TEXT, 20),
    Column(gettext_lazy("Prénom"), lambda row: row.person.given_name, Kind.LONG_TEXT, 18),
    Column(gettext_lazy("Nom en arabe"), lambda row: row.person.name_ar, Kind.LONG_TEXT, 24),
    Column(gettext_lazy("Formation"), lambda row: row.enrolment.course.title, Kind.LONG_TEXT, 30),
    Column(gettext_lazy("Code"), lambda row: row.enrolment.course.code, width=12),
    Column(gettext_lazy("Du"), lambda row: row.enrolment.course.starts_on, Kind.DATE, 12),
    Column(gettext_lazy("Au"), lambda row: row.enrolment.course.ends_on, Kind.DATE, 12),
    Column(gettext_lazy("Heures suivies"), lambda row: float(row.hours), Kind.DECIMAL, 11),
    Column(gettext_lazy("Part suivie"), lambda row: float(row.share), Kind.PERCENT, 11),
]


def build(course, user):
    """The workbook as a binary file at its start."""
    rows = certificates_of(course, user)
    for row in rows:
        row.enrolment.course = course
    return workbook_file(
        [_sheet(course, rows, user)],
        title=_("REMESS · Attestations de la formation %(code)s") % {"code": course.code},
        author=provenance.AUTHOR,
    )


def filename(course):
    return provenance.file_name(f"attestations-{course.code}", today())


def _sheet(course, rows, user):
    people = ngettext("%(n)s personne formée", "%(n)s personnes formées", len(rows))
    dates = _("du %(first)s au %(last)s") % {
        "first": short_day(course.starts_on),
        "last": short_day(course.ends_on),
    }
    hours = _("%(hours)s heures en tout") % {"hours": f"{course.hours():g}".replace(".", ",")}
    captions = [
        " · ".join([course.title, str(course.region), dates, hours]),
        " · ".join([people % {"n": len(rows)}, provenance.as_of_words(today())]),
        _("Données personnelles (loi 09-08) : à garder dans l'équipe, à détruire après usage."),
    ]
    title = _("Attestations de la formation %(code)s") % {"code": course.code}
    return Sheet(
        _("Attestations"),
        [Table(COLUMNS, rows)],
        intro=provenance.intro(title, *captions),
        footer=provenance.footer(today(), user),
        warning=provenance.warning(),
        is_list=True,
        fixed_columns=4,
    )
