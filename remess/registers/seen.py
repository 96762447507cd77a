"""What the rows read so far said: who they are, and whom a later row of the file may be."""

from typing import NamedTuple

from beneficiaries.models import Reason
from beneficiaries.models.derived import cin_key, name_and_birth, name_and_phone
from beneficiaries.names import same_name

# What a possible duplicate shares, and how it is found; the surest first.
LIKENESSES = {Reason.CIN: cin_key, Reason.BIRTH: name_and_birth, Reason.PHONE: name_and_phone}
# Stands in no cell: control characters are cleaned away.
SEPARATOR = "\x1f"


class Named(NamedTuple):
    """What is remembered of an earlier row: where it stands and how it names the person."""

    row: int
    digest: str
    family_name: str
    given_name: str
    name_ar: str
    sex: str
    cin: str


class Seen:
    """What the rows read so far said: identifier → row, likeness → the rows that have it.

    `people`: row → the sheet it is about, once it is stored. All this grows with the file, so it is
    kept small: one text a row, and one number a key until several rows share it.
    """

    def __init__(self):
        self.rows, self.alike, self.names, self.people, self.added = {}, {}, {}, {}, []

    def mark(self):
        """A point to go back to; what was said before it is settled."""
        self.added = []

    def go_back(self):
        """Forget what was said since the last mark()."""
        for store, key in reversed(self.added):
            if isinstance(store[key], list) and len(store[key]) > 1:
                store[key].pop()
            else:
                del store[key]
        self.added = []

    def first(self, key):
        """The row that bore the identifier `key` first, or None."""
        return self.rows.get(hash(key))

    def times(self, digest):
        """How many rows without identifiers had the cells of `digest`."""
        return len(self._rows_of(("digest", digest)))

    def add(self, row):
        """Remember a row that is not in error."""
        identifiers = identifiers_of(row)
        for key in map(hash, identifiers):
            if key not in self.rows:
                self._keep(self.rows, key, row.row)
        if row.person:
            self._keep(self.people, row.row, row.person.pk)
        who = row.identity
        told = (row.digest, who.family_name, who.given_name, who.name_ar, who.sex, who.cin)
        self._keep(self.names, row.row, SEPARATOR.join(told).encode())
        for key in likenesses_of(who) if identifiers else [*likenesses_of(who), _cells_of(row)]:
            self._list(hash(key), row.row)

    def _keep(self, store, key, value):
        store[key] = value
        self.added.append((store, key))

    def _list(self, key, at):
        earlier = self.alike.get(key)
        if isinstance(earlier, list):
            earlier.append(at)
        else:
            self.alike[key] = at if earlier is None else [earlier, at]
        self.added.append((self.alike, key))

    def _rows_of(self, key):
        found = self.alike.get(hash(key), [])
        return found if isinstance(found, list) else [found]

    def settle(self, people):
        """What a batch stored: row → the sheet it is about."""
        self.people |= people

    def like(self, who):
        """[(Reason, Named)] of the earlier rows that may be `who`, each once, the surest first."""
        found = {}
        for reason, key in likenesses_of(who):
            for at in self._rows_of((reason, key)):
                entry = Named(at, *self.names[at].decode().split(SEPARATOR))
                is_alike = entry.cin != who.cin if reason == Reason.CIN else same_name(who, entry)
                if is_alike and at not in found:
                    found[at] = (reason, entry)
        return list(found.values())


def identifiers_of(row):
    """The keys that no two rows of a file may share, with their field."""
    return [
        (name, value) for name in ("cin", "file_number", "uuid") if (value := row.values.get(name))
    ]


def likenesses_of(who):
    return [(reason, key) for reason, derive in LIKENESSES.items() if (key := derive(who))]


def _cells_of(row):
    """What tells a row without identifiers from all others; those with one have that."""
    return ("digest", row.digest)
