"""Exports in English: every word of theirs has its translation, and Django finds it."""

import ast
import re
from datetime import date
from gettext import GNUTranslations
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import translation
from django.utils.translation import gettext

from ocbs.models import OCB
from remess.accounts.roles import Role
from remess.programme.models import Agreement, Region
from reporting.exports import donor
from reporting.scope import build_scope
from tests.factories import make_user
from tests.reporting.workbooks import every_text, opened

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale/en/LC_MESSAGES/django.po"
WORDS = re.compile(r"(?!=|[0-9a-f]{64}$)(?=.*[^\W\d_]{2})", re.DOTALL)
IN_BOTH = {"Auto-entrepreneur", "Code", "Notes", "REMESS · Notes", "Total", "entrepreneurs"}
SPOKEN = ("_", "gettext", "gettext_lazy")


def words_of(text):
    """The constant first arguments of the calls of gettext, in the order of the file."""
    return [
        node.args[0].value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in SPOKEN
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]


def sources():
    exports = sorted((ROOT / "reporting/exports").glob("*.py"))
    return [
        *exports,
        ROOT / "reporting/indicators.py",
        ROOT / "reporting/small_cells.py",
        ROOT / "reporting/scope.py",
    ]


def catalogue():
    """{msgid: msgstr} of the words without a plural."""
    text = CATALOGUE.read_text().replace('"\n"', "")
    return dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', text, re.MULTILINE))


def test_the_catalogue_is_compiled_as_it_stands():
    compiled = CATALOGUE.with_suffix(".mo")
    assert compiled.exists(), "run: make locale/en/LC_MESSAGES/django.mo"
    with compiled.open("rb") as file:
        known = GNUTranslations(file)
    assert {french: known.gettext(french) for french in catalogue()} == catalogue()
    assert len(catalogue()) > 200


def test_every_word_of_an_export_has_its_english():
    missing = [
        (path.name, word)
        for path in sources()
        for word in words_of(path.read_text())
        if word not in catalogue()
    ]
    assert missing == []


def test_a_missing_word_would_be_noticed():
    assert words_of('_("Un mot nouveau")\nngettext("a", "b", n)') == ["Un mot nouveau"]


def test_django_speaks_it():
    with translation.override("en"):
        assert gettext("Cadre de résultats") == "Results framework"
    assert gettext("Cadre de résultats") == "Cadre de résultats"


@pytest.mark.django_db
def test_the_donor_workbook_is_english(world, tmp_path):
    out = tmp_path / "report"
    call_command("export_report", "bailleur", str(out), as_of=date(2018, 3, 1), lang="en")
    with out.open("rb") as file:
        book = openpyxl.load_workbook(file, data_only=True)
    assert book.sheetnames == [
        *("Cover", "Results framework", "Periods", "Région NOR", "Région SUD"),
        *("Funnel and trend", "Losses", "Enterprises", "After creation", "Data", "Notes"),
    ]
    texts = set(every_text(book))
    assert {"Indicator", "Level", "Unit", "Baseline", "Baseline date", "Output"} <= texts
    assert {"Actual for the period", "Actual, cumulative", "% achieved"} <= texts
    assert {"Month", "CBO code", "Stage", "Persons"} <= texts


@pytest.mark.django_db
def test_the_list_is_english(world, tmp_path):
    out = tmp_path / "list"
    call_command("export_report", "beneficiaires", str(out), lang="en")
    with out.open("rb") as file:
        texts = set(every_text(openpyxl.load_workbook(file)))
    assert {"File no.", "Family name", "Identified on", "Woman"} <= texts


@pytest.mark.django_db
@pytest.mark.parametrize("asked", [{}, {"as_of": date(2013, 1, 1)}, {"start": date(2015, 1, 1)}])
@pytest.mark.parametrize("role", [None, Role.OFFICIAL, Role.OCB_AGENT])
def test_no_word_is_the_same_in_both_languages(world, role, asked):
    """Wherever a word comes from (a label of a model, a refusal), it is said in English too."""
    user = role and make_user(role, ocb=world["ocbs"][0] if role == Role.OCB_AGENT else None)
    scope = build_scope(user=user, **asked)
    said = {}
    for language in ("fr", "en"):
        with translation.override(language):
            said[language] = set(every_text(opened(donor.build(scope, user))))
    rows = [row for model in (Region, OCB, Agreement) for row in model.objects.all()]
    names = [name for row in rows for name in (row.code, str(row))]
    same = [text for text in said["fr"] & said["en"] if not any(name in text for name in names)]
    words = [text for text in same if WORDS.match(text)]
    assert sorted(set(words) - IN_BOTH) == []
