"""A child of bench.run on the database of REMESS_DATABASE_URL: one JSON line per line asked."""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "remess.settings")
django.setup()

from django.conf import settings  # noqa: E402

from bench.measures import Register  # noqa: E402

settings.ROOT_URLCONF = "bench.urls"


def main():
    register = Register()
    print(json.dumps(register.facts()), flush=True)
    for _line in sys.stdin:
        print(json.dumps(register.round()), flush=True)


if __name__ == "__main__":
    main()
