"""WSGI entry point; refuses to serve when demo accounts stand in a real register."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "remess.settings")
application = get_wsgi_application()

from remess.accounts.demo_accounts import refuse_in_production  # noqa: E402 (needs the app registry)

refuse_in_production()
