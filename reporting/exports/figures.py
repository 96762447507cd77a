"""Every figure of the donor workbook: indicator × place × sex × time, hidden where it must be.

All sheets read from here, so that a count hidden in one is hidden in all, and what would give it
away with it.
"""

from collections import defaultdict
from dataclasses import replace
from functools import cached_property

from beneficiaries.models import Sex
from reporting.exports.periods import timeline_of
from reporting.frame import Frame
from reporting.indicators import INDICATORS, by_region_and_sex
from reporting.small_cells import hidden_keys, veil

PERIOD, CUMULATIVE = "period", "cumulative"
SEXES = tuple(Sex.values)
EVERYONE = ""


class Figures:
    """The figures of `scope` as `user` may read them (None reads all).

    A time is the place of a span in `timeline.spans`, PERIOD for the report's own spans together,
    CUMULATIVE for all of them.
    """

    def __init__(self, scope, user):
        self.scope, self.user = scope, user
        self.timeline = timeline_of(scope)
        self.counts = {}
        for at, span in enumerate(self.timeline.spans):
            self._count(at, replace(scope, start=span.start, end=span.end))
        found = defaultdict(dict)
        for (code, region, sex, time), n in self.counts.items():
            if (sex, time) == (EVERYONE, CUMULATIVE):
                found[region][code] = n
        self.regions = Frame.read().regions_shown(scope, found)

    def of(self, code, region=None, sex=EVERYONE, time=CUMULATIVE):
        """The figure, 0 where nobody is counted; a Hidden where this reader may not see it."""
        key = (code, region, sex, self._same(time))
        n = self.counts.get(key, 0)
        return veil(n) if key in self.hidden else n

    @property
    def asked(self):
        """The time that the scope itself covers."""
        return CUMULATIVE if self.scope.is_cumulative else PERIOD

    @property
    def hides(self):
        return self.user is not None and not self.user.has_perm("beneficiaries.view")

    @property
    def shows_ocbs(self):
        return self.user is None or self.user.has_perm("reporting.filter_ocb")

    def asked_spans(self):
        """[(time, period)] of the spans that the scope covers."""
        spans = list(enumerate(self.timeline.spans))
        if self.scope.is_cumulative:
            return spans
        return [spans[at] for at in self.timeline.period]

    @cached_property
    def hidden(self):
        """The keys this reader may not see: small counts, and what would give them away."""
        if not self.hides:
            return frozenset()
        if self.scope.region_ids is not None:
            return self._hidden_in_the_whole()
        found = set()
        for indicator in INDICATORS:
            has_sex = indicator.has_meaning_by("sex")
            tables = self._tables(indicator.code) if has_sex else self._places(indicator.code)
            found |= hidden_keys(tables, lambda key: self.counts.get(key, 0))
        return found

    def _hidden_in_the_whole(self):
        """What the workbook of all regions hides of this one: it must not be read here instead."""
        whole = Figures(replace(self.scope, region_ids=None), self.user)
        own = {region.code for region in self.regions}
        found = set()
        for code, region, sex, time in whole.hidden:
            if region in own:
                time = self._same(time)
                found |= {(code, region, sex, time), (code, None, sex, time)}
        return found

    def _count(self, at, part):
        times = {at, CUMULATIVE} | ({PERIOD} if at in self.timeline.period else set())
        for (region, sex), found in by_region_and_sex(part).items():
            for code, n in found.items():
                for place in (region, None):
                    for counted in {sex, EVERYONE}:
                        for time in times:
                            key = (code, place, counted, time)
                            self.counts[key] = self.counts.get(key, 0) + n

    def _same(self, time):
        """The time as a table names it: a period of one span is that span."""
        period = self.timeline.period
        return period[0] if time == PERIOD and len(period) == 1 else time

    def lines_of_time(self):
        """The times that add up, their total last; one in which nothing happened hides nothing."""
        period, every_span = self.timeline.period, range(len(self.timeline.spans))
        lived = {time for _code, _place, _sex, time in self.counts}
        lines = [[*every_span, CUMULATIVE]]
        if len(period) > 1:
            others = (at for at in every_span if at not in period)
            lines = [[*others, PERIOD, CUMULATIVE], [*period, PERIOD]]
        kept = [[time for time in line if time in lived] for line in lines]
        return [line for line in kept if line]

    def _places(self, code, sex=EVERYONE):
        places = [*(region.code for region in self.regions), None]
        return [
            [[(code, place, sex, time) for time in times] for place in places]
            for times in self.lines_of_time()
        ]

    def _tables(self, code):
        """The tables a stage's counts stand in, totals last in both ways."""
        places = [*(region.code for region in self.regions), None]
        sexes = [*SEXES, EVERYONE]
        tables = [table for sex in sexes for table in self._places(code, sex)]
        for times in self.lines_of_time():
            tables += [
                [[(code, place, sex, time) for time in times] for sex in sexes] for place in places
            ]
        every_time = {time for times in self.lines_of_time() for time in times}
        tables += [
            [[(code, place, sex, time) for sex in sexes] for place in places]
            for time in sorted(every_time, key=str)
        ]
        return tables
