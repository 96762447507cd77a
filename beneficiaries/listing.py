"""What a line of a list of people shows, prepared for one page at a time.

The list itself reads the person's own columns and joins nothing, so that its page starts in an
index; what stands beside is read here, once for the page.
"""

from django.utils.translation import gettext as _

from beneficiaries.funnel import Stage
from beneficiaries.models import Exit, ExitReason, Sex
from ocbs.models import OCB, Trainer

# The list counts no further: « plus de 10 000 ».
COUNTED = 10_000


def names():
    """({OCB's pk: (region, OCB)}, {trainer's pk: code}) of all there are, as lines say them."""
    ocbs = OCB.objects.select_related("region").only("name_fr", "region__name_fr").in_bulk()
    trainers = dict(Trainer.objects.values_list("pk", "code"))
    return {pk: (str(ocb.region), str(ocb)) for pk, ocb in ocbs.items()}, trainers


def rows_of(people, place=None, known=None):
    """[row] of `people` (of for_rows()), each a mapping of what its line shows.

    `place(rank)`: what the address of the sheet of that rank, from 0, carries of the list.
    `known`: names(), where they were read before.
    """
    if not people:
        return []
    ocbs, trainers = known or names()
    reasons = _reasons([person.pk for person in people])
    stages, sexes, exits = _words(Stage), _words(Sex), _words(ExitReason)
    address, example = people[0].get_absolute_url(), people[0].file_number
    return [
        {
            "pk": str(person.pk),
            "url": address.replace(example, person.file_number) + (place(rank) if place else ""),
            "name": person.full_name,
            "name_ar": person.name_ar,
            "number": person.file_number,
            "sex": f" · {sexes[person.sex]}" if person.sex else "",
            "rank": str(person.stage_rank),
            "css": _css(person, reasons),
            "standing": _standing(person, reasons, stages, exits),
            "since": f"{person.stage_on:%d/%m/%Y}" if person.stage_on else "",
            "region": ocbs[person.ocb_id][0],
            "ocb": ocbs[person.ocb_id][1],
            "trainer": trainers.get(person.referent_id, ""),
        }
        for rank, person in enumerate(people)
    ]


def track_words():
    """[(rank, stage reached)] of the drawings of a path, in words."""
    return [("0", ""), *((str(rank), stage.label) for rank, stage in enumerate(Stage, 1))]


def _standing(person, reasons, stages, exits):
    """What the badge says: the reason of who left, else the stage, else that the sheet has gaps."""
    if person.pk in reasons:
        return _("Sortie : %(reason)s") % {"reason": exits[reasons[person.pk]]}
    return stages.get(person.current_stage) or _("À compléter")


def _css(person, reasons):
    return "exit" if person.pk in reasons else person.current_stage or "none"


def _words(choices):
    return {code: str(label) for code, label in choices.choices}


def _reasons(pks):
    return dict(
        Exit.objects.open().filter(beneficiary__in=pks).values_list("beneficiary", "reason")
    )
