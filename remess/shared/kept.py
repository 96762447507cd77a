"""What was drawn once and is kept while nothing changed; nothing kept can be shown stale.

A whole page is kept while the register's version stays (changes.py), a part of a page also while
the facts it shows are the same.
"""

import hashlib
import pickle
import re
from functools import wraps

from django.contrib.messages import get_messages
from django.core.cache import caches
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from remess.shared.dates import hour_now, today

SECONDS = 24 * 3600
# What a page owes to the request alone: where it stands, and how it is said when sent again.
HOLES = (
    (re.compile(r'(?<=name="csrfmiddlewaretoken" value=")[^"]*'), get_token),
    (re.compile(r'(?<=<time class="printed-at">)[^<]*'), lambda request: hour_now()),
)


def kept_page(*cookies):
    """Decorate a view: its page is drawn once for a reader, an address and a version.

    `cookies`: the names of those it shows something of. Not for a page that shows what the
    version does not stand for: the sign-in, jobs under way, the time.
    """

    def decorate(view):
        @wraps(view)
        def keeping(request, *args, **kwargs):
            # A message is shown once: not again, and not hidden by a page drawn before it.
            if len(get_messages(request)) or version_for(request) is None:
                return view(request, *args, **kwargs)
            brought = [request.COOKIES.get(name) for name in cookies]
            key = _key(request, "page", request.get_full_path(), brought)
            pieces = caches["pages"].get(key)
            if pieces is not None:
                return HttpResponse(_filled(pieces, request))
            response = view(request, *args, **kwargs)
            if _may_be_kept(request, response):
                caches["pages"].set(key, _cut(response.content.decode()), SECONDS)
            return response

        return keeping

    return decorate


def version_for(request):
    """The version of the register this request reads; None where nothing is to be kept.

    It came with the reader (accounts/backends.py), before all else. Only for what reads: whoever
    writes could draw what is then taken back.
    """
    if request.method not in ("GET", "HEAD"):
        return None
    return getattr(request.user, "register_version", None)


def kept_part(request, name, shown, draw):
    """The text `draw()` gives, or as drawn before for this reader, version and `shown`.

    `shown`: what else it depends on; it can be pickled.
    """
    pieces = kept_fact(request, name, shown, lambda: _cut(draw()))
    return SafeString(_filled(pieces, request))


def kept_fact(request, name, shown, find):
    """What `find()` gives, never None, or as found before for this reader, version and `shown`."""
    if version_for(request) is None:
        return find()
    key = _key(request, name, shown)
    found = caches["pages"].get(key)
    if found is None:
        found = find()
        caches["pages"].set(key, found, SECONDS)
    return found


def kept(request, templates, context, facts):
    """{name: part drawn}: `templates` {name: template} with `context`, or as drawn before.

    `facts`: all they show beside the address, the reader's role, the language and the day; they
    can be pickled. For parts without a form to send, which another reader of the role gets too.
    """
    shown = (facts, request.get_full_path(), request.user.role, get_language(), today())
    key = _digest("parts", sorted(templates.items()), shown)
    pages = caches["pages"]
    drawn = pages.get(key)
    if drawn is None:
        drawn = {
            name: render_to_string(template, context, request)
            for name, template in templates.items()
        }
        pages.set(key, drawn, SECONDS)
    return {name: SafeString(part) for name, part in drawn.items()}


def _key(request, *shown):
    return _digest(version_for(request), request.user.pk, get_language(), today(), shown)


def _digest(*known):
    return hashlib.sha256(pickle.dumps(known)).hexdigest()


def _may_be_kept(request, response):
    return (
        response.status_code == 200 and not response.cookies and not get_messages(request).added_new
    )


def _cut(page):
    """[text, hole, text, hole … text]: the page between what the request alone decides."""
    found = sorted(
        (match.start(), match.end(), number)
        for number, (pattern, _draw) in enumerate(HOLES)
        for match in pattern.finditer(page)
    )
    pieces, at = [], 0
    for start, end, number in found:
        pieces += [page[at:start], number]
        at = end
    return [*pieces, page[at:]]


def _filled(pieces, request):
    said = [draw(request) for _pattern, draw in HOLES]
    return "".join(piece if isinstance(piece, str) else said[piece] for piece in pieces)
