"""The enterprises a register names: one row each, joined by the persons of a cooperative.

An agent is told nothing of an enterprise that none of their people belongs to.
"""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries.funnel import Stage
from beneficiaries.models import Enterprise, EnterpriseMember
from beneficiaries.transitions import change_rows, open_enterprises
from beneficiaries.transitions.changes import change
from remess.shared.text import fold


class EnterpriseBook:
    """What one file says of enterprises, known or new, in the order of its rows.

    A number is unique within one court only, which registers do not say: the same number of the
    same form in the same region is one cooperative or company; of a form that one person alone
    may hold it is another enterprise, and a note says so. `user`: who imports, None for all.
    """

    def __init__(self, user=None):
        self.user = user
        self.known, self.by_ice, self.of_key, self.read = {}, {}, {}, set()
        self.hidden, self.before = set(), ({}, {}, {}, set())
        self.of_row, self.of_person, self.waiting, self.filled = {}, {}, [], []

    def mark(self):
        """A point to go back to: a batch begins."""
        self.of_row, self.of_person, self.waiting, self.filled = {}, {}, [], []
        self.before = dict(self.known), dict(self.by_ice), dict(self.of_key), set(self.read)

    def go_back(self):
        """Forget the enterprises of a batch that was not stored."""
        self.known, self.by_ice, self.of_key, self.read = self.before
        for enterprise in self.filled:
            enterprise.ice = ""

    def load(self, rows):
        """Find the enterprises of the register that the rows of a batch name."""
        wanted = {
            (name, row.values[name])
            for row in rows
            for name in ("identifier", "ice")
            if name in row.values
        } - self.read
        if not wanted:
            return
        self.read |= wanted
        alike = Q(identifier__in=[text for name, text in wanted if name == "identifier"])
        alike |= Q(ice__in=[text for name, text in wanted if name == "ice"])
        found = {each.pk: self._one(each) for each in Enterprise.objects.filter(alike)}
        members = EnterpriseMember.objects.unvoided().filter(enterprise__in=found)
        regions = members.filter(event__isnull=False).order_by("enterprise", "event")
        for pk, region in regions.values_list("enterprise", "event__region"):
            self.known.setdefault(self._key(found[pk], region), found[pk])
            self._take_note(found[pk])
        if found and self.user and not self.user.has_perm("beneficiaries.view_all"):
            seen = Enterprise.objects.visible_to(self.user).filter(pk__in=found)
            self.hidden |= found.keys() - set(seen.values_list("pk", flat=True))

    def load_created(self, rows, paths):
        """Find the enterprises of those who have created already (`paths`: by person)."""
        people = {pk for pk, path in paths.items() if Stage.CREATED in path.reached}
        if not people or not any(row.values.keys() & NAMING for row in rows):
            return
        members = EnterpriseMember.objects.unvoided().filter(beneficiary__in=people)
        for member in members.select_related("enterprise").order_by("pk"):
            held = self._one(member.enterprise)
            self.of_person.setdefault(member.beneficiary_id, []).append(held)

    def enter(self, row):
        """Take note of the creation of a row that will be stored."""
        form, sub_form = row.values["legal_form"]
        created_on = row.values["created_on"]
        ocb = row.values.get("ocb") or row.person.ocb
        enterprise = Enterprise(
            legal_form=form,
            sub_form=sub_form,
            identifier=row.values["identifier"],
            ice=row.values.get("ice", ""),
            registered_on=created_on,
        )
        key = self._key(enterprise, ocb.region_id)
        known = self.known.get(key)
        if known and not enterprise.is_single:
            self._join(row, known)
            enterprise = known
        else:
            if known:
                self._note(row, known, "same_number", "identifier")
            self._refuse_ice(row, enterprise)
            self.known[key] = enterprise
            self._take_note(enterprise)
            self.waiting.append((enterprise, ocb.region_id))
        self.of_row[row.row] = enterprise

    def compare(self, row):
        """What a row says of the enterprise of somebody who created before: an ICE may be new."""
        held = self.of_person.get(row.person.pk)
        if not held:
            return
        named = next((each for each in held if _same_number(row, each)), held[0])
        for name, agrees in AGREES.items():
            if name in row.values and not agrees(row, named):
                row.note(
                    "for_the_team",
                    name,
                    _("L'entreprise est enregistrée autrement : la correction se fait sur elle."),
                )
                return
        if self._fill(row, named):
            row.changes["ice"] = ["", row.values["ice"]]

    def store(self, by):
        """Write the new enterprises of this batch, and the ICE that known ones lacked."""
        if self.waiting:
            open_enterprises(self.waiting, by=by)
        stored = {each.pk: each for each in self.filled}
        locked = (
            Enterprise.objects.select_for_update(no_key=True).filter(pk__in=stored).order_by("pk")
        )
        before = [enterprise for enterprise in locked if not enterprise.ice]
        after = [stored[enterprise.pk] for enterprise in before]
        change_rows(
            before, after, ["ice"], by=by, reason=_("Complétée par un import"), at=timezone.now()
        )
        self.of_key |= {enterprise.pk: enterprise for enterprise, _region in self.waiting}
        self.waiting = []

    def named(self):
        """The known enterprises (pks) that this batch joins or completes."""
        found = [*self.of_row.values(), *self.filled]
        return {enterprise.pk for enterprise in found} - {None}

    def of(self, row):
        return self.of_row.get(row.row)

    def _key(self, enterprise, region):
        return (enterprise.legal_form, enterprise.sub_form, enterprise.identifier, region)

    def _one(self, enterprise):
        """One object for one row, however often it is found."""
        return self.of_key.setdefault(enterprise.pk, enterprise)

    def _take_note(self, enterprise):
        if enterprise.ice:
            self.by_ice.setdefault(enterprise.ice, enterprise)

    def _join(self, row, known):
        """Make the row's person a member of `known`, which may lack the row's ICE."""
        self._note(row, known, "joins_enterprise", "identifier")
        if known.pk is None:
            known.registered_on = min(known.registered_on, row.values["created_on"])
        elif row.values["created_on"] < known.registered_on:
            self._note(row, known, "before_registration", "created_on")
        if self._fill(row, known):
            self._note(row, known, "ice_filled", "ice")

    def _fill(self, row, enterprise):
        """Give `enterprise` the row's ICE where it has none; whether it did."""
        ice = row.values.get("ice")
        if not ice or ice == enterprise.ice or self._refuse_ice(row, enterprise):
            return False
        if enterprise.ice:
            self._note(row, enterprise, "other_ice", "ice")
            return False
        enterprise.ice = ice
        self._take_note(enterprise)
        if enterprise.pk:
            self.filled.append(enterprise)
        return True

    def _refuse_ice(self, row, enterprise):
        """Say that the row's ICE is another enterprise's; whether it is."""
        holder = self.by_ice.get(row.values.get("ice"))
        if holder is None or holder is enterprise or (holder.pk and holder.pk == enterprise.pk):
            return False
        self._note(row, holder, "same_ice", "ice")
        return True

    def _note(self, row, enterprise, code, field_name):
        """A note on an enterprise of the register or of this file, if the user may know of it."""
        if enterprise.pk not in self.hidden:
            row.note(code, field_name, SENTENCES[code]())


