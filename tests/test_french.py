"""French counts zero in the singular: « 0 personne ». Every plural has its line in the catalogue.

Without a line Django counts as English does. The texts are the code's own, word for word.
"""

import io
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.template import engines
from django.templatetags.i18n import BlockTranslateNode
from django.utils.translation import ngettext

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale/fr/LC_MESSAGES/django.po"
APPS = ("remess", "ocbs", "beneficiaries", "bootcamps", "reporting")


def plurals_in(source):
    """{(singular, plural)} of the calls of ngettext in Python text."""
    keywords = {"ngettext": (1, 2), "ngettext_lazy": (1, 2)}
    found = extract("python", io.BytesIO(source.encode()), keywords=keywords)
    return {words for _line, words, _comments, _context in found if isinstance(words, tuple)}


def plurals_of(template):
    """{(singular, plural)} of the blocks of a template that count, as gettext is asked for them."""
    nodes = engines["django"].from_string(template).template.nodelist
    return {
        tuple(node.render_token_list(tokens)[0] for tokens in (node.singular, node.plural))
        for node in nodes.get_nodes_by_type(BlockTranslateNode)
        if node.plural
    }


def plurals_of_the_project():
    found = set()
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            found |= plurals_in(path.read_text())
    for path in (ROOT / "templates").rglob("*.html"):
        found |= plurals_of(path.read_text())
    return found


def catalogue():
    with CATALOGUE.open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


def test_every_plural_stands_in_the_catalogue_as_it_is_in_the_code():
    found = plurals_of_the_project()
    assert len(found) > 80
    assert set(catalogue()) == found
    assert all(words == text for words, text in catalogue().items())


def test_a_missing_plural_would_be_noticed():
    assert plurals_in('ngettext("un mot", "des mots", n)') == {("un mot", "des mots")}
    one, many = "{% blocktranslate count n=x %}{{ n }} mot", "{{ n }} mots{% endblocktranslate %}"
    counted = "{% load i18n %}{% if a %}" + one + "{% plural %}" + many + "{% endif %}"
    assert plurals_of(counted) == {("%(n)s mot", "%(n)s mots")}


@pytest.mark.parametrize(("n", "words"), [(0, "0 personne"), (1, "1 personne"), (2, "2 personnes")])
def test_zero_is_counted_in_the_singular(n, words):
    assert ngettext("%(n)s personne", "%(n)s personnes", n) % {"n": n} == words
