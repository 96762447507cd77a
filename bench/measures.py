"""What one size of register costs: one round at a time, everything next to the bare view."""

import re
from datetime import date
from html import unescape
from time import perf_counter
from unittest.mock import patch
from urllib.parse import urlencode

from django.core.cache import caches
from django.db import transaction

from bench.visitor import Visitor, recorded, sql_seconds, weights
from beneficiaries import counts
from beneficiaries.funnel import Evidence, EvidenceKind, Stage
from beneficiaries.models import Beneficiary
from beneficiaries.sorting import SORTS
from beneficiaries.transitions import Entry, open_files, record_many, save_sheet
from ocbs.models import OCB
from remess.accounts.models import User
from remess.shared.paging import token_after
from reporting.counting import count_events, count_stages
from reporting.scope import Scope

BARE, DASHBOARD, LIST = "/banc/ok/", "/tableau-de-bord/", "/beneficiaires/"
# The last is the one before a month ends, furthest from what is kept of the month before.
DAYS = [date(2014, 12, 31), date(2016, 2, 14), date(2017, 7, 9), date(2018, 2, 28)]
DAYS += [date(2017, 7, 30)]
DAY = date(2015, 3, 1)
BULK = 1000
REPEATS = 3
NEXT = re.compile(r'href="(\?[^"]*apres=[^"]+)"')


class Register:
    """One register to measure: who visits, the pages, and what one round of all of it costs."""

    def __init__(self):
        self.by = User.objects.get(username="admin")
        self.visitor = Visitor(self.by)
        self.ocb = OCB.objects.select_related("region").order_by("code").first()
        self.lists, self.searches = list_pages(self.ocb), search_pages()

    def facts(self):
        """What does not change from round to round: weights, query counts, as-of parity."""
        for address in (BARE, DASHBOARD, LIST):
            self.visitor.get(address)
        _took, page = self.visitor.get(DASHBOARD)
        _took, listed = self.visitor.get(LIST)
        with transaction.atomic():
            rebuilt, _ = timed(counts.rebuild)
            transaction.set_rollback(True)
        verified, found = timed(counts.differences)
        same = [count_stages(Scope(as_of=day)) == count_events(Scope(as_of=day)) for day in DAYS]
        return {
            "people": Beneficiary.objects.count(),
            "dashboard": weights(page),
            "list": weights(listed),
            "queries": {
                name: len(self.visitor.statements(address))
                for name, address in (("bare", BARE), ("dashboard", DASHBOARD), ("list", LIST))
            },
            "as_of_equals_events": all(same),
            "differences": len(found),
            "rebuild_s": rebuilt,
            "verify_s": verified,
        }

    def round(self):
        """{measure: figure}: ratios to the bare view, milliseconds of SQL, ratios with/without."""
        bare, dashboard = self.beside_bare(DASHBOARD, before=caches["pages"].clear)
        same_bare, unchanged = self.beside_bare(DASHBOARD)
        figures = {
            "bare ms": bare * 1000,
            "dashboard": dashboard / bare,
            "dashboard, unchanged": unchanged / same_bare,
        }
        for name, address in self.lists.items():
            bare, took = self.next_pages(address)
            figures[f"list, {name}"] = took / bare
        bare, took = self.beside_bare(LIST, before=caches["pages"].clear)
        figures["list with nothing kept"] = took / bare
        bare, took = self.beside_bare(LIST)
        figures["list, unchanged"] = took / bare
        for name, address in self.searches.items():
            figures[f"search, {name}"] = sql_seconds(self.visitor.statements(address)) * 1000
        figures["as of, counts"] = max(sql_ms(count_stages, day) for day in DAYS)
        figures["as of, events"] = max(sql_ms(count_events, day) for day in DAYS)
        figures["counts on writing, bulk"] = self.cost_of_counts(self.record_bulk)
        figures["counts on writing, one form"] = self.cost_of_counts(self.save_one)
        return figures

    def beside_bare(self, address, before=lambda: None):
        """(seconds of the bare view, of the page): the best of a few, turn by turn.

        `before` is called before each, outside the measure.
        """
        pairs = []
        for _ in range(REPEATS):
            before()
            pairs.append((self.visitor.get(BARE)[0], self.visitor.get(address)[0]))
        return tuple(min(column) for column in zip(*pairs, strict=True))

    def next_pages(self, address):
        """As beside_bare, of the pages after that of `address`, none of them opened before."""
        pairs, path = [], address.partition("?")[0]
        _took, page = self.visitor.get(address)
        for _ in range(REPEATS):
            bare, _page = self.visitor.get(BARE)
            took, page = self.visitor.get(path + next_link(page))
            pairs.append((bare, took))
        return tuple(min(column) for column in zip(*pairs, strict=True))

    def cost_of_counts(self, write):
        """Seconds of `write` with the counts, to those without: best of a few, turn by turn."""
        with_counts, without = [], []
        for _ in range(REPEATS):
            with_counts.append(write())
            with patch.object(counts, "add_recorded", lambda events: None):
                without.append(write())
        return min(with_counts) / min(without)

    def record_bulk(self):
        with transaction.atomic():
            people = open_files([self.sheet(number) for number in range(BULK)])
            proof = Evidence(EvidenceKind.IMPORT, "banc.xlsx", DAY)
            entries = [Entry(person, Stage.IDENTIFIED, DAY, proof) for person in people]
            took, _ = timed(lambda: record_many(entries, by=self.by))
            transaction.set_rollback(True)
        return took

    def save_one(self):
        """Twenty new sheets as the form saves them."""
        took = 0
        with transaction.atomic():
            for number in range(20):
                took += timed(lambda n=number: save_sheet(self.sheet(n), by=self.by))[0]
            transaction.set_rollback(True)
        return took

    def sheet(self, number):
        return Beneficiary(
            family_name=f"Banc {number}", given_name="Amal", sex="female",
            birth_date=date(1993, 5, 17), sheet_on=DAY, ocb=self.ocb,
            consent_notice="1", consent_on=DAY, consent_by=self.by,
        )  # fmt: skip


