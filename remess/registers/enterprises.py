"""The enterprises a register names: one row each, joined by the persons of a cooperative."""

from django.utils.translation import gettext as _

from beneficiaries.models import Enterprise, EnterpriseMember


class EnterpriseBook:
    """What one file says of enterprises, known or new, in the order of its rows.

    A number is unique within one court only, which registers do not say: the same number of the
    same form in the same region is one cooperative or company; of a form that one person alone
    may hold it is another enterprise, and a note says so.
    """

    def __init__(self):
        self.known, self.waiting, self.of_row, self.before = {}, [], {}, {}

    def mark(self):
        """A point to go back to: a batch begins."""
        self.waiting, self.of_row, self.before = [], {}, dict(self.known)

    def go_back(self):
        """Forget the enterprises of a batch that was not stored."""
        self.known = self.before

    def load(self, rows):
        """Find the enterprises of the register that the rows of a batch name."""
        numbers = {
            number
            for row in rows
            if "created_on" in row.values and (number := row.values.get("identifier"))
        }
        numbers -= {key[2] for key in self.known}
        if not numbers:
            return
        found = Enterprise.objects.filter(identifier__in=numbers).in_bulk()
        members = EnterpriseMember.objects.unvoided().filter(enterprise__in=found)
        regions = members.filter(event__isnull=False).order_by("-enterprise", "event")
        for pk, region in regions.values_list("enterprise", "event__region"):
            self.known[self._key(found[pk], region)] = found[pk]

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
            enterprise = known
            if known.pk is None:
                known.registered_on = min(known.registered_on, created_on)
        else:
            self.known[key] = enterprise
            self.waiting.append(enterprise)
        if known:
            self._say(row, enterprise.is_single)
        self.of_row[row.row] = enterprise

    def store(self):
        """Write the new enterprises of this batch."""
        Enterprise.objects.bulk_create(self.waiting, batch_size=500)
        self.waiting = []

    def of(self, row):
        return self.of_row.get(row.row)

    def _key(self, enterprise, region):
        return (enterprise.legal_form, enterprise.sub_form, enterprise.identifier, region)

    def _say(self, row, is_single):
        if is_single:
            row.note(
                "same_number",
                "identifier",
                _("Une autre entreprise porte ce numéro : vérifier, ou préciser le tribunal."),
            )
        else:
            row.note(
                "joins_enterprise",
                "identifier",
                _("Rejoint l'entreprise déjà connue sous ce numéro."),
            )
