"""Parts of a page drawn once and kept while what they show stays the same.

What they show is the key: nothing has to say when it changed, and nothing can be shown stale.
"""

import hashlib
import pickle

from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from remess.shared.dates import today

SECONDS = 24 * 3600


def kept(request, templates, context, facts):
    """{name: part drawn}: `templates` {name: template} with `context`, or as drawn before.

    `facts`: all they show beside the address, the reader's role, the language and the day; they
    can be pickled. For parts without a form to send, which another reader of the role gets too.
    """
    shown = (facts, request.get_full_path(), request.user.role, get_language(), today())
    key = hashlib.sha256(pickle.dumps((sorted(templates.items()), shown))).hexdigest()
    pages = caches["pages"]
    drawn = pages.get(key)
    if drawn is None:
        drawn = {
            name: render_to_string(template, context, request)
            for name, template in templates.items()
        }
        pages.set(key, drawn, SECONDS)
    return {name: SafeString(part) for name, part in drawn.items()}
