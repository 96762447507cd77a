"""Makes what a test needs: valid by default, histories written through the real door."""

import uuid
from datetime import date, timedelta
from io import BytesIO
from itertools import count

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from beneficiaries.funnel import PATH, Evidence, EvidenceKind, Stage
from beneficiaries.models import Beneficiary, Enterprise, LegalForm, Sex
from beneficiaries.transitions import add_file, advance, create_activity, open_files
from bootcamps.models import (
    Bootcamp,
    CoachingVisit,
    Course,
    Enrolment,
    Participation,
    Session,
)
from bootcamps.transitions import record_visit
from ocbs.models import OCB, Membership, Trainer
from remess.accounts.models import User
from remess.accounts.roles import Role
from remess.jobs.models import Job
from remess.programme.models import Agreement, Region
from remess.registers.models import CheckedLine, Import, ImportLine, SetAside
from remess.shared.dates import today
from reporting.exports.records import keep_record
from reporting.models import Publication, Target
from reporting.publications import publish
from reporting.scope import build_scope

_number = count(1)


def make_region(*, code=None, **fields):
    number = next(_number)
    code = code or f"R{number}"
    return Region.objects.create(**{"code": code, "name_fr": f"Région {code}", **fields})


def make_agreement(*, code="CONV", **fields):
    """A convention of 2014–2016; give `amends` to have an avenant of 2018–2019."""
    is_avenant = fields.get("amends") is not None
    return Agreement.objects.create(
        **{
            "code": code,
            "kind": Agreement.Kind.AVENANT if is_avenant else Agreement.Kind.CONVENTION,
            "title": f"Accord {code}",
            "starts_on": date(2018, 3, 1) if is_avenant else date(2014, 2, 15),
            "ends_on": date(2019, 3, 1) if is_avenant else date(2016, 2, 14),
            **fields,
        }
    )


def make_target(agreement, value, *, region=None, indicator=Stage.IDENTIFIED, **fields):
    """A target of one region, or of the whole programme without `region`."""
    return Target.objects.create(
        agreement=agreement, region=region, indicator=indicator, value=value, **fields
    )


def make_ocb(*, region=None, **fields):
    number = next(_number)
    return OCB.objects.create(
        **{
            "code": f"OCB-{number}",
            "name_fr": f"Association {number}",
            "region": region or make_region(),
            **fields,
        }
    )


def make_user(role=Role.STAFF, *, ocb=None, **fields):
    """A user of `role`; with `ocb`, a member of it since long ago."""
    number = next(_number)
    username = fields.pop("username", f"compte-{number}")
    user = User.objects.create_user(
        username, **{"full_name": f"Compte {number}", "role": role, **fields}
    )
    if ocb:
        Membership.objects.create(user=user, ocb=ocb, since=date(2014, 1, 1))
    return user


def make_trainer(*, region=None, **fields):
    number = next(_number)
    return Trainer.objects.create(
        **{
            "code": f"F-{number}",
            "name": f"Formateur {number}",
            "region": region or make_region(),
            **fields,
        }
    )


def make_import(*, by, **fields):
    """An import of one bad line, checked and waiting to be confirmed."""
    batch = Import.objects.create(
        **{
            "key": uuid.uuid4(),
            "file": "registre.csv",
            "stored": ContentFile(b"Nom;CIN;Sexe;OCB\nAmrani;;X;OCB-01\n", name="registre.csv"),
            "digest": "a" * 64,
            "header_row": 1,
            "headings": ["Nom", "CIN", "Sexe", "OCB"],
            "columns": {"0": "family_name", "1": "cin", "2": "sex", "3": "ocb"},
            "by": by,
            "state": Import.State.CHECKED,
            "tally": {"error": 1},
            **fields,
        }
    )
    message = {"level": "error", "code": "unknown_value", "field": "sex", "text": "F ou M."}
    CheckedLine.objects.create(
        batch=batch, row=2, status="error", who="Amrani", cells={"sex": "X"}, messages=[message]
    )
    return batch


def make_set_aside(*, by, resembles=None, **fields):
    """A row of an import stored by `by`, set aside because it may be `resembles`."""
    batch = make_import(by=by, state=Import.State.DONE, key=uuid.uuid4())
    line = ImportLine.objects.create(batch=batch, row=3, status="possible_duplicate")
    cells = {"family_name": "Naciri", "given_name": "Amal"}
    digest = uuid.uuid4().hex
    return SetAside.objects.create(
        **{"digest": digest, "line": line, "resembles": resembles, "cells": cells, **fields}
    )


def make_job(*, by=None, **fields):
    """A job as it stands in the list, done with a file, without any worker."""
    job = Job(
        **{
            "kind": "export",
            "title": "Export de la liste",
            "key": f"export-{next(_number)}",
            "asked_by": by or make_user(),
            "status": Job.Status.DONE,
            "file_name": "liste.xlsx",
            **fields,
        }
    )
    if job.status == Job.Status.DONE:
        job.file.save(job.file_name, ContentFile(b"PK"), save=False)
    job.save()
    return job


