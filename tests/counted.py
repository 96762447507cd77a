"""How often each count table is written: more than once in a transaction, two could cross."""

import re
from collections import Counter
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

from beneficiaries.counts import KEYS

TABLES = {model._meta.db_table for model in KEYS}
WRITTEN = re.compile(r"INSERT INTO (\w+) ")


@contextmanager
def each_table_written_once():
    """Within, one transaction that adds to the counts: to none of them twice."""
    with CaptureQueriesContext(connection) as captured:
        yield
    written = Counter()
    for query in captured.captured_queries:
        if (found := WRITTEN.match(query["sql"])) and found[1] in TABLES:
            written[found[1]] += 1
    assert written["beneficiaries_funnelcount"] == 1, written
    assert max(written.values()) == 1, written
