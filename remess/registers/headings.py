"""Which column of a register is which field: the tables of `heading_words.py`, read.

Refuses to guess: a heading is known as it stands, without its brackets, or without the group
before its `/`, and then only where group and brackets do not speak of somebody else.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from django.utils.translation import gettext as _

from remess.registers.heading_words import (
    BESIDE,
    FALLBACKS,
    HEADINGS,
    IN_ARABIC,
    KOBO_PARENT,
    KOBO_SYSTEM,
    NAMES,
    OF_A_PERSON,
    OF_THE_PERSON,
    SEVERAL_ANSWERS,
    SMALL_WORDS,
    SOME_THING,
    SOMEBODY_ELSE,
)
from remess.shared.text import ARABIC, clean, latin_digits

FIELDS: tuple[str, ...] = tuple(HEADINGS)
LONGEST = 200

NUMBER_SIGN = re.compile(r"\bn\s*[°º˚ᵒ]\s*|№", re.IGNORECASE)
NUMBER_WORDS = {"n", "no", "nr", "num", "numero"}
BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|\{([^{}]*)\}|<([^<>]*)>")
ENDINGS = re.compile(
    r"(?<=\w)(?:\((?:e|s|es|ne|trice)\)|[.·•\-](?:e|s|es)\b|e·s\b)(?!\w)", re.IGNORECASE
)
INITIALS = re.compile(r"\b(?:[^\W\d_]\.\s?)+[^\W\d_]\b\.?|\b(?:[^\W\d_]\s){2,}[^\W\d_]\b")
CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
NUMBERING = re.compile(r"(?:q|[a-z])?\d{1,3}[a-z]?")
WORD = re.compile(r"[^\W_]+")
ONE_LETTER_FOR_MANY = str.maketrans("ٱةىیکگ", "اهيي" + "كك")


class Way(IntEnum):
    """How a heading was known; the lower, the surer."""

    AS_IT_STANDS = 0
    WITHOUT_BRACKETS = 1
    ONE_OF_TWO_LANGUAGES = 2
    WITHOUT_GROUP = 3
    FOR_WANT_OF_BETTER = 4


@dataclass(frozen=True)
class Known:
    field: str
    way: Way


@lru_cache(maxsize=4000)
def words(text: str) -> tuple[str, ...]:
    """The words of a heading that matter, one spelling each."""
    text = NUMBER_SIGN.sub(" numero ", latin_digits(text))
    text = CAMEL.sub(" ", unicodedata.normalize("NFKC", ENDINGS.sub("", text)))
    text = INITIALS.sub(lambda found: re.sub(r"[\s.]", "", found[0]) + " ", text)
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if unicodedata.category(letter) != "Mn"
    )
    found = WORD.findall(plain.translate(ONE_LETTER_FOR_MANY))
    while len(found) > 1 and NUMBERING.fullmatch(found[0]):
        del found[0]
    kept = [word for word in found[:-1] if word not in SMALL_WORDS] + found[-1:]
    return tuple(_singular("numero" if word in NUMBER_WORDS else word) for word in kept)


def _singular(word):
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def _key(text):
    return " ".join(words(text))


def _table():
    """Key → field; two fields for one heading would be a mistake in the tables."""
    table = {}
    for field, headings in HEADINGS.items():
        for heading in headings:
            if table.setdefault(_key(heading), field) != field:
                raise ValueError(f"{heading}: {table[_key(heading)]} or {field}?")
    return table


TABLE = _table()
CONTEXT = {_key(heading): found for heading, found in BESIDE.items()}
CHOICES = {_key(question) for question in SEVERAL_ANSWERS}
PERSONS = tuple(" " + _key(ending) for ending in OF_THE_PERSON)


def known(heading: str) -> Known | None:
    """The field a heading names and how it was known, None for an unknown heading."""
    text = clean(heading)
    if not text or len(text) > LONGEST or _is_of_kobo(text):
        return None
    if text in FALLBACKS:
        return Known(FALLBACKS[text], Way.FOR_WANT_OF_BETTER)
    for way, kept, dropped in _readings(text):
        field = _named(kept)
        if field and not _contradicts(field, dropped):
            return Known(field, way)
    return None


def field_of(heading: str) -> str | None:
    """The field a heading names, None for an unknown one."""
    found = known(heading)
    return found.field if found else None


def _is_of_kobo(text):
    name = text.rsplit("/", 1)[-1]
    return (
        text in KOBO_SYSTEM
        or name in KOBO_SYSTEM
        or name.startswith(KOBO_PARENT)
        and (name != "_submission_time")
    )


def _readings(text):
    """(way, what is read, what is left out) of a heading, the surest first."""
    yield Way.AS_IT_STANDS, text, ""
    without, inside = _without_brackets(text)
    if inside:
        yield Way.WITHOUT_BRACKETS, without, inside
    for kept, other in _languages(without):
        yield Way.ONE_OF_TWO_LANGUAGES, kept, f"{other} {inside}"
    if "/" in without:
        group, name = without.rsplit("/", 1)
        yield Way.WITHOUT_GROUP, name, f"{group} {inside}"
        if "/" in name:
            return
        for kept, other in _languages(name):
            yield Way.WITHOUT_GROUP, kept, f"{group} {other} {inside}"


def _without_brackets(text):
    text = ENDINGS.sub("", text)
    inside = []
    while found := BRACKETS.search(text):
        inside += [part for part in found.groups() if part]
        text = f"{text[: found.start()]} {text[found.end() :]}"
    return text, " ".join(inside)


def _languages(text):
    """The Arabic and the other half of a heading in two scripts, each beside what it leaves."""
    if not ARABIC.search(text) or not re.search(r"[A-Za-zÀ-ÿ]", text):
        return []
    arabic = " ".join(part for part in re.split(r"[^\u0600-\u06ff\s]+", text) if part.strip())
    other = re.sub(r"[\u0600-\u06ff]+", " ", text)
    fields = {field for half in (arabic, other) if (field := _named(half))}
    return [(other, arabic), (arabic, other)] if len(fields) == 1 else []


def _named(text):
    """The field whose table holds this text, also without « du jeune » at its end."""
    key = _key(text)
    if key in TABLE:
        return TABLE[key]
    ending = next((ending for ending in PERSONS if key.endswith(ending)), None)
    return TABLE.get(key.removesuffix(ending)) if ending else None


def _contradicts(field, dropped):
    """Whether what was left out says that the field is somebody else's, or a thing's."""
    left_out = set(words(dropped))
    if left_out & SOMEBODY_ELSE or _key(dropped) in CHOICES:
        return True
    if field in NAMES and left_out & IN_ARABIC:
        return True
    return field in OF_A_PERSON and bool(left_out & SOME_THING)


def recognise(
    headings: Sequence[str],
    mapping: Mapping[str, str] | None = None,
    answers: Collection[int] = (),
) -> dict[int, str]:
    """Column index → field, in column order. A field is taken once.

    `mapping`: heading → field as confirmed by hand, '' for a column to leave alone; it goes first.
    `answers`: columns that hold only the 0 and 1 of a question with several answers.
    Of two columns for one field the surer heading wins, then the first.
    """
    confirmed = {_same(heading): field for heading, field in (mapping or {}).items()}
    taken, candidates = {}, []
    for index, heading in enumerate(headings):
        if _same(heading) in confirmed and clean(heading):
            field = confirmed[_same(heading)]
            if field in HEADINGS and field not in taken.values():
                taken[index] = field
        elif found := _offered(index, heading, headings, answers):
            candidates.append((found.way, index, found.field))
    _take(taken, sorted(candidates), headings)
    _take_beside(taken, headings, {_same(heading) for heading in headings} & confirmed.keys())
    return dict(sorted(taken.items()))


def _offered(index, heading, headings, answers):
    """What a column's heading names, unless the column is one answer of several."""
    if index in answers or _is_an_answer(heading, headings):
        return None
    return known(heading)


