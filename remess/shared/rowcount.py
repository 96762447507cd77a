"""Several counts in one query."""

from django.db.models import IntegerField, Subquery


class RowCount(Subquery):
    """How many rows a queryset (sliced where capped) has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
    empty_result_set_value = 0