def take_ice_back(person, ice, *, by, reason):
    """Empty the ICE that an import gave to an enterprise of `person`, if it is still this one."""
    members = EnterpriseMember.objects.unvoided().filter(beneficiary=person)
    held = Enterprise.objects.select_for_update(no_key=True).filter(
        pk__in=members.values("enterprise"), ice=ice
    )
    for enterprise in held.order_by("pk"):
        change(enterprise, {"ice": ""}, by=by, reason=reason, at=timezone.now())


def _same_number(row, enterprise):
    return fold(row.values.get("identifier", "")) == fold(enterprise.identifier)


NAMING = {"identifier", "legal_form", "ice"}
# What a row may say of an enterprise, and whether the register says so too.
AGREES = {
    "identifier": _same_number,
    "legal_form": lambda row, enterprise: row.values["legal_form"][0] == enterprise.legal_form,
}
SENTENCES = {
    "same_number": lambda: _(
        "Une autre entreprise porte ce numéro : vérifier, ou préciser le tribunal."
    ),
    "joins_enterprise": lambda: _("Rejoint l'entreprise déjà connue sous ce numéro."),
    "before_registration": lambda: _(
        "Création antérieure à l'immatriculation de l'entreprise qu'elle rejoint : à vérifier."
    ),
    "ice_filled": lambda: _("Cet ICE complète l'entreprise déjà connue."),
    "other_ice": lambda: _("L'entreprise connue sous ce numéro porte un autre ICE : à vérifier."),
    "same_ice": lambda: _("Une autre entreprise porte cet ICE : à vérifier."),
}
