"""Which Chromium the browser tests drive: the one CHROMIUM names, else the machine's own."""

import os
import shutil

NAMES = ["chromium", "chromium-browser", "google-chrome"]
NOT_FOUND = f"no Chromium on this machine ({', '.join(NAMES)})"


def find_chromium():
    """The path of the browser to drive, None when there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
