"""A background job as people see it: what, for whom, how far, and what it came to."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from remess.accounts.models import User
from remess.shared.documents import document_storage

# A worker signs the job it is doing every few seconds: silent for this long, it is dead, and any
# living one takes the job over. Where none does, people read that the job has stopped.
LOST_AFTER = timedelta(seconds=30)
STOPPED_AFTER = timedelta(seconds=60)


def file_name(instance, given):
    """A name of ours for the stored file: nothing of what a person typed."""
    return f"taches/{instance.pk.hex}"


class JobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A job and its file are seen by who asked, and by the administrator."""
        return self if user.has_perm("jobs.view_all") else self.filter(asked_by=user)

    def silent(self, now):
        """Those whose worker died: running, but not signed for a while."""
        return self.filter(status=Job.Status.RUNNING, heartbeat_at__lt=now - LOST_AFTER)

    def for_list(self):
        return self.select_related("asked_by")


class Job(models.Model):
    """Something long, done by the worker outside any page; queue.py and attempts.py write it."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("En attente")
        RUNNING = "running", _("En cours")
        DONE = "done", _("Terminée")
        STOPPED = "stopped", _("Arrêtée")
        FAILED = "failed", _("Échouée")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    title = models.CharField(_("tâche"), max_length=200)
    arguments = models.JSONField(default=dict)
    key = models.CharField(max_length=80)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="jobs")
    created_at = models.DateTimeField(_("demandée le"), default=timezone.now)
    ended_at = models.DateTimeField(_("terminée le"), null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    # How often it was begun, which also tells one attempt from another; how often in vain.
    attempts = models.PositiveIntegerField(default=0)
    vain_attempts = models.PositiveSmallIntegerField(default=0)
    result = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    page = models.CharField(max_length=200, blank=True)
    file = models.FileField(
        upload_to=file_name, storage=document_storage, max_length=100, blank=True
    )
    file_name = models.CharField(max_length=120, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("tâche")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                name="job_key_once",
                violation_error_message=_("Cette tâche a déjà été demandée."),
            ),
            models.CheckConstraint(
                name="job_status_is_known",
                condition=Q(status__in=["waiting", "running", "done", "stopped", "failed"]),
                violation_error_message=_("L'état de la tâche n'est pas un état connu."),
            ),
            models.CheckConstraint(
                name="job_running_is_signed",
                condition=~Q(status="running") | Q(heartbeat_at__isnull=False),
                violation_error_message=_("Une tâche en cours porte l'heure de son dernier signe."),
            ),
        ]
        indexes = [
            models.Index(fields=["asked_by", "-created_at", "-id"], name="job_of_asker"),
            models.Index(fields=["-created_at", "-id"], name="job_newest"),
            models.Index(
                fields=["status"],
                name="job_unfinished",
                condition=Q(status__in=["waiting", "running"]),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("jobs:detail", args=[self.pk])

    @property
    def standing(self):
        """The status to show: a job that no worker takes over reads as stopped."""
        is_silent = (
            self.status == Job.Status.RUNNING and self.heartbeat_at < timezone.now() - STOPPED_AFTER
        )
        return Job.Status.STOPPED if is_silent else Job.Status(self.status)

    @property
    def percent(self):
        """Whole percents done, 100 only when everything is; None before the total is known."""
        return min(100 * self.done // self.total, 100) if self.total else None

    @property
    def is_unfinished(self):
        return self.standing in (Job.Status.WAITING, Job.Status.RUNNING)

    @property
    def polled_every(self):
        """Seconds between two looks of its page; None once the job cannot move by itself."""
        if self.is_unfinished:
            return 2
        return 15 if self.status == Job.Status.RUNNING else None

    @property
    def may_restart(self):
        return self.standing in (Job.Status.STOPPED, Job.Status.FAILED)
