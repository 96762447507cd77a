import re

from django.db import models


class CodeQuerySet(models.QuerySet):
    def by_code(self, code):
        """The one row this code names; none when it is not written as a code."""
        return self.filter(code=code) if re.fullmatch(r"[A-Z0-9-]{1,20}", code) else self.none()
