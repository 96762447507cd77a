"""Legal forms of few enterprises: page, comparison and workbook hide the same from officials."""

from datetime import date

import pytest
from django.urls import reverse

from beneficiaries.funnel import Stage
from beneficiaries.models.enterprise import LegalForm
from remess.accounts.roles import Role
from reporting.comparison import compare
from reporting.dashboard import dashboard_of
from reporting.dimensions import BY_CODE
from reporting.exports import donor
from reporting.scope import build_scope
from reporting.small_cells import hidden_together
from tests.factories import make_beneficiary, make_ocb, make_user, unsaved_enterprise
from tests.reporting.workbooks import opened, rows_of

pytestmark = pytest.mark.django_db
DAY = date(2016, 3, 1)


def create(n, form, number, *, together=False):
    """`n` who created in the form; `together`: in one enterprise."""
    ocb, enterprise = make_ocb(), None
    for rank in range(n):
        if not (together and enterprise):
            enterprise = unsaved_enterprise(
                legal_form=form,
                sub_form="sarl_au" if form == LegalForm.TPE else "",
                identifier=f"{number} {rank}",
                registered_on=DAY,
                **({"name": "Coopérative Essai"} if form == LegalForm.COOPERATIVE else {}),
            )
        make_beneficiary(ocb=ocb, at=Stage.CREATED, on=DAY, enterprise=enterprise)


def test_persons_who_would_tell_a_small_number_of_enterprises_are_shown_nowhere(client):
    """14 enterprises less 7: no more than 7 of one form leave one at least of the other."""
    create(7, LegalForm.TPE, "RC 70")
    create(9, LegalForm.AUTO_ENTREPRENEUR, "AE-90")
    create(6, LegalForm.COOPERATIVE, "COOP-60", together=True)
    official = make_user(Role.OFFICIAL)
    scope = build_scope(user=official)
    sheet = opened(donor.build(scope, official), data_only=True)["Entreprises"]
    workbook = [
        (row["Personnes ayant créé"], row["Entreprises"])
        for row in rows_of(sheet, "Forme juridique")
    ]
    page = [counts for _form, _label, *counts in dashboard_of(scope, official)["legal_forms"]]
    compared = compare(scope, BY_CODE["forme"], official).lines
    expected = [(9, 9), ("masqué", "masqué"), ("masqué", "< 5")]
    assert workbook[:-1] == expected
    assert list(map(tuple, page)) == expected
    assert [(line.seen("created"), line.seen("enterprises")) for line in compared] == expected
    client.force_login(official)
    drawn = client.get(reverse("reporting:dashboard")).content.decode()
    assert drawn.count('<dd class="num text-end">masqué</dd>') == 2
    assert "9 pers." in drawn
    assert "masqué pers." not in drawn


def test_the_team_reads_them_all():
    create(6, LegalForm.COOPERATIVE, "COOP-60", together=True)
    user = make_user()
    forms = dashboard_of(build_scope(user=user), user)["legal_forms"]
    assert [tuple(counts) for _form, _label, *counts in forms] == [(0, 0), (0, 0), (6, 1)]


def test_what_is_hidden_of_one_column_is_hidden_of_the_other():
    assert hidden_together([[20, 12, 9], [20, 11, 2]]) == {1, 2}
    assert hidden_together([[20, 12, 9], [20, 11, 9]]) == set()
    assert hidden_together([[20, 12, 9], [20, 12, 9]], {3}) == {2, 3}
