"""Static files of installed packages: a fixed list, so that nothing else is served."""

from pathlib import Path

import django_htmx
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx"
NODE_MODULES = settings.BASE_DIR / "node_modules"

FILES = {
    "vendor/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "vendor/bootstrap.min.css.map": "bootstrap/dist/css/bootstrap.min.css.map",
    "vendor/bootstrap.rtl.min.css": "bootstrap/dist/css/bootstrap.rtl.min.css",
    "vendor/bootstrap.rtl.min.css.map": "bootstrap/dist/css/bootstrap.rtl.min.css.map",
    "vendor/chart.umd.min.js": "chart.js/dist/chart.umd.min.js",
    "vendor/chart.umd.min.js.map": "chart.js/dist/chart.umd.min.js.map",
    "vendor/htmx.min.js": HTMX / "htmx-2.min.js",
}


class PackageStorage(FileSystemStorage):
    """Reads a served name at its place under node_modules, or where its whole path says."""

    def path(self, name):
        return str(NODE_MODULES / FILES[name])


class PackageFilesFinder(BaseFinder):
    """Finds the files of FILES; anything else under node_modules stays unserved."""

    storage = PackageStorage(location=NODE_MODULES)

    def find(self, path, find_all=False, **kwargs):
        found = [self.storage.path(path)] if path in FILES else []
        return found if find_all else (found or [None])[0]

    def list(self, ignore_patterns):
        for name in FILES:
            yield name, self.storage
