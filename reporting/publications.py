"""Freezing a report as it is sent, and telling whether a file is one of ours, unchanged."""

import hashlib
from dataclasses import replace
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from remess.accounts.roles import PERMISSIONS, Role
from remess.shared.dates import today
from remess.shared.documents import digest_of
from reporting.exports import donor
from reporting.exports.figures import Figures
from reporting.frozen import figures_of, seen_digest, targets_of
from reporting.indicators import DEFINITIONS_VERSION, INDICATORS
from reporting.models import Publication
from reporting.scope import build_scope


class PublicationRefused(Exception):
    """A report that cannot be frozen; str() is the sentence to show."""


class PublicReader:
    """Whoever may end up reading the file: its maker's name, but the rights of an official."""

    def __init__(self, maker):
        self.maker = maker

    def __str__(self):
        return str(self.maker)

    def has_perm(self, permission):
        return Role.OFFICIAL in PERMISSIONS[permission]


def publish(publication, scope, *, by):
    """Freeze the report of `scope` under the name and note of `publication` (unsaved).

    The same form sent twice is one report, the first. Raises PublicationRefused when the day
    is not over: what is learned later today would change the figures under the report.
    """
    sent_before = Publication.objects.filter(client_id=publication.client_id).first()
    if sent_before:
        return sent_before
    if scope.as_of >= today():
        raise PublicationRefused(
            _("Un rapport fige une journée finie : choisir un arrêté au plus tard hier.")
        )
    if scope.ocb_ids is not None:
        raise PublicationRefused(_("Un rapport publié ne se limite pas à une OCB."))
    reader = PublicReader(by)
    with donor.build(scope, reader) as workbook:
        content = workbook.read()
    publication.file_name = donor.filename(scope)
    publication.file_digest = hashlib.sha256(content).hexdigest()
    _freeze(publication, scope)
    publication.figures_digest = seen_digest(Figures(scope, reader))
    publication.published_at, publication.published_by = timezone.now(), by
    with transaction.atomic():
        publication.file.save(publication.file_name, ContentFile(content), save=False)
        publication.save()
    return publication


def to_publish(scope):
    """`scope` as a report may freeze it: up to the end of a day that is over."""
    yesterday = today() - timedelta(days=1)
    if scope.as_of <= yesterday:
        return scope
    end = min(scope.end, yesterday) if scope.end else None
    return replace(scope, as_of=yesterday, end=end)


def recognise(file):
    """The publication whose file this is, byte for byte, else None."""
    return Publication.objects.filter(file_digest=digest_of(file)).first()


def scope_of(publication, as_of=None):
    """The Scope of the report, as known on its day, or on a later one."""
    return build_scope(
        as_of=as_of or publication.as_of,
        start=publication.start,
        end=publication.asked_end,
        agreement=publication.agreement,
        region=publication.region,
    )


def _freeze(publication, scope):
    publication.as_of, publication.start, publication.end = scope.as_of, scope.start, scope.end
    publication.agreement = scope.agreement
    publication.region_id = next(iter(scope.region_ids), None) if scope.region_ids else None
    publication.figures, publication.targets = figures_of(scope), targets_of(scope)
    publication.definitions = {i.code: str(i.definition) for i in INDICATORS}
    publication.definitions_version = DEFINITIONS_VERSION
