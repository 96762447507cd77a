"""Django's own, then the triggers that tell when the register changed (remess/shared/changes.py).

On SQLite a migration that alters a table makes it anew, without its triggers: so they are looked
after here, each time, and no migration has to think of them.
"""

from django.core.management.commands import migrate
from django.db import connection

from remess.shared import changes
from remess.shared.models import Change


class Command(migrate.Command):
    def handle(self, *args, **options):
        super().handle(*args, **options)
        is_complete = not (options["app_label"] or options["plan"] or options["check_unapplied"])
        if is_complete and Change._meta.db_table in connection.introspection.table_names():
            changes.watch()