def paper(on, reference="Registre papier, page 12"):
    """Evidence that every stage but the creation accepts."""
    return Evidence(EvidenceKind.PAPER, reference, on)


def import_line(on, reference="registre.xlsx, ligne 7"):
    """Evidence that every stage accepts."""
    return Evidence(EvidenceKind.IMPORT, reference, on)


def unsaved_sheet(*, ocb=None, by=None, **fields):
    """A complete sheet, dated, of a woman of 21, not stored yet."""
    return Beneficiary(
        **{
            "family_name": f"Essai {next(_number)}",
            "given_name": "Amal",
            "sex": Sex.FEMALE,
            "birth_date": date(1993, 5, 17),
            "sheet_on": date(2015, 3, 1),
            "ocb": ocb or make_ocb(),
            "consent_notice": "1",
            "consent_language": "fr",
            "consent_on": date(2015, 3, 1),
            "consent_by": by or make_user(),
            **fields,
        }
    )


def make_beneficiary(*, at=Stage.IDENTIFIED, on=date(2015, 3, 1), **fields):
    """A beneficiary who walked the funnel up to stage `at` on the day `on`; None: not begun."""
    enterprise = fields.pop("enterprise", None)
    by = fields.pop("by", None) or make_user()
    (person,) = open_files(
        [unsaved_sheet(**{"sheet_on": on, "consent_on": on, "by": by, **fields})]
    )
    for stage in PATH[: PATH.index(at) + 1] if at else ():
        if stage == Stage.CREATED:
            create_activity(
                person, enterprise or unsaved_enterprise(registered_on=on), on=on, by=by
            )
        else:
            advance(person, stage, on=on, by=by, evidence=import_line(on))
    person.refresh_from_db()
    return person


def unsaved_enterprise(**fields):
    """A TPE with all its papers, not stored yet."""
    number = next(_number)
    return Enterprise(
        **{
            "legal_form": LegalForm.TPE,
            "sub_form": "sarl_au",
            "identifier": f"RC {10_000 + number}",
            "court": "Errachidia",
            "tax_id": str(4_000_000 + number),
            "registered_on": date(2015, 3, 1),
            **fields,
        }
    )


def make_enterprise(**fields):
    enterprise = unsaved_enterprise(**fields)
    enterprise.save()
    return enterprise


PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def make_file(enterprise, *, content=PDF, kind="register", by=None, **fields):
    """A scanned proof of an enterprise, kept through the real door."""
    row, _is_new = add_file(
        enterprise,
        SimpleUploadedFile("scan.pdf", content),
        **{"content_type": "application/pdf", "note": "", **fields},
        kind=kind,
        by=by or make_user(),
    )
    return row


def make_bootcamp(*, region=None, participants=(), **fields):
    """A bootcamp not signed yet; `participants` are enrolled, neither present nor absent."""
    bootcamp = Bootcamp.objects.create(
        **{
            "code": f"B-{next(_number)}",
            "region": region or make_region(),
            "held_on": date(2015, 4, 1),
            **fields,
        }
    )
    Participation.objects.bulk_create(
        Participation(bootcamp=bootcamp, beneficiary=person) for person in participants
    )
    return bootcamp


def make_course(*, region=None, members=(), trainers=(), sessions=5, **fields):
    """A course of weekly sittings, not closed yet, with `members` enrolled."""
    starts_on = fields.pop("starts_on", date(2015, 5, 4))
    course = Course.objects.create(
        **{
            "code": f"C-{next(_number)}",
            "title": "Formation avant création",
            "region": region or make_region(),
            "starts_on": starts_on,
            "ends_on": starts_on + timedelta(weeks=max(sessions - 1, 0)),
            **fields,
        }
    )
    course.trainers.set(trainers)
    Session.objects.bulk_create(
        Session(
            course=course, module=f"Module {week + 1}", held_on=starts_on + timedelta(weeks=week)
        )
        for week in range(sessions)
    )
    Enrolment.objects.bulk_create(
        Enrolment(course=course, beneficiary=person) for person in members
    )
    return course


def make_visit(person, trainer, *, by=None, **fields):
    """A visit of an hour, recorded today through the real door."""
    visit = CoachingVisit(
        beneficiary=person,
        trainer=trainer,
        **{
            "visited_on": date(2015, 6, 1),
            "place": "Atelier",
            "minutes": 60,
            "topics": "Prix de revient",
            **fields,
        },
    )
    return record_visit(visit, by=by or make_user())


def make_publication(*, by=None, as_of=date(2016, 6, 30), **scope):
    """A report frozen as the register stood on `as_of`."""
    report = Publication(name="Rapport du semestre")
    return publish(report, build_scope(as_of=as_of, **scope), by=by or make_user())


def make_export_record(by=None, **told):
    """A file that left the register."""
    return keep_record(
        BytesIO(b"PK"),
        **{
            "name": "bailleur",
            "by": by or make_user(),
            "way": "page",
            "as_of": today(),
            "scope": "",
            "file_name": "resultats.xlsx",
            **told,
        },
    )
