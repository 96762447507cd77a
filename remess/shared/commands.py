import sys

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError


class OneSentenceCommand(BaseCommand):
    """A command that answers misuse with one sentence on stderr and exit status 1."""

    def create_parser(self, prog_name, subcommand, **kwargs):
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = lambda message: self.refuse(parser, message)
        return parser

    def execute(self, *args, **options):
        try:
            return super().execute(*args, **options)
        except DatabaseError as problem:
            raise CommandError(
                "La base de données ne répond pas ou n'est pas préparée "
                f"(REMESS_DATABASE_URL, puis manage.py migrate) : {str(problem).splitlines()[0]}"
            ) from problem

    def refuse(self, parser, message):
        if not parser.called_from_command_line:
            raise CommandError(message)
        self.stderr.write(self.style.ERROR(message))
        sys.exit(1)