def next_link(page):
    """Where « Page suivante » leads."""
    return unescape(NEXT.findall(page.decode())[-1])


def list_pages(ocb):
    """{what: address} of pages of 50: filters, sorts, and far down the list."""
    asked = {
        "first page": {},
        "stage": {"stage": "trained"},
        "region": {"region": ocb.region.code},
        "OCB": {"ocb": ocb.code},
        "sex and since": {"sex": "female", "since": "2016-01-01"},
        "by stage": {"tri": "etape"},
        "by day": {"tri": "date"},
    }
    pages = {name: f"{LIST}?{urlencode(query)}" for name, query in asked.items()}
    sort, total = SORTS[0], Beneficiary.objects.count()
    deep = Beneficiary.objects.order_by(*sort.order)[total * 9 // 10]
    token = token_after(deep, sort.order, total * 9 // 10)
    return pages | {"nine tenths down": f"{LIST}?{urlencode({'apres': token})}"}


def search_pages():
    """{what: address} of the five kinds of search."""
    rare = Beneficiary.objects.order_by("pk")[Beneficiary.objects.count() // 2]
    asked = {
        "common name": rare.given_name,
        "rare code": rare.file_number.replace("-", ""),
        "part of a word": rare.family_name[1:5],
        "two words": f"{rare.given_name} {rare.family_name}",
        "nothing": "zzqqxy",
    }
    return {name: f"{LIST}?{urlencode({'q': words})}" for name, words in asked.items()}


def sql_ms(count, day):
    with recorded() as statements:
        count(Scope(as_of=day))
    return sql_seconds(statements) * 1000


def timed(act):
    start = perf_counter()
    done = act()
    return perf_counter() - start, done