def _take(taken, candidates, headings):
    fields = {*taken.values(), *(field for _way, _index, field in candidates)}
    in_parts = "given_name" in fields and "family_name" in fields
    for _way, index, field in candidates:
        if field == "full_name" and ARABIC.search(headings[index]):
            field = _arabic_name(fields, candidates, headings)
        elif field == "full_name" and in_parts:
            continue
        if field not in taken.values():
            taken[index] = field


def _take_beside(taken, headings, confirmed):
    """Take the columns that the others give their meaning: « Identifiant » beside a legal form."""
    for index, heading in enumerate(headings):
        if index in taken or _same(heading) in confirmed:
            continue
        field, beside = CONTEXT.get(_key(_without_brackets(clean(heading))[0]), ("", ""))
        if beside in taken.values() and field not in taken.values():
            taken[index] = field


def _arabic_name(fields, candidates, headings):
    """A whole name in Arabic stands beside the Latin one, or for it where there is none."""
    latin = any(
        field in NAMES and not ARABIC.search(headings[index]) for _way, index, field in candidates
    )
    return "name_ar" if latin or {"family_name", "given_name"} & fields else "full_name"


def _same(heading):
    return clean(heading).casefold()


def _is_an_answer(heading, headings):
    """Whether a heading is a choice of a question that has a column of its own."""
    question, slash, _answer = clean(heading).rpartition("/")
    return bool(slash) and question in {clean(other) for other in headings}


REASONS = {
    Way.AS_IT_STANDS: lambda: _("Ce titre de colonne est connu."),
    Way.WITHOUT_BRACKETS: lambda: _("Connu sans le texte entre parenthèses."),
    Way.ONE_OF_TWO_LANGUAGES: lambda: _("Connu dans l’une des deux langues du titre."),
    Way.WITHOUT_GROUP: lambda: _("Connu sans le groupe écrit avant « / »."),
    Way.FOR_WANT_OF_BETTER: lambda: _(
        "Ouverture du formulaire Kobo : vaut date d’identification, faute d’autre colonne."
    ),
}


def explain(heading: str) -> str:
    """Why a column was recognised, in a sentence for the wizard; why not, for an unknown one."""
    found = known(heading)
    if found is None and _key(_without_brackets(clean(heading))[0]) in CONTEXT:
        return _("Vaut le numéro de l’entreprise là où une colonne dit la forme juridique.")
    if found is None:
        return _("Ce titre n’est pas dans les listes : choisissez la colonne à la main.")
    return REASONS[found.way]()
