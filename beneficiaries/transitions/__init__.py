"""The one door: everything that moves a person along the funnel, in one transaction each.

Alone writes stage events, exits, memberships and the current stage; asks funnel.py first and
refuses with the sentence to show.

The order of locks, or two writers could wait for each other until PostgreSQL ends one of them:
the import and its regions, the list (bootcamp, course), enterprises, people, pairs of sheets;
within each by pk; then the counts, once, and nothing after them whose holder could wait for us.
Which enterprises people have to do with is told by rows that others write: one writer at a time
touches any. A row is locked without its key (`no_key`): PostgreSQL checks at the commit, after all
this, that the people a row names exist, and so waits for nobody who is only changing them. And it
is locked alone: joined to its OCB, it is not found once somebody else gave it another one.
"""

from beneficiaries.counts import at_once, lock_enterprises_of, lock_people
from beneficiaries.transitions.changes import change_rows, remember
from beneficiaries.transitions.corrections import (
    correct_date,
    correct_identity,
    move,
    void,
)
from beneficiaries.transitions.duplicates import (
    open_again,
    queue_duplicates,
    report_duplicate,
    set_apart,
)
from beneficiaries.transitions.enterprises import (
    add_file,
    correct_proof,
    join,
    save_details,
    void_file,
    void_membership,
)
from beneficiaries.transitions.exits import come_back, leave, void_exit
from beneficiaries.transitions.files import open_files, save_sheet
from beneficiaries.transitions.follow_ups import follow_up, void_follow_up
from beneficiaries.transitions.merges import merge
from beneficiaries.transitions.moves import advance, check_many, create_activity, record_many
from beneficiaries.transitions.orphans import open_enterprises
from beneficiaries.transitions.parts import BulkResult, Entry, TransitionRefused, lock_all
from beneficiaries.transitions.referents import Assignment, assign_referent, preview_assignment
from beneficiaries.transitions.unmerging import unmerge
from beneficiaries.transitions.withdrawals import restore, withdraw

__all__ = [
    "Assignment",
    "BulkResult",
    "Entry",
    "TransitionRefused",
    "add_file",
    "advance",
    "assign_referent",
    "at_once",
    "change_rows",
    "check_many",
    "come_back",
    "correct_date",
    "correct_identity",
    "correct_proof",
    "create_activity",
    "follow_up",
    "join",
    "leave",
    "lock_all",
    "lock_enterprises_of",
    "lock_people",
    "merge",
    "move",
    "open_again",
    "open_enterprises",
    "open_files",
    "preview_assignment",
    "queue_duplicates",
    "record_many",
    "remember",
    "report_duplicate",
    "restore",
    "save_details",
    "save_sheet",
    "set_apart",
    "unmerge",
    "void",
    "void_exit",
    "void_file",
    "void_follow_up",
    "void_membership",
    "withdraw",
]
