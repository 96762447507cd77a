"""Asks the application for pages as gunicorn does, signed in, and keeps the SQL of a page."""

import gzip
import re
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import brotli
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client, RequestFactory

ASSET = re.compile(rb'(?:href|src)="(/static/[^"]+\.(?:css|js|svg|png|webmanifest))"')


class Visitor:
    """Someone signed in; get() gives (seconds, body) of one page through the WSGI application."""

    def __init__(self, user):
        client = Client()
        client.force_login(user)
        self.factory = RequestFactory()
        self.factory.cookies.update(client.cookies)
        self.application = get_wsgi_application()

    def get(self, address):
        environ = self.factory._base_environ(**self._target(address))
        told = []
        start = perf_counter()
        response = self.application(environ, lambda status, headers, *_: told.append(status))
        body = b"".join(response)
        response.close()
        took = perf_counter() - start
        if not told[0].startswith("200"):
            raise RuntimeError(f"{address} answered {told[0]}")
        return took, body

    def _target(self, address):
        path, _mark, query = address.partition("?")
        return {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "127.0.0.1"}

    def statements(self, address):
        """The SELECTs of a page, with their parameters."""
        with recorded() as found:
            self.get(address)
        return found


@contextmanager
def recorded():
    """The SELECTs sent within, as (sql, parameters)."""
    found = []

    def keep(execute, sql, params, many, context):
        if sql.lstrip(" (").startswith("SELECT"):
            found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        yield found


def sql_seconds(statements):
    """Seconds of these statements alone, every row fetched."""
    with connection.cursor() as cursor:
        start = perf_counter()
        for sql, params in statements:
            cursor.execute(sql, params)
            cursor.fetchall()
        return perf_counter() - start


def weights(body):
    """Bytes of a page: bare, gzipped as a proxy does, and with its own styles and scripts."""
    packed = len(gzip.compress(body, 6))
    names = {name.decode().removeprefix("/static/") for name in ASSET.findall(body)}
    return {"html": len(body), "gzip": packed, "all": packed + sum(map(asset_bytes, names))}


def asset_bytes(name):
    """What a first visit loads of one file, compressed as whitenoise serves it."""
    path = Path(settings.STATIC_ROOT) / name
    packed = path.with_name(path.name + ".br")
    if packed.exists():
        return packed.stat().st_size
    content = path.read_bytes()
    return len(content) if path.suffix == ".png" else len(brotli.compress(content))
