import sys

from django.core.management.base import BaseCommand, CommandError


class OneSentenceCommand(BaseCommand):
    """A command that answers misuse with one sentence on stderr and exit status 1."""

    def create_parser(self, prog_name, subcommand, **kwargs):
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = lambda message: self.refuse(parser, message)
        return parser

    def refuse(self, parser, message):
        if not parser.called_from_command_line:
            raise CommandError(message)
        self.stderr.write(self.style.ERROR(message))
        sys.exit(1)
